// Shows what the chosen kind of code asks for: a prefix, or the code itself. Without this script both are there.
document.addEventListener("DOMContentLoaded", () => {
  const kind = document.querySelector("select[name=kind]");
  const fields = { single: "prefix", shared: "shared_code" };
  if (!kind) return;

  function show() {
    for (const [code, name] of Object.entries(fields)) {
      const field = document.querySelector(`[name="${name}"]`)?.closest(".promo-field");
      if (field) field.hidden = kind.value !== code;
    }
  }

  kind.addEventListener("change", show);
  show();
});
