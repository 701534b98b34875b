// What can be measured: Lighthouse's scores and the bytes on the wire.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "@playwright/test";
import { SHOP } from "./places.mjs";

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
