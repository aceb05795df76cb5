// Arranging activities: organisations picked by name, texts of a kind filled in, drafts of a plan chosen together.

const APART = "、";
let lists = 0;

const suggest = (field, source) => {
  const list = document.createElement("datalist");
  list.id = `organisations-${++lists}`;
  field.setAttribute("list", list.id);
  field.after(list);
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    const text = field.value.trim();
    if (!text || [...list.options].some((option) => option.value === text)) return;
    waiting = setTimeout(async () => {
      const query = new URLSearchParams({ offers: source.dataset.offers, q: text });
      const answer = await fetch(`${source.dataset.picker}?${query}`, { headers: { "HX-Request": "true" } });
      if (answer.ok && field.value.trim() === text) list.innerHTML = await answer.text();
    }, 200);
  });
  return list;
};

// Several organisations: the field that is sent keeps all names, the one that is typed into finds one after the other.
const pick = (source) => {
  const field = source.cloneNode();
  field.removeAttribute("name");
  field.value = "";
  const chips = document.createElement("ul");
  chips.className = "chips picked";
  source.before(chips, field);
  source.type = "hidden";
  source.removeAttribute("id");
  const list = suggest(field, source);
  let names = source.value.split(APART).map((name) => name.trim()).filter(Boolean);

  const keep = () => {
    source.value = [...names, field.value.trim()].filter(Boolean).join(APART);
  };
  const draw = () => {
    chips.replaceChildren(...names.map((name) => {
      const item = document.createElement("li");
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = "chip";
      chip.textContent = `${name} ×`;
      chip.addEventListener("click", () => {
        names = names.filter((one) => one !== name);
        draw();
        keep();
        field.focus();
        source.dispatchEvent(new Event("change", { bubbles: true }));
      });
      item.append(chip);
      return item;
    }));
  };
  field.addEventListener("input", () => {
    const name = field.value.trim();
    if ([...list.options].some((option) => option.value === name)) {
      if (!names.includes(name)) names.push(name);
      field.value = "";
      list.replaceChildren();
      draw();
      keep();
      source.dispatchEvent(new Event("change", { bubbles: true }));
    } else {
      keep();
    }
  });
  draw();
};

for (const source of document.querySelectorAll("input[data-picker]")) {
  if ("one" in source.dataset) suggest(source, source);
  else pick(source);
}

// The agenda and the note follow the kind, as long as they are a template's words or empty.
for (const form of document.querySelectorAll("form[data-templates]")) {
  const texts = [...form.querySelectorAll("template[data-template]")].map((template) => ({
    kind: template.dataset.template,
    agenda: template.content.textContent.trim(),
    note: template.dataset.note,
  }));
  const fill = (field, name, text) => {
    const now = field && field.value.replaceAll("\r", "").trim();
    if (field && (!now || texts.some((one) => one[name] === now))) field.value = text[name];
  };
  form.addEventListener("change", (event) => {
    if (!event.target.matches('[name="kinds"]')) return;
    const chosen = form.querySelector('[name="kinds"]:checked');
    const text = chosen && texts.find((one) => one.kind === chosen.value);
    if (!text) return;
    fill(form.elements.agenda, "agenda", text);
    fill(form.elements.note, "note", text);
  });
}

// A plan's drafts, all at once.
const all = document.querySelector("[data-choose-all]");
if (all) {
  const boxes = [...document.querySelectorAll('#plan-form [name="chosen"]')];
  all.closest("[hidden]").hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
}
