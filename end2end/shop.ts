// A shop under test, with its gateway: the real program on ports and in a folder of its own. Every
// worker has one, so that what one test does to its gateway no other test feels.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { promisify } from "node:util";
import { expect } from "@playwright/test";
import { Gateway } from "./gateway";
import { letterTo } from "./letters";
import {
  DATA,
  frontAddress,
  gatewayAddress,
  PROGRAM,
  ROOT,
  settings,
  shopAddress,
} from "./places.mjs";

const run = promisify(execFile);

const RUNS_SQL = `
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as file:
    file.executescript(sys.argv[2])
`;

async function answers(address: string): Promise<boolean> {
  return (await fetch(address).catch(() => null))?.ok ?? false;
}

export class Shop {
  private constructor(
    readonly address: string,
    readonly gateway: Gateway,
    /** The one other origin that may ask its API. */
    readonly front: string,
    readonly data: string,
    private readonly program: ChildProcess,
  ) {}

  /** A fresh shop; those with different numbers may be open at the same time. */
  static async opens(number: number, more: Record<string, string> = {}): Promise<Shop> {
    const [address, gateway] = [shopAddress(number), gatewayAddress(number)];
    const front = frontAddress(number);
    const data = `${DATA}${number}/`;
    if (await answers(address)) throw new Error(`something else answers at ${address}`);
    await rm(data, { recursive: true, force: true });
    await mkdir(data, { recursive: true });
    const log = openSync(`${data}log`, "w");
    const env = { ...process.env, ...settings({ data, shop: address, gateway, front, ...more }) };
    const program = spawn(PROGRAM, ["serve"], { cwd: ROOT, env, stdio: ["ignore", log, log] });
    closeSync(log);
    const shop = new Shop(address, new Gateway(gateway), front, data, program);
    try {
      const isReady = () => answers(`${address}/readyz`);
      await expect.poll(isReady, { intervals: [50], timeout: 20_000 }).toBe(true);
    } catch (never) {
      await shop.closes();
      throw new Error(`the shop did not open: ${await shop.log()}`, { cause: never });
    }
    return shop;
  }

  /** Ends when the program is gone. */
  async closes() {
    const ended = once(this.program, "exit");
    // False when it is gone already.
    if (this.program.kill("SIGTERM")) await ended;
  }

  log(): Promise<string> {
    return readFile(`${this.data}log`, "utf8");
  }

  letterTo(address: string, holds: string | RegExp): Promise<string> {
    return letterTo(address, holds, `${this.data}mail/`);
  }

  /** Changes behind the program's back, such as its doors do not offer. */
  async suffers(sql: string) {
    await run("python3", ["-c", RUNS_SQL, `${this.data}kirana.db`, sql]);
  }
}
