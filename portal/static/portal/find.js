// Find as one types in a folded list: what matches stays, its fold opens; an empty field puts the folds back.

for (const box of document.querySelectorAll("[data-find]")) {
  const field = box.querySelector("input");
  const status = box.querySelector("[role=status]");
  const folds = [...document.querySelectorAll(`${box.dataset.find} details`)];
  const opened = new Map(folds.map((fold) => [fold, fold.open]));
  const show = () => {
    const wanted = field.value.trim().toLowerCase();
    let found = 0;
    for (const fold of folds) {
      const whole = fold.querySelector("summary").textContent.toLowerCase().includes(wanted);
      let here = 0;
      for (const item of fold.querySelectorAll("li")) {
        item.hidden = !whole && !item.textContent.toLowerCase().includes(wanted);
        if (!item.hidden) here += 1;
      }
      fold.hidden = !here;
      fold.open = wanted ? here > 0 : opened.get(fold);
      found += here;
    }
    status.textContent = wanted && !found ? status.dataset.none : "";
  };
  box.hidden = false;
  field.addEventListener("input", show);
  if (field.value) show();
}
