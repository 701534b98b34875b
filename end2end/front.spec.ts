// Another front end, of another origin, buys through the client (clients/js) in the example shop.
import { readFile } from "node:fs/promises";
import type { Locator, Page, Route } from "@playwright/test";
import { test } from "./front";
import { expect, HOME, ORDER_NUMBER, PASSWORD, type Shopper } from "./story";

const ready = (page: Page) => expect(page.locator("html")).toHaveAttribute("data-ready", "yes");
const units = (page: Page) => page.locator("#units");
const outcome = (page: Page) => page.locator("#outcome");

/** The shop does what is asked, and its answer never arrives. */
async function loses(route: Route) {
  await route.fetch();
  await route.abort();
}

async function opens(page: Page, front: string) {
  await page.goto(front);
  await ready(page);
}

async function adds(page: Page, name: string, times = 1) {
  const before = Number(await units(page).innerText());
  for (let time = 0; time < times; time += 1) {
    await page.getByRole("button", { name: `Add ${name}`, exact: true }).click();
  }
  await expect(units(page)).toHaveText(String(before + times));
}

async function fillsIn(page: Page, email: string) {
  await page.getByLabel("E-mail for the order").fill(email);
  await page.getByLabel("Full name").fill(HOME.name);
  await page.getByLabel("Mobile number").fill(HOME.phone);
  await page.getByLabel("Street").fill(HOME.line1);
  await page.getByLabel("City").fill(HOME.city);
  await page.getByLabel("PIN code").fill(HOME.pin);
}

/** Presses "Pay now"; gives the gateway's window. */
async function goesToPay(page: Page) {
  await page.getByRole("button", { name: "Pay now" }).click();
  return page.frameLocator("iframe[title='Razorpay Checkout']").locator("body");
}

async function leaves(window: Locator) {
  await window.getByRole("button", { name: "Cancel" }).click();
  await window.getByRole("button", { name: "Yes, cancel" }).click();
}

async function isThanked(page: Page): Promise<string> {
  await expect(outcome(page)).toContainText("Thank you. Your order is K");
  return (await outcome(page).innerText()).match(ORDER_NUMBER)![0];
}

async function fillsCart({ page, email, shop }: Shopper) {
  await opens(page, shop.front);
  await adds(page, "Assam tea", 2);
  await fillsIn(page, email);
}

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
  await window.getByRole("button", { name: "Success" }).click();
  const number = await isThanked(page);
  await expect(units(page)).toHaveText("0");
  expect(await shopper.shop.letterTo(shopper.email, number)).toContain("₹419.00");
});

test("somebody with an account buys what a guest chose", async ({ shopper }) => {
  const { page } = shopper;
  await shopper.signsUp();
  await fillsCart(shopper);
  await page.getByLabel("E-mail", { exact: true }).fill(shopper.email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.locator("#standing")).toContainText("now in your cart");
  await expect(units(page)).toHaveText("2");
  const window = await goesToPay(page);
  await window.getByRole("button", { name: "Success" }).click();
  const number = await isThanked(page);
  await shopper.opens("/account/orders");
  await expect(page.getByRole("heading", { name: `Order ${number}` })).toBeVisible();
});

test("an answer to signing in is lost, and nothing of the guest's cart", async ({ shopper }) => {
  const { page } = shopper;
  const [email, password] = (await readFile(`${shopper.shop.data}admin.txt`, "utf8")).trim().split(" / ");
  const signsIn = () => page.getByRole("button", { name: "Sign in" }).click();
  await opens(page, shopper.shop.front);
  await page.getByLabel("E-mail", { exact: true }).fill(email);
  await page.getByLabel("Password").fill(password);
  await signsIn();
  await expect(page.locator("#user")).toBeVisible();
  const before = Number(await units(page).innerText());
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(units(page)).toHaveText("0");
  await adds(page, "Assam tea", 2);
  shopper.expects.push(/ERR_FAILED|401/);
  await page.route("**/api/auth/login", loses, { times: 1 });
  await signsIn();
  await expect(page.getByRole("alert")).toHaveText("The shop cannot be reached.");
  await signsIn();
  await expect(page.locator("#user")).toBeVisible();
  await expect(units(page)).toHaveText(String(before + 2));
});

