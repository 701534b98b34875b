import { defineConfig } from "@playwright/test";
import {
  CHROMIUM,
  CHROMIUM_FLAGS,
  DATA,
  GATEWAY,
  PROGRAM,
  ROOT,
  SHOP,
  settings,
} from "./places.mjs";

// One shop for all tests, fresh each time; one worker, because some tests switch the gateway's
// webhooks off. Tests tagged @noscript run without script, those tagged @both run twice.
export default defineConfig({
  forbidOnly: !!process.env.CI,
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  globalTeardown: "./log.ts",
  webServer: {
    command: `rm -rf '${DATA}' && mkdir -p '${DATA}' && exec ${PROGRAM} serve >'${DATA}log' 2>&1`,
    cwd: ROOT,
    env: settings({ data: DATA, shop: SHOP, gateway: GATEWAY }),
    url: `${SHOP}/readyz`,
    reuseExistingServer: false,
    gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
  },
  use: {
    baseURL: SHOP,
    locale: "en-IN",
    launchOptions: { executablePath: CHROMIUM, args: CHROMIUM_FLAGS },
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
  },
  projects: [
    { name: "script", grepInvert: /@noscript/, testIgnore: "figures.spec.ts" },
    { name: "noscript", grep: /@noscript|@both/, use: { javaScriptEnabled: false } },
    // By itself, when nothing else is going on (make lighthouse).
    { name: "figures", testMatch: "figures.spec.ts" },
  ],
});
