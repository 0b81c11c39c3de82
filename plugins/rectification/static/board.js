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

  // Other people's moves ----------------------------------------------------------------------
  // A stamp says whether anything is new; only columns that changed are read again, and in them only
  // cards that changed are replaced: a drag, the focus and a half-made selection stay.

  const EVERY = 5000;
  const changed = new Set();
  let dragging = false;
  let looking = false;

  async function look() {
    const stamp = document.getElementById("stamp");
    if (!stamp || looking || document.hidden) return;
    looking = true;
    try {
      const seen = stamp.dataset.stamp;
      const answer = await fetch(`${stamp.dataset.changes}?stamp=${seen}`, { headers: { "HX-Request": "true" } });
      if (answer.status === 401) clearInterval(timer); // the login has ended: the next click says so
      if (answer.status === 200) compare(seen, await answer.text());
      await readAgain();
    } catch {
      // no network: the next look tries again
    } finally {
      looking = false;
    }
  }

  function compare(seen, now) {
    const [before, after] = [seen.split("."), now.split(".")];
    [...columns()].forEach((column, place) => {
      if (before[0] !== after[0] || before[place + 1] !== after[place + 1]) changed.add(column.dataset.stage);
    });
    document.getElementById("stamp").dataset.stamp = now;
  }

  async function readAgain() {
    for (const stage of changed) {
      if (dragging || panel.open) return;
      const column = document.getElementById(`column-${stage}`);
      const address = new URL(location.href);
      for (const word of ["fold", "unfold"]) address.searchParams.delete(word);
      address.searchParams.set("column", stage);
      address.searchParams.set("rows", column.querySelectorAll(".card-item").length);
      const answer = await fetch(address, { headers: { "HX-Request": "true" } });
      if (!answer.ok || dragging) return;
      changed.delete(stage);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      merge(column, page.getElementById(column.id));
      document.getElementById("figures").replaceChildren(...page.getElementById("figures").children);
    }
  }

  const looks = (card) => [card.className, card.dataset.version, card.dataset.to, card.textContent].join();

  function merge(column, fresh) {
    column.className = fresh.className;
    column.querySelector("h2").replaceChildren(...fresh.querySelector("h2").childNodes);
    const stack = column.querySelector(".stack");
    const focused = stack.contains(document.activeElement) && document.activeElement.closest(".card-item");
    let place = stack.firstElementChild;
    for (const piece of [...fresh.querySelector(".stack").children]) {
      const known = piece.id && stack.querySelector(`#${piece.id}`);
      const stays = known && looks(known) === looks(piece) ? known : piece;
      if (stays === place) place = place.nextElementSibling;
      else stack.insertBefore(stays, place);
    }
    while (place) {
      const gone = place;
      place = place.nextElementSibling;
      gone.remove();
    }
    htmx.process(column);
    makeDraggable();
    if (focused && !focused.isConnected) document.querySelector(`#${focused.id} h3 a`)?.focus();
  }

  const timer = setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);

  // Dragging ----------------------------------------------------------------------------------

  const columns = () => document.querySelectorAll("#board .column");
  const ends = (card) => (card.dataset.to || "").split(" ");

  function mark(card) {
    document.getElementById("board").classList.toggle("dragging", Boolean(card));
    for (const column of columns()) {
      column.classList.toggle("target", Boolean(card) && ends(card).includes(column.dataset.stage));
    }
  }

  function putBack(drag) {
    drag.from.insertBefore(drag.item, drag.from.children[drag.oldIndex] || null);
    drag.item.removeAttribute("style"); // left by dragging; the security policy refuses to copy it
  }

  function drop(drag) {
    dragging = false;
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
        onStart: (drag) => {
          dragging = true;
          mark(drag.item);
        },
        onEnd: drop,
      });
    }
  }

  makeDraggable();
  for (const event of ["htmx:afterSettle", "htmx:oobAfterSwap"]) {
    document.body.addEventListener(event, makeDraggable);
  }
})();
