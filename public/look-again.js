// For a page that waits: asks every few seconds whether there is news, which the shop answers by
// leading elsewhere or by saying something else than this page, and only then goes there. Without
// script the page loads itself anew instead, and that would interrupt whoever reads it or has it
// read (WCAG 2.2, 2.2.1).
"use strict";
(() => {
  const pause = Number(document.currentScript.dataset.seconds) * 1000;
  const said = (page) => page.querySelector("main").textContent;

  async function hasNews() {
    const answer = await fetch(location.href, { redirect: "manual" });
    if (answer.type === "opaqueredirect") return true;
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return said(page) !== said(document);
  }

  async function look() {
    // Where the shop cannot be reached for a moment, the next look may.
    if (await hasNews().catch(() => false)) location.replace(location.href);
    else setTimeout(look, pause);
  }

  setTimeout(look, pause);
})();
