// Pictures of the main pages for a person to look at, in `screenshots/`.
import { expect, test } from "./story";

const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };

for (const [device, viewport] of Object.entries(SIZES)) {
  test.describe(device, () => {
    test.use({ viewport });

    test(`pages on a ${device}`, async ({ shopper }) => {
      const { page } = shopper;
      shopper.expects.push(/status of 404/);
      const picture = async (name: string, address?: string) => {
        if (address) await shopper.opens(address);
        // Pictures below the fold load when they come near.
        await page.evaluate(() =>
          document.querySelectorAll("img").forEach((img) => (img.loading = "eager")),
        );
        await page.waitForLoadState("networkidle");
        await page.screenshot({
          path: `screenshots/${name}-${viewport.width}.png`,
          fullPage: true,
        });
      };
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
      await page.goto(pay);
      const window = await shopper.goesToPay();
      await expect(window.getByRole("button", { name: "Success" })).toBeVisible();
      await page.screenshot({ path: `screenshots/pay-window-${viewport.width}.png` });
      await window.getByRole("button", { name: "Success" }).click();
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
  });
}
