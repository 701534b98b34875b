// The cart: every change is written down before it is sent, shown at once, sent in the order in
// which it was asked by one tab at a time, and ends accepted or told. A tab that dies loses nothing:
// the next in line finds the change where it was written down and sends it with the same key.
import { Api, Problem, owner, passes } from "./api.js";

/** @typedef {import("../kirana").Cart} Cart */
/** @typedef {import("../kirana").CartState} CartState */
/** @typedef {import("../kirana").Change} Change */
/** @typedef {import("../kirana").Kept} Kept */

/** The shop knows a key for a day. Half of it leaves room for a clock that was set meanwhile. */
const KEY_IS_KNOWN = 12 * 3_600_000;
/** What does not pass by itself is tried so often. */
const TRIES = 5;

const NOTHING = { paise: 0, text: "₹0.00" };
/** @type {Cart} */
const EMPTY = {
  id: null,
  version: 0,
  items: [],
  units: 0,
  subtotal: NOTHING,
  tax: NOTHING,
  savings: NOTHING,
  can_check_out: false,
};

export class CartManager {
  #api;
  #others;
  /** @type {Set<(state: CartState) => void>} */
  #listeners = new Set();
  /** @type {Map<string, { since: number, resolve: (state: CartState) => void,
   *   reject: (problem: Problem) => void }>} */
  #waiting = new Map();
  #looks = 0;
  #shown = 0;
  #more = false;
  #offline = false;
  /** @type {Promise<void> | undefined} */
  #sending;
  #wake = () => {};

  /** @param {import("../kirana").Settings} settings */
  constructor(settings) {
    this.#api = new Api(settings);
    /** @type {CartState} */
    this.state = {
      cart: EMPTY,
      pending: 0,
      offline: false,
      user: null,
      sign_in_ended: false,
      problems: [],
    };
    this.#api.heard = (answered) => this.#hears(!answered);
    this.#others = new BroadcastChannel(this.#api.name);
    this.#others.onmessage = ({ data }) => {
      if (data === "asked") this.#wake();
      if (typeof data === "boolean") this.#hears(data, false);
      else void this.#look();
    };
    globalThis.addEventListener("online", () => this.#wake());
    /** Resolved when what this browser knew is shown; the shop's answer follows. */
    this.ready = this.#api.store.write(() => ({ keep: { stale: true } })).then(() => this.#look());
  }

  /** Calls `listener` now and at every change; gives what ends that.
   * @param {(state: CartState) => void} listener */
  subscribe(listener) {
    this.#listeners.add(listener);
    listener(this.state);
    return () => void this.#listeners.delete(listener);
  }

