// Dragging one's own drafts along the timeline. Without it the table below the timeline does the same.
const DAY = 24 * 3600 * 1000;
const HOUR = 3600 * 1000;

function enliven(plan) {
  const form = document.getElementById("plan-move");
  const columns = Number(plan.dataset.columns);
  const step = plan.dataset.zoom === "week" ? HOUR : DAY;
  const perStep = plan.dataset.zoom === "week" ? 1 : Number(plan.dataset.perDay);

  for (const bar of plan.querySelectorAll("[data-move]")) {
    let from = null;
    let steps = 0;
    const width = () => (bar.parentElement.clientWidth / columns) * perStep;
    bar.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      from = event.clientX;
      steps = 0;
      bar.setPointerCapture(event.pointerId);
    });
    bar.addEventListener("pointermove", (event) => {
      if (from === null) return;
      steps = Math.round((event.clientX - from) / width());
      bar.classList.toggle("moving", steps !== 0);
      bar.style.transform = `translateX(${steps * width()}px)`;
    });
    const leave = () => {
      from = null;
      bar.classList.remove("moving");
      bar.style.transform = "";
    };
    bar.addEventListener("pointercancel", leave);
    bar.addEventListener("pointerup", () => {
      const moved = from === null ? 0 : steps;
      if (moved === 0) return leave();
      from = null;
      // The time on the wall: counted as if it were UTC, so that no clock change of the reader's own zone meddles.
      const start = new Date(Date.parse(`${bar.dataset.start}Z`) + moved * step).toISOString();
      form.action = bar.dataset.move;
      form.elements.starts_at_0.value = start.slice(0, 10);
      form.elements.starts_at_1.value = start.slice(11, 19);
      form.submit();
    });
    bar.addEventListener("click", (event) => {
      if (steps !== 0) event.preventDefault();
    });
  }
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".plan").forEach(enliven));
