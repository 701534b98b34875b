import { readFile } from "node:fs/promises";
import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";
import { linkIn } from "./letters";
import { Shop } from "./shop";

export { expect };

export const HOME = {
  name: "Asha Rao",
  phone: "98765 43210",
  line1: "12, 4th Cross, Malleswaram",
  city: "Bengaluru",
  pin: "560003",
  state: "Karnataka",
};
export const PASSWORD = "monsoon over the ghats";
export const ORDER_NUMBER = /K\d{4}-\d{5}/;
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Those rules of WCAG that look at colours. */
const ABOUT_COLOURS = ["color-contrast", "link-in-text-block"];

/** A line of the log that must not be there. */
const FAULT = /\bERROR\b|panicked/;

let people = 0;

/** An address that nobody used before. */
export function someone(): string {
  people += 1;
  return `asha.${process.pid}.${Date.now()}.${people}@kirana.example`;
}

/** What a browser complains of: errors of pages and scripts, broken content security policies. */
export function complaints(context: BrowserContext, expected: RegExp[]): string[] {
  const heard: string[] = [];
  const hear = (text: string) => {
    if (!expected.some((known) => known.test(text))) heard.push(text);
  };
  context.on("console", (message) => {
    if (message.type() === "error") hear(`${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => hear(String(error.error())));
  return heard;
}

/** A person with a browser. Each verb ends when the page shows that it is done. */
export class Shopper {
  /** Complaints of the browser that belong to the story, such as a refused form's status. */
  readonly expects: RegExp[] = [];
  readonly complaints: string[];
  readonly email = someone();

  constructor(
    readonly shop: Shop,
    readonly page: Page,
    readonly hasScript = true,
  ) {
    this.complaints = complaints(page.context(), this.expects);
  }

  async opens(address: string) {
    await this.page.goto(address);
    await this.isAwake();
  }

  /** Waits until the page's islands live, if it has any. */
  async isAwake() {
    if (!this.hasScript || !(await this.page.locator("leptos-island").count())) return;
    await expect(this.page.locator("script[data-wasm]")).toHaveAttribute("data-awake", "yes");
  }

  async adds(slug: string, units = 1) {
    await this.opens(`/products/${slug}`);
    await this.page.getByLabel("Quantity", { exact: true }).fill(String(units));
    await this.page.getByRole("button", { name: "Add to cart" }).click();
    await this.isTold(`${units} × `);
  }

  /** Sees a notice, whichever place of the page it stands at. */
  async isTold(words: string) {
    await expect(this.page.getByRole("status").filter({ hasText: words })).toBeVisible();
  }

  /** The number beside the cart's link. */
  badge() {
    return this.page.locator(".cart-link .badge");
  }

  async goesToCheckout() {
    await this.opens("/cart");
    await this.page.getByRole("link", { name: "Go to checkout" }).click();
    await expect(this.page.getByRole("heading", { level: 1 })).toHaveText("Checkout");
  }

  async fillsInAddress(address = HOME) {
    const { page } = this;
    await page.getByLabel("Full name").fill(address.name);
    await page.getByLabel("Mobile number").fill(address.phone);
    await page.getByLabel("House, building, street").fill(address.line1);
    await page.getByLabel("City or town").fill(address.city);
    await page.getByLabel("PIN code").fill(address.pin);
    await page.getByLabel("State or union territory").selectOption({ label: address.state });
  }

  async placesOrder() {
    await this.page.getByRole("button", { name: "Place order" }).click();
    await expect(this.page.getByRole("heading", { level: 1 })).toHaveText("Pay for your order");
  }

  /** From the shelf to the pay page, without an account. */
  async ordersAsGuest(slug = "assam-tea", units = 1) {
    await this.adds(slug, units);
    await this.goesToCheckout();
    await this.page.getByLabel("E-mail").fill(this.email);
    await this.fillsInAddress();
    await this.placesOrder();
  }

  /** Presses "Pay now"; what is returned is the gateway's window, or its page. */
  async goesToPay() {
    const { page } = this;
    if (this.hasScript) await expect(page.locator("form#pay")).toHaveAttribute("data-ready", "yes");
    await page.getByRole("button", { name: "Pay now" }).click();
    if (!this.hasScript) return page.locator("body");
    return page.frameLocator("iframe[title='Razorpay Checkout']").locator("body");
  }

  /** Presses "Success" at the gateway and comes back to the shop. */
  async pays() {
    const gateway = await this.goesToPay();
    await gateway.getByRole("button", { name: "Success" }).click();
    if (!this.hasScript) await this.comesBack();
  }

  /** Without script the gateway's page has a button that leads back. */
  async comesBack() {
    await this.page.getByRole("button", { name: /^Return to / }).click();
  }

  /** Pays, but the browser is gone before the shop hears of it. */
  async paysAndVanishes() {
    const { page } = this;
    const context = page.context();
    const gateway = await this.goesToPay();
    if (!this.hasScript) {
      await gateway.getByRole("button", { name: "Success" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Payment successful");
      await context.close();
      return;
    }
    await context.route("**/razorpay/callback**", (route) => route.abort());
    const lost = page.waitForEvent("requestfailed", (request) =>
      request.url().includes("/razorpay/callback"),
    );
    await gateway.getByRole("button", { name: "Success" }).click();
    await lost;
    await context.close();
  }

  /** Presses the button of a form that the browser itself would not let through. */
  async postsAsItIs(button: string) {
    const pressed = this.page.getByRole("button", { name: button });
    await pressed.evaluate((element: HTMLButtonElement) => (element.form!.noValidate = true));
    await pressed.click();
  }

  /** The page of a paid order; gives its number. */
  async seesPaidOrder(): Promise<string> {
    await expect(this.page).toHaveURL(/\/orders\/K/);
    await expect(this.page.getByRole("heading", { level: 1 })).toHaveText("Thank you, Asha");
    return (await this.page.locator(".lead").innerText()).match(ORDER_NUMBER)![0];
  }

  /** Makes an account by the letter that the shop sends. */
  async signsUp() {
    await this.asksForAccount();
    await this.confirmsAccount();
  }

  /** Ends where the letter's link leads to. */
  async asksForAccount() {
    const { page } = this;
    await this.opens("/sign-up");
    await page.getByLabel("Your name").fill(HOME.name);
    await page.getByLabel("E-mail address").fill(this.email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page).toHaveURL(/\/sign-up\/sent/);
    await this.followsLetter("/sign-up/confirm");
  }

  async confirmsAccount() {
    await this.page.getByRole("button", { name: "Create account" }).click();
    await expect(this.page.getByRole("heading", { level: 1 })).toHaveText("Your profile");
  }

  /** Opens the link to that page in the letter that was sent. */
  async followsLetter(to: string) {
    await this.opens(linkIn(await this.shop.letterTo(this.email, to), to));
  }

  async signsIn(email: string, password: string) {
    await this.opens("/sign-in");
    await this.page.getByLabel("E-mail address").fill(email);
    await this.page.getByLabel("Password").fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await expect(this.page.getByRole("heading", { level: 1 })).toHaveText("Your profile");
  }

  /** The demonstration's shopkeeper. */
  async signsInAtDesk() {
    const kept = await readFile(`${this.shop.data}admin.txt`, "utf8");
    const [email, password] = kept.trim().split(" / ");
    await this.signsIn(email, password);
  }

  async savesAddress() {
    await this.opens("/account/addresses/new");
    await this.fillsInAddress();
    await this.page.getByRole("button", { name: "Save" }).click();
    await this.isTold("Your address is saved.");
  }

  /**
   * No violation of WCAG 2.2 AA that a machine can find, in light and in dark colours; 1.4.10
   * (reflow) is measured by itself. The schemes differ in the values of tokens alone
   * (style/tokens.css), so in the dark only the rules about colours are asked.
   */
  async findsNothingWrong(name: string) {
    expect.soft(await this.widthBeyondPhone(), `${name} is too wide by`).toBeLessThanOrEqual(0);
    // Colours on their way from one scheme to the other are nobody's.
    await this.page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    const inDark = await this.violations({ type: "rule", values: ABOUT_COLOURS });
    expect.soft(inDark, `accessibility of ${name}, in the dark`).toEqual([]);
    await this.page.emulateMedia({ colorScheme: "light" });
    const inLight = await this.violations({ type: "tag", values: WCAG });
    expect.soft(inLight, `accessibility of ${name}`).toEqual([]);
    await this.page.emulateMedia({ reducedMotion: null });
  }

  private async violations(runOnly: { type: "rule" | "tag"; values: string[] }) {
    const { page } = this;
    // The other mode looks into the frames of another origin, but opens a page for it each time.
    const isAlone = page.frames().length === 1;
    const axe = new AxeBuilder({ page }).options({ runOnly, resultTypes: ["violations"] });
    const { violations } = await axe.setLegacyMode(isAlone).analyze();
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n  ")}`,
    );
  }

  private async widthBeyondPhone(): Promise<number> {
    // Without its style sheet any page is too wide.
    await this.page.waitForLoadState();
    const usual = this.page.viewportSize()!;
    await this.page.setViewportSize({ width: 320, height: 640 });
    const beyond = await this.page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    );
    await this.page.setViewportSize(usual);
    return beyond;
  }
}

