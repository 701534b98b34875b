// Every page for everybody: WCAG 2.2 AA as far as a machine can tell, no complaint of the browser,
// a keyboard's way through, no script where nothing is alive.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { anotherShop } from "./another-shop";
import { expect, gateway, HOME, Shopper, test } from "./story";

const run = promisify(execFile);

const SIGNED_OUT = {
  "the front page": "/",
  "all products": "/products",
  "the last page of products": "/products?page=2",
  "one category": "/products?category=tea-coffee",
  "results of a search": "/products?q=tea",
  "a search without results": "/products?q=xylophone",
  "a product": "/products/assam-tea",
  "a product that is sold out": "/products/star-anise",
  "the empty cart": "/cart",
  "sign-in": "/sign-in",
  "sign-up": "/sign-up",
  "a letter on its way": "/sign-up/sent",
  "forgotten password": "/forgot",
};
const SIGNED_IN = {
  "the profile": "/account",
  "no orders": "/account/orders",
  "no addresses": "/account/addresses",
  "a new address": "/account/addresses/new",
};

const RENAMES_PRODUCTS = `
import sqlite3, sys
sqlite3.connect(sys.argv[1]).execute("alter table products rename to lost")
`;

async function findNothingWrong(shopper: Shopper, pages: Record<string, string>) {
  for (const [name, address] of Object.entries(pages)) {
    await test.step(name, async () => {
      await shopper.opens(address);
      await shopper.findsNothingWrong(name);
    });
  }
}

for (const scheme of ["light", "dark"] as const) {
  test.describe(`in ${scheme} colours`, () => {
    test.use({ colorScheme: scheme });

    test("pages of a stranger", async ({ shopper }) => {
      await findNothingWrong(shopper, SIGNED_OUT);
    });

    test("from the full cart to the paid order", async ({ shopper }) => {
      const { page } = shopper;
      await shopper.adds("assam-tea", 2);
      await shopper.findsNothingWrong("a product just added");
      await shopper.opens("/cart");
      await shopper.findsNothingWrong("the full cart");
      await shopper.goesToCheckout();
      await shopper.findsNothingWrong("checkout");
      await page.getByLabel("E-mail").fill(shopper.email);
      await shopper.fillsInAddress({ ...HOME, pin: "000000" });
      await page.getByRole("button", { name: "Place order" }).click();
      await expect(page.getByRole("alert")).toContainText("Please check the marked fields.");
      await shopper.findsNothingWrong("checkout with errors");
      await shopper.fillsInAddress();
      await shopper.placesOrder();
      await shopper.findsNothingWrong("the pay page");
      const pay = page.url();
      await page.goto(`${pay}&check=1`);
      await shopper.findsNothingWrong("checking the payment");
      await page.goto(pay);
      const window = await shopper.goesToPay();
      await expect(window.getByRole("button", { name: "Success" })).toBeVisible();
      await shopper.findsNothingWrong("the gateway's window");
      await window.getByRole("button", { name: "Success" }).click();
      await shopper.seesPaidOrder();
      await shopper.findsNothingWrong("a paid order");
    });
  });
}

test("pages of somebody with an account", async ({ shopper }) => {
  const { page } = shopper;
  await shopper.asksForAccount();
  await shopper.findsNothingWrong("confirming an account");
  await shopper.confirmsAccount();
  await shopper.findsNothingWrong("the profile, just made");
  await findNothingWrong(shopper, SIGNED_IN);
  await shopper.fillsInAddress({ ...HOME, pin: "000000" });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await shopper.findsNothingWrong("an address with errors");
  await shopper.savesAddress();
  await shopper.findsNothingWrong("addresses");
  await page.getByRole("link", { name: "Change" }).click();
  await shopper.findsNothingWrong("changing an address");
  await shopper.adds("masala-chai");
  await shopper.goesToCheckout();
  await shopper.findsNothingWrong("checkout with a saved address");
  await shopper.placesOrder();
  await shopper.opens("/account/orders");
  await shopper.findsNothingWrong("an order that waits");
  await page.goBack();
  await shopper.pays();
  await shopper.seesPaidOrder();
  await shopper.opens("/account/orders");
  await expect(page.getByText("Paid", { exact: true })).toBeVisible();
  await shopper.findsNothingWrong("an own order that is paid");
  await page.context().clearCookies();
  await shopper.opens("/forgot");
  await page.getByLabel("E-mail address").fill(shopper.email);
  await page.getByRole("button", { name: "Send the letter" }).click();
  await shopper.isTold("We have sent a letter");
  await shopper.followsLetter("/reset");
  await shopper.findsNothingWrong("a new password");
});

