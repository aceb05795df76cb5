// Small conveniences; every page works without them.

const YEAR = 365 * 24 * 3600;
const setCookie = (name, value) => {
  document.cookie = `${name}=${value}; path=/; max-age=${value ? YEAR : 0}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
};

// Size and scheme: the form's own POST does the same where scripts do not run.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-look]") || !event.submitter) return;
  event.preventDefault();
  const { name, value } = event.submitter;
  const root = document.documentElement;
  if (name === "size") {
    root.toggleAttribute("data-size", value === "large");
    if (value === "large") root.setAttribute("data-size", "large");
  } else {
    root.toggleAttribute("data-theme", value !== "auto");
    if (value !== "auto") root.setAttribute("data-theme", value);
  }
  for (const button of form.querySelectorAll(`[name="${name}"]`)) {
    button.setAttribute("aria-pressed", String(button === event.submitter));
  }
  if (form.hasAttribute("data-account")) {
    const body = new FormData(form);
    body.set(name, value);
    fetch(form.action, { method: "POST", body, keepalive: true, redirect: "manual" });
  }
  setCookie(name === "size" ? "large_text" : "theme", value === "large" ? "1" : value === "auto" || value === "normal" ? "" : value);
});

// Filters send themselves when a choice changes; typed text waits for Enter.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form && !event.target.matches('input[type="text"], input[type="search"]')) form.requestSubmit();
});

// An empty filter does not stand in the address.
document.addEventListener("submit", (event) => {
  if (!event.target.matches('form[method="get"]')) return;
  for (const field of event.target.elements) {
    if (field.name && field.value === "" && !field.disabled) {
      field.disabled = true;
      setTimeout(() => { field.disabled = false; }, 0);
    }
  }
});

document.addEventListener("click", (event) => {
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest(".message, [data-dismissible]").remove();
  if (event.target.closest("[data-print]")) window.print();
  const opener = event.target.closest("[data-sheet]");
  const sheet = opener && document.querySelector(opener.dataset.sheet);
  if (sheet && sheet.showModal) {
    event.preventDefault();
    sheet.showModal();
  }
  const close = event.target.closest("[data-close]");
  if (close) close.closest("dialog").close();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const account = event.target.closest("[data-account-name]");
  if (account) {
    document.querySelector('input[name="login"]').value = account.dataset.accountName;
    document.querySelector('input[name="password"]').value = account.dataset.accountWord;
    document.querySelector(".entrance-card .button.primary").focus();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  const typing = event.target.matches("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    const search = document.querySelector(".top-search input");
    if (search && search.offsetParent) {
      event.preventDefault();
      search.focus();
    }
  }
});

// What is kept on the device is its reader's: drafts outlive a session that ran out, but not the sign-out, and not
// the sign-in of somebody else; what was kept of unsent visits is sent by its own reader alone.
const PRIVATE = /^(draft|kept|minutes|say):/;
const PRIVATE_CACHES = ["shared", "visits-1"];
const forgetReader = () => {
  localStorage.removeItem("reader");
  for (const key of Object.keys(localStorage)) if (PRIVATE.test(key)) localStorage.removeItem(key);
  if ("caches" in window) for (const name of PRIVATE_CACHES) caches.delete(name);
};

const { reader } = document.body.dataset;
// A page that the browser brings back is not shown again to whom it was not made for.
const turnedBack = () => {
  if (!reader || localStorage.getItem("reader") === reader) return;
  document.body.hidden = true;
  location.reload();
};
if (reader && performance.getEntriesByType("navigation")[0]?.type === "back_forward") turnedBack();
else if (reader && localStorage.getItem("reader") !== reader) {
  if (localStorage.getItem("reader")) forgetReader();
  localStorage.setItem("reader", reader);
}
window.addEventListener("pageshow", (event) => { if (event.persisted) turnedBack(); });
document.addEventListener("submit", (event) => { if (event.target.matches("[data-leave]")) forgetReader(); });

// What somebody types into a form marked data-keep="key" stays on the device until the server has taken it.
const KEPT = "kept:";
const keepable = (field) => field.name && field.matches("textarea, select, input") &&
  !["password", "file", "hidden", "submit", "button"].includes(field.type);

const restore = (form) => {
  const key = KEPT + form.dataset.keep;
  const stored = JSON.parse(localStorage.getItem(key) || "null");
  if (stored && !form.querySelector(".error-summary")) {
    for (const field of form.elements) {
      if (!keepable(field) || !(field.name in stored)) continue;
      const value = stored[field.name];
      if (field.type === "checkbox" || field.type === "radio") field.checked = value.includes(field.value);
      else if (!field.value || field.tagName === "SELECT") field.value = value[0] ?? field.value;
    }
  }
  form.addEventListener("input", () => {
    const values = {};
    for (const field of form.elements) {
      if (!keepable(field)) continue;
      values[field.name] ??= [];
      if ((field.type !== "checkbox" && field.type !== "radio") || field.checked) values[field.name].push(field.value);
    }
    localStorage.setItem(key, JSON.stringify(values));
  });
  form.addEventListener("submit", () => sessionStorage.setItem("sent", key));
};

// The page after a successful post has no form with that key in error: what was kept can go.
const settle = () => {
  const key = sessionStorage.getItem("sent");
  if (!key) return;
  sessionStorage.removeItem("sent");
  const form = document.querySelector(`form[data-keep="${CSS.escape(key.slice(KEPT.length))}"]`);
  if (!form || !form.querySelector(".error-summary")) localStorage.removeItem(key);
};

// Chosen photos are shown before they are sent.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches('input[type="file"]') || !input.files) return;
  let box = input.parentElement.querySelector(".previews");
  if (!box) {
    box = document.createElement("div");
    box.className = "previews";
    input.after(box);
  }
  box.replaceChildren();
  for (const file of input.files) {
    if (!file.type.startsWith("image/")) continue;
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      const image = document.createElement("img");
      image.src = reader.result;
      image.alt = file.name;
      box.append(image);
    });
    reader.readAsDataURL(file);
  }
});

// A form is sent once, however often the button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  setTimeout(() => { delete form.dataset.sending; }, 8000);
});

const open = () => {
  const wide = matchMedia("(min-width: 60rem)").matches;
  const contents = CSS.supports("selector(details::details-content)");
  for (const box of document.querySelectorAll("details.filters-box")) {
    if (wide && !contents) box.open = true;
  }
  for (const element of document.querySelectorAll("[data-dismiss][hidden], [data-print][hidden], [data-account-name][hidden]")) element.hidden = false;
  // Where the tabs are wider than the screen, the one that is open stands in sight.
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    const beyond = tab.getBoundingClientRect().right - tab.parentElement.getBoundingClientRect().right;
    if (beyond > 0) tab.parentElement.scrollLeft = beyond + tab.offsetHeight;
  }
  settle();
  document.querySelectorAll("form[data-keep]").forEach(restore);
  document.querySelector("[data-focus]")?.focus();
};

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
});
open();
