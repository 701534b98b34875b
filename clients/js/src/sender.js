// What is written down is sent in the order in which it was asked, by one tab at a time, and stays
// written down until it is accepted or told. A tab that dies loses nothing: the next in line finds
// the change where it was and sends it with the same key.
import { Lost, Problem, owner, passes } from "./api.js";
import { anew } from "./store.js";

/** @typedef {import("../kirana").Cart} Cart */
/** @typedef {import("../kirana").Change} Change */
/** @typedef {import("../kirana").Kept} Kept */

/** The shop knows a key for a day. Half of it leaves room for a clock that was set meanwhile. */
const KEY_IS_KNOWN = 12 * 3_600_000;
/** What does not pass by itself is tried so often. */
const TRIES = 5;

export class Sender {
  #api;
  #more = false;
  /** @type {Promise<void> | undefined} */
  #sending;
  /** Those who do not wait for better times.
   * @type {((trouble: Problem | Lost) => void)[]} */
  #impatient = [];
  /** What this tab tried last without success, and how often. Another tab may have done it since. */
  #tried = { key: "", times: 0 };
  /** Ends a wait for better times. */
  wake = () => {};

  /** @param {import("./api.js").Api} api */
  constructor(api) {
    this.#api = api;
  }

  /** Sends what is written down, as soon as it is this tab's turn. */
  send() {
    this.#more = true;
    this.#sending ??= this.#turns();
    return this.#sending;
  }

  /** The same, but rejected when the shop cannot be reached, or is not well after some tries. It
   * goes on all the same. @returns {Promise<void>} */
  settle() {
    this.wake();
    return new Promise((resolve, reject) => {
      this.#impatient.push(reject);
      this.send().then(resolve, reject);
    });
  }

  async #turns() {
    try {
      while (this.#more) {
        this.#more = false;
        const trouble = await this.#api.alone("cart", () => this.work());
        if (!trouble) continue;
        if (trouble instanceof Lost || this.#tried.times >= TRIES) {
          for (const reject of this.#impatient.splice(0)) reject(trouble);
        }
        // Waited for out of turn: who signs in or out meanwhile does not wait for the shop.
        await this.#pause(trouble);
        this.#more = true;
      }
    } finally {
      this.#sending = undefined;
      this.#impatient = [];
    }
  }

  /** One after the other until nothing is left, or until there is trouble that may pass: given
   * back, to be waited for. @returns {Promise<Problem | Lost | undefined>} */
  async work() {
    for (;;) {
      const { kept, queue } = await this.#api.store.read();
      const next = queue.find((change) => change.owner === owner(kept) && !change.problem);
      if (!next && !kept.stale) return undefined;
      try {
        await (next ? this.#perform(next, kept) : this.#fetch(kept));
        this.#tried = { key: "", times: 0 };
      } catch (trouble) {
        if (!(trouble instanceof Problem || trouble instanceof Lost)) throw trouble;
        const key = next?.key ?? "cart";
        const times = this.#tried.key === key ? this.#tried.times + 1 : 1;
        this.#tried = { key, times };
        const status = trouble instanceof Problem ? trouble.status : 0;
        // Who asks is another now: a change of somebody else's waits for its owner.
        const other = status === 401 && times < TRIES;
        const final = !passes(trouble) || (status === 500 && times >= TRIES);
        if (next && !other && final && trouble instanceof Problem) {
          await this.#refuse(next, trouble);
        } else if (!other) {
          await this.#api.written();
          return trouble;
        }
      }
      await this.#api.written();
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
    const keep = { cart, cart_token, ...(again && anew()) };
    await this.#api.store.write(() => ({ keep, drop: [change] }));
  }

  /** Done only to what the shopper saw: if other lines changed, again with the new version; if this
   * line did, it is told. @param {Change} change @param {Kept} kept */
  async #replace(change, kept) {
    let detail = "The cart changed meanwhile.";
    if (!kept.cart || kept.stale) kept = await this.#fetch(kept);
    for (let looks = 0; looks < TRIES; looks += 1) {
      const now = units(kept.cart, change);
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
        // The line is not there, and was not when the shopper looked.
        const gone = trouble.type !== "cart-changed" && units(kept.cart, change) === 0;
        if (gone && change.seen === 0) throw trouble;
      }
    }
    throw new Problem({ type: "cart-changed", status: 412, detail });
  }

  /** @param {Kept} kept @returns {Promise<Kept>} */
  async #fetch(kept) {
    const asked = { as: owner(kept), tries: 1 };
    const { body, tag } = await this.#api.ask("GET", "cart", asked);
    const cart = { ...body, tag };
    await this.#api.store.write(({ kept: { stale } }) => ({
      keep: { cart, stale: stale === kept.stale ? undefined : stale },
    }));
    return { ...kept, cart };
  }

  /** Rolled back and told, by the tab that asked or at the next start.
   * @param {Change} change @param {Problem} trouble */
  #refuse(change, { type, status, title, detail, errors }) {
    const problem = { type, status, title, detail, errors };
    return this.#api.store.write(() => ({
      keep: anew(),
      put: [{ ...change, problem }],
    }));
  }

  /** Waits before the next try. The network's return or the shopper's next wish ends it; what the
   * shop asked for is waited out. @param {Problem | Lost} trouble */
  #pause(trouble) {
    return new Promise((resolve) => {
      const done = () => resolve(undefined);
      setTimeout(done, this.#api.pause(trouble, this.#tried.times));
      const asked = trouble instanceof Problem && trouble.retry_after !== undefined;
      this.wake = asked ? () => {} : done;
    });
  }
}

/** Units of the line that a change is about.
 * @param {Cart | undefined} cart @param {{ product_id: string }} change */
export const units = (cart, { product_id }) =>
  cart?.items.find((item) => item.product_id === product_id)?.quantity ?? 0;

/** Was it refused because the cart is another than was seen? @param {Problem} problem */
const moved = ({ type, status }) =>
  status === 412 || status === 428 || ["cart-changed", "not-in-cart", "not-found"].includes(type);
