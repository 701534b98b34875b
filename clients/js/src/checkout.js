// From the cart to a paid order: the order first, then Razorpay's window, then the shop's word on
// what was paid. What is under way is written down, so that a browser that was closed in between
// finds out at its next start.
import { Lost, Problem, owner, passes } from "./api.js";

/** @typedef {import("../kirana").Payment} Payment */
/** @typedef {import("../kirana").Outcome} Outcome */
/** @typedef {import("../kirana").Callbacks} Callbacks */

const RAZORPAY = "https://checkout.razorpay.com/v1/checkout.js";
/** How often the shop is asked about a payment, and for how long, in milliseconds. */
const POLL = 3_000;
const POLL_FOR = 600_000;
/** Why the shop calls an order off no more. */
const OVER = ["order-ended", "already-paid"];

export class Checkout {
  #cart;
  #api;
  #script;

  /** @param {import("./cart.js").CartManager} cart @param {{ script?: string }} [settings] */
  constructor(cart, { script = RAZORPAY } = {}) {
    this.#cart = cart;
    this.#api = cart.api;
    this.#script = script;
  }

  /** What the order would come to, once every change of the cart is settled. Rejected when the shop
   * cannot be reached. */
  async preview() {
    await this.#cart.refresh();
    return this.#cart.ask("GET", "checkout/preview");
  }

