// A shopper in one browser with one tab or two, whose requests can be made to go wrong, and what the
// cart must hold after each wish that the client reported as accepted.
import type { Browser, BrowserContext, Page, Route } from "@playwright/test";
import { expect } from "@playwright/test";
import type { Shop } from "../shop";

export const CHANGE = /^(POST|PUT|DELETE) .*\/api\/cart/;

/** Milliseconds between two looks. */
export const SOON = [10, 20, 50, 100];

/** Begins the client in a tab; told with each wish what became of it. */
async function begins(api: string) {
  const { CartManager } = await import("/client/kirana.js" as string);
  const cart = new CartManager({ api, patience: 5000, backoff: [20, 200] });
  const read = new Set<string>();
  // As a page does: what is shown is read.
  cart.subscribe(({ problems }: any) => {
    for (const told of problems) {
      read.add(told.change.key);
      void cart.dismiss(told);
    }
  });
  const tell = (window as any).tell;
  let twice: { ids: number[]; product: string; quantity: number };
  const wish = (id: number, kind: Kind, product: string, quantity: number) => {
    const done = kind === "remove" ? cart.remove(product) : cart[kind](product, quantity);
    done.then(
      () => tell(id, "accepted"),
      (problem: any) => tell(id, problem.type),
    );
  };
  const button = document.createElement("button");
  button.onclick = () => wish(twice.ids.shift()!, "add", twice.product, twice.quantity);
  button.textContent = "Add";
  document.body.replaceChildren(button);
  const clicks = (ids: number[], product: string, quantity: number) => {
    twice = { ids, product, quantity };
  };
  Object.assign(window, { cart, read, wish, clicks });
  await cart.ready;
}

export type Kind = "add" | "set" | "remove";
export type Wish = { id: number; kind: Kind; product: string; quantity: number };
export type Units = Record<string, number>;
/** Handles one request; the next is left alone unless it says so. */
export type Fault = (route: Route) => Promise<void>;

export class Shopper {
  readonly tabs: Page[] = [];
  /** What the cart must hold: the sum of what was reported as accepted. */
  expected: Units = {};
  /** Headers that say who asks, off the last request. */
  private who: Record<string, string> = {};
  /** Access tokens that ran out before their time. */
  private readonly ended = new Set<string>();
  /** How many refusals of other tabs' changes a tab was shown. */
  private readonly toldOf = new WeakMap<Page, number>();
  private readonly told = new Map<number, string>();
  private refused: Fault = (route) => route.continue();
  private faults: { path: RegExp; fault: Fault }[] = [];
  private wishes = 0;

  private constructor(
    private readonly shop: Shop,
    readonly context: BrowserContext,
  ) {}

  static async comes(browser: Browser, shop: Shop, tabs: number): Promise<Shopper> {
    const shopper = new Shopper(shop, await browser.newContext({ extraHTTPHeaders: {} }));
    const { context } = shopper;
    await context.exposeBinding("tell", (_, id: number, what: string) => shopper.hears(id, what));
    await context.route(`${shop.address}/api/**`, (route) => shopper.asks(route));
    for (let tab = 0; tab < tabs; tab += 1) await shopper.opensTab();
    return shopper;
  }

  async opensTab(): Promise<Page> {
    const tab = await this.context.newPage();
    this.tabs.push(tab);
    // Any page of that origin will do.
    await tab.goto(`${this.shop.front}/client/kirana.js`);
    await tab.evaluate(begins, `${this.shop.address}/api`);
    return tab;
  }

  /** The tab is gone at once, without a word to its script. */
  async loses(tab: Page) {
    this.tabs.splice(this.tabs.indexOf(tab), 1);
    await tab.close({ runBeforeUnload: false });
  }

  /** The next request to such a path meets this fault. */
  meets(path: RegExp, fault: Fault) {
    this.faults.push({ path, fault });
  }

  /** The access token runs out with the next change of the cart. */
  losesToken(refused: Fault) {
    const fault: Fault = async (route) => {
      this.ended.add(route.request().headers().authorization);
      this.refused = refused;
      await refused(route);
    };
    this.meets(CHANGE, fault);
  }

