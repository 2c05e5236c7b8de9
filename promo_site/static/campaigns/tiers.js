// Rows of tiers: a button for one more, and units that follow the two choices above. Without it everything still works.
function enliven(box) {
  const more = box.querySelector(".promo-more");
  const chosen = (name) => box.querySelector(`select[name$=${name}]`).selectedOptions[0].dataset;
  const show = () => {
    const counted = chosen("_counted");
    const given = chosen("_given");
    for (const unit of box.querySelectorAll("[data-of=counted]")) unit.textContent = counted.unit;
    for (const unit of box.querySelectorAll("[data-of=given]")) unit.textContent = given.unit;
    for (const word of box.querySelectorAll("[data-of=word]")) word.textContent = given.word;
  };
  const add = () => {
    const rows = box.querySelectorAll(".promo-tier");
    const row = rows[rows.length - 1].cloneNode(true);
    for (const input of row.querySelectorAll("input")) {
      input.value = "";
      input.id = input.id.replace(/_\d+_/, `_${rows.length}_`);
    }
    more.before(row);
    row.querySelector("input").focus();
  };
  more.hidden = false;
  more.addEventListener("click", add);
  box.addEventListener("change", show);
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".promo-tiers").forEach(enliven));
