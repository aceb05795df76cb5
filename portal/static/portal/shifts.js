// The week board: people are placed by dragging, or from the keyboard (Enter takes up, arrows choose, Enter puts down).
// Without scripts the form in each shift does the same.

const board = () => document.getElementById("shift-board");
const slots = () => [...board().querySelectorAll("[data-slot]")];
let held = null;

const say = (text) => {
  const line = board().querySelector("[data-say]");
  if (line) line.textContent = text;
};

const person = (element) => {
  const from = element.closest("[data-posting]");
  return from && { posting: from.dataset.posting, duty: from.dataset.duty || "", name: from.dataset.name, from };
};

const letGo = () => {
  held = null;
  board().removeAttribute("data-holding");
  for (const button of board().querySelectorAll('[aria-pressed="true"]')) button.setAttribute("aria-pressed", "false");
  for (const slot of slots()) {
    slot.removeAttribute("tabindex");
    slot.classList.remove("over");
  }
};

// Sends a form of the board and shows the board that comes back, with what was refused beside the person.
const send = async (form, body) => {
  const place = slots().indexOf(form.closest("[data-slot]"));
  board().classList.add("busy");
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
    if (answer.status !== 200 && answer.status !== 422) throw new Error(String(answer.status));
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    board().replaceWith(holder.content);
  } catch {
    location.reload();
    return;
  }
  held = null;
  const slot = slots()[place];
  const wrong = slot && slot.querySelector(".error");
  const next = slot && (slot.querySelector(".shift-lift") || slot.querySelector("select"));
  if (next) next.focus({ preventScroll: true });
  if (wrong) wrong.scrollIntoView({ block: "nearest" });
};

const put = (slot) => {
  const who = held;
  const form = slot.querySelector("form[data-place]");
  letGo();
  if (!who || !form || who.from.closest("[data-slot]") === slot) return;
  const body = new FormData(form);
  body.set("posting", who.posting);
  body.set("duty", who.duty);
  send(form, body);
};

const take = (element) => {
  letGo();
  held = person(element);
  if (!held) return;
  board().setAttribute("data-holding", "");
  for (const slot of slots()) slot.tabIndex = 0;
};

document.addEventListener("dragstart", (event) => {
  if (!event.target.closest?.("#shift-board[data-keeps] [data-posting]")) return;
  take(event.target);
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", held.name);
});

document.addEventListener("dragover", (event) => {
  const slot = held && event.target.closest?.("[data-slot]");
  for (const one of board() ? slots() : []) one.classList.toggle("over", one === slot);
  if (slot) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const slot = held && event.target.closest?.("[data-slot]");
  if (!slot) return;
  event.preventDefault();
  put(slot);
});

document.addEventListener("dragend", () => {
  if (board() && held) letGo();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest(".shift-person, .shift-lift");
  if (!button || !board()) return;
  const same = button.getAttribute("aria-pressed") === "true";
  take(button);
  if (same) {
    letGo();
    return;
  }
  button.setAttribute("aria-pressed", "true");
  say(board().dataset.held.replace("{name}", held.name));
});

// Right and left go to the first shift of another day, up and down along the shifts.
const beside = (slot, key) => {
  const all = slots();
  const at = all.indexOf(slot);
  if (key === "ArrowDown" || key === "ArrowUp") return all[at + (key === "ArrowDown" ? 1 : -1)];
  const days = [...board().querySelectorAll(".shift-day")].filter((day) => day.querySelector("[data-slot]"));
  const day = days[days.indexOf(slot.closest(".shift-day")) + (key === "ArrowRight" ? 1 : -1)];
  return day && day.querySelector("[data-slot]");
};

document.addEventListener("keydown", (event) => {
  if (!held || !board()) return;
  if (event.key === "Escape") {
    const back = board().querySelector('[aria-pressed="true"]');
    say(board().dataset.dropped);
    letGo();
    if (back) back.focus();
  } else if (event.key.startsWith("Arrow")) {
    event.preventDefault();
    const slot = event.target.closest("[data-slot]");
    const next = slot && slot === event.target ? beside(slot, event.key) : slots()[0];
    if (next) next.focus();
  } else if ((event.key === "Enter" || event.key === " ") && event.target.matches("[data-slot]")) {
    event.preventDefault();
    put(event.target);
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("#shift-board form[data-board]")) return;
  event.preventDefault();
  send(form, new FormData(form));
});
