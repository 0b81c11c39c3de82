// The source line of an entry: marked and scrolled into its own pane, without moving the page.
"use strict";

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#line-"]');
  if (!link) return;
  const line = document.getElementById(link.hash.slice(1));
  const pane = line && line.closest(".campaign-source");
  if (!pane || pane.scrollHeight <= pane.clientHeight) return;
  event.preventDefault();
  for (const old of pane.querySelectorAll(".line.is-current")) old.classList.remove("is-current");
  line.classList.add("is-current");
  pane.scrollTop += line.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
});

// The text opens at the first activity, not at the letterhead.
for (const pane of document.querySelectorAll(".campaign-source")) {
  const link = document.querySelector('#activities a[href^="#line-"]');
  const first = link && document.getElementById(link.hash.slice(1));
  if (first) pane.scrollTop = Math.max(0, first.offsetTop - pane.offsetTop - pane.clientHeight / 4);
}
