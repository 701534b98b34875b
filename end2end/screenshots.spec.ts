// Pictures of the main pages for a person to look at, in `screenshots/`.
import type { Page } from "@playwright/test";
import { expect, Shopper, test } from "./story";

const WIDTHS = { 390: 844, 1280: 900 };

async function inBothSizes(page: Page, look: (width: string) => Promise<void>) {
  for (const [width, height] of Object.entries(WIDTHS)) {
    await page.setViewportSize({ width: Number(width), height });
    await look(width);
  }
}

/** Takes the whole page that is open, or the one at that address. */
function camera(shopper: Shopper) {
  const { page } = shopper;
  return async (name: string, address?: string) => {
    if (address) await shopper.opens(address);
    await inBothSizes(page, async (width) => {
      await page.evaluate(settled);
      await page.screenshot({ path: `screenshots/${name}-${width}.png`, fullPage: true });
    });
  };
}

test("pictures of a stranger's pages", async ({ shopper }) => {
  const picture = camera(shopper);
  shopper.expects.push(/status of 404/);
  await picture("home", "/");
  await picture("products", "/products");
  await picture("search", "/products?q=tea");
  await picture("search-empty", "/products?q=xylophone");
  await picture("product", "/products/darjeeling-first-flush");
  await picture("sold-out", "/products/star-anise");
  await picture("cart-empty", "/cart");
  await picture("sign-in", "/sign-in");
  await picture("sign-up", "/sign-up");
  await picture("not-found", "/nowhere");
});

test("pictures of an account's pages, a purchase and the desk", async ({ shopper }) => {
  const { page } = shopper;
  const picture = camera(shopper);
  await shopper.signsUp();
  await picture("account");
  await shopper.savesAddress();
  await picture("addresses");
  await picture("address-new", "/account/addresses/new");
  await page.getByLabel("PIN code").fill("1");
  await page.locator("main form").evaluate((form: HTMLFormElement) => form.submit());
  await expect(page.getByRole("alert")).toBeVisible();
  await picture("address-errors");

  await shopper.adds("darjeeling-first-flush", 2);
  await picture("product-added");
  await shopper.adds("assam-tea");
  await picture("cart", "/cart");
  await page.emulateMedia({ colorScheme: "dark" });
  await picture("cart-dark");
  await picture("home-dark", "/");
  await page.emulateMedia({ colorScheme: "light" });
  await shopper.goesToCheckout();
  await picture("checkout");
  await shopper.placesOrder();
  await picture("pay");
  const pay = page.url();
  await page.goto(`${pay}&check=1`);
  await picture("checking");
  await inBothSizes(page, async (width) => {
    // The window takes its shape when it opens.
    await page.goto(pay);
    const window = await shopper.goesToPay();
    await expect(window.getByRole("button", { name: "Success" })).toBeVisible();
    await page.screenshot({ path: `screenshots/pay-window-${width}.png` });
  });
  await page.goto(pay);
  await shopper.pays();
  const number = await shopper.seesPaidOrder();
  await picture("order");
  await page.emulateMedia({ media: "print" });
  await picture("order-printed");
  await page.emulateMedia({ media: "screen" });
  await picture("orders", "/account/orders");

  await page.context().clearCookies();
  await shopper.signsInAtDesk();
  await picture("desk", "/admin");
  await picture("desk-orders", "/admin/orders");
  await picture("desk-order", `/admin/orders/${number}`);
});

/** Pictures below the fold load when they come near: waits until all are there. */
async function settled() {
  const pictures = [...document.images];
  for (const picture of pictures) picture.loading = "eager";
  await Promise.all(pictures.map((picture) => picture.decode()));
}
