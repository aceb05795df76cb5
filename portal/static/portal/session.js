// A session in the room: the screen and the recorder ask every second what is new; a phone posts and gets one answer.

const EVERY = 1000;
const SLOWEST = 15000;

// A name for what is about to be sent, made here, so that however often it is sent it is stored once. Where the page is
// not served over TLS there is no randomUUID.
const uuid = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

const post = (url, form) => fetch(url, {
  method: "POST",
  body: new FormData(form),
  headers: { Accept: "application/json" },
  redirect: "manual",
  signal: AbortSignal.timeout ? AbortSignal.timeout(20000) : undefined,
});

const fill = (element, voice) => {
  for (const slot of element.querySelectorAll("[data-slot]")) slot.textContent = voice[slot.dataset.slot] ?? "";
};

// What changed comes in the order in which it was said; the newest stands first.
const follow = (box, show) => {
  let version = Number(box.dataset.version);
  let failures = 0;
  const offline = box.querySelector("[data-offline]");
  const everything = box.dataset.session === "record" ? "&all=1" : "";
  const ask = async () => {
    try {
      const answer = await fetch(`${box.dataset.feed}?after=${version}${everything}`, {
        headers: { "X-Feed-Key": box.dataset.key, Accept: "application/json" },
        cache: "no-store",
        redirect: "manual",
        signal: AbortSignal.timeout ? AbortSignal.timeout(10000) : undefined,
      });
      if (answer.status !== 304) {
        if (!answer.ok) throw new Error(String(answer.status));
        const news = await answer.json();
        version = news.version;
        show(news);
      }
      failures = 0;
    } catch {
      failures += 1;
    }
    if (offline) offline.hidden = failures < 3;
    setTimeout(ask, failures ? Math.min(EVERY * 2 ** failures, SLOWEST) : EVERY);
  };
  setTimeout(ask, EVERY);
};

const find = (list, id) => list.querySelector(`[data-voice="${id}"]`);

const screen = (box) => {
  const list = box.querySelector("[data-voices]");
  const template = box.querySelector("[data-template]");
  let byTopic = false;

  const arrange = () => {
    const cards = [...list.querySelectorAll("[data-voice]")];
    cards.sort((one, other) => Number(other.dataset.voice) - Number(one.dataset.voice));
    const groups = new Map();
    for (const card of cards) {
      const topic = card.dataset.topic || list.dataset.none;
      groups.set(topic, [...(groups.get(topic) ?? []), card]);
    }
    list.classList.toggle("by-topic", byTopic);
    if (!byTopic) {
      list.replaceChildren(...cards);
      return;
    }
    const sorted = [...groups].sort((one, other) => other[1].length - one[1].length);
    list.replaceChildren(...sorted.map(([topic, members]) => {
      const group = document.createElement("li");
      const head = document.createElement("h2");
      const number = document.createElement("span");
      const inner = document.createElement("ul");
      head.textContent = `${topic} `;
      number.textContent = members.length;
      head.append(number);
      inner.className = "voice-cards";
      inner.append(...members);
      group.className = "voice-group";
      group.append(head, inner);
      return group;
    }));
  };

  box.addEventListener("click", (event) => {
    const order = event.target.closest("[data-order]");
    if (order) {
      byTopic = order.dataset.order === "topic";
      for (const button of box.querySelectorAll("[data-order]")) {
        button.setAttribute("aria-pressed", String(button === order));
      }
      arrange();
    }
    if (event.target.closest("[data-full]")) {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen?.();
    }
  });

  follow(box, (news) => {
    for (const voice of news.voices) {
      let card = find(list, voice.id);
      if (!voice.shown) {
        card?.remove();
        continue;
      }
      if (!card) {
        card = template.content.firstElementChild.cloneNode(true);
        card.dataset.voice = voice.id;
        card.classList.add("is-new");
        list.append(card);
      }
      card.dataset.topic = voice.topic;
      fill(card, voice);
    }
    box.querySelector("[data-question]").textContent = news.question;
    box.querySelector("[data-count]").textContent = news.count;
    box.querySelector("[data-empty]").hidden = news.count > 0;
    box.querySelector("[data-over]").hidden = !news.ended;
    box.querySelector("[data-code]").classList.toggle("is-ended", news.ended);
    arrange();
  });
};

