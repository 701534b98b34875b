// The cart is never out of step: not between tabs, not behind the back button, not without script.
import type { BrowserContext, Page } from "@playwright/test";
import { expect, Shopper, test } from "./story";

const quantity = (page: Page, name: string) => page.getByLabel(`Quantity of ${name}`);
const notice = (page: Page) => page.locator(".cart [role=status]");

/** Remembers that this very document is still the one on the screen. */
async function marks(page: Page) {
  await page.evaluate(() => (document.documentElement.dataset.mark = "here"));
  return () =>
    expect(page.locator("html"), "the page was not loaded anew").toHaveAttribute(
      "data-mark",
      "here",
    );
}

/** The same visitor adds at another place: no tab hears of it. */
async function addsElsewhere(context: BrowserContext, product: string, units: number) {
  const form = { product, quantity: String(units) };
  const answer = await context.request.post("/do/cart/add", {
    form,
    headers: { Accept: "application/json" },
  });
  expect(answer.ok()).toBe(true);
}

test("the cart changes without leaving the page", async ({ shopper }) => {
  const { page } = shopper;
  await shopper.adds("assam-tea", 2);
  await shopper.adds("turmeric-powder");
  await shopper.opens("/cart");
  const stillHere = await marks(page);

  await quantity(page, "Assam tea").fill("3");
  await page.getByRole("button", { name: "Update Assam tea" }).click();
  await expect(notice(page)).toHaveText("Your cart is updated.");
  await expect(page.getByText("₹185.00 × 3")).toContainText("₹555.00");
  await expect(shopper.badge()).toHaveText("4");
  await expect(page.getByRole("button", { name: "Update Assam tea" })).toBeFocused();

  await page.getByRole("button", { name: /^Remove Turmeric/ }).click();
  await expect(notice(page)).toHaveText("It is out of your cart.");
  await expect(page.getByRole("listitem").filter({ hasText: "Turmeric" })).toHaveCount(0);
  await expect(shopper.badge()).toHaveText("3");

  await page.getByRole("button", { name: "Empty the cart" }).click();
  await expect(page.getByRole("heading", { name: "Your cart is empty" })).toBeVisible();
  await stillHere();
});

test("adding stays on the product's page", async ({ shopper }) => {
  const { page } = shopper;
  await shopper.opens("/products/assam-tea");
  const stillHere = await marks(page);
  for (const units of ["1", "2", "3"]) {
    await page.getByRole("button", { name: "Add to cart" }).click();
    await expect(shopper.badge()).toHaveText(units);
  }
  await expect(page.getByRole("status")).toHaveText("1 × Assam tea is in your cart.");
  await stillHere();
});

test("two tabs stay in step", async ({ shop, shopper, context }) => {
  await shopper.adds("assam-tea", 2);
  const [first, second, shelf] = [shopper.page, await context.newPage(), await context.newPage()];
  await shopper.opens("/cart");
  const tabs = [new Shopper(shop, second), new Shopper(shop, shelf)];
  await tabs[0].opens("/cart");
  await tabs[1].opens("/products");
  const stillThere = await marks(second);

  // A tab behind another one draws once a second, which a click waits for.
  await first.bringToFront();
  await quantity(first, "Assam tea").fill("5");
  await first.getByRole("button", { name: "Update Assam tea" }).click();
  await expect(quantity(second, "Assam tea")).toHaveValue("5");
  await expect(tabs[1].badge()).toHaveText("5");

  await second.bringToFront();
  await second.getByRole("button", { name: "Remove Assam tea" }).click();
  await expect(first.getByRole("heading", { name: "Your cart is empty" })).toBeVisible();
  await expect(tabs[1].badge()).toHaveText("0");
  await stillThere();
});

test("a tab that is looked at again shows what happened meanwhile", async ({ shopper, context }) => {
  const { page } = shopper;
  await shopper.adds("assam-tea", 2);
  await shopper.opens("/cart");
  const stillHere = await marks(page);
  const product = await page.locator(".cart input[name=product]").first().inputValue();
  await addsElsewhere(context, product, 1);
  await expect(quantity(page, "Assam tea")).toHaveValue("2");
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await expect(quantity(page, "Assam tea")).toHaveValue("3");
  await expect(shopper.badge()).toHaveText("3");
  await stillHere();
});

