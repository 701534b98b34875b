import { defineConfig } from "@playwright/test";
import { CHROMIUM, CHROMIUM_FLAGS } from "./places.mjs";

// Each worker opens a shop of its own (story.ts). Tests tagged @noscript run without script, those
// tagged @both run twice.
export default defineConfig({
  forbidOnly: !!process.env.CI,
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    locale: "en-IN",
    launchOptions: { executablePath: CHROMIUM, args: CHROMIUM_FLAGS },
    screenshot: "only-on-failure",
    // What was on the page and on the wire tells enough, and costs less than a film of it.
    trace: { mode: "retain-on-failure", screenshots: false },
  },
  projects: [
    { name: "script", grepInvert: /@noscript/, testIgnore: "figures.spec.ts" },
    { name: "noscript", grep: /@noscript|@both/, use: { javaScriptEnabled: false } },
    // Last and alone, when nothing else is going on; `make lighthouse` runs it by itself.
    {
      name: "figures",
      testMatch: "figures.spec.ts",
      dependencies: ["script", "noscript"],
      fullyParallel: false,
      workers: 1,
    },
  ],
});
