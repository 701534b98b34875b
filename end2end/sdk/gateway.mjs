// Where the simulator is, its levers, and a receiver for its webhooks.
import { createServer } from "node:http";
import { once } from "node:events";

export const url = process.env.SIMULATOR_URL;
export const key = process.env.RAZORPAY_KEY_ID;
export const secret = process.env.RAZORPAY_KEY_SECRET;
export const webhookSecret = process.env.RAZORPAY_WEBHOOK_SECRET;

export async function pull(lever, body = {}) {
  const answer = await fetch(`${url}/_sim/${lever}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (answer.status !== 200) throw new Error(`${lever}: ${JSON.stringify(told)}`);
  return told;
}

export async function ledger() {
  return (await fetch(`${url}/_sim/ledger`)).json();
}

/** What a webhook address hears, as {headers, body}; `heard(fits)` waits for the first that fits. */
export async function receiver() {
  const letters = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part;
    letters.push({ headers: request.headers, body });
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  await pull("webhooks", { url: `http://127.0.0.1:${server.address().port}/hook` });
  async function heard(fits) {
    for (let tries = 0; tries < 250; tries++) {
      const letter = letters.find(fits);
      if (letter) return letter;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`not heard in five seconds, but: ${letters.map((one) => one.body)}`);
  }
  return { letters, heard, close: () => server.close() };
}
