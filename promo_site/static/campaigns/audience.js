// Groups of conditions: rows are added, changed and removed here; what they mean and whom they reach the server says.
(() => {
function fresh(box, kind) {
  return box.querySelector(`template[data-new="${kind}"]`).content.firstElementChild.cloneNode(true);
}

function focusIn(element) {
  element?.querySelector("select, input:not([type=hidden]), button")?.focus();
}

function changed(box) {
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function add(box, button) {
  const added = fresh(box, button.dataset.add);
  button.closest(".promo-group").querySelector(":scope > .promo-parts").append(added);
  if (button.dataset.add === "group") added.querySelector(".promo-parts").append(fresh(box, "level"));
  focusIn(added);
}

// After a removal the cursor stays near: on the row before, the row after, or the button that adds one.
function remove(button) {
  const gone = button.closest(".promo-condition") || button.closest(".promo-group");
  const group = gone.parentElement.closest(".promo-group");
  const near = gone.nextElementSibling || gone.previousElementSibling;
  gone.remove();
  if (near) focusIn(near);
  else group.querySelector(":scope > .promo-group-foot [data-add]").focus();
}

function changeKind(box, select) {
  const row = fresh(box, select.value);
  select.closest(".promo-condition").replaceWith(row);
  row.querySelector("[data-kind]").focus();
}

// One more choice as soon as the last one is used: "this or that".
function grow(selects) {
  const last = selects.lastElementChild;
  if (!last?.value) return;
  const next = last.cloneNode(true);
  next.value = "";
  selects.append(next);
}

// Builds the rows again from what a form has sent or kept: the values of all inputs in the order of the page.
function rebuild(box, tokens) {
  const outer = box.querySelector(":scope > .promo-group");
  const rest = tokens.slice(1);
  outer.querySelector("select").value = tokens[0];
  fill(box, outer, rest);
  changed(box);
}

function fill(box, group, rest) {
  const parts = group.querySelector(":scope > .promo-parts");
  parts.replaceChildren();
  for (let token = rest.shift(); token !== undefined && token !== ")"; token = rest.shift()) {
    if (token.startsWith("(")) {
      const inner = fresh(box, "group");
      inner.querySelector("select").value = token;
      parts.append(inner);
      fill(box, inner, rest);
    } else {
      const row = fresh(box, token);
      parts.append(row);
      const values = [];
      for (let value = rest.shift(); value !== undefined && value !== ";"; value = rest.shift()) values.push(value);
      fillRow(row, values);
    }
  }
}

function fillRow(row, values) {
  const grows = row.querySelector("[data-grows]");
  const checks = row.querySelectorAll("input[type=checkbox]");
  for (const check of checks) check.checked = values.includes(check.value);
  if (checks.length) return;
  values.filter(Boolean).forEach((value, place) => {
    const inputs = row.querySelectorAll("select:not([data-kind]), input[type=text]");
    inputs[place].value = value;
    if (grows) grow(grows);
  });
}

function enliven(box) {
  box.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-add], button[data-remove]");
    if (!button) return;
    if (button.dataset.add) add(box, button);
    else remove(button);
    changed(box);
  });
  // Before anybody else hears of the change: they ask for what the rows say then.
  box.addEventListener("change", (event) => {
    if (event.target.matches("[data-kind]")) changeKind(box, event.target);
    const selects = event.target.closest("[data-grows]");
    if (selects) grow(selects);
  }, true);
  box.closest("form").addEventListener("kept", (event) => {
    const mine = event.detail.filter((one) => one.name === box.dataset.name && one.on !== false);
    const tokens = mine.map((one) => (one.chosen ? one.chosen[0]?.[0] ?? "" : one.value));
    if (tokens.length) rebuild(box, tokens);
  });
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".promo-audience").forEach(enliven));
})();
