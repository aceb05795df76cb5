// Visits on a phone with a poor connection: kept on the device, sent once when the network is there, and seen to be.

const box = document.querySelector("[data-visit-queue]");
const form = document.querySelector("form[data-visit]");
const user = box.dataset.user;
const words = box.dataset;
const SHOWN_FOR = 24 * 3600 * 1000;
const RETRY = 60 * 1000;

const database = new Promise((resolve, reject) => {
  const opened = indexedDB.open("visits", 1);
  opened.onupgradeneeded = () => opened.result.createObjectStore("queue", { keyPath: "token" });
  opened.onsuccess = () => resolve(opened.result);
  opened.onerror = () => reject(opened.error);
});

const ask = async (mode, action) => {
  const store = (await database).transaction("queue", mode).objectStore("queue");
  return new Promise((resolve, reject) => {
    const asked = action(store);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
};
const put = (item) => ask("readwrite", (store) => store.put(item));
const drop = (token) => ask("readwrite", (store) => store.delete(token));
const mine = async () => (await ask("readonly", (store) => store.getAll())).filter((item) => item.user === user);

const newToken = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

const csrf = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ??
  document.querySelector('[name="csrfmiddlewaretoken"]')?.value ?? "";

// --- what is seen of it ---

const draw = async () => {
  const items = await mine();
  for (const item of items) {
    if (item.state === "sent" && Date.now() - item.at > SHOWN_FOR) await drop(item.token);
  }
  const list = box.querySelector("ul");
  const shown = items.filter((item) => item.state !== "sent" || Date.now() - item.at <= SHOWN_FOR);
  list.replaceChildren(...shown.sort((one, other) => other.made - one.made).map((item) => {
    const row = box.querySelector("template").content.firstElementChild.cloneNode(true);
    row.querySelector("[data-title]").textContent = item.plot;
    row.querySelector("[data-facts]").textContent = `${item.day} · ${words.households.replace("0", item.households)}`;
    const badge = row.querySelector("[data-state]");
    badge.textContent = words[item.state];
    badge.classList.add({ waiting: "amber", sent: "green", refused: "red" }[item.state]);
    row.querySelector("[data-message]").textContent = item.message || "";
    for (const part of row.querySelectorAll("[data-if]")) part.hidden = !part.dataset.if.split(" ").includes(item.state);
    row.querySelector("[data-again]").href = `${item.url}#${item.token}`;
    row.querySelector("[data-drop]").addEventListener("click", async () => {
      if (window.confirm(words.confirm)) {
        await drop(item.token);
        draw();
      }
    });
    return row;
  }));
  box.hidden = !shown.length;
};

// --- sending ---

const send = async (item) => {
  const body = new FormData();
  for (const [name, value, file] of item.fields) {
    if (file) body.append(name, value, file);
    else body.append(name, value);
  }
  if (item.tried) body.set("queued", "on");
  const answer = await fetch(item.url, {
    method: "POST",
    body,
    headers: { "X-Visit-Queue": "1", "X-CSRFToken": csrf() },
    signal: AbortSignal.timeout(45000),
  });
  const isJson = (answer.headers.get("content-type") || "").includes("json");
  if (isJson) return answer.json();
  if (answer.redirected || answer.status === 403) return { wait: words.signin };
  if (answer.status === 404) return { errors: [words.gone] };
  if (answer.status === 413) return { errors: [words.big] };
  return { wait: "" };
};

// The outcome of one try; only what the server has stored counts as sent.
const attempt = async (item) => {
  let outcome;
  try {
    outcome = await send(item);
  } catch {
    outcome = { wait: "" };
  }
  item.tried = true;
  item.message = outcome.wait ?? "";
  if (outcome.stored) Object.assign(item, { state: "sent", at: Date.now(), fields: [], address: outcome.address });
  if (outcome.errors) Object.assign(item, { state: "refused", message: outcome.errors.join(" ") });
  await put(item);
  return outcome;
};

let busy = false;
const flush = async () => {
  if (busy || navigator.onLine === false) return;
  busy = true;
  try {
    for (const item of (await mine()).filter((one) => one.state === "waiting")) {
      await attempt(item);
      await draw();
    }
  } finally {
    busy = false;
  }
};

// --- the form ---

const today = () => new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 10);

const fieldsOf = () => {
  const fields = [];
  for (const [name, value] of new FormData(form)) {
    if (name === "csrfmiddlewaretoken") continue;
    if (!(value instanceof File)) fields.push([name, value]);
    else if (value.size) fields.push([name, value, value.name]);
  }
  return fields;
};

const fresh = () => {
  form.reset();
  form.elements.token.value = newToken();
  form.elements.place.value = "";
  form.elements.day.max = today();
  form.elements.day.value = today();
};

const refill = async (token) => {
  const item = (await mine()).find((one) => one.token === token && one.state === "refused");
  if (!item) return;
  form.elements.token.value = token;
  for (const [name, value, file] of item.fields) {
    const field = form.elements[name];
    if (!file && field && name !== "token") field.value = value;
  }
  form.kept = item.fields.filter(([, , file]) => file);
  for (const row of form.querySelectorAll("details.finding-row")) {
    row.open = [...row.querySelectorAll("input, textarea")].some((field) => field.value);
  }
};

const complain = (texts) => {
  const errors = form.querySelector("[data-visit-errors]");
  errors.querySelector("ul").replaceChildren(...texts.map((text) => {
    const line = document.createElement("li");
    line.textContent = text;
    return line;
  }));
  errors.hidden = !texts.length;
  if (texts.length) errors.focus();
};

const submit = async (event) => {
  event.preventDefault();
  const button = form.querySelector('[type="submit"]');
  if (button.disabled) return;
  button.disabled = true;
  complain([]);
  const fields = fieldsOf();
  if (form.kept && !fields.some(([, , file]) => file)) fields.push(...form.kept);
  const item = {
    token: form.elements.token.value,
    user,
    url: location.pathname,
    plot: form.dataset.visit,
    day: form.elements.day.value,
    households: form.elements.households.value,
    fields,
    made: Date.now(),
    state: "waiting",
  };
  await put(item);
  const outcome = navigator.onLine === false ? { wait: "" } : await attempt(item);
  button.disabled = false;
  if (outcome.errors) {
    // Still in the person's hands: it waits in the form, not in the queue.
    await drop(item.token);
    complain(outcome.errors);
    return;
  }
  localStorage.removeItem(`kept:${form.dataset.keep}`);
  if (outcome.stored) {
    location.assign(outcome.address);
    return;
  }
  item.tried = true;
  await put(item);
  form.kept = null;
  fresh();
  await draw();
  box.scrollIntoView({ block: "start" });
};

const locate = () => {
  const button = form.querySelector("[data-locate]");
  const said = form.querySelector("[data-located]");
  if (!button || !navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    if (form.elements.place.value) {
      form.elements.place.value = "";
      said.textContent = "";
      button.textContent = words.locate;
      return;
    }
    said.textContent = words.locating;
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      form.elements.place.value = `${coords.latitude.toFixed(5)},${coords.longitude.toFixed(5)}`;
      said.textContent = `${words.located} ${form.elements.place.value}`;
      button.textContent = words.unlocate;
    }, () => { said.textContent = words.nowhere; }, { timeout: 20000, maximumAge: 60000 });
  });
};

if (form) {
  // A page kept on the phone opens again and again: each visit has a token and a day of its own.
  if (!form.querySelector(".error-summary:not([hidden])")) {
    form.elements.token.value = newToken();
    form.elements.day.max = today();
    if (!location.hash) form.elements.day.value = today();
  }
  if (location.hash) refill(location.hash.slice(1));
  form.addEventListener("submit", submit);
  locate();
}

addEventListener("online", flush);
addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
setInterval(flush, RETRY);
draw().then(flush);

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register(words.worker, { scope: "/plots/" }).then(async () => {
    const ready = await navigator.serviceWorker.ready;
    const pages = [...document.querySelectorAll('a[href$="/visit/"]')].map((link) => new URL(link.href).pathname);
    const files = [...document.querySelectorAll('link[rel="stylesheet"], script[src]')].map((part) => part.href || part.src);
    const sheets = [...document.querySelectorAll("use")].slice(0, 1).map((part) => part.getAttribute("href").split("#")[0]);
    ready.active.postMessage({ user, pages: [...new Set([...pages, location.pathname])].slice(0, 30), files: [...files, ...sheets] });
  }).catch(() => null);
}
