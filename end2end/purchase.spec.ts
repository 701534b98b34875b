// The promise, in a browser: whatever happens between the pay page and the order page, a paid order
// is booked once and reaches the shopper.
import { linkIn } from "./letters";
import { anotherShop, expect, HOME, ORDER_NUMBER, Shopper, test } from "./story";

/** Orders, pays nothing yet and looks at the page that waits; gives the gateway's order. */
async function waits(shopper: Shopper): Promise<string> {
  const { page } = shopper;
  await shopper.ordersAsGuest();
  const order = await page.locator("input[name=order_id]").inputValue();
  await page.goto(`${page.url()}&check=1`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("We are checking your payment");
  return order;
}

test("a guest buys a packet of tea", { tag: "@both" }, async ({ shop, shopper }) => {
  await shopper.adds("assam-tea", 2);
  await expect(shopper.badge()).toHaveText("2");
  await shopper.goesToCheckout();
  await shopper.page.getByLabel("E-mail").fill(shopper.email);
  await shopper.fillsInAddress();
  await shopper.placesOrder();
  await expect(shopper.page.getByText("To pay")).toContainText("₹419.00");
  await shopper.pays();
  const number = await shopper.seesPaidOrder();
  await expect(shopper.page.getByText("Assam tea, 250 g")).toBeVisible();
  await expect(shopper.badge()).toHaveCount(0);
  const letter = await shop.letterTo(shopper.email, number);
  expect(letter).toContain("₹419.00");
  await shopper.opens(linkIn(letter, "/orders/"));
  expect(await shopper.seesPaidOrder()).toBe(number);
});

test(
  "somebody with an account buys with a saved address",
  { tag: "@both" },
  async ({ shopper }) => {
    await shopper.signsUp();
    await shopper.savesAddress();
    await shopper.adds("masala-chai");
    await shopper.goesToCheckout();
    await expect(shopper.page.getByText(shopper.email)).toBeVisible();
    await expect(shopper.page.getByRole("radio", { name: HOME.line1 })).toBeChecked();
    await shopper.placesOrder();
    await shopper.pays();
    const number = await shopper.seesPaidOrder();
    await shopper.opens("/account/orders");
    await expect(shopper.page.getByRole("heading", { name: `Order ${number}` })).toBeVisible();
  },
);

test("a payment fails, the next one succeeds", { tag: "@both" }, async ({ shopper }) => {
  await shopper.ordersAsGuest();
  const window = await shopper.goesToPay();
  await window.getByRole("button", { name: "Failure" }).click();
  await expect(window.getByRole("alert")).toBeVisible();
  await window.getByRole("button", { name: "Try again" }).click();
  await window.getByRole("button", { name: "Success" }).click();
  if (!shopper.hasScript) await shopper.comesBack();
  await shopper.seesPaidOrder();
});

test(
  "a failed payment is brought back to the shop, and paid there",
  { tag: "@noscript" },
  async ({ shopper }) => {
    await shopper.ordersAsGuest();
    const page = await shopper.goesToPay();
    await page.getByRole("button", { name: "Failure" }).click();
    await shopper.comesBack();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(
      "Your payment did not go through",
    );
    await page.getByRole("link", { name: "Pay again" }).click();
    await shopper.pays();
    await shopper.seesPaidOrder();
  },
);

test(
  "leaving the gateway's page leads back to the pay page",
  { tag: "@noscript" },
  async ({ shopper }) => {
    await shopper.ordersAsGuest();
    const page = await shopper.goesToPay();
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Pay for your order");
    await shopper.pays();
    await shopper.seesPaidOrder();
  },
);

test("closing the gateway's window leaves the pay page as it was", async ({ shopper }) => {
  await shopper.ordersAsGuest();
  const window = await shopper.goesToPay();
  await window.getByRole("button", { name: "Cancel" }).click();
  await window.getByRole("button", { name: "Yes, cancel" }).click();
  await expect(shopper.page.getByRole("status")).toContainText("The payment window was closed.");
  await expect(shopper.page.getByRole("dialog")).toHaveCount(0);
  await expect(shopper.page.getByRole("button", { name: "Pay now" })).toBeFocused();
  await shopper.pays();
  await shopper.seesPaidOrder();
});

test("checkout.js does not load, so the gateway's page takes over", async ({ shopper }) => {
  shopper.expects.push(/ERR_FAILED.*checkout\.js/);
  const { page } = shopper;
  await page.route("**/v1/checkout.js", (route) => route.abort());
  await shopper.ordersAsGuest();
  await page.getByRole("button", { name: "Pay now" }).click();
  await expect(page).toHaveURL(/\/v1\/checkout\/embedded/);
  await page.getByRole("button", { name: "Success" }).click();
  await shopper.seesPaidOrder();
});

test(
  "the page that waits finds the payment out by itself",
  { tag: "@both" },
  async ({ shop, shopper }) => {
    await shop.gateway.pays(await waits(shopper));
    await shopper.seesPaidOrder();
  },
);

test(
  "the page that waits tells of a failure by itself",
  { tag: "@both" },
  async ({ shop, shopper }) => {
    const { page } = shopper;
    await shop.gateway.fails(await waits(shopper));
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(
      "Your payment did not go through",
    );
    if (shopper.hasScript) await shopper.findsNothingWrong("a payment that did not go through");
    await page.getByRole("link", { name: "Pay again" }).click();
    await shopper.pays();
    await shopper.seesPaidOrder();
  },
);

test(
  "the browser is closed after paying: the webhook settles",
  { tag: "@both" },
  async ({ shop, shopper, browser }) => {
    await shopper.ordersAsGuest();
    await shopper.paysAndVanishes();
    const letter = await shop.letterTo(shopper.email, ORDER_NUMBER);
    const page = await browser.newPage();
    await page.goto(linkIn(letter, "/orders/"));
    const later = new Shopper(shop, page);
    const number = await later.seesPaidOrder();
    expect(letter).toContain(number);
    await page.close();
  },
);

test("webhooks are off and the browser is closed: the poller settles", async ({ browser }) => {
  // One minute is one second there: the questions of 1, 2, 5, 10 … minutes come soon.
  await anotherShop({ KIRANA_CLOCK_SPEED: "60" }, async (shop) => {
    await shop.gateway.sendsWebhooks(false);
    const context = await browser.newContext({ baseURL: shop.address });
    const shopper = new Shopper(shop, await context.newPage());
    await shopper.ordersAsGuest();
    await shopper.paysAndVanishes();
    const letter = await shop.letterTo(shopper.email, ORDER_NUMBER);
    const events = await shop.gateway.events("order.paid");
    expect(events.map((event) => event.delivered_at)).toEqual([null]);
    expect(await shop.log()).toMatch(/paid .*door="poller"/);
    const page = await browser.newPage();
    await page.goto(linkIn(letter, "/orders/"));
    await new Shopper(shop, page).seesPaidOrder();
    await page.close();
  });
});

test.describe("under another of the shop's names", () => {
  test.use({
    baseURL: async ({ shop }, use) => use(shop.address.replace("127.0.0.1", "localhost")),
  });

  test("an order is placed and paid", { tag: "@both" }, async ({ shopper }) => {
    await shopper.ordersAsGuest();
    await shopper.pays();
    await shopper.seesPaidOrder();
  });
});
