// Every page for everybody, signed out and in, in light and in dark colours: WCAG 2.2 AA as far as
// a machine can tell, and no complaint of the browser. Forms that were refused: forms.spec.ts.
import { anotherShop, expect, Shopper, test } from "./story";

const FOR_ALL = {
  "the front page": "/",
  "all products": "/products",
  "the last page of products": "/products?page=2",
  "one category": "/products?category=tea-coffee",
  "results of a search": "/products?q=tea",
  "a search without results": "/products?q=xylophone",
  "a product": "/products/assam-tea",
  "a product that is sold out": "/products/star-anise",
  "the empty cart": "/cart",
};
const SIGNED_OUT = {
  "sign-in": "/sign-in",
  "sign-up": "/sign-up",
  "a letter on its way": "/sign-up/sent",
  "forgotten password": "/forgot",
  "the API": "/api/docs",
};
const SIGNED_IN = {
  "the profile": "/account",
  "no orders": "/account/orders",
  "no addresses": "/account/addresses",
  "a new address": "/account/addresses/new",
};

async function findNothingWrong(shopper: Shopper, pages: Record<string, string>) {
  for (const [name, address] of Object.entries(pages)) {
    await test.step(name, async () => {
      await shopper.opens(address);
      await shopper.findsNothingWrong(name);
    });
  }
}

/** From "Place order" to the paid order, with every page on the way. */
async function paysStepByStep(shopper: Shopper) {
  const { page } = shopper;
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
}

test("pages of a stranger", async ({ shopper }) => {
  await findNothingWrong(shopper, { ...FOR_ALL, ...SIGNED_OUT });
});

test("a stranger's way from the full cart to the paid order", async ({ shopper }) => {
  await shopper.adds("assam-tea", 2);
  await shopper.findsNothingWrong("a product just added");
  await shopper.opens("/cart");
  await shopper.findsNothingWrong("the full cart");
  await shopper.goesToCheckout();
  await shopper.findsNothingWrong("checkout");
  await shopper.page.getByLabel("E-mail").fill(shopper.email);
  await shopper.fillsInAddress();
  await paysStepByStep(shopper);
});

test("pages of somebody with an account", async ({ shopper }) => {
  await shopper.asksForAccount();
  await shopper.findsNothingWrong("confirming an account");
  await shopper.confirmsAccount();
  await shopper.findsNothingWrong("the profile, just made");
  await findNothingWrong(shopper, { ...FOR_ALL, ...SIGNED_IN });
});

test("the way to the paid order with an account", async ({ shopper }) => {
  const { page } = shopper;
  await shopper.signsUp();
  await shopper.savesAddress();
  await shopper.findsNothingWrong("addresses");
  await page.getByRole("link", { name: "Change" }).click();
  await shopper.findsNothingWrong("changing an address");
  await shopper.adds("masala-chai");
  await shopper.findsNothingWrong("a product just added");
  await shopper.opens("/cart");
  await shopper.findsNothingWrong("the full cart");
  await shopper.goesToCheckout();
  await shopper.findsNothingWrong("checkout with a saved address");
  await paysStepByStep(shopper);
  await shopper.opens("/account/orders");
  await expect(page.getByText("Paid", { exact: true })).toBeVisible();
  await shopper.findsNothingWrong("an own order that is paid");
  await shopper.adds("masala-chai");
  await shopper.goesToCheckout();
  await shopper.placesOrder();
  await shopper.opens("/account/orders");
  await shopper.findsNothingWrong("an order that waits");
});

test("pages of the desk", async ({ shopper }) => {
  const { page } = shopper;
  await shopper.ordersAsGuest();
  await shopper.pays();
  const number = await shopper.seesPaidOrder();
  const order = page.url();
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
  await page.context().clearCookies();
  await shopper.opens(order);
  await shopper.findsNothingWrong("the shopper's order, with a refund");
});

