// What every page needs from a script; without one everything still works.
"use strict";

const words = document.currentScript.dataset;

// On a phone the menu is one line: it shows where one is.
const here = document.querySelector(".side [aria-current]");
if (here) here.closest(".side").scrollLeft = here.offsetLeft - 40;

// A failed request says so in the notice line instead of doing nothing.
document.body.addEventListener("htmx:sendError", () => say(words.offline));
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status === 401 && document.getElementById("ended")) event.detail.shouldSwap = false; // said already
  if (xhr.status < 500 || xhr.getResponseHeader("HX-Retarget")) return;
  event.detail.shouldSwap = false; // not our own page: a proxy says the server is away
  say(words.away);
});
document.body.addEventListener("htmx:timeout", () => say(words.slow));

// What saves by itself says at its place when it could not.
document.body.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful, xhr } = event.detail, line = document.getElementById("saved");
  const is_ours = line && elt.getAttribute("hx-target") === "#saved";
  if (is_ours && !successful && !xhr.responseText.includes('id="saved"')) line.textContent = words.unsaved;
});

function say(sentence) {
  const line = document.createElement("p");
  line.className = "refusal";
  line.setAttribute("role", "alert");
  line.textContent = sentence;
  notice.replaceChildren(line);
}

// What is said once the page stands there is in sight wherever one has scrolled to: at the lower edge of the
// window, at the upper one while it would lie on what was pressed or has the keyboard. The next request takes it
// away, unless it is that the login has ended. What stood there before leaves its room, so that nothing moves.
const notice = document.getElementById("notice");
const [place, box, away] = ["div", "div", "button"].map((name) => document.createElement(name));
[place.className, box.className, away.className] = ["said", "said-box", "link away"];
[away.type, away.textContent] = ["button", words.dismiss];
notice.replaceWith(place);
place.append(box);
box.append(notice, away);
if (notice.childElementCount) place.style.minHeight = `${place.getBoundingClientRect().height}px`;
let pressed = 0;

function makeWay() {
  box.classList.toggle("above", pressed > window.innerHeight - box.offsetHeight - 32);
}
new MutationObserver(() => {
  place.classList.add("arrived");
  makeWay();
}).observe(notice, { childList: true });
document.addEventListener("focusin", ({ target }) => requestAnimationFrame(() => {
  if (box.contains(target)) return;
  pressed = target.getBoundingClientRect().bottom;
  makeWay();
}));

document.body.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig: { verb, triggeringEvent: cause } } = event.detail;
  const is_by_itself = verb === "get" && (!cause || cause.type === "intersect");
  if (is_by_itself || notice.contains(elt)) return;
  pressed = (cause?.submitter ?? cause?.target ?? elt).getBoundingClientRect().bottom;
  if (!document.getElementById("ended")) notice.replaceChildren();
});
away.addEventListener("click", () => {
  notice.replaceChildren();
  document.getElementById("main").focus({ preventScroll: true });
});

// An open menu closes when the person clicks elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
});

// A form is sent once, however often the button is pressed, unless its answer is a file and the page stays.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  if (!form.matches("[hx-post], [data-stays]")) form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What was typed or chosen on a slow line before the scripts were there is told to them once. What the browser
// itself chose again on the way back is not: it would lead away from there.
document.addEventListener("DOMContentLoaded", () => {
  for (const field of document.querySelectorAll("textarea, input[type=text], input:not([type])")) {
    if (field.value !== field.defaultValue) field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") return;
  for (const list of document.querySelectorAll("select")) {
    const given = list.querySelector("option[selected]") ?? list.options[0];
    if (!list.multiple && given && !given.selected) list.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

// Selects marked so send their form at once; their button stays for those without a script.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});

// A list of boxes says in its heading what is ticked; a field with a name of its own, that it is used.
document.addEventListener("change", (event) => {
  const list = event.target.closest(".checklist, .pick");
  if (!list) return;
  const isUsed = (field) => (field.type === "checkbox" ? field.checked : field.value.trim());
  const used = [...list.querySelectorAll("input")].filter(isUsed);
  const names = new Set(used.map((field) => field.dataset.says ?? field.closest("label").textContent.trim()));
  const heading = list.querySelector("summary");
  heading.textContent = [...names].join(heading.dataset.joint) || heading.dataset.none;
});

// "Print" asks the browser.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
