// Serves the example shop: node clients/js/example/serve.mjs [port]
//
//   KIRANA_API   the shop's API               [default: http://127.0.0.1:3000/api]
//   RAZORPAY     whose checkout.js is loaded  [default: the demonstration's, http://localhost:3001]
//
// The shop names this server's origin in KIRANA_API_ORIGINS.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";

const { KIRANA_API = "http://127.0.0.1:3000/api", RAZORPAY = "http://localhost:3001" } = process.env;
const port = Number(process.argv[2] ?? 3002);
const client = new URL("..", import.meta.url);

const files = {
  "/": ["example/index.html", "text/html"],
  "/shop.js": ["example/shop.js", "text/javascript"],
  "/shop.css": ["example/shop.css", "text/css"],
  "/client/kirana.js": ["kirana.js", "text/javascript"],
  ...Object.fromEntries(
    ["api", "cart", "checkout", "sender", "store"].map((name) => [
      `/client/src/${name}.js`,
      [`src/${name}.js`, "text/javascript"],
    ]),
  ),
};
// What a front end has to allow: its own files, the API, and Razorpay's window.
const policy = [
  "default-src 'none'",
  `script-src 'self' ${RAZORPAY}`,
  "style-src 'self'",
  `connect-src ${new URL(KIRANA_API).origin}`,
  `frame-src ${RAZORPAY}`,
  `img-src ${new URL(KIRANA_API).origin} data:`,
].join("; ");

createServer(async (request, response) => {
  const [file, type] = files[new URL(request.url, "http://here").pathname] ?? [];
  if (!file) return void response.writeHead(404).end();
  const text = await readFile(new URL(file, client), "utf8");
  const headers = { "Content-Type": `${type}; charset=utf-8`, "Content-Security-Policy": policy };
  response.writeHead(200, { ...headers, "Cache-Control": "no-cache" });
  response.end(text.replaceAll("%API%", KIRANA_API).replaceAll("%RAZORPAY%", RAZORPAY));
}).listen(port, "127.0.0.1", () => console.log(`The example shop: http://127.0.0.1:${port}`));
