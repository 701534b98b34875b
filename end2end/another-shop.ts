import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { expect } from "@playwright/test";
import { DATA, PROGRAM, ROOT, settings } from "./places.mjs";

const SHOP = "http://127.0.0.1:3110";
const GATEWAY = "http://localhost:3111";

/** A second, fresh shop with further settings, for as long as `story` takes. */
export async function anotherShop(
  more: Record<string, string>,
  story: (shop: {
    address: string;
    gateway: string;
    data: string;
    log: () => Promise<string>;
  }) => Promise<void>,
) {
  const data = `${DATA}another/`;
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true });
  const log = openSync(`${data}log`, "w");
  const env = { ...process.env, ...settings({ data, shop: SHOP, gateway: GATEWAY, ...more }) };
  const program = spawn(PROGRAM, ["serve"], { cwd: ROOT, env, stdio: ["ignore", log, log] });
  const ended = once(program, "exit");
  try {
    const ready = async () => (await fetch(`${SHOP}/readyz`).catch(() => null))?.status;
    await expect.poll(ready, { timeout: 20_000 }).toBe(200);
    await story({
      address: SHOP,
      gateway: GATEWAY,
      data,
      log: () => readFile(`${data}log`, "utf8"),
    });
  } finally {
    program.kill("SIGTERM");
    await ended;
  }
}
