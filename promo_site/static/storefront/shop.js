/* Small comforts on top of pages that work without them: countdowns, quantity buttons, one click per form. */
(function () {
  "use strict";
  const root = document.documentElement;
  root.classList.add("script-on");

  // Countdowns run on the server's clock: the page says what time it was there when it was made.
  const behindMs = Number(root.dataset.serverTime) * 1000 - Date.now();
  const JITTER_MS = 1200;

  function two(number) {
    return String(number).padStart(2, "0");
  }

  function show(countdown, leftMs) {
    const seconds = Math.max(0, Math.ceil(leftMs / 1000));
    const days = Math.floor(seconds / 86400);
    const clock = [Math.floor((seconds % 86400) / 3600), Math.floor((seconds % 3600) / 60), seconds % 60].map(two);
    const parts = days > 0 ? [days + countdown.dataset.dayWord, ...clock] : clock;
    const cells = countdown.querySelectorAll(".clock span");
    const clockBox = countdown.querySelector(".clock");
    if (cells.length !== parts.length) {
      clockBox.replaceChildren(...parts.map(() => document.createElement("span")));
    }
    clockBox.querySelectorAll("span").forEach((cell, place) => {
      if (cell.textContent !== parts[place]) cell.textContent = parts[place];
    });
  }

  function over(countdown) {
    countdown.removeAttribute("data-until");
    // Not everybody at the same moment; a page that is busy with a form is left alone.
    setTimeout(() => {
      const typing = document.activeElement && document.activeElement.matches("input, textarea, select");
      if (!typing) window.location.reload();
    }, Math.random() * JITTER_MS);
  }

  function tick() {
    const now = Date.now() + behindMs;
    document.querySelectorAll(".countdown[data-until]").forEach((countdown) => {
      const leftMs = Number(countdown.dataset.until) * 1000 - now;
      show(countdown, leftMs);
      if (leftMs <= 0) over(countdown);
    });
  }

  tick();
  setInterval(tick, 1000);

  // − and + change the field beside them; the form then sends itself where it is a live one.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    event.preventDefault();
    const field = button.parentElement.querySelector("input[type=number]");
    const wanted = Number(field.value || 0) + Number(button.dataset.step);
    field.value = Math.min(Number(field.max), Math.max(Number(field.min), wanted));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // A form is sent once: the second click of a double click finds its button at rest.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || event.defaultPrevented || event.target.method !== "post") return;
    setTimeout(() => {
      button.disabled = true;
      button.setAttribute("aria-busy", "true");
    });
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form button[disabled]:not([data-off]), button[aria-busy]").forEach((button) => {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    });
  });

  // A coupon that comes by itself goes with Escape, too; it never takes the focus.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll("dialog.popup[open]").forEach((popup) => popup.close());
  });

  // A live part gets no page of error into its place, and no silence either: what is wrong is told beside the page.
  const toast = document.getElementById("toast");

  function tell(text) {
    const note = document.createElement("p");
    note.className = "note error";
    note.setAttribute("role", "alert");
    note.textContent = text;
    if (toast) toast.replaceChildren(note);
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status < 400 || !/^\s*<!doctype html/i.test(xhr.responseText)) return;
    event.detail.shouldSwap = false;
    const words = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelectorAll("main h1, main p");
    tell(Array.from(words, (word) => word.textContent.trim()).join(" \u00b7 "));
  });
  document.addEventListener("htmx:sendError", () => tell(toast.dataset.offline));

  // Who works by keyboard stays where they were, also when the button that they pressed is gone.
  // Asked before the request: a button that rests while it runs has lost the focus by then.
  let hadFocus = false;
  document.addEventListener("htmx:beforeRequest", (event) => {
    hadFocus = event.detail.target.contains(document.activeElement);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const place = hadFocus && document.activeElement === document.body && document.getElementById(event.detail.target.id);
    hadFocus = false;
    if (!place) return;
    place.tabIndex = -1;
    place.focus({ preventScroll: true });
  });

  // Of a row that is wider than a phone, what is chosen is in sight.
  document.querySelectorAll(".tabs [aria-current], .nav [aria-current], .filters .row [aria-current]").forEach((chosen) => {
    const row = chosen.closest("ul, .tabs, .row");
    const from = chosen.offsetLeft - row.offsetLeft;
    if (from + chosen.offsetWidth <= row.clientWidth) return;
    row.scrollLeft = from - (row.clientWidth - chosen.offsetWidth) / 2;
  });

  // Choices that take effect at once (sorting, language) need no button of their own.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-send-at-once]")) event.target.form.requestSubmit();
  });
})();