test("pages of the desk", async ({ shopper }) => {
  const { page } = shopper;
  await shopper.ordersAsGuest();
  await shopper.pays();
  const number = await shopper.seesPaidOrder();
  await page.context().clearCookies();
  await shopper.signsInAtDesk();
  await findNothingWrong(shopper, {
    "the desk": "/admin",
    "its orders": "/admin/orders",
    "no orders found": "/admin/orders?q=nobody",
    "one order, with what can be given back": `/admin/orders/${number}`,
  });
  await page.getByLabel("Amount").fill("a million");
  await page.getByRole("button", { name: "Give back" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await shopper.findsNothingWrong("a refund that is refused");
  await page.getByLabel("Amount").fill("10");
  await page.getByLabel("Why").fill("One packet was torn.");
  await page.getByRole("button", { name: "Give back" }).click();
  await expect(page.getByText("One packet was torn.").first()).toBeVisible();
  await shopper.findsNothingWrong("an order with a refund");
  await shopper.opens("/admin/check");
  await shopper.findsNothingWrong("the check of the books");
  await page.getByRole("button", { name: "Check now" }).click();
  await shopper.isTold("Everything holds.");
  await shopper.findsNothingWrong("the check of the books, just made");
});

test("pages of bad luck", async ({ browser }) => {
  // An hour is six seconds there, so that an order soon ends.
  await anotherShop({ KIRANA_CLOCK_SPEED: "600" }, async (shop) => {
    const context = await browser.newContext({ baseURL: shop.address });
    const shopper = new Shopper(await context.newPage(), true);
    const { page } = shopper;
    await gateway.breaks("/v1/orders", "500", 20, shop.gateway);
    await shopper.adds("assam-tea");
    await shopper.goesToCheckout();
    await page.getByLabel("E-mail").fill(shopper.email);
    await shopper.fillsInAddress();
    await page.getByRole("button", { name: "Place order" }).click();
    const heading = page.getByRole("heading", { level: 1 });
    await expect(heading).toHaveText("Payment is not available right now");
    await shopper.findsNothingWrong("a gateway that does not answer");
    await expect(async () => {
      await page.reload();
      await expect(heading).toHaveText("This order has ended", { timeout: 500 });
    }).toPass();
    await shopper.findsNothingWrong("an order that has ended");
    await run("python3", ["-c", RENAMES_PRODUCTS, `${shop.data}kirana.db`]);
    shopper.expects.push(/status of 500/);
    await shopper.opens("/products");
    await expect(heading).toHaveText("Something broke");
    await shopper.findsNothingWrong("a shop that is broken");
    expect(shopper.complaints).toEqual([]);
    await context.close();
  });
});

test("pages that are not there", async ({ shopper }) => {
  shopper.expects.push(/status of (404|410)/);
  await findNothingWrong(shopper, {
    "an unknown page": "/nowhere",
    "an unknown product": "/products/nothing",
    "an unknown order": "/orders/K2026-99999?key=none",
    "a link that has ended": "/reset?token=none",
  });
});

test("the gateway's page of its own", async ({ shopper }) => {
  const { page } = shopper;
  await page.route("**/v1/checkout.js", (route) => route.abort());
  shopper.expects.push(/ERR_FAILED.*checkout\.js/);
  await shopper.ordersAsGuest();
  await page.getByRole("button", { name: "Pay now" }).click();
  await expect(page).toHaveURL(/\/v1\/checkout\/embedded/);
  await shopper.findsNothingWrong("the gateway's page");
  await page.getByRole("button", { name: "Failure" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await shopper.findsNothingWrong("a failure at the gateway");
});

test("pages without an island send no script", async ({ shopper }) => {
  const { page } = shopper;
  await shopper.adds("assam-tea");
  const scripts: string[] = [];
  page.on("request", (request) => {
    if (request.resourceType() === "script" || request.url().endsWith(".wasm"))
      scripts.push(request.url());
  });
  for (const address of ["/sign-in", "/sign-up", "/forgot", "/checkout", "/sign-up/sent"]) {
    await page.goto(address, { waitUntil: "networkidle" });
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
