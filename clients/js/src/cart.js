// The cart as this tab shows it: what the shop told last, and the changes that wait. Everything is
// written down first; tabs tell each other no more than to look again.
import { Api, Problem, owner } from "./api.js";
import { Sender, units } from "./sender.js";
import { anew } from "./store.js";

/** @typedef {import("../kirana").Cart} Cart */
/** @typedef {import("../kirana").CartState} CartState */
/** @typedef {import("../kirana").Change} Change */

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
  #sender;
  /** @type {Set<(state: CartState) => void>} */
  #listeners = new Set();
  /** What this tab asked for, by key; looks up to `since` may not know of it yet.
   * @type {Map<string, { change: Change, since: number, resolve: (state: CartState) => void,
   *   reject: (problem: Problem) => void }>} */
  #waiting = new Map();
  #tab = crypto.randomUUID();
  #looks = 0;
  #shown = 0;
  #offline = false;

  /** @param {import("../kirana").Settings} settings */
  constructor(settings) {
    this.#api = new Api(settings);
    this.#sender = new Sender(this.#api);
    /** @type {CartState} */
    this.state = {
      cart: EMPTY,
      pending: 0,
      offline: false,
      user: null,
      sign_in_ended: false,
      problems: [],
    };
    // Held as long as this tab lives, so that others know.
    void this.#api.alone(`tab ${this.#tab}`, () => new Promise(() => {}));
    this.#api.heard = (answered) => this.#hears(!answered);
    this.#api.written = () => this.#tell();
    this.#others = new BroadcastChannel(this.#api.name);
    this.#others.onmessage = ({ data }) => {
      if (data === "asked") this.#sender.wake();
      if (typeof data === "boolean") this.#hears(data, false);
      else void this.#look();
    };
    globalThis.addEventListener("online", () => this.#sender.wake());
    /** Resolved when what this browser knew is shown; the shop's answer follows. */
    this.ready = this.#api.store.write(() => ({ keep: anew() })).then(() => this.#look());
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

  /** Removes what is shown; what another device adds meanwhile stays. */
  async empty() {
    await Promise.all(this.state.cart.items.map(({ product_id }) => this.remove(product_id)));
    return this.state;
  }

  /** Asks the shop anew; done when nothing waits any more, rejected when it cannot be asked. */
  async refresh() {
    await this.#api.store.write(() => ({ keep: anew() }));
    await this.#sender.settle();
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
    this.#sender.wake();
    const notice = await this.#api.alone("cart", async () => {
      // What a guest asked for must be in the guest's cart before that is merged.
      const trouble = await this.#sender.work();
      if (trouble) throw trouble;
      return this.#api.alone("sign-in", async () => {
        const { cart_token } = (await this.#api.store.read()).kept;
        const asked = { body: { email, password } };
        const { body } = await this.#api.send("POST", "auth/login", asked, { cart_token });
        const { access, refresh, user, notice } = body;
        const sign_in = { access, refresh, user };
        await this.#api.store.write(({ queue }) => ({
          keep: { ...gone, ...anew(), sign_in },
          put: queue
            .filter((change) => change.owner === "guest" && !change.problem)
            .map((change) => ({ ...change, owner: user.email })),
        }));
        return notice;
      });
    });
    await this.#tell();
    // Signed in it is, even if the shop cannot be asked for the cart just now.
    await this.#sender.settle().catch(() => {});
    return notice;
  }

  /** Forgets the sign-in here, whether or not the shop can be told. */
  async logout() {
    await this.#api.alone("cart", () =>
      this.#api.alone("sign-in", async () => {
        const { sign_in } = (await this.#api.store.read()).kept;
        await this.#api.store.write(() => ({ keep: { ...gone, ...anew(), payment: undefined } }));
        if (!sign_in) return;
        await this.#api.send("POST", "auth/logout", { body: { refresh: sign_in.refresh } }, {});
      }),
    ).finally(() => this.#tell());
  }

  /** What the checkout shares with the cart. */
  get api() {
    return this.#api;
  }

  /** @param {Omit<Change, "key" | "owner" | "tab">} asked @returns {Promise<CartState>} */
  async #change(asked) {
    const change = { ...asked, owner: "", key: crypto.randomUUID(), tab: this.#tab };
    const { cart, pending } = this.state;
    /** @type {Promise<CartState>} */
    const settled = new Promise((resolve, reject) => {
      this.#waiting.set(change.key, { change, since: Infinity, resolve, reject });
    });
    // Shown before it is written: who presses again at once means what this press made of it.
    this.#show({ ...this.state, cart: shown(cart, [change]), pending: pending + 1 });
    try {
      await this.#api.store.write(({ kept, queue }) => {
        const seen = change.kind === "add" ? {} : { seen: this.#seen(change, cart, kept, queue) };
        return { put: [{ ...change, ...seen, owner: owner(kept) }] };
      });
    } catch (trouble) {
      this.#waiting.delete(change.key);
      void this.#look();
      throw trouble;
    }
    const waiting = this.#waiting.get(change.key);
    if (waiting) waiting.since = this.#looks;
    this.#sender.wake();
    await this.#tell("asked");
    void this.#sender.send();
    return settled;
  }

  /** Units of the line as the shopper knows them: what was shown, or what this tab asked for since.
   * @param {{ product_id: string }} change @param {Cart} cart
   * @param {import("../kirana").Kept} kept @param {Change[]} queue */
  #seen(change, cart, kept, queue) {
    const mine = queue.filter((other) => other.owner === owner(kept) && !other.problem);
    const own = mine.some(
      ({ tab, product_id }) => tab === this.#tab && product_id === change.product_id,
    );
    return units(own ? shown(kept.cart ?? EMPTY, mine) : cart, change);
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
    const refused = queue.filter(({ problem }) => problem);
    const living = refused.length > 0 ? await this.#api.held() : [];
    if (look < this.#shown) return;
    this.#shown = look;
    const mine = queue.filter((change) => change.owner === owner(kept) && !change.problem);
    if (mine.length > 0 || kept.stale) void this.#sender.send();
    const problems = [];
    for (const change of refused) {
      const problem = new Problem(change.problem ?? {});
      const waiting = this.#waiting.get(change.key);
      if (waiting) {
        this.#waiting.delete(change.key);
        waiting.reject(problem);
        void this.#api.store.write(() => ({ drop: [change] }));
      } else if (!living.includes(`tab ${change.tab}`)) problems.push({ change, problem });
    }
    const written = new Set(queue.map(({ key }) => key));
    // Written after this look began, it is no sign that it is not there.
    const unseen = [...this.#waiting.values()].filter(
      ({ change, since }) => !written.has(change.key) && look <= since,
    );
    const waits = [...mine, ...unseen.map(({ change }) => change)];
    this.#show({
      cart: shown(kept.cart ?? EMPTY, waits),
      pending: waits.length,
      offline: this.#offline,
      user: kept.sign_in?.user ?? null,
      sign_in_ended: kept.sign_in_ended ?? false,
      problems,
    });
    for (const [key, { since, resolve }] of this.#waiting) {
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
};

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
