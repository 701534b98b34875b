// Everything that goes wrong between a wish and the shop's answer. Each kind meets one wish and
// leaves the network as it was.
import type { Page, Route } from "@playwright/test";
import { expect } from "@playwright/test";
import { CHANGE, type Fault, type Kind, type Shopper, SOON, type Wish } from "./shopper";

/** Chance that can be replayed (mulberry32). */
export class Chance {
  constructor(private seed: number) {}

  next(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  upTo(most: number): number {
    return 1 + Math.floor(this.next() * most);
  }

  of<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)];
  }
}

export const REFRESH = /auth\/refresh/;
const cut: Fault = (route) => route.abort("connectionreset");
const answerCut: Fault = async (route) => {
  await route.fetch();
  await route.abort("connectionreset");
};

export function refuses(status: number, type: string, more: Record<string, string> = {}): Fault {
  return (route) =>
    route.fulfill({
      status,
      headers: {
        ...more,
        "Access-Control-Allow-Origin": route.request().headers().origin,
        "Access-Control-Expose-Headers": "Retry-After",
        "Content-Type": "application/problem+json",
      },
      body: JSON.stringify({ type: `/api/docs#${type}`, title: type, status, detail: type }),
    });
}

const brokenAfter: Fault = async (route) => {
  await route.fetch();
  await refuses(500, "fault")(route);
};

/** One story: a wish, what happens to it, and that it is settled. */
type Story = (shopper: Shopper, chance: Chance, products: string[]) => Promise<void>;

/** A wish that the shop would grant. */
function wishes(shopper: Shopper, chance: Chance, products: string[], kinds: Kind[]): Wish {
  const lines = Object.keys(shopper.expected);
  const product = chance.of(products);
  const kind = lines.length === 0 ? "add" : chance.of(kinds);
  if (kind !== "add") {
    const line = chance.of(lines);
    const quantity = kind === "set" ? (shopper.expected[line] % 9) + 1 : 0;
    return shopper.wish(kind, line, quantity);
  }
  // Not past what the shelf has.
  const full = (shopper.expected[product] ?? 0) > 15;
  return full ? shopper.wish("set", product, 2) : shopper.wish("add", product, chance.upTo(2));
}

const ANY: Kind[] = ["add", "add", "set", "remove"];
const CHANGES: Kind[] = ["set", "set", "remove"];

const meets =
  (fault: Fault): Story =>
  async (shopper, chance, products) => {
    const wish = wishes(shopper, chance, products, ANY);
    shopper.meets(CHANGE, fault);
    await shopper.asksFor(chance.of(shopper.tabs), wish);
    expect(await shopper.seesSettled(wish)).toBe("accepted");
  };

export const tokenEnded = refuses(401, "token-ended");

const withToken =
  (refreshing?: Fault): Story =>
  async (shopper, chance, products) => {
    const wish = wishes(shopper, chance, products, ANY);
    if (refreshing) shopper.meets(REFRESH, refreshing);
    shopper.losesToken(tokenEnded);
    await shopper.asksFor(chance.of(shopper.tabs), wish);
    expect(await shopper.seesSettled(wish)).toBe("accepted");
  };

/** The shop is told before the request arrives that the cart changed at another device. */
const changedElsewhere =
  (sameLine: boolean): Story =>
  async (shopper, chance, products) => {
    if (Object.keys(shopper.expected).length === 0) {
      const first = shopper.wish("add", products[0], 2);
      await shopper.asksFor(shopper.tabs[0], first);
      await shopper.seesSettled(first);
    }
    const wish = wishes(shopper, chance, products, CHANGES);
    const other = products.find((product) => product !== wish.product)!;
    const changed = shopper.wish("add", sameLine ? wish.product : other, 1);
    shopper.meets(CHANGE, async (route) => {
      await shopper.asksDirectly("POST", "cart/add", {
        product_id: changed.product,
        quantity: changed.quantity,
      });
      shopper.counts(changed);
      await route.continue();
    });
    await shopper.asksFor(chance.of(shopper.tabs), wish);
    const told = await shopper.seesSettled(wish);
    // Set to what the other device made of it, it is as wished; else the shopper decides anew.
    const asWished = sameLine && shopper.expected[wish.product] === wish.quantity;
    expect(told).toBe(sameLine && !asWished ? "cart-changed" : "accepted");
  };

/** The tab that sends is closed while its request is under way; another, or the next start, goes on. */
const killed =
  (reached: boolean): Story =>
  async (shopper, chance, products) => {
    const refused = chance.next() < 0.25;
    const wish = refused
      ? shopper.wish("add", chance.of(products), 99)
      : wishes(shopper, chance, products, ANY);
    const asking = chance.of(shopper.tabs);
    const gone = new Promise<Page>((resolve, reject) => {
      shopper.meets(CHANGE, async (route) => {
        if (reached) await route.fetch();
        const tab = route.request().frame().page();
        await shopper.loses(tab).then(() => resolve(tab), reject);
      });
    });
    await shopper.asksFor(asking, wish);
    if ((await gone) === asking) {
      if (shopper.tabs.length === 0) await shopper.opensTab();
      await shopper.seesSettledElsewhere(wish, refused);
    } else expect((await shopper.seesSettled(wish)) !== "accepted").toBe(refused);
    if (shopper.tabs.length < 2 && chance.next() < 0.5) await shopper.opensTab();
  };

