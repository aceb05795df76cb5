// Updates: drafts that stay on the phone until the server has them, photos shrunk before they are sent, colleagues
// named by @, a photo viewer. Every page works without it.

const LONGEST_SIDE = 1600;
const LARGEST_FILE = 100 * 1024 * 1024;
// What cannot be shrunk here goes as it was taken, all of it together no larger than the server takes.
const LARGEST_ORIGINALS = 20 * 1024 * 1024;
const MOST_PHOTOS = 9;

// --- drafts ---
// A draft is kept with its token: sent again after a lost answer it is the same update, and the page that shows what
// the server stored names the token, which is when the draft may go.
const draftKey = (form) => `draft:${form.dataset.draft}`;
const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};
const draftable = (field) => field.name && field.matches("textarea, select, input") &&
  !["file", "password", "submit"].includes(field.type) && !["csrfmiddlewaretoken", "reply_to"].includes(field.name);

const forget = () => {
  const stored = new Set([...document.querySelectorAll("[data-stored]")].map((element) => element.dataset.stored));
  if (!stored.size) return;
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("draft:") && stored.has(read(key)?.token)) localStorage.removeItem(key);
  }
};

const keepDraft = (form) => {
  const values = {};
  for (const field of form.elements) if (draftable(field)) values[field.name] = field.value;
  if (values.text?.trim()) localStorage.setItem(draftKey(form), JSON.stringify(values));
  else localStorage.removeItem(draftKey(form));
};

// Without a network nothing is sent: words and photos stay on the page, which says so, until there is one again.
const startOffline = (form) => {
  const note = document.createElement("p");
  note.className = "note offline-note";
  note.setAttribute("role", "status");
  form.querySelector('[type="submit"]').before(note);
  window.addEventListener("online", () => { note.textContent = ""; });
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    note.textContent = form.dataset.offline;
  }, { capture: true });
};

const startDraft = (form) => {
  const draft = read(draftKey(form));
  const refused = form.querySelector(".error-summary");
  if (draft && !refused && !form.elements.text.value) {
    for (const field of form.elements) {
      if (!draftable(field) || !(field.name in draft)) continue;
      if (field.tagName !== "SELECT" || [...field.options].some((option) => option.value === draft[field.name])) {
        field.value = draft[field.name];
      }
    }
    const note = form.querySelector("[data-draft-note]");
    if (note) note.hidden = false;
  }
  startOffline(form);
  form.addEventListener("input", () => keepDraft(form));
  form.addEventListener("change", () => keepDraft(form));
  form.querySelector("[data-draft-clear]")?.addEventListener("click", () => {
    localStorage.removeItem(draftKey(form));
    location.reload();
  });
};

// --- photos ---
const say = (form, name, file) => (form.dataset[name] || "").replace("%s", file ? file.name : "");

const decode = async (file) => {
  if (file.type === "image/svg+xml" || /\.svg$/i.test(file.name)) return null;
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
};

// The picture upright and at most 1600 px long, as a JPEG on white; drawing it leaves the camera's data behind.
const shrink = async (file) => {
  const picture = await decode(file);
  if (!picture) return null;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.82); });
  return blob && new File([blob], `${file.name.replace(/\.[^.]*$/, "")}.jpg`, { type: "image/jpeg" });
};

// A photo of an iPhone, which few browsers open and the server turns into a JPEG; known by its head, not by its name.
const isHeic = async (file) => /^ftyp(he[iv][cmsx]|mif1|msf1)$/.test(
  new TextDecoder("latin1").decode(await file.slice(4, 12).arrayBuffer()),
);

const startPhotos = (form) => {
  const input = form.querySelector('input[type="file"]');
  if (!input || !window.DataTransfer || !window.createImageBitmap) return;
  // A phone's picker shows every picture, so that one of a wrong kind is explained rather than missing.
  input.accept = "image/*";
  const box = input.closest(".field");
  const status = document.createElement("p");
  status.className = "error photo-status";
  status.setAttribute("role", "status");
  const shown = document.createElement("div");
  shown.className = "previews";
  input.after(status, shown);
  let chosen = [];
  const originals = new Set();

  const show = () => {
    const files = new DataTransfer();
    chosen.forEach((file) => files.items.add(file));
    input.files = files.files;
    shown.replaceChildren(...chosen.map((file) => {
      const item = document.createElement("div");
      item.className = "preview";
      const image = document.createElement(originals.has(file) ? "span" : "img");
      if (originals.has(file)) {
        image.className = "preview-name";
        image.textContent = file.name;
      } else {
        const reader = new FileReader();
        reader.addEventListener("load", () => { image.src = reader.result; });
        reader.readAsDataURL(file);
        image.alt = file.name;
      }
      const button = document.createElement("button");
      button.type = "button";
      button.className = "preview-remove";
      button.setAttribute("aria-label", `${form.dataset.remove} ${file.name}`);
      button.textContent = "×";
      button.addEventListener("click", () => {
        chosen = chosen.filter((one) => one !== file);
        show();
        input.focus();
      });
      item.append(image, button);
      return item;
    }));
  };

  input.addEventListener("change", async (event) => {
    event.stopPropagation();
    const asked = [...input.files];
    const wrong = [];
    status.textContent = form.dataset.shrinking;
    const button = form.querySelector('[type="submit"]');
    button.disabled = true;
    for (const file of asked) {
      if (chosen.length >= MOST_PHOTOS) {
        wrong.push(say(form, "many"));
        break;
      }
      if (file.size > LARGEST_FILE) {
        wrong.push(say(form, "large", file));
        continue;
      }
      const small = await shrink(file);
      if (small) {
        chosen.push(small);
      } else if (!await isHeic(file)) {
        wrong.push(say(form, "wrong", file));
      } else if (chosen.reduce((sum, one) => sum + (originals.has(one) ? one.size : 0), file.size) > LARGEST_ORIGINALS) {
        wrong.push(say(form, "heic", file));
      } else {
        originals.add(file);
        chosen.push(file);
      }
    }
    button.disabled = false;
    status.textContent = wrong.join(" ");
    box.classList.toggle("invalid", wrong.length > 0);
    show();
  });
};

