// Requests to the shop and what becomes of them: tokens are shown and renewed, refusals become
// `Problem`, a missing answer becomes `Lost`. Nothing here knows what a cart is.
import { Store, anew } from "./store.js";

/** @typedef {import("../kirana").Kept} Kept */
/** @typedef {import("../kirana").Asked} Asked */

/** The shop said no, in its own words (RFC 9457); `type` is the last word of the API's. */
export class Problem extends Error {
  /** @param {Partial<import("../kirana").ProblemFields>} told */
  constructor({ type = "fault", status = 0, title = "", detail, errors, retry_after }) {
    super(detail || title || `The shop answered ${status}.`);
    this.name = "Problem";
    this.type = type.split("#").at(-1) ?? type;
    this.status = status;
    this.title = title;
    this.detail = this.message;
    this.errors = errors ?? [];
    this.retry_after = retry_after;
  }
}

/** No answer came: what was asked may have been done, or not. */
export class Lost extends Error {
  /** @param {unknown} cause */
  constructor(cause) {
    super("The shop cannot be reached.", { cause });
    this.name = "Lost";
  }
}

/** What may go right if the same is asked again. */
export const passes = (/** @type {unknown} */ trouble) =>
  trouble instanceof Lost ||
  (trouble instanceof Problem && [408, 429, 500, 502, 503, 504].includes(trouble.status));

/** In whose name a change is made: it is never sent in another's. */
export const owner = (/** @type {Kept} */ kept) => kept.sign_in?.user.email ?? "guest";

export class Api {
  /** @param {import("../kirana").Settings} settings */
  constructor({ api, patience = 15_000, backoff = [500, 30_000] }) {
    this.base = api.replace(/\/*$/, "/");
    this.name = `kirana ${this.base}`;
    this.store = new Store(this.name);
    this.patience = patience;
    this.backoff = backoff;
    /** Told whether the last request was answered. */
    this.heard = (/** @type {boolean} */ _answered) => {};
    /** Told when something is written that is to be shown. */
    this.written = async () => {};
  }

  /** Runs `work` while no other tab runs any of the same name. @template T
   * @param {string} name @param {() => Promise<T>} work @returns {Promise<T>} */
  async alone(name, work) {
    return /** @type {any} */ (await navigator.locks.request(`${this.name} ${name}`, work));
  }

  /** What runs alone now, in any tab. @returns {Promise<string[]>} */
  async held() {
    const { held = [] } = await navigator.locks.query();
    return held.map(({ name = "" }) => name.slice(this.name.length + 1));
  }

  /** How long to wait before the next try, in milliseconds.
   * @param {unknown} trouble @param {number} tries */
  pause(trouble, tries) {
    if (trouble instanceof Problem && trouble.retry_after !== undefined) {
      return trouble.retry_after * 1000;
    }
    const [first, most] = this.backoff;
    // Half of it by chance, so that many shoppers do not come back at the same moment.
    return Math.min(most, first * 2 ** (tries - 1)) * (0.5 + Math.random() / 2);
  }

  /**
   * One request with everything that can be mended mended: an access token that ran out is renewed
   * once; what passes is tried again, if asking twice does no harm.
   * @template T @param {string} method @param {string} path @param {Asked} [asked]
   * @returns {Promise<{ body: T, tag: string | null }>}
   */
  async ask(method, path, asked = {}) {
    const harmless = method !== "POST" || asked.key !== undefined;
    const most = asked.tries ?? (harmless ? 4 : 1);
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#shown(method, path, asked);
      } catch (trouble) {
        // What is gone may have gone with the answer that was lost.
        const gone = method === "DELETE" && tries > 1 && trouble instanceof Problem;
        if (gone && trouble.type === "not-found") return { body: /** @type {any} */ (null), tag: null };
        if (!passes(trouble) || tries >= most) throw trouble;
        const wait = this.pause(trouble, tries);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  /** @param {string} method @param {string} path @param {Asked} asked */
  async #shown(method, path, asked) {
    const kept = await this.#who(asked);
    try {
      return await this.send(method, path, asked, kept);
    } catch (trouble) {
      if (!(trouble instanceof Problem) || trouble.status !== 401) throw trouble;
      if (trouble.type === "cart-token-ended") await this.#forget(kept.cart_token);
      if (trouble.type !== "token-ended" || !kept.sign_in) throw trouble;
      await this.#renew(kept.sign_in.access);
      return await this.send(method, path, asked, await this.#who(asked));
    }
  }

  /** Who asks now. What was asked in one's name is asked in no other's. @param {Asked} asked
   * @returns {Promise<Kept>} */
  async #who({ as }) {
    if (as === null) return {};
    const { kept } = await this.store.read();
    if (as === undefined || as === owner(kept)) return kept;
    throw new Problem({ type: "token-ended", status: 401, detail: "Please sign in again." });
  }

  /** A guest's token that the shop does not know any more: the next "add" begins a new cart.
   * @param {string | undefined} ended */
  async #forget(ended) {
    await this.store.write(({ kept }) =>
      kept.cart_token === ended ? { keep: { cart_token: undefined, cart: undefined } } : {},
    );
    await this.written();
  }