  get hasFaultsLeft(): boolean {
    return this.faults.length > 0;
  }

  forgetsFaults() {
    this.faults = [];
  }

  wish(kind: Kind, product: string, quantity: number): Wish {
    this.wishes += 1;
    return { id: this.wishes, kind, product, quantity };
  }

  async asksFor(tab: Page, { id, kind, product, quantity }: Wish) {
    await tab.evaluate(
      ([id, kind, product, quantity]) => (window as any).wish(id, kind, product, quantity),
      [id, kind, product, quantity] as const,
    );
  }

  async doubleClicks(tab: Page, wishes: Wish[]) {
    const { product, quantity } = wishes[0];
    const ids = wishes.map(({ id }) => id);
    await tab.evaluate(
      ([ids, product, quantity]) => (window as any).clicks(ids, product, quantity),
      [ids, product, quantity] as const,
    );
    await tab.getByRole("button").dblclick();
  }

  /** What the client reported; counts what it accepted. */
  async seesSettled(wish: Wish): Promise<string> {
    const told = () => this.told.get(wish.id);
    await expect.poll(told, { intervals: SOON, timeout: 10_000 }).toBeDefined();
    const what = told()!;
    if (what === "accepted") this.counts(wish);
    return what;
  }

  /** The tab that asked is gone: what was written down must end, told if it was refused. */
  async seesSettledElsewhere(wish: Wish, refused: boolean) {
    const [tab] = this.tabs;
    const before = this.toldOf.get(tab) ?? 0;
    const pending = () => tab.evaluate(() => (window as any).cart.state.pending);
    const read = () => tab.evaluate(() => (window as any).read.size);
    await expect.poll(pending, { intervals: SOON, timeout: 10_000 }).toBe(0);
    await expect.poll(read, { intervals: SOON }).toBe(refused ? before + 1 : before);
    this.toldOf.set(tab, await read());
    if (!refused) this.counts(wish);
  }

  counts({ kind, product, quantity }: Wish) {
    const before = this.expected[product] ?? 0;
    const after = kind === "add" ? before + quantity : kind === "set" ? quantity : 0;
    this.expected[product] = after;
    if (after === 0) delete this.expected[product];
  }

  /** What every tab shows, beside what the shop has and what was accepted. */
  async compares(): Promise<string[]> {
    const server = await this.atTheShop();
    const all = [server, this.expected];
    for (const tab of this.tabs) {
      all.push(
        await tab.evaluate(() =>
          Object.fromEntries(
            (window as any).cart.state.cart.items.map((item: any) => [
              item.product_id,
              item.quantity,
            ]),
          ),
        ),
      );
    }
    const written = all.map((units) => JSON.stringify(Object.entries(units).sort()));
    return written.every((one) => one === written[0]) ? [] : written;
  }

  /** The cart as the shop tells it to the test itself. */
  async atTheShop(): Promise<Units> {
    const { items } = await (await this.asksDirectly("GET", "cart")).json();
    return Object.fromEntries(items.map((item: any) => [item.product_id, item.quantity]));
  }

  /** The same shopper at another device. */
  async asksDirectly(method: string, path: string, body?: object): Promise<Response> {
    const headers = { ...this.who, "Content-Type": "application/json" };
    const answer = await fetch(`${this.shop.address}/api/${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    expect(answer.status, `${method} ${path}`).toBe(200);
    return answer;
  }

  private hears(id: number, what: string) {
    this.told.set(id, what);
  }

  private async asks(route: Route) {
    const headers = route.request().headers();
    for (const name of ["authorization", "cart-token"]) {
      if (headers[name]) this.who = { [name]: headers[name] };
    }
    if (this.ended.has(headers.authorization)) return this.refused(route);
    const url = route.request().url();
    const at = this.faults.findIndex(({ path }) => path.test(`${route.request().method()} ${url}`));
    const [next] = at < 0 ? [] : this.faults.splice(at, 1);
    await (next ? next.fault(route) : route.continue());
  }
}
