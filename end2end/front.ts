// A front end of another origin beside the worker's shop: the example of clients/js, as its own
// server gives it out.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { Locator, Page, Route } from "@playwright/test";
import { ROOT } from "./places.mjs";
import type { Shop } from "./shop";
import { expect, HOME, ORDER_NUMBER, PASSWORD, type Shopper, test as base } from "./story";

export const test = base.extend<object, { front: string }>({
  front: [
    async ({ shop }, use) => {
      const { front } = shop;
      const env = {
        ...process.env,
        KIRANA_API: `${shop.address}/api`,
        RAZORPAY: shop.gateway.address,
      };
      const words = ["clients/js/example/serve.mjs", new URL(front).port];
      const server = spawn("node", words, { cwd: ROOT, env, stdio: "ignore" });
      const ended = once(server, "exit");
      const answers = async () => (await fetch(front).catch(() => null))?.ok ?? false;
      await expect.poll(answers, { intervals: [50], timeout: 20_000 }).toBe(true);
      await use(front);
      server.kill("SIGTERM");
      await ended;
    },
    { scope: "worker", auto: true },
  ],
  // Added to a request of another origin, it would need that shop's leave.
  extraHTTPHeaders: {},
});

export const ready = (page: Page) =>
  expect(page.locator("html")).toHaveAttribute("data-ready", "yes");
export const units = (page: Page) => page.locator("#units");
export const outcome = (page: Page) => page.locator("#outcome");

/** The shop does what is asked, and its answer never arrives. */
export async function loses(route: Route) {
  await route.fetch();
  await route.abort();
}

export async function opens(page: Page, front: string) {
  await page.goto(front);
  await ready(page);
}

export async function adds(page: Page, name: string, times = 1) {
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

/** The demonstration's shopkeeper: an account that is there already. */
export async function shopkeeper(shop: Shop): Promise<[email: string, password: string]> {
  const [email, password] = (await readFile(`${shop.data}admin.txt`, "utf8")).trim().split(" / ");
  return [email, password];
}

export async function asksToSignIn(page: Page, email: string, password = PASSWORD) {
  await page.getByLabel("E-mail", { exact: true }).fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

export async function signsIn(page: Page, email: string, password = PASSWORD) {
  await asksToSignIn(page, email, password);
  await expect(page.locator("#user")).toBeVisible();
}

/** Presses "Pay now"; gives the gateway's window. */
export async function goesToPay(page: Page) {
  await page.getByRole("button", { name: "Pay now" }).click();
  return gateway(page);
}

export const gateway = (page: Page) =>
  page.frameLocator("iframe[title='Razorpay Checkout']").locator("body");

export async function pays(window: Locator) {
  await window.getByRole("button", { name: "Success" }).click();
}

export async function leaves(window: Locator) {
  await window.getByRole("button", { name: "Cancel" }).click();
  await window.getByRole("button", { name: "Yes, cancel" }).click();
}

export async function isThanked(page: Page): Promise<string> {
  await expect(outcome(page)).toContainText("Thank you. Your order is K");
  return (await outcome(page).innerText()).match(ORDER_NUMBER)![0];
}

export async function fillsCart({ page, email, shop }: Shopper) {
  await opens(page, shop.front);
  await adds(page, "Assam tea", 2);
  await fillsIn(page, email);
}
