// A keyboard's way through the pages, and no script where nothing is alive.
import { expect, test } from "./story";

test("pages without an island send no script", async ({ shopper }) => {
  const { page } = shopper;
  await shopper.adds("assam-tea");
  const scripts: string[] = [];
  page.on("request", (request) => {
    if (request.resourceType() === "script" || request.url().endsWith(".wasm"))
      scripts.push(request.url());
  });
  for (const address of ["/sign-in", "/sign-up", "/forgot", "/checkout", "/sign-up/sent"]) {
    await page.goto(address);
    expect(await page.locator("script, link[rel*=preload]").count(), address).toBe(0);
  }
  expect(scripts).toEqual([]);
});

for (const address of ["/", "/products/assam-tea", "/cart", "/checkout"]) {
  test(`a keyboard's way through ${address}`, async ({ shopper }) => {
    const { page } = shopper;
    await shopper.adds("assam-tea");
    await shopper.opens(address);
    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: "Skip to content" });
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press("Enter");
    await expect(page.locator("main")).toBeFocused();
    const stops = new Set<string>();
    for (let press = 0; press < 60; press += 1) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(focused);
      if (!stop) break;
      expect.soft(stop.isMarked, `the focus shows on ${stop.name}`).toBe(true);
      expect.soft(stop.isSeen, `${stop.name} is not covered`).toBe(true);
      stops.add(stop.name);
    }
    expect(stops.size).toBeGreaterThan(3);
  });
}

/** Where the keyboard is: is a ring around it, and can it be seen? Null at the document's end. */
function focused() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const ring = (style: CSSStyleDeclaration) =>
    style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const around = [getComputedStyle(element), getComputedStyle(element, "::after")];
  const label = element.closest("label");
  if (label) around.push(getComputedStyle(label));
  const box = element.getBoundingClientRect();
  const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const isSeen = !!there && (element.contains(there) || there.contains(element));
  return { name: element.outerHTML.slice(0, 120), isMarked: around.some(ring), isSeen };
}
