// What somebody types into a form marked data-drafts stays in this browser until it is saved, a day at most:
// a session that ends meanwhile takes nothing along. Computers are shared, so it is kept under the person's
// id, and goes when they log out or somebody else logs in.
"use strict";

(() => {
  const { user, found, restore, drop } = document.currentScript.dataset;
  const DAY = 24 * 3600 * 1000;
  const LEAST = 2; // in Chinese few characters say much; one alone is typed again as fast as it is found
  const FIELDS = "textarea, input[type=text], input:not([type])";
  let store;
  try {
    store = window.localStorage;
    for (const key of Object.keys(store)) tidy(key);
  } catch {
    return; // the browser keeps nothing
  }

  function tidy(key) {
    if (!key.startsWith("draft:")) return;
    const isOthers = user && !key.startsWith(`draft:${user}:`);
    if (isOthers || !(JSON.parse(store.getItem(key)).at > Date.now() - DAY)) store.removeItem(key);
  }

  document.addEventListener("submit", (event) => {
    if (!new URL(event.target.action).pathname.endsWith("/logout")) return;
    for (const key of Object.keys(store)) if (key.startsWith("draft:")) store.removeItem(key);
  });
  if (!user) return;

  // Several forms of a page may go to one address: then each has an id.
  const nameOf = ({ form, name }) => `draft:${user}:${new URL(form.action).pathname}:${form.id}:${name}`;
  const fieldsOf = (form) => [...form.querySelectorAll(FIELDS)].filter((field) => field.name);

  let waiting = 0;
  let last = null;
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches(FIELDS) || !field.form?.matches("[data-drafts]")) return;
    if (waiting && last !== field) keep(last);
    stopWaiting();
    last = field;
    waiting = setTimeout(keep, 300, field);
  });
  document.addEventListener("submit", stopWaiting, true);
  window.addEventListener("pagehide", () => waiting && keep(last)); // left before the pause was over

  function stopWaiting() {
    clearTimeout(waiting);
    waiting = 0;
  }

  function keep(field) {
    if (field === last) stopWaiting();
    if (!field.form) return; // the page has changed under it
    const text = field.value;
    if (text.length < LEAST || text === field.defaultValue) return store.removeItem(nameOf(field));
    try {
      store.setItem(nameOf(field), JSON.stringify({ text, at: Date.now() }));
    } catch {
      // full: what stands in the form is still there
    }
  }

  // Saved: a refusal, a conflict or a login in between is none of it.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { elt, xhr } = event.detail;
    if (xhr.status >= 300 || !elt.matches?.("form[data-drafts]")) return;
    for (const field of fieldsOf(elt)) store.removeItem(nameOf(field));
  });
  // On its way: a session that has ended is noticed only now, so the last words are kept too.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt } = event.detail;
    if (elt.matches?.("form[data-drafts]")) fieldsOf(elt).forEach(keep);
  });

  function offer() {
    for (const form of document.querySelectorAll("form[data-drafts]")) {
      for (const field of fieldsOf(form)) {
        const kept = JSON.parse(store.getItem(nameOf(field)));
        if (kept && kept.text !== field.value && !field.dataset.offered) show(field, kept.text);
      }
    }
  }

  function show(field, text) {
    field.dataset.offered = "1";
    const line = document.createElement("p");
    line.className = "small draft";
    line.setAttribute("role", "status");
    line.append(`${found} `, button(restore, () => {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true })); // what saves by itself saves it too
      field.focus();
    }), " ", button(drop, () => store.removeItem(nameOf(field))));
    field.after(line);
    const fold = line.closest("details");
    if (fold) fold.open = true;

    function button(words, act) {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "link";
      made.textContent = words;
      made.addEventListener("click", () => {
        act();
        line.remove();
      });
      return made;
    }
  }

  offer();
  document.addEventListener("htmx:afterSettle", offer);
})();
