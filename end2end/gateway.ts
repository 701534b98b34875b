// The gateway's own control: what a bank or bad luck would do.
import { expect } from "@playwright/test";

export class Gateway {
  constructor(readonly address: string) {}

  async sendsWebhooks(enabled: boolean) {
    await this.tells("webhooks", { enabled });
  }

  /** A payment of that order, made and captured without a browser. */
  async pays(order: string) {
    await this.tells("pay", { order_id: order, outcome: "success" });
  }

  /** The same, about which the bank has not decided yet. */
  async leavesPending(order: string) {
    await this.tells("pay", { order_id: order, outcome: "pending" });
  }

  /** The same, which the bank does not let through. */
  async fails(order: string) {
    await this.tells("pay", { order_id: order, outcome: "failure" });
  }

  /** What was still to go wrong does not. */
  async recovers() {
    await this.tells("faults/clear", {});
  }

  /** The next requests to such addresses go wrong, in that way. */
  async breaks(path_prefix: string, mode: string, times: number) {
    await this.tells("fault", { path_prefix, mode, times });
  }

  /** Events of a kind, with how they were delivered. */
  async events(name: string): Promise<{ body: string; delivered_at: number | null }[]> {
    const ledger = await (await fetch(`${this.address}/_sim/ledger`)).json();
    return ledger.events.filter((event: { event: string }) => event.event === name);
  }

  private async tells(lever: string, what: object) {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(`${this.address}/_sim/${lever}`, {
      method: "POST",
      headers,
      body: JSON.stringify(what),
    });
    expect(answer.status).toBe(200);
  }
}
