// The sample cart: back to the search after each addition, and priced again when the campaign's form beside it changes.
(() => {
  let later;
  const priceAgain = () => {
    clearTimeout(later);
    later = setTimeout(() => window.htmx.trigger(document.body, "priced-again"), 600);
  };
  const form = document.getElementById("campaign_form");
  for (const kind of ["input", "change"]) form?.addEventListener(kind, priceAgain);

  // What is typed while prices are on their way is newer than the answer: it stays, and prices follow it.
  let sent = {};
  let newer = [];
  const quantities = () => [...document.querySelectorAll("#sample-priced [id][name=sample-quantity]")];

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id !== "sample-form") return;
    sent = Object.fromEntries(quantities().map((field) => [field.id, field.value]));
    // A button counts once: htmx forgets it when it loses the focus, and one that is replaced never does.
    event.target.querySelector("[name=sample-enter]").dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
    if (document.activeElement?.type === "submit") document.getElementById("sample-find").focus();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target.id !== "sample-priced") return;
    newer = quantities().filter(({ id, value }) => id in sent && value !== sent[id]).map(({ id, value }) => [id, value]);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.id === "sample-form" && newer.length) {
      for (const [id, value] of newer) document.getElementById(id)?.setAttribute("value", value);
      newer = [];
      priceAgain();
    }
    const sent = event.detail.successful && event.detail.requestConfig.formData;
    if (event.target.id !== "sample-form" || !sent || !(sent.has("sample-add") || sent.has("sample-enter"))) return;
    document.getElementById("sample-find").value = "";
    document.getElementById("sample-found").replaceChildren();
  });
})();
