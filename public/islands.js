// Wakes the islands of a page: loads the browser half when the browser is idle, after two seconds
// at the latest, and calls each island's function with its element, parents before their children.
// Until then, and if anything here fails, the page works as plain HTML.
const tag = document.querySelector("script[data-wasm]");

async function wake() {
  const half = await import(tag.dataset.js);
  await half.default({ module_or_path: tag.dataset.wasm });
  half.hydrate();
  await visit(document.body, half, []);
  tag.dataset.awake = "yes";
  // A page out of the browser's history may be an old copy: the islands ask what is, as they do
  // when a page comes back from memory.
  const [arrival] = performance.getEntriesByType("navigation");
  if (arrival?.type === "back_forward") window.dispatchEvent(new Event("pageshow"));
}

// `around` holds what the islands above left to be called before an island among their children
// wakes.
async function visit(element, half, around) {
  if (element.localName === "leptos-island") {
    around.at(-1)?.();
    await half[element.dataset.component]?.(element);
  } else if (element.localName === "leptos-children") {
    around = [...around, element.$$on_hydrate];
  }
  for (const child of element.children) await visit(child, half, around);
}

if ("requestIdleCallback" in window) requestIdleCallback(wake, { timeout: 2000 });
else setTimeout(wake, 200);
