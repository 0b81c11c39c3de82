// While somebody types @ in a comment, those who may be meant are offered. Without it the name is typed.
"use strict";

(() => {
  let asked = 0;

  // The word behind the last @ before the caret; null where there is none.
  function wordAt(area) {
    const before = area.value.slice(0, area.selectionStart);
    const found = before.match(/(?:^|[^A-Za-z0-9._-])@([^\s@\uff0c\u3002\u3001\uff1b\uff1a\uff01\uff1f]{0,30})$/);
    return found ? found[1] : null;
  }

  const listOf = (area) => area.form.querySelector("[data-people]");

  function offer(area) {
    const word = wordAt(area);
    const list = listOf(area);
    if (!list) return;
    if (word === null) return list.replaceChildren();
    htmx.ajax("GET", `${list.dataset.people}?q=${encodeURIComponent(word)}`, { target: list, swap: "innerHTML" });
  }

  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-mentions]")) return;
    clearTimeout(asked);
    asked = setTimeout(offer, 250, event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches("[data-mentions]")) listOf(event.target)?.replaceChildren();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-people] [data-name]");
    if (!button) return;
    const list = button.closest("[data-people]");
    const area = list.closest("form").querySelector("[data-mentions]");
    const start = area.selectionStart - wordAt(area).length;
    area.setRangeText(`${button.dataset.name} `, start, area.selectionStart, "end");
    list.replaceChildren();
    area.focus();
  });
})();
