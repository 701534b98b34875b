// Another front end, of another origin, buys through the client (clients/js) in the example shop.
import {
  adds,
  asksToSignIn,
  fillsCart,
  goesToPay,
  isThanked,
  loses,
  opens,
  pays,
  shopkeeper,
  signsIn,
  test,
  units,
} from "./front";
import { expect } from "./story";

test("a guest buys through another front end", async ({ shopper }) => {
  const { page } = shopper;
  await fillsCart(shopper);
  const picture = page.locator("#products img").first();
  await expect.poll(() => picture.evaluate((image: any) => image.naturalWidth)).toBeGreaterThan(0);
  // Pressed faster than anything can be written down, each press means what the last one made of it.
  await page.evaluate(() => {
    const press = (label: string) =>
      document.querySelector<HTMLElement>(`[aria-label="${label}"]`)!.click();
    press("One more Assam tea");
    press("One Assam tea less");
  });
  await expect(units(page)).toHaveText("2");
  await expect(page.locator("#subtotal:not(.waits)")).toHaveText("₹370.00");
  const window = await goesToPay(page);
  await pays(window);
  const number = await isThanked(page);
  await expect(units(page)).toHaveText("0");
  expect(await shopper.shop.letterTo(shopper.email, number)).toContain("₹419.00");
});

test("somebody with an account buys what a guest chose", async ({ shopper }) => {
  const { page } = shopper;
  await shopper.signsUp();
  await fillsCart(shopper);
  await signsIn(page, shopper.email);
  await expect(page.locator("#standing")).toContainText("now in your cart");
  await expect(units(page)).toHaveText("2");
  const window = await goesToPay(page);
  await pays(window);
  const number = await isThanked(page);
  await shopper.opens("/account/orders");
  await expect(page.getByRole("heading", { name: `Order ${number}` })).toBeVisible();
});

test("an answer to signing in is lost, and nothing of the guest's cart", async ({ shopper }) => {
  const { page } = shopper;
  const account = await shopkeeper(shopper.shop);
  await opens(page, shopper.shop.front);
  await signsIn(page, ...account);
  const before = Number(await units(page).innerText());
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(units(page)).toHaveText("0");
  await adds(page, "Assam tea", 2);
  shopper.expects.push(/ERR_FAILED|401/);
  await page.route("**/api/auth/login", loses, { times: 1 });
  await asksToSignIn(page, ...account);
  await expect(page.getByRole("alert")).toHaveText("The shop cannot be reached.");
  await signsIn(page, ...account);
  await expect(units(page)).toHaveText(String(before + 2));
});

test("signing in and out ends though the shop cannot be reached", async ({ shopper }) => {
  const { page } = shopper;
  const account = await shopkeeper(shopper.shop);
  const alert = page.getByRole("alert");
  await opens(page, shopper.shop.front);
  await signsIn(page, ...account);
  shopper.expects.push(/ERR_FAILED/);
  await page.route("**/api/**", (route) => route.abort());
  // A change that waits for the network keeps nobody.
  await page.getByRole("button", { name: "Add Almonds", exact: true }).click();
  await expect(page.locator("#standing")).toContainText("No connection");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.locator("#user")).toBeHidden();
  await expect(alert).toHaveText("The shop cannot be reached.");
  await page.getByRole("button", { name: "Add Assam tea", exact: true }).click();
  await expect(units(page)).toHaveText("1");
  await expect(alert).toHaveText("");
  await asksToSignIn(page, ...account);
  await expect(alert).toHaveText("The shop cannot be reached.");
  await page.unroute("**/api/**");
  await signsIn(page, ...account);
  await expect(page.getByRole("button", { name: "Remove Assam tea" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Remove Almonds" })).toBeVisible();
});

test("nobody waits to pay while the shop cannot be reached", async ({ shopper }) => {
  const { page } = shopper;
  await fillsCart(shopper);
  shopper.expects.push(/ERR_FAILED/);
  await page.route("**/api/**", (route) => route.abort());
  await page.getByRole("button", { name: "Pay now" }).click();
  await expect(page.getByRole("alert")).toHaveText("The shop cannot be reached.");
  await page.unroute("**/api/**");
  await pays(await goesToPay(page));
  await isThanked(page);
});

test("what one tab asks for in quick succession is done in that order", async ({ shopper }) => {
  const { page } = shopper;
  shopper.expects.push(/409/);
  await opens(page, shopper.shop.front);
  await adds(page, "Assam tea");
  const done = await page.evaluate(async (api) => {
    const { CartManager } = await import("/client/kirana.js" as string);
    const cart = new CartManager({ api });
    await cart.ready;
    const [{ product_id }] = cart.state.cart.items;
    const asked = [cart.set(product_id, 3), cart.set(product_id, 4), cart.add(product_id), cart.set(product_id, 2)];
    const missing = cart.set("no-such-product", 3).catch((problem: any) => problem.type);
    await Promise.all(asked);
    return [cart.state.cart.units, await missing];
  }, `${shopper.shop.address}/api`);
  expect(done).toEqual([2, "not-in-cart"]);
  await expect(units(page)).toHaveText("2");
});