  /** A refresh token is good once, so of all tabs one uses it and the others find what it brought.
   * @param {string} refused */
  #renew(refused) {
    return this.alone("sign-in", async () => {
      const { sign_in } = (await this.store.read()).kept;
      if (!sign_in || sign_in.access !== refused) return;
      try {
        const asked = { body: { refresh: sign_in.refresh } };
        const { body } = await this.send("POST", "auth/refresh", asked, {});
        const { access, refresh } = body;
        await this.store.write(() => ({ keep: { sign_in: { ...sign_in, access, refresh } } }));
      } catch (trouble) {
        if (!(trouble instanceof Problem) || passes(trouble)) throw trouble;
        // Asked for anew, because the account's cart may still be on its way to another tab.
        const keep = { ...anew(), sign_in: undefined, cart: undefined, sign_in_ended: true };
        await this.store.write(() => ({ keep }));
        await this.written();
        throw trouble;
      }
    });
  }

  /**
   * Sends once. Cookies stay at home: who asks is told by a token or not at all.
   * @param {string} method @param {string} path @param {Asked} asked @param {Kept} who
   * @returns {Promise<any>}
   */
  async send(method, path, { body, key, tag }, who) {
    /** @type {Record<string, string>} */
    const headers = {};
    if (who.sign_in) headers.Authorization = `Bearer ${who.sign_in.access}`;
    else if (who.cart_token) headers["Cart-Token"] = who.cart_token;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (key !== undefined) headers["Idempotency-Key"] = key;
    if (tag) headers["If-Match"] = tag;
    let answer, text;
    // AbortSignal.timeout is some months younger than the rest.
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), this.patience);
    try {
      answer = await fetch(this.base + path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "omit",
        signal: patience.signal,
      });
      text = await answer.text();
    } catch (cause) {
      this.heard(false);
      throw new Lost(cause);
    } finally {
      clearTimeout(timer);
    }
    this.heard(true);
    if (!answer.ok) throw problem(answer, text);
    try {
      return { body: text ? JSON.parse(text) : null, tag: answer.headers.get("ETag") };
    } catch (cause) {
      throw new Lost(cause);
    }
  }
}

/** What a proxy says in its own words becomes a problem, too.
 * @param {Response} answer @param {string} text */
function problem(answer, text) {
  const wait = Number.parseInt(answer.headers.get("Retry-After") ?? "", 10);
  const retry_after = Number.isNaN(wait) ? undefined : wait;
  try {
    return new Problem({ ...JSON.parse(text), status: answer.status, retry_after });
  } catch {
    return new Problem({ status: answer.status, retry_after });
  }
}
