// Tables of inputs: a button for one more row. Without it everything still works.
function enlivenRows(box) {
  const more = box.querySelector("[data-more-rows]");
  more.hidden = false;
  more.addEventListener("click", () => {
    const rows = box.querySelectorAll("[data-row]");
    const row = rows[rows.length - 1].cloneNode(true);
    for (const input of row.querySelectorAll("input")) {
      input.value = "";
      input.id = input.id.replace(/_\d+_/, `_${rows.length}_`);
    }
    more.before(row);
    row.querySelector("input").focus();
  });
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-rows]").forEach(enlivenRows));
