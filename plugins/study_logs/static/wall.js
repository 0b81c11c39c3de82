// The wall without the browser around it. Without a script the link already puts it over the whole page.
"use strict";

const stage = document.getElementById("stage");

document.querySelector(".study-enter").addEventListener("click", () => stage.requestFullscreen().catch(() => {}));
document.querySelector(".study-leave").addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
});
document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement) location.hash = "";
});