  /** Any other address of the API, with the same recovery.
   * @param {string} method @param {string} path @param {import("../kirana").Asked} [asked] */
  async ask(method, path, asked) {
    return (await this.#api.ask(method, path, asked)).body;
  }

  /** @param {string} product_id @param {number} [quantity]
   * @param {import("../kirana").Shown} [product] */
  add(product_id, quantity = 1, product) {
    return this.#change({ kind: "add", product_id, quantity, product });
  }

  /** @param {string} product_id @param {number} quantity */
  set(product_id, quantity) {
    return this.#change({ kind: "set", product_id, quantity });
  }

  /** @param {string} product_id */
  remove(product_id) {
    return this.#change({ kind: "remove", product_id, quantity: 0 });
  }

  /** Asks the shop anew; done when nothing waits any more. */
  async refresh() {
    await this.#api.store.write(() => ({ keep: { stale: true } }));
    await this.#send();
    return this.state;
  }

  /** @param {import("../kirana").Told} told */
  async dismiss(told) {
    await this.#api.store.write(() => ({ drop: [told.change] }));
    await this.#tell();
  }

  /** Signs in; the guest's cart joins the account's. Gives what became of it, in a sentence.
   * @param {string} email @param {string} password @returns {Promise<string | null>} */
  async login(email, password) {
    this.#wake();
    const notice = await this.#api.alone("cart", async () => {
      // What a guest asked for must be in the guest's cart before that is merged.
      await this.#work(false);
      return this.#api.alone("sign-in", async () => {
        const { cart_token } = (await this.#api.store.read()).kept;
        const asked = { body: { email, password } };
        const { body } = await this.#api.send("POST", "auth/login", asked, { cart_token });
        const { access, refresh, user, notice } = body;
        const sign_in = { access, refresh, user };
        await this.#api.store.write(({ queue }) => ({
          keep: { ...gone, sign_in },
          put: queue
            .filter((change) => change.owner === "guest" && !change.problem)
            .map((change) => ({ ...change, owner: user.email })),
        }));
        return notice;
      });
    });
    await this.#tell();
    await this.#send();
    return notice;
  }

  /** Forgets the sign-in here, whether or not the shop can be told. */
  async logout() {
    await this.#api.alone("cart", () =>
      this.#api.alone("sign-in", async () => {
        const { sign_in } = (await this.#api.store.read()).kept;
        await this.#api.store.write(() => ({ keep: gone }));
        if (!sign_in) return;
        await this.#api.send("POST", "auth/logout", { body: { refresh: sign_in.refresh } }, {});
      }),
    ).finally(() => this.#tell());
  }

  /** What the checkout shares with the cart. */
  get api() {
    return this.#api;
  }

  /** @param {Omit<Change, "key" | "owner">} asked @returns {Promise<CartState>} */
  async #change(asked) {
    const change = { ...asked, key: crypto.randomUUID() };
    if (change.kind !== "add") change.seen = units(this.state.cart, change);
    await this.#api.store.write(({ kept }) => ({ put: [{ ...change, owner: owner(kept) }] }));
    const settled = new Promise((resolve, reject) => {
      this.#waiting.set(change.key, { since: this.#looks, resolve, reject });
    });
    this.#wake();
    await this.#tell("asked");
    void this.#send();
    return settled;
  }

  /** Sends what is written down, as soon as it is this tab's turn. */
  #send() {
    this.#more = true;
    this.#sending ??= this.#turns();
    return this.#sending;
  }

  async #turns() {
    try {
      while (this.#more) {
        this.#more = false;
        await this.#api.alone("cart", () => this.#work(true));
      }
    } finally {
      this.#sending = undefined;
    }
  }

  /** One after the other until nothing is left. Out of patience, it throws instead of waiting.
   * @param {boolean} patient */
  async #work(patient) {
    for (let tries = 1; ; tries += 1) {
      const { kept, queue } = await this.#api.store.read();
      const next = queue.find((change) => change.owner === owner(kept) && !change.problem);
      if (!next && !kept.stale) return;
      try {
        await (next ? this.#perform(next, kept) : this.#fetch(kept));
        tries = 0;
      } catch (trouble) {
        // Signed out by the shop: the change waits for its owner, others go on.
        const status = trouble instanceof Problem ? trouble.status : 0;
        const stubborn = [401, 500].includes(status) && tries >= TRIES;
        if (next && trouble instanceof Problem && (stubborn || !(passes(trouble) || status === 401))) {
          await this.#refuse(next, trouble);
          tries = 0;
        } else if (patient) {
          await this.#tell();
          await this.#pause(trouble, tries);
        } else throw trouble;
      }
      await this.#tell();
    }
  }

  /** @param {Change} change @param {Kept} kept */
  async #perform(change, kept) {
    if (change.kind !== "add") return this.#replace(change, kept);
    const again = change.sent !== undefined;
    if (again && Math.abs(Date.now() - Number(change.sent)) > KEY_IS_KNOWN) {
      const detail = "This was asked too long ago to be asked again. Please look at your cart.";
      throw new Problem({ type: "too-old", status: 409, detail });
    }
    if (!again) await this.#api.store.write(() => ({ put: [{ ...change, sent: Date.now() }] }));
    const { product_id, quantity, key, owner: as } = change;
    const asked = { body: { product_id, quantity }, key, as, tries: 1 };
    const answer = await this.#api.ask("POST", "cart/add", asked);
    const { cart_token = kept.cart_token, ...body } = answer.body;
    const cart = { ...body, tag: answer.tag };
    // Asked again, the shop tells how the cart was when it was done, not how it is.
    const keep = { cart, cart_token, stale: again || kept.stale };
    await this.#api.store.write(() => ({ keep, drop: [change] }));
  }

  /** Done only to what the shopper saw: if other lines changed, again with the new version; if this
   * line did, it is told. @param {Change} change @param {Kept} kept */
  async #replace(change, kept) {
    let detail = "The cart changed meanwhile.";
    if (!kept.cart) kept = await this.#fetch(kept);
    for (let looks = 0; looks < TRIES; looks += 1) {
      const now = units(kept.cart ?? EMPTY, change);
      if (now === change.quantity) return this.#api.store.write(() => ({ drop: [change] }));
      if (now !== change.seen) break;
      try {
        const [method, body] =
          change.kind === "set" ? ["PUT", { quantity: change.quantity }] : ["DELETE"];
        const path = `cart/items/${change.product_id}`;
        const asked = { body, tag: kept.cart?.tag, as: change.owner, tries: 1 };
        const answer = await this.#api.ask(method, path, asked);
        const cart = { ...answer.body, tag: answer.tag };
        return await this.#api.store.write(() => ({ keep: { cart }, drop: [change] }));
      } catch (trouble) {
        if (!(trouble instanceof Problem) || !moved(trouble)) throw trouble;
        detail = trouble.detail;
        kept = await this.#fetch(kept);
      }
    }
    throw new Problem({ type: "cart-changed", status: 412, detail });
  }

  /** @param {Kept} kept @returns {Promise<Kept>} */
  async #fetch(kept) {
    const asked = { as: owner(kept), tries: 1 };
    const { body, tag } = await this.#api.ask("GET", "cart", asked);
    const keep = { cart: { ...body, tag }, stale: undefined };
    await this.#api.store.write(() => ({ keep }));
    return { ...kept, ...keep };
  }

  /** Rolled back and told, by the tab that asked or at the next start.
   * @param {Change} change @param {Problem} trouble */
  #refuse(change, { type, status, title, detail, errors }) {
    const problem = { type, status, title, detail, errors };
    return this.#api.store.write(() => ({
      keep: { stale: true },
      put: [{ ...change, problem }],
    }));
  }

  /** Waits before the next try. The network's return or the shopper's next wish ends it; what the
   * shop asked for is waited out. @param {unknown} trouble @param {number} tries */
  #pause(trouble, tries) {
    return new Promise((resolve) => {
      const done = () => resolve(undefined);
      setTimeout(done, this.#api.pause(trouble, tries));
      const asked = trouble instanceof Problem && trouble.retry_after !== undefined;
      this.#wake = asked ? () => {} : done;
    });
  }

  /** @param {boolean} offline @param {boolean} [first] */
  #hears(offline, first = true) {
    if (offline === this.#offline) return;
    this.#offline = offline;
    if (first) this.#others.postMessage(offline);
    this.#show({ ...this.state, offline });
  }

  /** Something is written: other tabs look, and so does this one. @param {string} [what] */
  async #tell(what = "written") {
    this.#others.postMessage(what);
    await this.#look();
  }

  /** Shows what is written down and settles what was waited for. */
  async #look() {
    const look = (this.#looks += 1);
    const { kept, queue } = await this.#api.store.read();
    if (look < this.#shown) return;
    this.#shown = look;
    const mine = queue.filter((change) => change.owner === owner(kept) && !change.problem);
    const waits = mine.length > 0 || kept.stale === true;
    if (waits) void this.#send();
    const refused = [];
    for (const change of queue.filter(({ problem }) => problem)) {
      const problem = new Problem(change.problem ?? {});
      const waiting = this.#waiting.get(change.key);
      if (!waiting) refused.push({ change, problem });
      this.#waiting.delete(change.key);
      waiting?.reject(problem);
      if (waiting) void this.#api.store.write(() => ({ drop: [change] }));
    }
    this.#show({
      cart: shown(kept.cart ?? EMPTY, mine),
      pending: mine.length,
      offline: this.#offline,
      user: kept.sign_in?.user ?? null,
      sign_in_ended: kept.sign_in_ended ?? false,
      problems: refused,
    });
    const written = new Set(queue.map(({ key }) => key));
    for (const [key, { since, resolve }] of this.#waiting) {
      // Written after this look began, it is no sign that it is not there.
      if (written.has(key) || look <= since) continue;
      this.#waiting.delete(key);
      resolve(this.state);
    }
  }

  /** @param {CartState} state */
  #show(state) {
    this.state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

