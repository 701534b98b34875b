// What the measuring scripts share: which shop they measure, and a visitor with something in the
// cart. They run against any shop that is open: `node sizes.mjs [http://127.0.0.1:3000]`.

export const shop = process.argv[2] ?? "http://127.0.0.1:3000";

/** The cookie of a visitor who put a product into the cart. */
export async function fullCart() {
  const page = await (await fetch(`${shop}/products/assam-tea`)).text();
  const product = page.match(/name="product" value="([^"]+)"/)[1];
  const body = new URLSearchParams({ product, quantity: "2" });
  const answer = await fetch(`${shop}/do/cart/add`, { method: "POST", body, redirect: "manual" });
  return answer.headers.get("set-cookie").split(";")[0];
}

/** A table with one row a line; the first row is the heading. */
export function table(rows) {
  const widths = rows[0].map((_, column) =>
    Math.max(...rows.map((row) => String(row[column]).length)),
  );
  const cell = (value, column) =>
    column ? String(value).padStart(widths[column]) : String(value).padEnd(widths[column]);
  return rows.map((row) => row.map(cell).join("  ")).join("\n");
}
