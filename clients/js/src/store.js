// What outlives a tab: who the shopper is, the cart as the server last told it, and changes that are
// not settled yet. In IndexedDB, whose transactions tabs take in turns; localStorage may show one
// tab an old value while another already wrote the next.

/** @typedef {import("../kirana").Kept} Kept */
/** @typedef {import("../kirana").Change} Change */

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const answer = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Says that the cart is to be asked for anew. No two are alike, so that an answer takes back only
 * what was said before it was asked for. */
export const anew = () => ({ stale: crypto.randomUUID() });

export class Store {
  /** @type {Promise<IDBDatabase>} */
  #database;

  /** @param {string} name */
  constructor(name) {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("kept");
      opening.result.createObjectStore("queue", { keyPath: "place", autoIncrement: true });
    };
    this.#database = answer(opening);
  }

  /** Everything, as it was at one moment; the queue in the order in which it was asked. */
  async read() {
    return everything((await this.#database).transaction(["kept", "queue"]));
  }

  /**
   * One transaction: `decide` is shown everything and says what is to be written, all of it or
   * nothing. A kept value of `undefined` is forgotten.
   * @param {(all: { kept: Kept, queue: Change[] }) => import("../kirana").Writing} decide
   * @returns {Promise<void>}
   */
  async write(decide) {
    const stores = (await this.#database).transaction(["kept", "queue"], "readwrite");
    const done = new Promise((resolve, reject) => {
      stores.oncomplete = () => resolve(undefined);
      stores.onabort = () => reject(stores.error);
    });
    const { keep = {}, put = [], drop = [] } = decide(await everything(stores));
    const kept = stores.objectStore("kept");
    for (const [name, value] of Object.entries(keep)) {
      if (value === undefined) kept.delete(name);
      else kept.put(value, name);
    }
    const queue = stores.objectStore("queue");
    for (const change of put) queue.put(change);
    for (const change of drop) queue.delete(/** @type {number} */ (change.place));
    await done;
  }
}

/** @param {IDBTransaction} stores @returns {Promise<{ kept: Kept, queue: Change[] }>} */
async function everything(stores) {
  const kept = stores.objectStore("kept");
  const [names, values, queue] = await Promise.all([
    answer(kept.getAllKeys()),
    answer(kept.getAll()),
    answer(stores.objectStore("queue").getAll()),
  ]);
  return { kept: Object.fromEntries(names.map((name, at) => [name, values[at]])), queue };
}
