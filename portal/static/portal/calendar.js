// The calendar by keyboard: arrows go from day to day, Page Up and Page Down to the period before or after.
const days = document.querySelector("[data-days]");
const across = days?.classList.contains("month") ? 7 : 1;
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across };
const TURNS = { PageUp: "prev", PageDown: "next" };

days?.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !event.target.matches("[data-day]")) return;
  const links = [...days.querySelectorAll("[data-day]")];
  const now = links.indexOf(event.target);
  const turn = TURNS[event.key];
  let next = null;
  if (turn) {
    document.querySelector(`.calendar-steps [rel="${turn}"]`)?.click();
  } else if (event.key in STEPS) next = links[now + STEPS[event.key]];
  else if (event.key === "Home") next = links[0];
  else if (event.key === "End") next = links.at(-1);
  else return;
  event.preventDefault();
  next?.focus();
});