/** Somewhere in 198.18.0.0/15, which is there for measuring (RFC 2544). */
function somewhere(): string {
  const byte = () => Math.floor(Math.random() * 256);
  return `198.18.${byte()}.${byte()}`;
}

type Story = { shopper: Shopper };
type Town = { shop: Shop };

/**
 * Every story begins with one shopper and ends with a browser that complained of nothing; every
 * worker's shop ends with a log that tells of no fault. A shopper comes from an address of their
 * own, as if through a proxy: the shop's limits count by it.
 */
export const test = base.extend<Story, Town>({
  shop: [
    async ({}, use, worker) => {
      const shop = await Shop.opens(worker.parallelIndex);
      await use(shop);
      await shop.closes();
      const faults = (await shop.log()).split("\n").filter((line) => FAULT.test(line));
      expect(faults, "faults in the shop's log").toEqual([]);
    },
    { scope: "worker" },
  ],
  baseURL: async ({ shop }, use) => use(shop.address),
  extraHTTPHeaders: async ({}, use) => use({ "X-Forwarded-For": somewhere() }),
  shopper: async ({ shop, page, javaScriptEnabled }, use) => {
    const shopper = new Shopper(shop, page, javaScriptEnabled !== false);
    await use(shopper);
    expect(shopper.complaints, "what the browser complained of").toEqual([]);
  },
});

/** A fresh shop with further settings beside the worker's, for as long as `story` takes. */
export async function anotherShop(
  more: Record<string, string>,
  story: (shop: Shop) => Promise<void>,
) {
  const shop = await Shop.opens(5 + test.info().parallelIndex, more);
  try {
    await story(shop);
  } finally {
    await shop.closes();
  }
}
