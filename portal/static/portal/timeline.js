// The timeline by keyboard: arrows go from person to person, plus and minus zoom, the page works without.
const timeline = document.querySelector("[data-timeline]");
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const ZOOMS = ["", "quarter", "month"];

const zoom = (by) => {
  const address = new URL(location.href);
  const now = ZOOMS.indexOf(address.searchParams.get("zoom") ?? "");
  const wanted = ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, (now < 0 ? 0 : now) + by))];
  if (wanted === ZOOMS[now]) return;
  if (wanted) address.searchParams.set("zoom", wanted);
  else address.searchParams.delete("zoom");
  location.assign(address);
};

timeline?.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const names = [...timeline.querySelectorAll(".timeline-name")];
  const now = names.indexOf(document.activeElement);
  let next = null;
  if (event.key in STEPS && now >= 0) next = names[now + STEPS[event.key]];
  else if (event.key === "Home") next = names[0];
  else if (event.key === "End") next = names.at(-1);
  else if (event.key === "+" || event.key === "=") zoom(1);
  else if (event.key === "-") zoom(-1);
  else return;
  event.preventDefault();
  next?.focus();
});
