// The keyboard on the roster: arrows choose a person, 1 to 7 give the mark. Without it the buttons do the same.
"use strict";

const rows = () => [...document.querySelectorAll("tr[data-row]")];
const marks = (row) => row.querySelectorAll(".study-mark");
let last = null; // where the next tap is expected after a row was drawn anew

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  const all = rows();
  const here = all.findIndex((row) => row.contains(document.activeElement) || row.id === last);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) {
    event.preventDefault();
    choose(all[Math.min(Math.max(here + step, 0), all.length - 1)]);
  }
  const place = Number(event.key);
  if (place >= 1 && place <= 7 && here >= 0) {
    event.preventDefault();
    const next = all[here + 1];
    marks(all[here])[place - 1]?.click(); // a row that asks back has no marks
    if (next && place < 4) choose(next); // for those who are away somebody may want to write why
  }
});

function choose(row) {
  last = row.id;
  const pressed = row.querySelector(".study-mark[aria-pressed=true], .study-marks a") || marks(row)[0];
  pressed.focus();
}

// A tapped row is drawn anew: the focus stays where it was.
document.body.addEventListener("htmx:afterSwap", (event) => {
  const row = event.target.closest?.("tr[data-row]");
  if (row && document.activeElement === document.body) choose(document.getElementById(last) || row);
});
