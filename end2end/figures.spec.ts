// What can be measured: Lighthouse's scores, the bytes on the wire, and a log without a fault.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "@playwright/test";
import { DATA, SHOP } from "./places.mjs";

const run = promisify(execFile);

async function measures(script: string, ...options: string[]) {
  const done = await run("node", [script, SHOP, ...options], { cwd: import.meta.dirname }).catch(
    (failed) => failed,
  );
  console.log(`\n${done.stdout}${done.stderr}`);
  expect(done.code ?? 0, script).toBe(0);
}

test("bytes on the wire", () => measures("sizes.mjs"));

test("Lighthouse", async () => {
  test.setTimeout(300_000);
  await measures("lighthouse.mjs", "--untimed");
});

test("no fault in the shop's log", async () => {
  const lines = (await readFile(`${DATA}log`, "utf8")).split("\n");
  expect(lines.filter((line) => /\bERROR\b|panicked/.test(line))).toEqual([]);
});
