// Shows the fields of the chosen kind of validity only. Without this script all of them are there.
document.addEventListener("DOMContentLoaded", () => {
  const names = { fixed: ["valid_from_0", "valid_until_0"], after_claim: ["valid_days", "starts_after_days"] };
  const choices = document.querySelectorAll("input[name=validity]");

  function show() {
    const chosen = document.querySelector("input[name=validity]:checked");
    for (const [kind, fields] of Object.entries(names)) {
      for (const name of fields) {
        const field = document.querySelector(`[name="${name}"]`)?.closest(".promo-field");
        if (field) field.hidden = !chosen || chosen.value !== kind;
      }
    }
  }

  choices.forEach((choice) => choice.addEventListener("change", show));
  if (choices.length) show();
});
