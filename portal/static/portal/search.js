// What is offered below a search box while somebody is typing; without scripts the box sends its form as ever.

const WAIT = 180;
let count = 0;

for (const form of document.querySelectorAll("form[data-suggest]")) {
  const field = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  let timer;
  let asked;

  count += 1;
  list.id = `suggest-${count}`;
  list.className = "suggest";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels[0]?.textContent ?? "");
  form.append(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);

  const current = () => list.querySelector("[aria-selected=true]");

  const close = () => {
    asked?.abort();
    clearTimeout(timer);
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    current()?.setAttribute("aria-selected", "false");
  };

  const ask = async () => {
    const text = field.value.trim();
    asked?.abort();
    if (!text) {
      close();
      return;
    }
    asked = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ q: text })}`, { signal: asked.signal });
      if (!answer.ok || answer.redirected) return;
      list.innerHTML = await answer.text();
      [...list.children].forEach((option, number) => { option.id = `${list.id}-${number}`; });
      list.hidden = !list.children.length || document.activeElement !== field;
      field.setAttribute("aria-expanded", String(!list.hidden));
      field.removeAttribute("aria-activedescendant");
    } catch {
      // Somebody typed on, or there is no network: what is sent with Enter says so.
    }
  };

  const move = (step) => {
    const options = [...list.children];
    const from = options.indexOf(current());
    const to = from < 0 && step < 0 ? options.length - 1 : from + step;
    current()?.setAttribute("aria-selected", "false");
    if (to < 0 || to >= options.length) {
      field.removeAttribute("aria-activedescendant");
      return;
    }
    options[to].setAttribute("aria-selected", "true");
    options[to].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", options[to].id);
  };

  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    // What is half typed in pinyin is not yet a word.
    if (!event.isComposing) timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !list.hidden && current()) {
      event.preventDefault();
      current().querySelector("a").click();
    }
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
  // A press on the list must not take the focus away before the link is followed.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  form.addEventListener("submit", close);
}