/** What is forgotten when the shopper becomes another. */
const gone = {
  sign_in: undefined,
  sign_in_ended: undefined,
  cart_token: undefined,
  cart: undefined,
  stale: true,
};

/** Units of the line that a change is about.
 * @param {Cart} cart @param {{ product_id: string }} change */
const units = (cart, { product_id }) =>
  cart.items.find((item) => item.product_id === product_id)?.quantity ?? 0;

/** Was it refused because the cart is another than was seen? @param {Problem} problem */
const moved = ({ type, status }) =>
  status === 412 || status === 428 || ["cart-changed", "not-in-cart", "not-found"].includes(type);

/** The cart with the changes that wait. Money stays as the shop last told it.
 * @param {Cart} cart @param {Change[]} changes @returns {Cart} */
function shown(cart, changes) {
  let items = cart.items.map((item) => ({ ...item }));
  for (const { kind, product_id, quantity, product } of changes) {
    const line = items.find((item) => item.product_id === product_id);
    if (kind === "remove") items = items.filter((item) => item !== line);
    else if (line) line.quantity = kind === "set" ? quantity : line.quantity + quantity;
    else if (kind === "add") items.push(/** @type {any} */ ({ ...product, product_id, quantity }));
  }
  return { ...cart, items, units: items.reduce((sum, item) => sum + item.quantity, 0) };
}