// What is typed stays on the phone, under one name, until the server has said that it has it.
const say = (form) => {
  const text = form.querySelector("textarea[name=text]");
  const state = form.querySelector("[data-state]");
  const outside = form.querySelector("[data-outside-link]");
  const key = `say:${form.dataset.key}`;
  const kept = JSON.parse(localStorage.getItem(key) || "null");
  let token = kept?.token ?? uuid();
  let waits = 0;
  let sending = false;
  let timer = 0;

  if (kept && !text.value) text.value = kept.text;
  const keep = () => {
    if (text.value.trim()) localStorage.setItem(key, JSON.stringify({ text: text.value, token }));
    else localStorage.removeItem(key);
  };
  const tell = (words, tone) => {
    state.textContent = words;
    state.className = `say-state ${tone ?? ""}`;
  };
  text.addEventListener("input", keep);

  const moveOutside = () => {
    localStorage.setItem("kept:suggestion-new", JSON.stringify({ text: [text.value] }));
    localStorage.removeItem(key);
  };
  outside.addEventListener("click", moveOutside);

  const later = (words) => {
    tell(words, "is-waiting");
    waits += 1;
    // Phones that failed together do not come back together.
    timer = setTimeout(send, Math.min(2000 * 2 ** waits, SLOWEST) * (0.5 + Math.random()));
  };

  const send = async () => {
    clearTimeout(timer);
    if (sending || !text.value.trim()) return;
    sending = true;
    form.querySelector("input[name=token]").value = token;
    const sent = text.value;
    keep();
    tell(form.dataset.sendingText);
    try {
      const answer = await post(location.pathname, form);
      if (answer.status === 201) {
        const { said } = await answer.json();
        const line = document.createElement("li");
        line.textContent = `${said} ${sent}`;
        form.parentElement.querySelector("[data-done]").prepend(line);
        localStorage.removeItem(key);
        token = uuid();
        waits = 0;
        if (text.value === sent) text.value = "";
        else keep();
        tell(said, "is-done");
      } else if (answer.status === 409 || answer.status === 422) {
        const { errors, ended } = await answer.json();
        tell(errors.join(" "), "is-wrong");
        outside.hidden = !ended;
      } else if (answer.type === "opaqueredirect" || answer.status === 403) {
        tell(form.dataset.signinText, "is-wrong");
      } else {
        later(form.dataset.waitingText);
      }
    } catch {
      later(form.dataset.waitingText);
    } finally {
      sending = false;
    }
  };

  form.addEventListener("submit", (event) => {
    // The outer page's form: the session is over, and the words go with it as an ordinary suggestion.
    if (form.getAttribute("action")) {
      localStorage.removeItem(key);
      return;
    }
    event.preventDefault();
    waits = 0;
    send();
  });
  window.addEventListener("online", () => { if (waits) send(); });
};

