import { readFile, readdir } from "node:fs/promises";
import { expect } from "@playwright/test";

/** Waits for the newest letter to that address whose text `holds` this, and gives its text. */
export async function letterTo(
  address: string,
  holds: string | RegExp,
  folder: string,
): Promise<string> {
  let found = "";
  const look = async () => {
    const letters = await lettersTo(address, folder);
    found = letters.findLast((text) => text.match(holds)) ?? "";
    return found;
  };
  await expect.poll(look, { message: `a letter to ${address}`, timeout: 20_000 }).not.toBe("");
  return found;
}

/** The first link in a letter to a page of that name. */
export function linkIn(letter: string, page: string): string {
  const link = letter.match(new RegExp(`https?://\\S*${page}\\S*`));
  if (!link) throw new Error(`no link to ${page} in: ${letter}`);
  return link[0];
}

async function lettersTo(address: string, folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const letters = [];
  // Names begin with the time.
  for (const name of names.filter((name) => name.endsWith(".eml")).sort()) {
    const raw = await readFile(folder + name, "utf8");
    if (raw.includes(`\r\nTo: ${address}\r\n`)) letters.push(plainText(raw));
  }
  return letters;
}

/** The text/plain part (RFC 2046), decoded (RFC 2045, section 6). */
function plainText(raw: string): string {
  const boundary = raw.match(/boundary="?([^";\r\n]+)/)?.[1];
  const parts = boundary ? raw.split(`--${boundary}`) : [raw];
  const part = parts.find((part) => /^content-type: text\/plain/im.test(part)) ?? "";
  const [head, ...body] = part.split("\r\n\r\n");
  const text = body.join("\r\n\r\n");
  switch (head.match(/^content-transfer-encoding: (\S+)/im)?.[1].toLowerCase()) {
    case "base64":
      return Buffer.from(text, "base64").toString("utf8");
    case "quoted-printable": {
      const joined = text.replace(/=\r\n/g, "");
      const bytes = joined.replace(/=([0-9A-F]{2})/g, (_, hex) =>
        String.fromCharCode(parseInt(hex, 16)),
      );
      return Buffer.from(bytes, "latin1").toString("utf8");
    }
    default:
      return text;
  }
}