test("signing in and out ends though the shop cannot be reached", async ({ shopper }) => {
  const { page } = shopper;
  const [email, password] = (await readFile(`${shopper.shop.data}admin.txt`, "utf8")).trim().split(" / ");
  const signsIn = () => page.getByRole("button", { name: "Sign in" }).click();
  const alert = page.getByRole("alert");
  await opens(page, shopper.shop.front);
  await page.getByLabel("E-mail", { exact: true }).fill(email);
  await page.getByLabel("Password").fill(password);
  await signsIn();
  await expect(page.locator("#user")).toBeVisible();
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
  await signsIn();
  await expect(alert).toHaveText("The shop cannot be reached.");
  await page.unroute("**/api/**");
  await signsIn();
  await expect(page.locator("#user")).toBeVisible();
  await expect(page.getByRole("button", { name: "Remove Assam tea" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Remove Almonds" })).toBeVisible();
});

test("a guest who signs in meanwhile goes on paying", async ({ shopper }) => {
  const { page } = shopper;
  await shopper.signsUp();
  await fillsCart(shopper);
  await leaves(await goesToPay(page));
  await expect(outcome(page)).toHaveText("Nothing was paid yet.");
  await page.getByLabel("E-mail", { exact: true }).fill(shopper.email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.locator("#user")).toBeVisible();
  await page.getByRole("button", { name: "Go on paying" }).click();
  const again = page.frameLocator("iframe[title='Razorpay Checkout']").locator("body");
  await again.getByRole("button", { name: "Success" }).click();
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

test("an order whose answer is lost is placed once", async ({ shopper }) => {
  const { page } = shopper;
  const placed: string[] = [];
  await page.route("**/api/payments/create-from-cart", async (route) => {
    const response = await route.fetch();
    placed.push((await response.json()).order.id);
    await (placed.length === 1 ? route.abort() : route.fulfill({ response }));
  });
  shopper.expects.push(/ERR_FAILED/);
  await fillsCart(shopper);
  const window = await goesToPay(page);
  await window.getByRole("button", { name: "Success" }).click();
  await isThanked(page);
  expect(placed).toEqual([placed[0], placed[0]]);
});

test("a payment fails in the front end, the next one succeeds", async ({ shopper }) => {
  const { page } = shopper;
  // The browser never hears of the confirmation, so it asks how the payment stands.
  await page.route("**/api/payments/confirm-razorpay", loses);
  shopper.expects.push(/ERR_FAILED/);
  await fillsCart(shopper);
  const window = await goesToPay(page);
  await window.getByRole("button", { name: "Failure" }).click();
  await expect(outcome(page)).toContainText("Not paid");
  await window.getByRole("button", { name: "Try again" }).click();
  await window.getByRole("button", { name: "Success" }).click();
  await isThanked(page);
});

test("a window that was closed is opened again, by another tab, or the order called off", async ({
  shopper,
}) => {
  const { page } = shopper;
  await fillsCart(shopper);
  const window = await goesToPay(page);
  await leaves(window);
  await expect(outcome(page)).toHaveText("Nothing was paid yet.");
  await page.close();
  const other = await page.context().newPage();
  await opens(other, shopper.shop.front);
  await other.getByRole("button", { name: "Go on paying" }).click();
  const again = other.frameLocator("iframe[title='Razorpay Checkout']").locator("body");
  await expect(outcome(other)).toHaveText("To pay: ₹419.00.");
  await leaves(again);
  await expect(outcome(other)).toHaveText("Nothing was paid yet.");
  await other.getByRole("button", { name: "Call it off" }).click();
  await expect(outcome(other)).toHaveText("That order is over.");
  await expect(units(other)).toHaveText("2");
});

test("a browser that was closed after paying finds out at its next start", async ({ shopper }) => {
  const { page } = shopper;
  await shopper.shop.gateway.sendsWebhooks(false);
  try {
    await fillsCart(shopper);
    // The answer of the gateway's window reaches the page, and the page reaches nobody.
    await page.route("**/api/payments/**", (route) =>
      route.request().url().includes("create-from-cart") ? route.continue() : route.abort(),
    );
    const window = await goesToPay(page);
    shopper.expects.push(/ERR_FAILED/);
    await window.getByRole("button", { name: "Success" }).click();
    await expect(outcome(page)).toContainText("asking about your payment");
    await page.close();
    const other = await page.context().newPage();
    await opens(other, shopper.shop.front);
    await isThanked(other);
    await expect(units(other)).toHaveText("0");
  } finally {
    await shopper.shop.gateway.sendsWebhooks(true);
  }
});

test("two presses and two tabs make one order", async ({ shopper }) => {
  const { page } = shopper;
  await fillsCart(shopper);
  await page.getByRole("button", { name: "Pay now" }).dblclick();
  const window = page.frameLocator("iframe[title='Razorpay Checkout']").locator("body");
  await expect(window.getByRole("button", { name: "Success" })).toBeVisible();
  const other = await page.context().newPage();
  await other.goto(shopper.shop.front);
  await expect(units(other)).toHaveText("2");
  await expect(other.getByRole("alert")).toContainText("under way already");
  await window.getByRole("button", { name: "Success" }).click();
  await isThanked(page);
  await expect(units(other)).toHaveText("0");
});
