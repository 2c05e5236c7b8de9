// Rows of tiers: a button for one more, and units that follow the two choices above. Without it everything still works.
for (const box of document.querySelectorAll(".promo-tiers")) {
  const [cents, pieces, off, rate] = box.dataset.units.split("|");
  const rows = () => [...box.querySelectorAll(".promo-tier")];
  const show = () => {
    const counted = box.querySelector("select[name$=_counted]").value;
    const given = box.querySelector("select[name$=_given]").value;
    for (const unit of box.querySelectorAll("[data-of=counted]")) unit.textContent = counted === "pieces" ? pieces : cents;
    for (const unit of box.querySelectorAll("[data-of=given]")) unit.textContent = given === "rate" ? rate : off;
  };
  const more = box.querySelector(".promo-more");
  more.hidden = false;
  more.addEventListener("click", () => {
    const row = rows().at(-1).cloneNode(true);
    for (const input of row.querySelectorAll("input")) {
      input.value = "";
      input.id = input.id.replace(/_\d+_/, `_${rows().length}_`);
    }
    more.before(row);
    row.querySelector("input").focus();
  });
  box.addEventListener("change", show);
}
