// The screen in the hall: asks for the next code and the figures, and counts down to the change.

const EVERY = 3000;
const SECONDS = 30;
const FOLLOWS = 8000;

const run = (body) => {
  const lost = document.querySelector("[data-lost]");
  let etag = "";
  let changes = 0;
  let timer = 0;

  const read = () => {
    const ring = body.querySelector("[data-left]");
    changes = ring ? Date.now() + Number(ring.dataset.left) * 1000 : 0;
  };
  const tick = () => {
    const left = changes ? Math.max(0, (changes - Date.now()) / 1000) : 0;
    body.querySelector(".ring-left")?.style.setProperty("--gone", String(100 - (100 * left) / SECONDS));
    // A code that nobody replaced is no longer good: better none than one that refuses.
    body.querySelector(".hall-qr")?.classList.toggle("old", Boolean(changes) && Date.now() > changes + SECONDS * 1000);
  };
  const ask = async () => {
    clearTimeout(timer);
    if (!document.hidden) {
      try {
        const answer = await fetch(body.dataset.screen, {
          headers: { "X-Feed-Key": body.dataset.key, ...(etag && { "If-None-Match": etag }) },
          cache: "no-store",
          redirect: "manual",
        });
        // Signed out meanwhile: the page leads to sign-in and back.
        if (answer.type === "opaqueredirect" || answer.status === 404) location.reload();
        if (answer.status === 200) {
          etag = answer.headers.get("ETag") || "";
          body.innerHTML = await answer.text();
          read();
        }
        lost.hidden = answer.status === 200 || answer.status === 304;
      } catch {
        lost.hidden = false;
      }
    }
    const toChange = changes - Date.now();
    timer = setTimeout(ask, toChange > 0 ? Math.min(EVERY, toChange + 150) : EVERY);
  };

  read();
  tick();
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  timer = setTimeout(ask, EVERY);
};

const whole = document.querySelector("[data-fullscreen]");
if (whole && document.documentElement.requestFullscreen) {
  whole.hidden = false;
  whole.addEventListener("click", () => document.documentElement.requestFullscreen());
}
document.querySelectorAll("[data-screen]").forEach(run);
navigator.wakeLock?.request("screen").catch(() => {});

// The secretary's list: found by name, pinyin or number; common reasons by a touch. Marks are sent by htmx.
const roll = document.querySelector("#roll");
if (roll) {
  document.documentElement.classList.add("scripted");
  const tools = document.querySelector("[data-filter]");
  const find = tools.querySelector("#roll-find");
  const waiting = tools.querySelector("#roll-open");
  const none = document.querySelector(".roll-none");
  tools.hidden = false;

  const filter = () => {
    const wanted = find.value.trim().toLowerCase().replaceAll(/[\s']/g, "");
    let shown = 0;
    for (const row of roll.children) {
      const matches = row.dataset.find.toLowerCase().includes(wanted);
      row.hidden = !matches || (waiting.checked && row.dataset.state !== "");
      shown += row.hidden ? 0 : 1;
    }
    none.hidden = shown > 0;
  };
  find.addEventListener("input", filter);
  waiting.addEventListener("change", filter);
  find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });

  roll.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-reason]");
    if (!chip) return;
    const field = chip.closest(".roll-reason").querySelector("input");
    field.value = chip.textContent;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  // Leave waits for its reason, unless the posting is one; nothing is sent that would be refused.
  roll.addEventListener("htmx:confirm", (event) => {
    const row = event.target.closest(".roll-row");
    const reason = row.querySelector(".roll-reason input");
    const leaves = row.querySelector(".leave input").checked;
    if (!leaves || reason.value.trim() || "proposed" in row.dataset) return;
    event.preventDefault();
    row.classList.add("invalid");
    reason.focus();
  });
  document.body.addEventListener("htmx:afterSettle", (event) => event.target.querySelector?.("[data-ask]")?.focus());
  for (const trouble of ["htmx:sendError", "htmx:responseError"]) {
    document.body.addEventListener(trouble, (event) => {
      const row = event.target.closest(".roll-row");
      row?.classList.add("unsent");
    });
  }

  // What phones and other secretaries did meanwhile; a line that somebody is at work on is left alone.
  let known = "";
  const busy = (row) => row.contains(document.activeElement) || row.matches(".invalid, .unsent, .htmx-request");
  const take = ({ rows, turnout }) => {
    for (const [member, [state, seen, reason]] of Object.entries(rows)) {
      const row = document.getElementById(`row-${member}`);
      const hidden = row?.querySelector(`[name="seen-${member}"]`);
      if (!row || busy(row) || hidden.value === seen) continue;
      hidden.value = seen;
      row.dataset.state = state;
      row.querySelector(`[name="reason-${member}"]`).value = reason;
      for (const radio of row.querySelectorAll('input[type="radio"]')) radio.checked = radio.value === state;
      row.querySelector(".roll-note.muted")?.remove();
    }
    document.querySelector("#turnout").outerHTML = turnout;
  };
  const follow = async () => {
    try {
      if (!document.hidden && !roll.querySelector(".htmx-request")) {
        const answer = await fetch(roll.dataset.now, {
          headers: known ? { "If-None-Match": known } : {},
          cache: "no-store",
          redirect: "manual",
        });
        if (answer.status === 200) {
          known = answer.headers.get("ETag") || "";
          take(await answer.json());
        }
      }
    } catch {
      // Offline: the next turn asks again.
    }
    setTimeout(follow, FOLLOWS);
  };
  setTimeout(follow, FOLLOWS);
}