// --- naming colleagues ---
const startMentions = (form, area) => {
  const list = document.createElement("div");
  list.className = "mention-list";
  list.setAttribute("role", "listbox");
  list.id = `${area.id}_people`;
  list.hidden = true;
  area.after(list);
  area.setAttribute("aria-controls", list.id);
  area.setAttribute("aria-autocomplete", "list");
  let at = 0;
  let timer = 0;
  let asked = 0;
  const options = () => [...list.querySelectorAll("[data-insert]")];
  const mark = (place) => {
    const all = options();
    at = (place + all.length) % (all.length || 1);
    all.forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
  };
  const close = () => {
    list.hidden = true;
    list.replaceChildren();
  };
  const typed = () => /@([^\s@()（）]{1,20})$/.exec(area.value.slice(0, area.selectionStart));
  const insert = (option) => {
    const found = typed();
    if (!found) return;
    const start = area.selectionStart - found[0].length;
    area.setRangeText(`@${option.dataset.insert} `, start, area.selectionStart, "end");
    close();
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const ask = async () => {
    const found = typed();
    if (!found) {
      close();
      return;
    }
    const mine = ++asked;
    const query = new URLSearchParams({ q: found[1] });
    if (form.dataset.update) query.set("update", form.dataset.update);
    else if (form.elements.audience) query.set("audience", form.elements.audience.value);
    const answer = await fetch(`${form.dataset.people}?${query}`).catch(() => null);
    if (!answer || !answer.ok || mine !== asked) return;
    list.innerHTML = await answer.text();
    list.hidden = !list.childElementCount;
    mark(0);
  };
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 200);
  });
  area.addEventListener("keydown", (event) => {
    if (list.hidden || !options().length) return;
    const keys = {
      ArrowDown: () => mark(at + 1),
      ArrowUp: () => mark(at - 1),
      Enter: () => insert(options()[at]),
      Escape: close,
    };
    if (!keys[event.key] || event.isComposing) return;
    event.preventDefault();
    keys[event.key]();
  });
  // Pressed rather than clicked: the list must not vanish before.
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[data-insert]");
    if (!option) return;
    event.preventDefault();
    insert(option);
  });
  area.addEventListener("blur", () => setTimeout(close, 150));
};

// --- the viewer ---
const startViewer = (dialog) => {
  const image = dialog.querySelector("img");
  const place = dialog.querySelector(".viewer-place");
  let photos = [];
  let at = 0;
  let opener = null;
  const show = (number) => {
    at = (number + photos.length) % photos.length;
    image.src = photos[at].href;
    image.alt = photos[at].querySelector("img").alt;
    place.textContent = photos.length > 1 ? `${at + 1} / ${photos.length}` : "";
    for (const button of dialog.querySelectorAll("[data-step]")) button.hidden = photos.length < 2;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-viewer] a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    opener = link;
    photos = [...link.closest("[data-viewer]").querySelectorAll("a")];
    show(photos.indexOf(link));
    dialog.showModal();
  });
  dialog.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]");
    if (step) show(at + Number(step.dataset.step));
    else if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(at - 1);
    if (event.key === "ArrowRight") show(at + 1);
  });
  let from = null;
  image.addEventListener("touchstart", (event) => { from = event.touches[0].clientX; }, { passive: true });
  image.addEventListener("touchend", (event) => {
    const moved = event.changedTouches[0].clientX - from;
    if (Math.abs(moved) > 40 && photos.length > 1) show(at + (moved < 0 ? 1 : -1));
  });
  dialog.addEventListener("close", () => opener?.focus());
};

// After "more", the keyboard stands on the first update that came.
document.addEventListener("htmx:afterSwap", (event) => {
  if (!event.detail.requestConfig?.elt?.matches("[data-more]")) return;
  const page = Number(new URL(event.detail.xhr.responseURL).searchParams.get("page"));
  const rows = document.querySelectorAll(".feed > .update");
  rows[(page - 1) * 10]?.querySelector("a")?.focus({ preventScroll: true });
});

forget();
document.querySelectorAll("form[data-draft]").forEach(startDraft);
document.querySelectorAll("form[data-draft]").forEach(startPhotos);
for (const form of document.querySelectorAll("form[data-people]")) {
  form.querySelectorAll("[data-mention]").forEach((area) => startMentions(form, area));
}
const viewer = document.querySelector("#viewer");
if (viewer?.showModal) startViewer(viewer);