const record = (box) => {
  const list = box.querySelector("[data-voices]");
  const template = box.querySelector("[data-template]");
  const sheet = box.querySelector("[data-merge]");
  const picking = box.querySelector("[data-picking]");
  const enter = box.querySelector("[data-enter]");
  const acts = (id, act) => box.dataset.acts.replace(/0\/show\/$/, `${id}/${act}/`);
  let picked = null;

  const label = () => {
    for (const button of list.querySelectorAll("[data-pick]")) {
      const own = picked && button.closest("[data-voice]").dataset.voice === picked;
      button.hidden = Boolean(own);
      button.textContent = picked ? sheet.dataset.here : sheet.dataset.pickLabel;
    }
    picking.hidden = !picked;
  };

  const show = (news) => {
    for (const voice of news.voices) {
      let row = find(list, voice.id);
      if (!row) {
        row = template.content.firstElementChild.cloneNode(true);
        row.dataset.voice = voice.id;
        row.classList.add("is-new");
        for (const form of row.querySelectorAll("form[data-act]")) form.action = acts(voice.id, form.dataset.act);
        list.prepend(row);
      }
      fill(row, voice);
      row.classList.toggle("is-hidden", !voice.shown);
      row.querySelector("[data-acts]").hidden = !voice.open;
      row.querySelector("[data-show]").hidden = voice.shown;
      row.querySelector("[data-hide]").hidden = !voice.shown;
      const edit = row.querySelector(".voice-edit");
      // Somebody who is writing keeps their words; saving them says that another text came in between.
      if (!edit.open) {
        edit.querySelector("[name=seen]").value = voice.text;
        edit.querySelector("[name=text]").value = voice.text;
        edit.querySelector("[name=topic]").value = voice.topic;
      }
    }
    box.querySelector("[data-count]").textContent = news.count;
    box.querySelector("[data-empty]").hidden = news.count > 0;
    label();
  };

  const compare = () => {
    const form = sheet.querySelector("form");
    sheet.querySelector("[data-one]").textContent = find(list, sheet.dataset.one).querySelector("[data-slot=text]").textContent;
    sheet.querySelector("[data-other]").textContent = find(list, sheet.dataset.other).querySelector("[data-slot=text]").textContent;
    form.action = acts(sheet.dataset.one, "merge");
    form.querySelector("[name=into]").value = sheet.dataset.other;
  };

  box.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-pick]");
    if (pick) {
      const id = pick.closest("[data-voice]").dataset.voice;
      if (picked) {
        sheet.dataset.one = picked;
        sheet.dataset.other = id;
        picked = null;
        compare();
        sheet.showModal();
      } else {
        picked = id;
      }
      label();
    }
    if (event.target.closest("[data-swap]")) {
      [sheet.dataset.one, sheet.dataset.other] = [sheet.dataset.other, sheet.dataset.one];
      compare();
    }
    if (event.target.closest("[data-unpick]")) {
      picked = null;
      label();
    }
  });

  const complain = (place, words) => {
    let line = place.querySelector(".voice-error");
    if (!line) {
      line = document.createElement("p");
      line.className = "voice-error";
      line.setAttribute("role", "alert");
      place.append(line);
    }
    line.textContent = words;
  };

  box.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-act]");
    if (!form) return;
    event.preventDefault();
    try {
      const answer = await post(form.action, form);
      if (answer.ok) {
        form.querySelector(".voice-error")?.remove();
        form.closest("details")?.removeAttribute("open");
        form.closest("dialog")?.close();
        return;
      }
      const { errors } = await answer.json();
      complain(form, errors.join(" "));
    } catch {
      complain(form, box.querySelector("[data-offline]").textContent);
    }
  });

  // The recorder's own form stays where it is: the speaker changes, the hands stay on the keys.
  let token = uuid();
  const state = enter.querySelector("[data-state]");
  enter.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (enter.dataset.busy) return;
    enter.dataset.busy = "yes";
    enter.querySelector("[name=token]").value = token;
    try {
      const answer = await post(location.pathname, enter);
      const told = await answer.json();
      if (answer.status === 201) {
        token = uuid();
        enter.reset();
        enter.querySelector("[name=speaker]").focus();
        state.textContent = told.said;
        state.className = "say-state is-done";
      } else {
        state.textContent = told.errors.join(" ");
        state.className = "say-state is-wrong";
      }
    } catch {
      state.textContent = box.querySelector("[data-offline]").textContent;
      state.className = "say-state is-waiting";
    }
    delete enter.dataset.busy;
  });

  label();
  for (const button of list.querySelectorAll("[data-pick]")) button.hidden = false;
  follow(box, show);
};

const PAGES = { screen, say, record };
for (const element of document.querySelectorAll("[data-session]")) PAGES[element.dataset.session](element);
