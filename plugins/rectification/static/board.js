// Dragging posts the same form the buttons post; the server decides, and a refused card goes back.
"use strict";

(() => {
  const panel = document.getElementById("panel");

  // Menus of boxes close when the person goes on.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.pick[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.pick[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  if (!panel) return;

  // The panel opens when a form arrives in it and closes when the card has moved.
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (!panel.contains(event.target) || !panel.firstElementChild) return;
    for (const button of panel.querySelectorAll("[data-close]")) button.hidden = false;
    if (!panel.open) panel.showModal();
    const wrong = panel.querySelector("[aria-invalid], .step :is(textarea, select, input:not([type=hidden]))");
    if (wrong && !panel.contains(document.activeElement.closest("form"))) wrong.focus();
  });
  panel.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) panel.close();
  });
  document.body.addEventListener("rectification:moved", () => panel.close());

  // A refusal is said where the person looks: the notice line lies under an open panel.
  document.body.addEventListener("htmx:afterSettle", () => {
    const sentence = document.querySelector("#notice .refusal");
    if (!panel.open || !sentence) return;
    panel.querySelector(".steps-of")?.prepend(sentence);
  });

  // Somebody was quicker: show the board as it is now.
  document.body.addEventListener("rectification:stale", () => {
    htmx.ajax("GET", location.href, { target: "#board", swap: "outerHTML" });
  });

  // Dragging ----------------------------------------------------------------------------------

  const columns = () => document.querySelectorAll("#board .column");
  const ends = (card) => (card.dataset.to || "").split(" ");

  function mark(card) {
    for (const column of columns()) {
      column.classList.toggle("target", Boolean(card) && ends(card).includes(column.dataset.stage));
    }
  }

  function putBack(drag) {
    drag.from.insertBefore(drag.item, drag.from.children[drag.oldIndex] || null);
    drag.item.removeAttribute("style"); // left by dragging; the security policy refuses to copy it
  }

  function drop(drag) {
    mark(null);
    if (drag.from === drag.to) return putBack(drag);
    const link = drag.item.querySelector(".move");
    const stage = drag.to.closest(".column").dataset.stage;
    putBack(drag); // the answer brings both columns as they are
    htmx.ajax("POST", link.getAttribute("href"), {
      source: "#panel",
      target: "#panel",
      swap: "innerHTML",
      values: { stage, version: drag.item.dataset.version },
      headers: { "X-CSRFToken": JSON.parse(document.getElementById("main").getAttribute("hx-headers"))["X-CSRFToken"] },
    });
  }

  function makeDraggable() {
    if (typeof Sortable === "undefined") return;
    // A link is dragged by itself otherwise, and people take a card by its title.
    for (const link of document.querySelectorAll("#board .card-item a")) link.draggable = false;
    for (const stack of document.querySelectorAll("#board .stack")) {
      if (Sortable.get(stack)) continue;
      Sortable.create(stack, {
        group: "cards",
        draggable: ".card-item",
        filter: ".card-item:not([data-to]), .move",
        preventOnFilter: false,
        sort: false,
        delay: 150,
        delayOnTouchOnly: true,
        onStart: (drag) => mark(drag.item),
        onEnd: drop,
      });
    }
  }

  makeDraggable();
  for (const event of ["htmx:afterSettle", "htmx:oobAfterSwap"]) {
    document.body.addEventListener(event, makeDraggable);
  }
})();