test("the cart and the checkout when the shelf has changed", async ({ browser }) => {
  await anotherShop({}, async (shop) => {
    const context = await browser.newContext({ baseURL: shop.address });
    const shopper = new Shopper(shop, await context.newPage());
    const { page } = shopper;
    for (const slug of ["assam-tea", "nilgiri-tea", "tulsi-green-tea", "filter-coffee"])
      await shopper.adds(slug, 3);
    await shop.suffers(`
      update products set withdrawn_at = 1 where slug = 'assam-tea';
      update products set on_hand = 2 where slug = 'nilgiri-tea';
      update products set on_hand = 0 where slug = 'tulsi-green-tea';
      update products set price_paise = price_paise - 1000 where slug = 'filter-coffee';
    `);
    await shopper.opens("/cart");
    for (const words of ["No longer sold.", "Only 2 left.", "Sold out.", "The price changed"])
      await expect(page.getByText(words)).toBeVisible();
    await shopper.findsNothingWrong("a cart with every warning");
    await page.goto("/checkout");
    await expect(page).toHaveURL(/\/cart$/);
    await shopper.findsNothingWrong("a cart that is not ready for checkout");
    shopper.expects.push(/status of 410/);
    await shopper.opens("/products/assam-tea");
    await shopper.findsNothingWrong("a product that is not sold any more");
    await shopper.opens("/cart");
    for (const name of ["Assam tea", "Nilgiri black tea", "Tulsi green tea"]) {
      const remove = page.getByRole("button", { name: `Remove ${name}` });
      await remove.click();
      await expect(remove).toHaveCount(0);
    }
    await shopper.goesToCheckout();
    await expect(page.getByText("These prices changed since you added them:")).toBeVisible();
    await shopper.findsNothingWrong("checkout with a changed price");
    await page.getByLabel("E-mail").fill(shopper.email);
    await shopper.fillsInAddress();
    await shopper.postsAsItIs("Place order");
    await expect(page.getByRole("alert")).toBeVisible();
    await shopper.findsNothingWrong("a changed price that was not confirmed");
    await page.getByLabel("I have seen the changed prices").check();
    await shopper.placesOrder();
    expect(shopper.complaints).toEqual([]);
    await context.close();
  });
});

test("a cart that changed in another place", async ({ shopper, context }) => {
  shopper.expects.push(/status of 409/);
  const { page } = shopper;
  await shopper.adds("assam-tea", 2);
  await shopper.opens("/cart");
  const product = await page.locator("input[name=product]").first().inputValue();
  await context.request.post("/do/cart/add", { form: { product, quantity: "4" } });
  await page.getByRole("button", { name: "Update Assam tea" }).click();
  await expect(page.getByText("Your cart changed in another place meanwhile")).toBeVisible();
  await shopper.findsNothingWrong("a cart that changed meanwhile");
  await page.getByRole("button", { name: "Empty the cart" }).click();
  await expect(page.getByRole("heading", { name: "Your cart is empty" })).toBeVisible();
  await shopper.findsNothingWrong("a cart just emptied");
});

test("pages of bad luck", async ({ browser }) => {
  // An hour is six seconds there, so that an order soon ends.
  await anotherShop({ KIRANA_CLOCK_SPEED: "600" }, async (shop) => {
    const context = await browser.newContext({ baseURL: shop.address });
    const shopper = new Shopper(shop, await context.newPage());
    const { page } = shopper;
    await shop.gateway.breaks("/v1/orders", "500", 20);
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
    await shop.gateway.recovers();
    await shopper.ordersAsGuest("masala-chai");
    const order = await page.locator("input[name=order_id]").inputValue();
    await expect(async () => {
      await page.reload();
      await expect(heading).toHaveText("This order has ended", { timeout: 500 });
    }).toPass();
    await shop.suffers("update products set on_hand = held where slug = 'masala-chai'");
    await shop.gateway.pays(order);
    await expect(async () => {
      await page.reload();
      await expect(page.getByRole("status").filter({ hasText: "₹" })).toBeVisible({ timeout: 500 });
    }).toPass();
    await shopper.findsNothingWrong("an ended order whose money goes back");
    await shop.suffers("alter table products rename to lost");
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
  await shopper.signsUp();
  await findNothingWrong(shopper, {
    "an unknown page, signed in": "/nowhere",
    "the desk, for a customer": "/admin",
    "an unknown order, signed in": "/orders/K2026-99999",
  });
});

test("pages of what the shop does not do", async ({ shop, shopper, context }) => {
  const { page } = shopper;
  shopper.expects.push(/status of (400|403|405|413|429)/);
  const heading = page.getByRole("heading", { level: 1 });
  const isRefused = async (words: string, name: string) => {
    await expect(heading).toHaveText(words);
    await shopper.findsNothingWrong(name);
  };
  await page.goto("/do/cart/add");
  await isRefused("That cannot be done here", "a form's address, just opened");
  await page.goto("/products/%ff");
  await isRefused("We could not understand that", "an address that is no text");

  const action = `${shop.address}/do/cart/empty`;
  const elsewhere = `<form method="post" action="${action}"><button>Go</button></form>`;
  await page.goto(`data:text/html,${encodeURIComponent(elsewhere)}`);
  await page.getByRole("button", { name: "Go" }).click();
  await isRefused("That is not allowed", "a post from another site");

  await shopper.opens("/sign-in");
  await page.getByLabel("E-mail address").evaluate((field: HTMLInputElement) => {
    field.value = "a".repeat(70_000);
  });
  await shopper.postsAsItIs("Sign in");
  await isRefused("Too much at once", "a form that is too long");

  const form = { email: shopper.email, password: "wrong" };
  for (let tries = 0; tries < 10; tries += 1)
    await context.request.post("/do/account/sign-in", { form, maxRedirects: 0 });
  await shopper.opens("/sign-in");
  await page.getByLabel("E-mail address").fill(form.email);
  await page.getByLabel("Password").fill(form.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await isRefused("Please wait a moment", "one try to sign in too many");
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
