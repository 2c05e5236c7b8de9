// Rows of tiers: a button for one more, and units that follow the two choices above. Without it everything still works.
function enliven(box) {
  const [cents, pieces, off, rate] = box.dataset.units.split("|");
  const more = box.querySelector(".promo-more");
  const show = () => {
    const counted = box.querySelector("select[name$=_counted]").value === "pieces" ? pieces : cents;
    const given = box.querySelector("select[name$=_given]").value === "rate" ? rate : off;
    for (const unit of box.querySelectorAll("[data-of=counted]")) unit.textContent = counted;
    for (const unit of box.querySelectorAll("[data-of=given]")) unit.textContent = given;
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
