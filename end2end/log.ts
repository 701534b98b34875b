// Whatever the tests did to the shop: its log tells of no fault.
import { readFile } from "node:fs/promises";
import { DATA } from "./places.mjs";

export default async function noFaultInTheLog() {
  const lines = (await readFile(`${DATA}log`, "utf8")).split("\n");
  const faults = lines.filter((line) => /\bERROR\b|panicked/.test(line));
  if (faults.length) throw new Error(`the shop's log tells of faults:\n${faults.join("\n")}`);
}