const doubleClick: Story = async (shopper, chance, products) => {
  const product = products.find((product) => (shopper.expected[product] ?? 0) < 15)!;
  const both = [shopper.wish("add", product, 1), shopper.wish("add", product, 1)];
  shopper.meets(CHANGE, chance.of([cut, answerCut]));
  await shopper.doubleClicks(chance.of(shopper.tabs), both);
  for (const wish of both) expect(await shopper.seesSettled(wish)).toBe("accepted");
};

const tooMany: Story = async (shopper, chance, products) => {
  const wish = shopper.wish("add", chance.of(products), 99);
  shopper.meets(CHANGE, chance.of([(route: Route) => route.continue(), answerCut]));
  await shopper.asksFor(chance.of(shopper.tabs), wish);
  expect(["only-some-left", "cart-full"]).toContain(await shopper.seesSettled(wish));
};

const offline: Story = async (shopper, chance, products) => {
  const wish = wishes(shopper, chance, products, ANY);
  const tab = chance.of(shopper.tabs);
  shopper.meets(CHANGE, cut);
  await shopper.context.setOffline(true);
  await shopper.asksFor(tab, wish);
  await expect.poll(() => isOffline(tab), { intervals: SOON }).toBe(true);
  await shopper.context.setOffline(false);
  expect(await shopper.seesSettled(wish)).toBe("accepted");
};

const isOffline = (tab: Page) => tab.evaluate(() => (window as any).cart.state.offline);

/** So many hours from what is right, whatever it was before. */
export function setsClock(tab: Page, hours: number) {
  return tab.evaluate((shift) => {
    const right = ((window as any).right ??= Date.now);
    Date.now = () => right() + shift;
  }, hours * 3_600_000);
}

/** The computer's clock is set while an answer is lost, by up to eleven hours. */
const clockIsSet: Story = async (shopper, chance, products) => {
  const wish = wishes(shopper, chance, products, ANY);
  const tab = chance.of(shopper.tabs);
  const hours = chance.next() * 11 - 5.5;
  shopper.meets(CHANGE, async (route) => {
    await route.fetch();
    await setsClock(tab, hours);
    await route.abort("connectionreset");
  });
  await shopper.asksFor(tab, wish);
  expect(await shopper.seesSettled(wish)).toBe("accepted");
};

/** Something on the way took the version off the request. */
const versionLost: Story = async (shopper, chance, products) => {
  if (Object.keys(shopper.expected).length === 0) return meets(cut)(shopper, chance, products);
  const wish = wishes(shopper, chance, products, CHANGES);
  shopper.meets(CHANGE, (route) => {
    const { "if-match": _, ...headers } = route.request().headers();
    return route.continue({ headers });
  });
  await shopper.asksFor(chance.of(shopper.tabs), wish);
  expect(await shopper.seesSettled(wish)).toBe("accepted");
};

/** The refresh token is used up and the next one never arrives: nobody but the shopper can go on. */
const signsInAgain =
  (signIn: (tab: Page) => Promise<unknown>): Story =>
  async (shopper, chance, products) => {
    const wish = wishes(shopper, chance, products, ANY);
    const tab = chance.of(shopper.tabs);
    shopper.meets(REFRESH, answerCut);
    shopper.losesToken(tokenEnded);
    await shopper.asksFor(tab, wish);
    const ended = () => tab.evaluate(() => (window as any).cart.state.sign_in_ended);
    await expect.poll(ended, { intervals: SOON }).toBe(true);
    await signIn(tab);
    expect(await shopper.seesSettled(wish)).toBe("accepted");
  };

/** How often each kind happens to one shopper: seventy-five in all. */
export const GUEST: [string, number, Story][] = [
  ["cut before the effect", 8, meets(cut)],
  ["cut after the effect", 13, meets(answerCut)],
  ["offline for a while", 4, offline],
  ["412, another line changed", 7, changedElsewhere(false)],
  ["412, the same line changed", 4, changedElsewhere(true)],
  ["409", 5, tooMany],
  ["429", 4, meets(refuses(429, "too-many-requests", { "Retry-After": "1" }))],
  ["500 before the effect", 5, meets(refuses(500, "fault"))],
  ["500 after the effect", 7, meets(brokenAfter)],
  ["clicked twice", 6, doubleClick],
  ["tab killed before the effect", 3, killed(false)],
  ["tab killed after the effect", 4, killed(true)],
  ["clock set", 5, clockIsSet],
];

export const signedIn = (signIn: (tab: Page) => Promise<unknown>): [string, number, Story][] => [
  ["401", 11, withToken()],
  ["401, refresh cut before", 4, withToken(cut)],
  ["401, refresh cut after", 4, signsInAgain(signIn)],
  ["cut before the effect", 4, meets(cut)],
  ["cut after the effect", 8, meets(answerCut)],
  ["offline for a while", 2, offline],
  ["412, another line changed", 5, changedElsewhere(false)],
  ["412, the same line changed", 4, changedElsewhere(true)],
  ["409", 3, tooMany],
  ["428", 2, versionLost],
  ["429", 4, meets(refuses(429, "too-many-requests", { "Retry-After": "1" }))],
  ["500 before the effect", 3, meets(refuses(500, "fault"))],
  ["500 after the effect", 6, meets(brokenAfter)],
  ["clicked twice", 4, doubleClick],
  ["tab killed before the effect", 3, killed(false)],
  ["tab killed after the effect", 4, killed(true)],
  ["clock set", 4, clockIsSet],
];
