// For a page that waits: asks every few seconds whether there is news, which the shop answers by
// leading elsewhere, and only then goes there. Without script the page loads itself anew instead,
// and that would interrupt whoever reads it or has it read (WCAG 2.2, 2.2.1).
"use strict";
(() => {
  const pause = Number(document.currentScript.dataset.seconds) * 1000;

  async function look() {
    // Where the shop cannot be reached for a moment, the next look may.
    const answer = await fetch(location.href, { redirect: "manual" }).catch(() => null);
    if (answer?.type === "opaqueredirect") location.replace(location.href);
    else setTimeout(look, pause);
  }

  setTimeout(look, pause);
})();
