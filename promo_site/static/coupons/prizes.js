// Rows of prizes: buttons to add and remove them, and what their odds leave over. Without it everything still works.
const PARTS = 1000000n;

// Whole parts per million, as the server reads them; null for what is no percentage.
function partsOf(text) {
  const typed = text.trim().replace(/[%％,，]/g, "");
  if (!typed) return 0n;
  const found = /^(\d{0,9})(?:\.(\d{0,4})0*)?$/.exec(typed);
  return found ? BigInt((found[1] || "0") + (found[2] || "").padEnd(4, "0")) : null;
}

function percent(parts) {
  const text = String(parts).padStart(5, "0");
  return `${text.slice(0, -4)}.${text.slice(-4)}`.replace(/\.?0+$/, "") + "%";
}

function enliven(box) {
  const add = box.querySelector("[data-add]");
  const rest = box.querySelector("output");
  const rows = () => [...box.querySelectorAll(".promo-prize")];
  const show = () => {
    const parts = rows().map((row) => partsOf(row.querySelector("input[name$=_odds]").value));
    const left = parts.includes(null) ? null : PARTS - parts.reduce((sum, one) => sum + one, 0n);
    rest.textContent = left === null ? "" : left < 0n ? rest.dataset.over : percent(left);
    rest.classList.toggle("promo-bad", left !== null && left < 0n);
    rows().forEach((row, index) => (row.querySelector("[data-number]").textContent = index + 1));
    add.hidden = rows().length >= Number(box.dataset.most);
  };
  const empty = (row) => row.querySelectorAll("input, select").forEach((field) => (field.value = ""));
  const remove = (row) => {
    const others = rows().filter((other) => other !== row);
    if (others.length) row.remove();
    else empty(row);
    (others[others.length - 1] || row).querySelector("select").focus();
    box.dispatchEvent(new Event("change", { bubbles: true }));
  };
  add.addEventListener("click", () => {
    const last = rows()[rows().length - 1];
    const row = last.cloneNode(true);
    empty(row);
    row.querySelector("select").id += "_next";
    last.after(row);
    row.querySelector("select").focus();
    show();
  });
  box.addEventListener("click", (event) => {
    if (event.target.matches("[data-remove]")) remove(event.target.closest(".promo-prize"));
  });
  box.addEventListener("input", show);
  box.addEventListener("change", show);
  box.querySelectorAll("[data-remove]").forEach((button) => (button.hidden = false));
  show();
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".promo-prizes").forEach(enliven));
