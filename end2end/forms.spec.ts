// Every form with what is wrong in it: WCAG 2.2 AA as far as a machine can tell.
import { linkIn } from "./letters";
import { expect, HOME, PASSWORD, Shopper, test } from "./story";

/** What the shop says of the fields, in the summary above the form. */
async function isRefused(shopper: Shopper, name: string, words: string | RegExp) {
  await expect(shopper.page.getByRole("alert")).toBeVisible();
  await expect(shopper.page.locator(".field .error").first()).toContainText(words);
  await shopper.findsNothingWrong(`${name} with errors`);
}

test("signing in and up, with errors", async ({ shop, shopper, browser }) => {
  const { page } = shopper;
  await shopper.opens("/sign-in");
  await page.getByLabel("E-mail address").fill(shopper.email);
  await page.getByLabel("Password").fill("not this one");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await shopper.findsNothingWrong("sign-in with a wrong password");

  await shopper.opens("/sign-up");
  await page.getByLabel("E-mail address").fill("nobody");
  await page.getByLabel("Mobile number").fill("12");
  await page.getByLabel("Password").fill("password");
  await shopper.postsAsItIs("Create account");
  await isRefused(shopper, "sign-up", "name");
  await page.getByLabel("Your name").fill(HOME.name);
  await page.getByLabel("E-mail address").fill("asha@gmial.com");
  await page.getByLabel("Mobile number").fill("");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await isRefused(shopper, "an address that looks mistyped,", "Did you mean asha@gmail.com?");
  await expect(page.getByLabel("Yes, this address is right")).toBeVisible();

  await page.getByLabel("E-mail address").fill(shopper.email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL(/\/sign-up\/sent/);
  await shopper.findsNothingWrong("a letter just sent");
  const letter = await shop.letterTo(shopper.email, "/sign-up/confirm");
  const elsewhere = new Shopper(shop, await browser.newPage());
  await elsewhere.opens(linkIn(letter, "/sign-up/confirm"));
  await elsewhere.findsNothingWrong("confirming in another browser");
  await elsewhere.page.getByLabel("Password").fill("not this one");
  await elsewhere.page.getByRole("button", { name: "Create account" }).click();
  await isRefused(elsewhere, "confirming in another browser", "This is not the password");
  expect(elsewhere.complaints).toEqual([]);
  await elsewhere.page.close();
});

test("an account's forms, with errors", async ({ shopper }) => {
  const { page } = shopper;
  await shopper.signsUp();
  await page.getByLabel("Your name").fill(" ");
  await page.getByLabel("Mobile number").fill("12");
  await page.getByRole("button", { name: "Save" }).click();
  await isRefused(shopper, "the profile", "name");
  await page.getByLabel("Present password").fill("not this one");
  await page.getByLabel("New password").fill(PASSWORD);
  await page.getByRole("button", { name: "Change password" }).click();
  await isRefused(shopper, "a change of the password", /password/);
  await page.getByLabel("Present password").fill(PASSWORD);
  await page.getByLabel("New password").fill("password");
  await page.getByRole("button", { name: "Change password" }).click();
  await isRefused(shopper, "a new password that is common,", "among the first");
  await shopper.opens("/account/addresses/new");
  await shopper.fillsInAddress({ ...HOME, pin: "000000" });
  await page.getByRole("button", { name: "Save" }).click();
  await isRefused(shopper, "an address", "PIN");

  await page.context().clearCookies();
  await shopper.opens("/forgot");
  await page.getByLabel("E-mail address").fill("asha@kirana");
  await page.getByRole("button", { name: "Send the letter" }).click();
  await isRefused(shopper, "forgotten password", /address/);
  await page.getByLabel("E-mail address").fill(shopper.email);
  await page.getByRole("button", { name: "Send the letter" }).click();
  await shopper.isTold("We have sent a letter");
  await shopper.findsNothingWrong("a letter for a forgotten password");
  await shopper.followsLetter("/reset");
  await shopper.findsNothingWrong("a new password");
  await page.getByLabel("New password").fill("password");
  await page.getByRole("button", { name: "Set the password" }).click();
  await isRefused(shopper, "a new password", "among the first");
});

test("checkout, with errors", async ({ shopper }) => {
  const { page } = shopper;
  await shopper.adds("assam-tea", 2);
  await shopper.goesToCheckout();
  await shopper.postsAsItIs("Place order");
  await expect(page.getByRole("alert")).toContainText("Please check the marked fields.");
  await isRefused(shopper, "checkout", /e-mail/);
});
