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
  // What was done with several cards shows on the board at once.
  panel.addEventListener("close", () => {
    if (!panel.querySelector("#bulk-done")) return;
    document.getElementById("bulk").reset();
    look();
  });
  document.body.addEventListener("rectification:moved", () => panel.close());

  // A refusal of what was asked in the open panel is said there: the notice line lies under it.
  const asksFromPanel = ({ elt }) => panel.open && elt !== panel && panel.contains(elt);
  document.body.addEventListener("htmx:afterSettle", (event) => {
    const sentence = document.querySelector("#notice .refusal");
    if (!sentence || !asksFromPanel(event.detail.requestConfig)) return;
    panel.querySelector(".steps-of")?.prepend(sentence);
  });
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (asksFromPanel(event.detail)) panel.querySelector(".steps-of > .refusal")?.remove();
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
  let byKeys = false;

  async function look() {
    const stamp = document.getElementById("stamp");
    if (!stamp || looking || document.hidden) return;
    looking = true;
    try {
      const seen = stamp.dataset.stamp;
      const answer = await fetch(`${stamp.dataset.changes}?stamp=${seen}`, { headers: { "HX-Request": "true" } });
      if (answer.status === 401) {
        clearInterval(timer);
        document.getElementById("notice").innerHTML = await answer.text(); // the login has ended
      }
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
    [...columns()].slice(0, after.length - 1).forEach((column, place) => {
      if (before[0] !== after[0] || before[place + 1] !== after[place + 1]) changed.add(column.id);
    });
    // In rows a cell is read again with its row.
    if (changed.size && inLanes()) {
      changed.clear();
      for (const row of document.querySelectorAll("#board .lane:has(.cells)")) changed.add(row.id);
    }
    document.getElementById("stamp").dataset.stamp = now;
  }

  async function readAgain() {
    for (const id of changed) {
      if (dragging || panel.open) return;
      const part = document.getElementById(id);
      const answer = await fetch(addressOf(part), { headers: { "HX-Request": "true" } });
      if (!answer.ok || dragging) return;
      changed.delete(id);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const name of ["figures", "board-heads"]) replace(name, page.getElementById(name));
      for (const column of part.matches(".column") ? [part] : part.querySelectorAll(".column")) {
        const fresh = page.getElementById(column.id);
        if (fresh) merge(column, fresh);
      }
    }
  }

  function addressOf(part) {
    const address = new URL(location.href);
    for (const word of ["fold", "unfold"]) address.searchParams.delete(word);
    if (part.dataset.lane) {
      address.searchParams.set("lane", part.dataset.lane);
    } else {
      address.searchParams.set("column", part.dataset.stage);
      address.searchParams.set("rows", part.querySelectorAll(".card-item").length);
    }
    return address;
  }

  function replace(id, fresh) {
    const old = document.getElementById(id);
    if (old && fresh) old.replaceChildren(...fresh.childNodes);
  }

  const looks = (card) => [card.className, card.dataset.version, card.dataset.to, card.textContent].join();

  function merge(column, fresh) {
    column.className = fresh.className;
    column.querySelector("h2")?.replaceChildren(...fresh.querySelector("h2").childNodes);
    const stack = column.querySelector(".stack");
    const focused = stack.contains(document.activeElement) && document.activeElement.closest(".card-item");
    const wanted = [...fresh.querySelector(".stack").children].map((piece) => {
      const known = piece.id && stack.querySelector(`#${piece.id}`);
      return known && looks(known) === looks(piece) ? known : piece;
    });
    // What goes is taken out first: a card that stays is then not moved, and keeps the focus.
    for (const piece of [...stack.children]) if (!wanted.includes(piece)) piece.remove();
    wanted.forEach((piece, place) => {
      if (stack.children[place] !== piece) stack.insertBefore(piece, stack.children[place] || null);
    });
    htmx.process(column);
    makeDraggable();
    if (focused && !focused.isConnected) document.querySelector(`#${focused.id} h3 a`)?.focus();
  }

  const timer = setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);

  // Dragging ----------------------------------------------------------------------------------

  const columns = () => document.querySelectorAll("#board .column[data-stage]");
  const inLanes = () => document.getElementById("board").matches(".in-lanes");
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
    putBack(drag); // the answer brings both columns as they are
    move(drag.item, drag.to.closest(".column").dataset.stage);
  }

  // Of a card this person may not move too: why not is for the server to say, with the way there.
  const versionOf = (card) => card.querySelector(".choose input").value.split(":")[1];

  function move(card, stage) {
    htmx.ajax("POST", `${card.querySelector("h3 a").getAttribute("href")}/move`, {
      source: "#panel",
      target: "#panel",
      swap: "innerHTML",
      values: { stage, version: versionOf(card) },
      headers: { "X-CSRFToken": JSON.parse(document.getElementById("main").getAttribute("hx-headers"))["X-CSRFToken"] },
    });
  }

  function makeDraggable() {
    if (typeof Sortable === "undefined" || document.querySelector("#main.read-only")) return;
    // A link is dragged by itself otherwise, and people take a card by its title.
    for (const link of document.querySelectorAll("#board .card-item a")) link.draggable = false;
    for (const stack of document.querySelectorAll("#board .stack")) {
      if (Sortable.get(stack)) continue;
      Sortable.create(stack, {
        group: "cards",
        draggable: ".card-item",
        filter: ".move",
        preventOnFilter: false,
        sort: false,
        delay: 150,
        delayOnTouchOnly: true,
        // A finger at the edge moves the board along only if the browser's own dragging is left aside.
        forceFallback: window.matchMedia("(any-pointer: coarse)").matches,
        scrollSensitivity: 48,
        scrollSpeed: 5,
        onStart: (drag) => {
          dragging = true;
          mark(drag.item);
        },
        onEnd: drop,
      });
    }
  }

  // Keys --------------------------------------------------------------------------------------
  // On a card: arrows go to the cards around it, Shift and an arrow moves it to the next stage it may go
  // to on that side, M asks where to, X chooses it for doing several at once.

  const beside = { ArrowLeft: -1, ArrowRight: 1 };
  const along = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" };

  document.addEventListener("keydown", (event) => {
    const card = event.target.closest?.("#board .card-item");
    if (!card || event.ctrlKey || event.altKey || event.metaKey) return;
    if (keyed(card, event)) event.preventDefault();
  });

  function keyed(card, event) {
    if (event.key in beside) {
      return event.shiftKey ? push(card, beside[event.key]) : goBeside(card, beside[event.key]);
    }
    if (event.key in along) return focusOn(card[along[event.key]]);
    const key = event.key.toLowerCase();
    if (key === "m") card.querySelector(".move")?.click();
    else if (key === "x") card.querySelector(".choose input").click();
    return key === "m" || key === "x";
  }

  function focusOn(card) {
    card?.querySelector("h3 a, .more, a")?.focus();
    return Boolean(card);
  }

  function goBeside(card, side) {
    const row = [...(card.closest(".cells") || document.getElementById("board")).querySelectorAll(".column")];
    const here = row.indexOf(card.closest(".column"));
    const way = side < 0 ? row.slice(0, here).reverse() : row.slice(here + 1);
    return focusOn(way.find((column) => column.querySelector(".card-item"))?.querySelector(".card-item"));
  }

  function push(card, side) {
    const order = [...columns()].map((column) => column.dataset.stage);
    const here = order.indexOf(card.closest(".column").dataset.stage);
    const way = ends(card).filter((end) => (order.indexOf(end) - here) * side > 0);
    way.sort((one, other) => Math.abs(order.indexOf(one) - here) - Math.abs(order.indexOf(other) - here));
    if (way.length) {
      byKeys = true;
      move(card, way[0]);
    }
    return true;
  }

  // What is moved keeps the focus, so that the keys go on from there. The board stays where the person was:
  // only who moves by keys, and would lose the card out of sight, goes along as little as needed.
  document.body.addEventListener("rectification:moved", (event) => {
    const board = document.getElementById("board");
    const { scrollLeft: left, scrollTop: top } = board;
    const [key, along] = [`card-${event.detail.card}`, byKeys];
    byKeys = false;
    document.body.addEventListener("htmx:afterSettle", () => {
      const link = document.querySelector(`#${key} h3 a`);
      link?.focus({ preventScroll: true });
      board.scrollTo(left, top);
      if (along) link?.closest(".card-item").scrollIntoView({ block: "nearest", inline: "nearest" });
    }, { once: true });
  });

  // As many cards as were shown come back, so that what one has scrolled to is still there.
  document.body.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "post" || !/\/(move|undo)$/.test(event.detail.path)) return;
    const shown = [...columns()].map((column) => column.querySelectorAll(".card-item").length);
    event.detail.parameters.rows = Math.max(0, ...shown);
  });

  // Several at once ---------------------------------------------------------------------------

  document.addEventListener("change", (event) => {
    if (!event.target.matches(".choose input")) return;
    const number = document.querySelectorAll(".choose :checked").length;
    for (const place of document.querySelectorAll("[data-chosen]")) place.textContent = number || "";
  });

  makeDraggable();
  for (const event of ["htmx:afterSettle", "htmx:oobAfterSwap"]) {
    document.body.addEventListener(event, makeDraggable);
  }
})();
