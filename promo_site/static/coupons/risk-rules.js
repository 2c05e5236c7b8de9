// Cards of rules: a button for one more empty card. Without it a few spare ones come with each save.
function enlivenRules(box) {
  const add = box.querySelector("[data-add]");
  const cards = () => [...box.querySelectorAll(".risk-rule")];
  const spare = cards().pop();
  if (!spare.classList.contains("spare")) return;
  const blueprint = spare.cloneNode(true);
  const show = () => (add.hidden = cards().length >= Number(box.dataset.most));
  add.addEventListener("click", () => {
    const card = blueprint.cloneNode(true);
    const number = cards().length + 1;
    for (const field of card.querySelectorAll("[name]")) {
      field.name = field.name.replace(/_\d+_/, `_${number}_`);
      field.id = field.id.replace(/_\d+_/, `_${number}_`);
    }
    const legend = card.querySelector("legend");
    legend.textContent = legend.textContent.replace(/\d+/, number);
    cards().pop().after(card);
    card.querySelector("select").focus();
    show();
  });
  show();
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".risk-rules").forEach(enlivenRules));