test("who presses twice, or two lines in a row, gets just that", async ({ shopper }) => {
  const { page } = shopper;
  await shopper.adds("assam-tea", 2);
  await shopper.adds("turmeric-powder");
  await shopper.opens("/cart");
  let sent = 0;
  await page.route("**/do/cart/set", async (route) => {
    sent += 1;
    await new Promise((later) => setTimeout(later, 300));
    await route.continue();
  });
  await quantity(page, "Assam tea").fill("3");
  await page.getByRole("button", { name: "Update Assam tea" }).dblclick();
  await quantity(page, "Turmeric powder").fill("4");
  await page.getByRole("button", { name: "Update Turmeric powder" }).click();
  await expect(shopper.badge()).toHaveText("7");
  await expect(quantity(page, "Assam tea")).toHaveValue("3");
  await expect(quantity(page, "Turmeric powder")).toHaveValue("4");
  await expect(notice(page)).toHaveText("Your cart is updated.");
  expect(sent).toBe(2);
});

test("what is typed and not sent stays, and the focus is never lost", async ({
  shopper,
  context,
}) => {
  const { page } = shopper;
  await shopper.adds("turmeric-powder");
  await shopper.adds("assam-tea", 2);
  await shopper.opens("/cart");
  const line = page.getByRole("listitem").filter({ hasText: "Turmeric" });
  const product = await line.locator("input[name=product]").first().inputValue();
  await quantity(page, "Assam tea").fill("7");
  await addsElsewhere(context, product, 1);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await expect(shopper.badge()).toHaveText("4");
  await expect(quantity(page, "Turmeric powder")).toHaveValue("2");
  await expect(quantity(page, "Assam tea")).toHaveValue("7");
  await expect(quantity(page, "Assam tea")).toBeFocused();
  await page.getByRole("button", { name: "Remove Turmeric powder" }).press("Enter");
  await expect(shopper.badge()).toHaveText("2");
  await expect(page.locator("#cart-body")).toBeFocused();
  await expect(quantity(page, "Assam tea")).toHaveValue("7");
});

test(
  "a tab that missed a change gets a fresh cart and a word about it",
  { tag: "@both" },
  async ({ shopper, context }) => {
    shopper.expects.push(/status of 409/);
    const { page } = shopper;
    await shopper.adds("assam-tea", 2);
    await shopper.opens("/cart");
    const product = await page.locator("input[name=product]").first().inputValue();
    await addsElsewhere(context, product, 4);

    await quantity(page, "Assam tea").fill("1");
    await page.getByRole("button", { name: "Update Assam tea" }).click();
    await expect(
      page.getByText("Your cart changed in another place meanwhile, so nothing was done."),
    ).toBeVisible();
    await expect(quantity(page, "Assam tea")).toHaveValue("6");
    await page.getByRole("button", { name: "Update Assam tea" }).click();
    await shopper.isTold("Your cart is updated.");
  },
);

test("the back button shows the cart as it is", { tag: "@both" }, async ({ shopper, context }) => {
  const { page } = shopper;
  await shopper.adds("assam-tea", 2);
  await shopper.opens("/cart");
  await expect(quantity(page, "Assam tea")).toHaveValue("2");
  const product = await page.locator("input[name=product]").first().inputValue();
  await page.getByRole("link", { name: "Assam tea", exact: true }).click();
  await addsElsewhere(context, product, 1);
  await page.goBack();
  await expect(page).toHaveURL(/\/cart$/);
  await expect(quantity(page, "Assam tea")).toHaveValue("3");
});

test("behind the back button even the badge is right", async ({ shopper }) => {
  const { page } = shopper;
  await shopper.opens("/");
  await page.getByRole("link", { name: "Assam tea" }).click();
  await shopper.isAwake();
  await page.getByRole("button", { name: "Add to cart" }).click();
  await expect(shopper.badge()).toHaveText("1");
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("honestly priced");
  await expect(shopper.badge()).toHaveText("1");
});

test("the cart's forms work without script", { tag: "@noscript" }, async ({ shopper }) => {
  const { page } = shopper;
  await shopper.adds("assam-tea", 2);
  await expect(page).toHaveURL(/\/cart$/);
  await shopper.adds("turmeric-powder");
  await quantity(page, "Assam tea").fill("3");
  await page.getByRole("button", { name: "Update Assam tea" }).click();
  await expect(page.getByText("₹185.00 × 3")).toContainText("₹555.00");
  await expect(shopper.badge()).toHaveText("4");
  await page.getByRole("button", { name: /^Remove Turmeric/ }).click();
  await shopper.isTold("It is out of your cart.");
  await page.getByRole("button", { name: "Empty the cart" }).click();
  await expect(page.getByRole("heading", { name: "Your cart is empty" })).toBeVisible();
});
