// The bytes a browser receives with brotli: the browser half as it is stored beside the program
// (quality 11), pages as they are compressed while being served. Fails past the limits.
import { get } from "node:http";
import { brotliDecompressSync } from "node:zlib";
import { fullCart, shop, table } from "./visit.mjs";

const KB = 1000;
const cookie = await fullCart();

/** What arrives for an address: its length on the wire, and its text. */
function fetched(address) {
  return new Promise((resolve, reject) => {
    const headers = { "Accept-Encoding": "br", Cookie: cookie };
    const request = get(new URL(address, shop), { headers }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => {
        const bytes = Buffer.concat(chunks);
        if (answer.statusCode !== 200) return reject(new Error(`${address}: ${answer.statusCode}`));
        const encoding = answer.headers["content-encoding"];
        if (encoding !== "br")
          return reject(new Error(`${address} came as ${encoding ?? "it is"}`));
        resolve({
          address,
          size: bytes.length,
          text: brotliDecompressSync(bytes).toString("latin1"),
        });
      });
    });
    request.on("error", reject);
  });
}

const [home, product, cart] = await Promise.all(["/", "/products/assam-tea", "/cart"].map(fetched));
const css = await fetched(home.text.match(/rel="stylesheet" href="([^"]+)"/)[1]);
const glue = await fetched(home.text.match(/data-js="([^"]+)"/)[1]);
const wasm = await fetched(home.text.match(/data-wasm="([^"]+)"/)[1]);
const loader = await fetched("/islands.js");

const parts = [home, product, cart, css, glue, loader, wasm];
console.log(table([["brotli", "bytes"], ...parts.map(({ address, size }) => [address, size])]));

const sums = [
  ["wasm", wasm.size, 90 * KB],
  ["glue and loader", glue.size + loader.size, 6 * KB],
  [
    "HTML of home, product and cart, and CSS",
    home.size + product.size + cart.size + css.size,
    40 * KB,
  ],
];
console.log(`\n${table([["together", "bytes", "limit"], ...sums])}`);
process.exit(sums.every(([, size, limit]) => size <= limit) ? 0 : 1);
