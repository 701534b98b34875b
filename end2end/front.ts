// A front end of another origin beside the worker's shop: the example of clients/js, as its own
// server gives it out.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { ROOT } from "./places.mjs";
import { expect, test as base } from "./story";

export const test = base.extend<object, { front: string }>({
  front: [
    async ({ shop }, use) => {
      const { front } = shop;
      const env = {
        ...process.env,
        KIRANA_API: `${shop.address}/api`,
        RAZORPAY: shop.gateway.address,
      };
      const words = ["clients/js/example/serve.mjs", new URL(front).port];
      const server = spawn("node", words, { cwd: ROOT, env, stdio: "ignore" });
      const ended = once(server, "exit");
      const answers = async () => (await fetch(front).catch(() => null))?.ok ?? false;
      await expect.poll(answers, { intervals: [50], timeout: 20_000 }).toBe(true);
      await use(front);
      server.kill("SIGTERM");
      await ended;
    },
    { scope: "worker", auto: true },
  ],
  // Added to a request of another origin, it would need that shop's leave.
  extraHTTPHeaders: {},
});