  /**
   * Places the order that was previewed and lets the shopper pay. Pressed twice, in two tabs or
   * after a crash, the same wish is the same order.
   * @param {import("../kirana").Wish} wish @param {Callbacks} [on] @returns {Promise<Outcome>}
   */
  buy(wish, on = {}) {
    return this.#inStep(async () => {
      const same = JSON.stringify(wish);
      await this.#api.store.write(({ kept }) => {
        const { payment } = kept;
        if (payment?.owner === owner(kept) && JSON.stringify(payment.wish) === same) return {};
        const key = crypto.randomUUID();
        // What was begun before may be under way: then the shop takes no other in its place.
        const before = payment?.before ?? payment;
        return { keep: { payment: { owner: owner(kept), key, wish, before } } };
      });
      return this.#pay(on);
    });
  }

  /** Goes on with what was begun before: the same order, Razorpay's window again.
   * @param {Callbacks} [on] @returns {Promise<Outcome | null>} */
  resume(on = {}) {
    return this.#inStep(async () => ((await this.#payment()) ? this.#pay(on) : null));
  }

  /** What became of an order that this browser had begun; null if there was none. Opens no window.
   * @returns {Promise<Outcome | null>} */
  recover() {
    return this.#inStep(async () => {
      const payment = await this.#payment();
      if (!payment) return null;
      if (!payment.order) return { state: "waiting", order: null, number: null };
      return this.#outcome(payment, payment.returned ? "paid" : "left");
    });
  }

  /** Calls the order off that waits. Money that comes all the same goes back by itself.
   * @returns {Promise<Outcome | null>} */
  cancel() {
    return this.#inStep(async () => {
      const payment = await this.#payment();
      if (!payment) return null;
      const order = payment.order ?? (await this.#unseen(payment));
      if (!order) return null;
      const path = `orders/${order.id}/cancel?key=${order.access_key}`;
      try {
        // Without an idempotency key, but calling off twice is calling off.
        await this.#cart.ask("POST", path, { as: null, tries: 4 });
      } catch (trouble) {
        if (!(trouble instanceof Problem) || !OVER.includes(trouble.type)) throw trouble;
        return this.#outcome({ ...payment, order }, "left");
      }
      await this.#forget();
      return { state: "ended", order, number: null };
    });
  }

  /** The order whose answer never arrived, found by asking the same; refused, there is none but
   * that of before, if any.
   * @param {Payment} payment */
  async #unseen(payment) {
    try {
      return (await this.#place(payment)).order;
    } catch (trouble) {
      const { kept } = await this.#api.store.read();
      if (kept.payment?.key === payment.key) throw trouble;
      return (await this.#payment())?.order ?? null;
    }
  }

  /** One payment at a time in this browser; a second press joins no queue, it is told.
   * @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  async #inStep(work) {
    const name = `${this.#api.name} payment`;
    const done = await navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (lock) return work();
      const detail = "A payment is under way already, here or in another tab.";
      throw new Problem({ type: "payment-under-way", status: 409, detail });
    });
    return /** @type {any} */ (done);
  }

  /** What this shopper began; a guest's goes on under the account that the guest signs in to, for
   * the guest's cart went there. */
  async #payment() {
    const { kept } = await this.#api.store.read();
    const { payment } = kept;
    return payment && isOf(payment, kept) ? { ...payment, owner: owner(kept) } : undefined;
  }

  /** The cart may be another now, but nobody waits for it.
   * @param {Payment} [before] what is remembered instead */
  async #forget(before) {
    await this.#api.store.write(() => ({ keep: { payment: before } }));
    this.#cart.refresh().catch(() => {});
  }

  /** @param {Callbacks} on @returns {Promise<Outcome>} */
  async #pay(on) {
    let payment = await this.#payment();
    if (!payment) {
      const detail = "Please sign in again.";
      throw new Problem({ type: "token-ended", status: 401, detail });
    }
    if (payment.returned) return this.#outcome(payment, "paid");
    if (payment.order && payment.razorpay) {
      // Begun before: the shop says whether it still waits to be paid.
      const status = await this.#status(payment.order);
      if (status?.state !== "waiting") return this.#outcome(payment, "left");
    } else {
      const { razorpay, order } = await this.#place(payment);
      payment = { ...payment, order, razorpay: razorpay ?? undefined, before: undefined };
      await this.#api.store.write(() => ({ keep: { payment } }));
    }
    const { razorpay, order } = payment;
    on.placed?.(/** @type {any} */ (order));
    if (!razorpay) return this.#outcome(payment, "paid");
    const returned = await this.#window(razorpay, on);
    if (!returned) return this.#outcome(payment, "left");
    payment = { ...payment, returned };
    await this.#api.store.write(() => ({ keep: { payment } }));
    on.checking?.();
    return this.#outcome(payment, "paid");
  }

  /** @param {Payment} payment */
  async #place({ wish, key, owner: as, before }) {
    try {
      const asked = { body: wish, key, as, tries: 6 };
      return (await this.#api.ask("POST", "payments/create-from-cart", asked)).body;
    } catch (trouble) {
      // Refused, nothing was placed, or a guest placed it whom the shop does not know any more.
      // Without an answer, or until the account signs in again, it may have been: the next press
      // asks the same.
      const ended = trouble instanceof Problem && trouble.type === "token-ended";
      if (trouble instanceof Problem && !passes(trouble) && !ended) await this.#forget(before);
      throw trouble;
    }
  }

  /** Razorpay's window: what it hands over after a payment, nothing if it was closed.
   * @param {object} options @param {Callbacks} on
   * @returns {Promise<import("../kirana").RazorpayReturn | null>} */
  async #window(options, on) {
    const Razorpay = await load(this.#script);
    return new Promise((resolve) => {
      const modal = { confirm_close: true, ondismiss: () => resolve(null) };
      const window = new Razorpay({ ...options, handler: resolve, modal });
      // One try of several: the window stays open for the next.
      window.on("payment.failed", (/** @type {any} */ told) => on.failed?.(told.error));
      window.open();
    });
  }

  /** Asks until it is known. Of a window that was closed unpaid, "waiting" is an answer.
   * @param {Payment} payment @param {"paid" | "left"} how @returns {Promise<Outcome>} */
  async #outcome({ order, returned }, how) {
    if (!order) throw new TypeError("no order");
    // By a clock that nobody sets: an answer that does not come takes its time, too.
    const until = performance.now() + POLL_FOR;
    for (let bring = returned; ; bring = undefined) {
      const status = await this.#status(order, bring);
      const { state, number } = status ?? { state: "unknown", number: null };
      if (state === "paid" || state === "ended") {
        await this.#forget();
        return { state, order, number };
      }
      if (state === "waiting" && how === "left") return { state, order, number: null };
      if (performance.now() >= until) return { state: "under_way", order, number: null };
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }

  /** Asked in nobody's name, for the order's key and Razorpay's signature open it: whoever paid is
   * told also when the sign-in ended meanwhile.
   * @param {{ id: string, access_key: string }} order
   * @param {import("../kirana").RazorpayReturn} [returned] */
  async #status(order, returned) {
    try {
      if (returned) {
        // Razorpay may hand over more than the shop takes. The same payment is booked once, however
        // often it is brought.
        const { razorpay_order_id, razorpay_payment_id, razorpay_signature } = returned;
        const body = { razorpay_order_id, razorpay_payment_id, razorpay_signature };
        const asked = { body, as: null, tries: 4 };
        return await this.#cart.ask("POST", "payments/confirm-razorpay", asked);
      }
      const path = `payments/${order.id}/status?key=${order.access_key}`;
      return await this.#cart.ask("GET", path, { as: null });
    } catch (trouble) {
      if (passes(trouble) || returned) return null;
      throw trouble;
    }
  }
}

/** Is it of whoever uses the browser now, or of the guest they were?
 * @param {Payment} payment @param {import("../kirana").Kept} kept */
const isOf = (payment, kept) => payment.owner === owner(kept) || payment.owner === "guest";

/** @type {Promise<any> | undefined} */
let loading;

/** @param {string} source @returns {Promise<any>} */
function load(source) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve(/** @type {any} */ (globalThis).Razorpay);
    script.onerror = () => reject(new Lost(source));
    document.head.append(script);
  }).catch((lost) => {
    loading = undefined;
    throw lost;
  });
  return loading;
}
