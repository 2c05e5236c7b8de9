// Beside the campaign form: keys, links to fields, names from the rule, and a copy of what is typed until it is saved.
let form;
const place = `draft:${location.pathname}${location.search}`;
let touched = false;
let leaving = false;

// The searching choosers tell jQuery alone; everything else here listens to the page.
function hearChoosers() {
  window.django?.jQuery(form).on("change", "select", (event) => {
    if (!event.originalEvent) form.dispatchEvent(new Event("change"));
  });
}

const SHORTCUTS = {
  "ctrl+s": () => form.querySelector("[name=_save]").click(),
  "ctrl+enter": () => form.querySelector("[name=_submit]").click(),
  "alt+n": useNames,
};

function onKey(event) {
  const held = event.ctrlKey || event.metaKey ? "ctrl+" : event.altKey ? "alt+" : "";
  const key = event.altKey ? event.code.replace("Key", "") : event.key;
  const act = SHORTCUTS[`${held}${key.toLowerCase()}`];
  if (!act) return;
  event.preventDefault();
  act();
}

function useNames() {
  for (const proposed of document.querySelectorAll("[data-name-for]")) {
    form.elements[proposed.dataset.nameFor].value = proposed.textContent;
  }
  form.dispatchEvent(new Event("input"));
}

// A link to a field moves the cursor there, also where the field is one of the searching choosers.
function goToField(event) {
  const link = event.target.closest("a[href^='#field-']");
  const box = link && document.getElementById(link.hash.slice(1));
  if (!box) return;
  event.preventDefault();
  box.scrollIntoView({ block: "center" });
  const inputs = "input:not([type=hidden]), select:not(.select2-hidden-accessible), textarea, .select2-selection";
  box.querySelector(inputs)?.focus({ preventScroll: true });
}

// Units of figures that follow a choice, such as the target of a goal.
function followChoices() {
  for (const field of form.querySelectorAll("[data-follows]")) {
    field.placeholder = JSON.parse(field.dataset.units)[form.elements[field.dataset.follows].value] || "";
  }
}

function typed() {
  const found = [];
  for (const field of form.elements) {
    if (!field.name || ["csrfmiddlewaretoken", "draft_key"].includes(field.name) || field.type === "submit") continue;
    if (field.type === "checkbox" || field.type === "radio") {
      found.push({ name: field.name, value: field.value, on: field.checked });
    } else if (field.tagName === "SELECT") {
      found.push({ name: field.name, chosen: Array.from(field.selectedOptions, (one) => [one.value, one.text]) });
    } else {
      found.push({ name: field.name, value: field.value });
    }
  }
  return found;
}

function keep() {
  if (!touched) return;
  try {
    localStorage.setItem(place, JSON.stringify({ at: Date.now(), fields: typed() }));
  } catch {
    // No room or not allowed: the form works without a copy.
  }
}

function putBack(fields) {
  const seen = {};
  for (const one of fields) {
    const all = Array.from(form.querySelectorAll(`[name="${CSS.escape(one.name)}"]`));
    if (all[0]?.closest("[data-own-copy]")) continue;
    if ("on" in one) {
      for (const field of all) if (field.value === one.value) field.checked = one.on;
      continue;
    }
    const nth = seen[one.name] || 0;
    seen[one.name] = nth + 1;
    const field = all[nth] || addRowFor(all, nth);
    if (!field) continue;
    if (one.chosen) choose(field, one.chosen);
    else field.value = one.value;
  }
  form.dispatchEvent(new CustomEvent("kept", { detail: fields })); // for inputs that rebuild themselves
  form.dispatchEvent(new Event("change"));
}

function addRowFor(all, nth) {
  all.at(-1)?.closest(".promo-tiers")?.querySelector(".promo-more").click();
  return form.querySelectorAll(`[name="${CSS.escape(all[0]?.name || "")}"]`)[nth];
}

function choose(select, chosen) {
  for (const option of select.options) option.selected = false;
  for (const [value, text] of chosen) {
    const known = Array.from(select.options).find((option) => option.value === value);
    if (known) known.selected = true;
    else select.add(new Option(text, value, true, true));
  }
  window.django?.jQuery(select).trigger("change");
}

function offerCopy() {
  const kept = JSON.parse(localStorage.getItem(place) || "null");
  const note = document.getElementById("form-kept");
  if (!kept || document.getElementById("form-errors") || JSON.stringify(kept.fields) === JSON.stringify(typed())) return;
  note.querySelector("[data-kept-at]").textContent = new Date(kept.at).toLocaleString(document.documentElement.lang);
  note.hidden = false;
  note.querySelector("[data-restore]").addEventListener("click", () => {
    putBack(kept.fields);
    touched = true;
    note.hidden = true;
  });
  note.querySelector("[data-forget]").addEventListener("click", () => {
    localStorage.removeItem(place);
    note.hidden = true;
  });
}

function watch() {
  let later;
  const changed = () => {
    touched = true;
    clearTimeout(later);
    later = setTimeout(keep, 500);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("change", followChoices);
  form.addEventListener("submit", (event) => {
    keep();
    if (event.submitter?.hasAttribute("data-download")) return; // the page stays, nothing is stored
    leaving = true;
    sessionStorage.setItem("draft-sent", place);
  });
  window.addEventListener("beforeunload", (event) => {
    if (touched && !leaving) event.preventDefault();
  });
}

document.addEventListener("DOMContentLoaded", () => {
  form = document.getElementById("campaign_form");
  if (!form) {
    // The page after a form that was stored: its copy has done its work.
    if (document.querySelector("[data-saved]")) localStorage.removeItem(sessionStorage.getItem("draft-sent"));
    return;
  }
  document.addEventListener("keydown", onKey, true); // before the choosers swallow it
  document.addEventListener("click", goToField);
  document.addEventListener("click", (event) => event.target.closest("[data-use-names]") && useNames());
  hearChoosers();
  followChoices();
  offerCopy();
  watch();
  touched = Boolean(document.getElementById("form-errors"));
  document.getElementById("form-errors")?.focus();
});
