// Orders in another front end that something came between: a lost answer, a closed window, a
// sign-in, a second press.
import type { Page } from "@playwright/test";
import { refuses } from "./failures/faults";
import {
  adds,
  fillsCart,
  gateway,
  goesToPay,
  isThanked,
  leaves,
  loses,
  opens,
  outcome,
  pays,
  ready,
  signsIn,
  test,
  units,
} from "./front";
import type { Shop } from "./shop";
import { expect, type Shopper } from "./story";

const PLACING = "**/api/payments/create-from-cart";

const goesOn = (page: Page) => page.getByRole("button", { name: "Go on paying" }).click();
const callsOff = (page: Page) => page.getByRole("button", { name: "Call it off" }).click();

type Placed = { id: string; access_key: string };

/** What the shop says of an order, by the order's own key. */
async function stateOf(shop: Shop, { id, access_key }: Placed): Promise<string> {
  const answer = await fetch(`${shop.address}/api/orders/${id}?key=${access_key}`);
  return (await answer.json()).state;
}

/** Places an order and leaves the gateway's window without paying. Gives what the shop answered. */
async function leavesUnpaid(shopper: Shopper): Promise<{ razorpay: any; order: Placed }> {
  const { page } = shopper;
  await fillsCart(shopper);
  const placed = page.waitForResponse(PLACING);
  await leaves(await goesToPay(page));
  await expect(outcome(page)).toHaveText("Nothing was paid yet.");
  return (await placed).json();
}

/** The tab is closed when the order is placed and not yet told. Gives the next one, and what the
 * shop says of that order. */
async function isClosedWhilePlacing(shopper: Shopper) {
  const { page, shop } = shopper;
  await fillsCart(shopper);
  const placed = new Promise<any>((resolve) =>
    page.route(PLACING, async (route) => {
      resolve((await (await route.fetch()).json()).order);
      await page.close();
    }),
  );
  await page.getByRole("button", { name: "Pay now" }).click();
  const order = await placed;
  const state = () => stateOf(shop, order);
  const other = await page.context().newPage();
  await opens(other, shop.front);
  await expect(outcome(other)).toHaveText("Nothing was paid yet.");
  return { other, state };
}

/** At the next start nothing is offered any more. */
async function isDoneWith(page: Page) {
  await page.reload();
  await ready(page);
  await expect(page.locator("#open")).toBeHidden();
  await expect(outcome(page)).toHaveText("");
}

test("a guest who signs in meanwhile goes on paying", async ({ shopper }) => {
  const { page } = shopper;
  await shopper.signsUp();
  await fillsCart(shopper);
  await leaves(await goesToPay(page));
  await expect(outcome(page)).toHaveText("Nothing was paid yet.");
  await signsIn(page, shopper.email);
  await goesOn(page);
  await pays(gateway(page));
  await isThanked(page);
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
  await pays(window);
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
  await pays(window);
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
  await goesOn(other);
  await expect(outcome(other)).toHaveText("To pay: ₹419.00.");
  await leaves(gateway(other));
  await expect(outcome(other)).toHaveText("Nothing was paid yet.");
  await callsOff(other);
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
    await pays(window);
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
  const window = gateway(page);
  await expect(window.getByRole("button", { name: "Success" })).toBeVisible();
  const other = await page.context().newPage();
  await other.goto(shopper.shop.front);
  await expect(units(other)).toHaveText("2");
  await expect(other.getByRole("alert")).toContainText("under way already");
  await pays(window);
  await isThanked(page);
  await expect(units(other)).toHaveText("0");
});

test("an order that was never told is called off", async ({ shopper }) => {
  const { other, state } = await isClosedWhilePlacing(shopper);
  await callsOff(other);
  await expect(outcome(other)).toHaveText("That order is over.");
  expect(await state()).toBe("cancelled");
  await isDoneWith(other);
});

test("a guest who signs in goes on with an order that was never told", async ({ shopper }) => {
  await shopper.signsUp();
  const { other } = await isClosedWhilePlacing(shopper);
  await signsIn(other, shopper.email);
  await goesOn(other);
  await pays(gateway(other));
  await isThanked(other);
  await isDoneWith(other);
});

test("an order that cannot be found is not offered for ever", async ({ shopper }) => {
  await shopper.signsUp();
  shopper.expects.push(/409/);
  const { other } = await isClosedWhilePlacing(shopper);
  await signsIn(other, shopper.email);
  await expect(units(other)).toHaveText("2");
  // It is another cart now, so the guest's wish is nobody's.
  await adds(other, "Assam tea");
  await callsOff(other);
  await expect(other.locator("#open")).toBeHidden();
  await isDoneWith(other);
});

test("an order of a guest whom the shop forgot is not offered for ever", async ({ shopper }) => {
  shopper.expects.push(/401/);
  const { other } = await isClosedWhilePlacing(shopper);
  await other.route(PLACING, refuses(401, "cart-token-ended"));
  await goesOn(other);
  await expect(other.getByRole("alert")).toHaveText("cart-token-ended");
  await isDoneWith(other);
});

test("an order is called off that is paid already", async ({ shopper }) => {
  const { page, shop } = shopper;
  shopper.expects.push(/409/);
  const { razorpay } = await leavesUnpaid(shopper);
  await shop.gateway.pays(razorpay.order_id);
  await callsOff(page);
  await isThanked(page);
});

test("an order under way is gone on with where the shop takes no other", async ({ shopper }) => {
  const { page, shop } = shopper;
  shopper.expects.push(/409/);
  const { razorpay, order } = await leavesUnpaid(shopper);
  await shop.gateway.leavesPending(razorpay.order_id);
  await adds(page, "Assam tea");
  await page.getByRole("button", { name: "Pay now" }).click();
  await expect(page.getByRole("alert")).toContainText("it may be paid at this moment");
  await shop.gateway.pays(razorpay.order_id);
  await expect.poll(() => stateOf(shop, order)).toBe("paid");
  await goesOn(page);
  await isThanked(page);
  await expect(units(page)).toHaveText("1");
  await isDoneWith(page);
});

/** Goes to pay with an account whose sign-in ends there. */
async function isSignedOutPaying(shopper: Shopper) {
  const { page, shop } = shopper;
  await shopper.signsUp();
  await fillsCart(shopper);
  await signsIn(page, shopper.email);
  const window = await goesToPay(page);
  await expect(window.getByRole("button", { name: "Success" })).toBeVisible();
  await shop.suffers("update api_sign_ins set ended_at = 1, ended_by = 'password'");
  shopper.expects.push(/401/);
  return window;
}

test("whoever paid is thanked though the sign-in ended meanwhile", async ({ shopper }) => {
  const { page } = shopper;
  const window = await isSignedOutPaying(shopper);
  shopper.expects.push(/ERR_FAILED/);
  // What Razorpay handed over reaches the shop, and its answer nobody.
  await page.route("**/api/payments/confirm-razorpay", loses);
  await pays(window);
  await isThanked(page);
  await expect(page.locator("#standing")).toHaveText("Please sign in again.");
});

test("an order is called off though the sign-in ended meanwhile", async ({ shopper }) => {
  const { page } = shopper;
  await leaves(await isSignedOutPaying(shopper));
  await expect(outcome(page)).toHaveText("Nothing was paid yet.");
  await callsOff(page);
  await expect(outcome(page)).toHaveText("That order is over.");
});
