// Where everything is: the program under test, the addresses and what its shops keep, the browser.

/** The first of the ports, in pairs of a shop's and its gateway's; a demonstration has others. */
const PORT = Number(process.env.KIRANA_TEST_PORT ?? 3100);

/** Shops with different numbers may be open at the same time. */
export const shopAddress = (number) => `http://127.0.0.1:${PORT + 2 * number}`;
export const gatewayAddress = (number) => `http://localhost:${PORT + 2 * number + 1}`;
/** A front end of another origin (clients/js/example). */
export const frontAddress = (number) => `http://127.0.0.1:${PORT + 30 + number}`;
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
export function settings({ data, shop, gateway, front, ...more }) {
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
    KIRANA_TRUSTED_PROXIES: "127.0.0.1",
    KIRANA_API_ORIGINS: front,
    // One machine asks for four shoppers who meet three hundred failures.
    KIRANA_API_REQUESTS_PER_MINUTE: "100000",
    ...more,
  };
}
