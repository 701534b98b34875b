// What can be measured: Lighthouse's scores and the bytes on the wire.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "./story";

const run = promisify(execFile);

async function measures(script: string, ...options: string[]) {
  const done = await run("node", [script, ...options], { cwd: import.meta.dirname }).catch(
    (failed) => failed,
  );
  console.log(`\n${done.stdout}${done.stderr}`);
  expect(done.code ?? 0, script).toBe(0);
}

test("bytes on the wire", ({ shop }) => measures("sizes.mjs", shop.address));

test("Lighthouse", async ({ shop }) => {
  test.setTimeout(300_000);
  await measures("lighthouse.mjs", shop.address, "--untimed");
});
