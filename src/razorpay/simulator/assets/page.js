// For the simulator's own pages: tells the page around the frame what happened, presses the button
// back to the shop, and keeps a second click from paying twice. All of it works without, by hand.
(() => {
  "use strict";

  const { parent, event, detail, last, color } = document.body.dataset;

  if (color) document.documentElement.style.setProperty("--accent", color);

  function tell(message) {
    if (parent && window.parent !== window) window.parent.postMessage(message, parent);
  }

  tell({ kind: "ready" });
  if (event) tell({ kind: event, detail: JSON.parse(detail), last: last !== undefined });

  function leave() {
    const button =
      document.querySelector('button[value="cancel"]') ??
      document.querySelector('button[value="leave"]');
    if (button) button.click();
    else tell({ kind: "dismiss" });
  }

  window.addEventListener("message", (message) => {
    if (message.origin === parent && message.data?.kind === "leave") leave();
  });
  document.addEventListener("keydown", (key) => {
    if (parent && key.key === "Escape") leave();
  });

  let sent = false;
  document.addEventListener("submit", (submit) => {
    if (sent) submit.preventDefault();
    sent = true;
  });
  // Back by the browser's own button: the page is alive again and its form may be sent.
  window.addEventListener("pageshow", (shown) => {
    if (shown.persisted) sent = false;
  });

  document.querySelector("form[data-by-itself]")?.requestSubmit();
})();
