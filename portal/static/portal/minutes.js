// Minutes are saved as one types: on the server, and on this device for as long as the server has not taken them.

const form = document.querySelector("form[data-minutes]");
const KEY = form && form.dataset.minutes;
const SENT = "minutes-sent";
const PAUSE = 1200;
const AGAIN = [5000, 15000, 60000];

const status = form?.querySelector("[data-status]");
const say = (kind, detail = "") => {
  status.textContent = status.dataset[kind].replace("%", detail);
  status.className = `saved ${kind === "saved" ? "saved-now" : kind}`;
};

// What was typed, as pairs of name and value; what the form carries besides is left out.
const SKIP = ["csrfmiddlewaretoken", "version"];
const typed = () => [...new FormData(form)].filter(([name]) => !SKIP.includes(name));
const SPEECH = /^speech-(\d+)-(speaker|said)$/;
// One text for what means the same: speeches count in their order, whatever blank rows stand between them.
const asText = (pairs) => {
  const fields = [];
  const speeches = [];
  for (const [name, value] of pairs) {
    const found = name.match(SPEECH);
    const said = value.replaceAll("\r\n", "\n").trim();
    if (!said || name.endsWith("_FORMS")) continue;
    if (found) (speeches[Number(found[1])] ??= {})[found[2]] = said;
    else fields.push([name, said]);
  }
  return JSON.stringify([fields, speeches.filter(Boolean).map(({ speaker = "", said = "" }) => [speaker, said])]);
};

const keep = () => {
  try {
    localStorage.setItem(KEY, JSON.stringify({ version: form.elements.version.value, at: Date.now(), pairs: typed() }));
  } catch {
    // A full or forbidden store: the server's copy is then the only one.
  }
};
const forget = () => localStorage.removeItem(KEY);

let timer = 0;
let tries = 0;
let sending = null;
let dirty = false;
let blocked = false;
let onServer = form ? asText(typed()) : "";

const later = (wait) => {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
};

const failed = (kind, detail) => {
  say(kind, detail);
  if (kind !== "lost") return;
  later(AGAIN[Math.min(tries, AGAIN.length - 1)]);
  tries += 1;
};

const clash = (answer) => {
  blocked = true;
  say("clash");
  const place = form.querySelector("[data-theirs]");
  place.innerHTML = answer.html;
  place.dataset.version = answer.version;
  place.firstElementChild?.focus();
  place.scrollIntoView({ block: "center" });
};

const send = async () => {
  const sent = asText(typed());
  say("saving");
  let response;
  try {
    response = await fetch(location.pathname, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      redirect: "manual",
      keepalive: document.visibilityState === "hidden" && sent.length < 20000,
    });
  } catch {
    return failed("lost");
  }
  if (response.type === "opaqueredirect" || response.status === 403) return failed("out");
  if (!response.headers.get("Content-Type")?.includes("json")) return failed("lost");
  const answer = await response.json();
  if (response.status === 409) return clash(answer);
  if (!response.ok) return failed("refused", (answer.errors || []).join(" "));
  tries = 0;
  onServer = sent;
  form.elements.version.value = answer.version;
  for (const field of document.querySelectorAll('input[name="revision"]')) field.value = answer.revision;
  dirty = asText(typed()) !== sent;
  if (dirty) {
    keep();
    later(PAUSE);
  } else {
    forget();
    say("saved", answer.at);
  }
  return undefined;
};

async function save() {
  clearTimeout(timer);
  if (blocked) return;
  // One at a time: two on the way would meet each other as strangers.
  if (sending) await sending;
  if (!dirty || blocked) return;
  sending = send();
  await sending;
  sending = null;
}

const changed = () => {
  dirty = asText(typed()) !== onServer;
  if (!dirty) return;
  keep();
  if (blocked) return;
  say("typing");
  later(PAUSE);
};

// Speeches: rows are added from the blank one, and emptied when removed, so that their numbers stay in order.
const total = () => form.elements["speech-TOTAL_FORMS"];
const rows = () => form.querySelector("[data-speeches]");
const addSpeech = () => {
  const number = Number(total().value);
  const holder = document.createElement("template");
  holder.innerHTML = form.querySelector("[data-speech-blank]").innerHTML.replaceAll("__prefix__", number);
  const row = holder.content.firstElementChild;
  rows().append(row);
  total().value = number + 1;
  for (const button of row.querySelectorAll("[data-speech-remove]")) button.hidden = false;
  window.htmx?.process(row);
  return row;
};

const fill = (pairs) => {
  const wanted = Number(new Map(pairs).get("speech-TOTAL_FORMS") || 0);
  while (Number(total().value) < wanted) addSpeech();
  for (const [name, value] of pairs) {
    const field = form.elements[name];
    if (field && !name.endsWith("_FORMS")) field.value = value;
  }
  for (const row of rows().children) {
    row.hidden = row.hidden && ![...row.querySelectorAll("input, textarea")].some((field) => field.value);
  }
};

const offer = () => {
  let stored = null;
  try {
    stored = JSON.parse(localStorage.getItem(KEY) || "null");
  } catch {
    forget();
  }
  if (!stored) return;
  // What was sent by the button and taken: the server writes a name out with its number, so the texts may differ.
  const sent = sessionStorage.getItem(SENT) === KEY && "own" in form.dataset;
  const taken = sent && Number(form.elements.version.value) > Number(stored.version);
  sessionStorage.removeItem(SENT);
  if (taken || asText(stored.pairs) === onServer) {
    forget();
    return;
  }
  const note = form.querySelector("[data-kept]");
  note.querySelector("[data-kept-at]").textContent = new Date(stored.at).toLocaleString(document.documentElement.lang);
  note.hidden = false;
  note.querySelector("[data-restore]").addEventListener("click", () => {
    fill(stored.pairs);
    // With the version that it was typed on: if somebody changed the minutes since, both texts are shown.
    form.elements.version.value = stored.version;
    note.hidden = true;
    changed();
  });
  note.querySelector("[data-forget]").addEventListener("click", () => {
    forget();
    note.hidden = true;
  });
};

if (form) {
  for (const button of form.querySelectorAll("[data-speech-add], [data-speech-remove]")) button.hidden = false;
  offer();
  form.addEventListener("input", changed);
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, KEY));
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-speech-add]")) addSpeech().querySelector("input").focus();
    const remove = event.target.closest("[data-speech-remove]");
    if (remove) {
      const row = remove.closest("[data-speech]");
      for (const field of row.querySelectorAll("input, textarea")) field.value = "";
      row.hidden = true;
      changed();
    }
    const place = form.querySelector("[data-theirs]");
    if (event.target.closest("[data-mine]") && place.dataset.version) {
      event.preventDefault();
      form.elements.version.value = place.dataset.version;
      place.replaceChildren();
      delete place.dataset.version;
      blocked = false;
      dirty = true;
      save();
    }
    if (event.target.closest("[data-take-theirs]")) forget();
  });
  window.addEventListener("online", () => { if (dirty) save(); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
  // Whatever else the page sends goes after what was typed.
  document.addEventListener("submit", async (event) => {
    if (event.target === form || !dirty || blocked || event.target.method !== "post") return;
    event.preventDefault();
    event.stopPropagation();
    await save();
    if (!dirty) event.target.requestSubmit(event.submitter);
  }, true);
}
