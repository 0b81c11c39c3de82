// The clock of a paper. It counts from what the server said; at the end the paper is handed in as it stands.
"use strict";

const paper = document.getElementById("paper");
const left = document.getElementById("left");
const end = performance.now() + Number(paper.dataset.left) * 1000;

function tick() {
  const seconds = Math.max(0, Math.round((end - performance.now()) / 1000));
  const two = (number) => String(number).padStart(2, "0");
  left.textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  left.closest(".quiz-clock").classList.toggle("is-short", seconds < 60);
  if (seconds > 0) return;
  clearInterval(timer);
  paper.requestSubmit();
}
const timer = left && setInterval(tick, 1000);
if (left) tick();

// How many questions are still open.
paper.addEventListener("change", () => {
  const open = document.getElementById("open");
  const asked = [...paper.querySelectorAll("fieldset")];
  const empty = asked.filter((each) => !each.querySelector(":checked")).length;
  if (open) open.textContent = open.dataset.words.replace("{n}", empty);
});
