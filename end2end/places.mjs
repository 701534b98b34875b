// Where everything is: the shop under test with its gateway, what it keeps, and the browser. The
// ports differ from the demonstration's, so that one may run meanwhile.

export const SHOP = "http://127.0.0.1:3100";
export const GATEWAY = "http://localhost:3101";
export const DATA = new URL(".data/", import.meta.url).pathname;

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
];

/** The program is started where the project lies. */
export const ROOT = new URL("..", import.meta.url).pathname;
export const PROGRAM = process.env.KIRANA_PROGRAM ?? "target/release/kirana";

/** A demonstration with its own data and addresses, whatever else is set around the tests. */
export function settings({ data, shop, gateway, ...more }) {
  const unset = [
    "DATABASE_URL",
    "KIRANA_PUBLIC_URL",
    "SMTP_URL",
    "RAZORPAY_API_URL",
    "RAZORPAY_KEY_ID",
  ];
  const nothing = Object.fromEntries(unset.map((name) => [name, ""]));
  return {
    ...nothing,
    DEBUG: "True",
    NO_COLOR: "1",
    KIRANA_DATA: data,
    LEPTOS_SITE_ADDR: new URL(shop).host,
    KIRANA_SIMULATOR_ADDR: `127.0.0.1:${new URL(gateway).port}`,
    ...more,
  };
}
