// The official Node SDK against the simulator, unchanged but for the base address. Started by
// .ci/sdk.sh, which serves the simulator and names it in the environment.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Razorpay from "razorpay";
import {
  validatePaymentVerification,
  validateWebhookSignature,
} from "razorpay/dist/utils/razorpay-utils.js";
import { key, ledger, pull, receiver, secret, url, webhookSecret } from "./gateway.mjs";

function client(keySecret = secret, headers = {}) {
  const razorpay = new Razorpay({ key_id: key, key_secret: keySecret });
  razorpay.api.rq.defaults.baseURL = url;
  Object.assign(razorpay.api.rq.defaults.headers, headers);
  return razorpay;
}

const razorpay = client();
const manual = { capture: "manual", capture_options: { manual_expiry_period: 7200 } };

async function order(amount, more = {}) {
  return razorpay.orders.create({ amount, currency: "INR", ...more });
}

async function paid(amount) {
  const { id } = await order(amount);
  return (await pull("pay", { order_id: id, outcome: "success" })).payment_id;
}

async function refused(call, statusCode, description) {
  await assert.rejects(call, (error) => {
    assert.equal(error.statusCode, statusCode);
    assert.equal(error.error.code, "BAD_REQUEST_ERROR");
    assert.equal(error.error.description, description);
    return true;
  });
}

let hook;
before(async () => {
  hook = await receiver();
});
after(() => hook.close());

test("an order is made, read, changed in its notes and found by its receipt", async () => {
  const made = await order(50_000, { receipt: "node-1", notes: { city: "Pune" } });
  assert.match(made.id, /^order_[0-9A-Za-z]{14}$/);
  const { id, created_at, ...rest } = made;
  assert.ok(Math.abs(created_at - Date.now() / 1000) < 60);
  assert.deepEqual(rest, {
    entity: "order",
    amount: 50_000,
    amount_paid: 0,
    amount_due: 50_000,
    currency: "INR",
    receipt: "node-1",
    offer_id: null,
    status: "created",
    attempts: 0,
    notes: { city: "Pune" },
  });
  assert.deepEqual(await razorpay.orders.fetch(id), made);
  const edited = await razorpay.orders.edit(id, { notes: { city: "Nagpur" } });
  assert.deepEqual(edited, { ...made, notes: { city: "Nagpur" } });
  const found = await razorpay.orders.all({ receipt: "node-1" });
  assert.equal(found.entity, "collection");
  assert.deepEqual(found.items, [edited]);
  const plain = await order(100);
  assert.deepEqual(plain.notes, []);
});

test("orders are listed newest first, in pages, and by whether they were authorised", async () => {
  const open = await order(700);
  const { id } = await order(800);
  await pull("pay", { order_id: id, outcome: "success" });
  const newest = await razorpay.orders.all({ count: 2 });
  assert.deepEqual([newest.count, ...newest.items.map((one) => one.id)], [2, id, open.id]);
  const second = await razorpay.orders.all({ count: 1, skip: 1 });
  assert.deepEqual(second.items.map((one) => one.id), [open.id]);
  const authorised = await razorpay.orders.all({ authorized: 1, count: 1 });
  assert.equal(authorised.items[0].id, id);
  const not = await razorpay.orders.all({ authorized: 0, count: 1 });
  assert.equal(not.items[0].id, open.id);
  const later = await razorpay.orders.all({ from: "2100-01-01" });
  assert.deepEqual(later, { entity: "collection", count: 0, items: [] });
});

test("refusals carry Razorpay's status, code and words", async () => {
  await refused(order(99), 400, "The amount must be at least INR 1.00.");
  await refused(order("500"), 400, "The amount must be an integer.");
  await refused(order(500, { expire_by: 1 }), 400,
    "expire_by is/are not required and should not be sent");
  await refused(razorpay.orders.fetch("order_x"), 400, "order_x is not a valid id");
  await refused(razorpay.orders.fetch("order_AAAAAAAAAAAAAA"), 400,
    "The id provided does not exist");
  await refused(client("wrong").orders.all(), 401, "Authentication failed");
  const { id } = await order(500);
  await refused(razorpay.orders.edit(id, { amount: 600 }), 400,
    "amount is/are not required and should not be sent");
});

test("a payment goes from authorised to captured once, for the whole amount", async () => {
  const { id } = await order(150_000, { payment: manual });
  const failed = await pull("pay", { order_id: id, outcome: "failure" });
  const held = await pull("pay", { order_id: id, outcome: "success", method: "card" });
  const before = await razorpay.payments.fetch(held.payment_id, { "expand[]": "card" });
  assert.deepEqual([before.status, before.captured, before.fee], ["authorized", false, null]);
  assert.equal(before.card.last4, "1007");
  assert.equal((await razorpay.orders.fetch(id)).status, "attempted");

  const capture = (amount) => razorpay.payments.capture(held.payment_id, amount, "INR");
  await refused(capture(149_999), 400,
    "Capture amount must be equal to the amount authorized");
  const captured = await capture(150_000);
  assert.deepEqual([captured.status, captured.captured], ["captured", true]);
  assert.deepEqual([captured.fee, captured.tax], [3_000, 0]);
  await refused(capture(150_000), 400, "This payment has already been captured");
  assert.deepEqual(
    (await razorpay.orders.fetchPayments(id)).items.map((one) => [one.id, one.status]),
    [[held.payment_id, "captured"], [failed.payment_id, "failed"]],
  );
  const after = await razorpay.orders.fetch(id);
  assert.deepEqual([after.status, after.amount_paid, after.amount_due, after.attempts],
    ["paid", 150_000, 0, 2]);

  const noted = await razorpay.payments.edit(held.payment_id, { notes: { seen: "yes" } });
  assert.deepEqual(noted.notes, { seen: "yes" });
  const listed = await razorpay.payments.all({ count: 1 });
  assert.deepEqual([listed.items[0].id, listed.items[0].card], [held.payment_id, undefined]);
});

test("money goes back in parts and then the rest, by the payment's address", async () => {
  const payment = await paid(20_000);
  const part = await razorpay.payments.refund(payment, { amount: 5_000, notes: { why: "late" } });
  assert.match(part.id, /^rfnd_[0-9A-Za-z]{14}$/);
  assert.deepEqual([part.entity, part.amount, part.payment_id, part.status, part.speed_requested],
    ["refund", 5_000, payment, "processed", "normal"]);
  const half = await razorpay.payments.fetch(payment);
  assert.deepEqual([half.status, half.amount_refunded, half.refund_status],
    ["captured", 5_000, "partial"]);
  await refused(razorpay.payments.refund(payment, { amount: 15_001 }), 400,
    "The refund amount provided is greater than amount captured.");

  const rest = await razorpay.payments.refund(payment);
  assert.equal(rest.amount, 15_000);
  const whole = await razorpay.payments.fetch(payment);
  assert.deepEqual([whole.status, whole.amount_refunded, whole.refund_status, whole.captured],
    ["refunded", 20_000, "full", true]);
  await refused(razorpay.payments.refund(payment), 400,
    "The payment has been fully refunded already");

  assert.deepEqual((await razorpay.refunds.fetch(part.id)), part);
  assert.deepEqual((await razorpay.payments.fetchRefund(payment, part.id)), part);
  const of = await razorpay.payments.fetchMultipleRefund(payment);
  assert.deepEqual(of.items.map((one) => one.id), [rest.id, part.id]);
  assert.deepEqual((await razorpay.refunds.all({ count: 2 })).items, of.items);
  const edited = await razorpay.refunds.edit(part.id, { notes: { a: "b" } });
  assert.deepEqual(edited, { ...part, notes: { a: "b" } });
});

test("one idempotency key is one refund, whatever else is asked with it", async () => {
  const payment = await paid(10_000);
  const withKey = client(secret, { "X-Refund-Idempotency": `node-${payment}` });
  const body = { amount: 4_000, notes: { try: "1" } };
  const first = await withKey.payments.refund(payment, body);
  assert.deepEqual(await withKey.payments.refund(payment, body), first);
  await refused(withKey.payments.refund(payment, { amount: 4_001 }), 409,
    "Different request with the same idempotency key has already been processed.");
  assert.equal((await razorpay.payments.fetch(payment)).amount_refunded, 4_000);
  const short = client(secret, { "X-Refund-Idempotency": "short" });
  await refused(short.payments.refund(payment, body), 400,
    "The idempotency key must be at least 10 characters long.");
});

test("refunds wait for the bank, and need a balance", async () => {
  await pull("refunds", { begin: "pending" });
  const payment = await paid(10_000);
  const waiting = await razorpay.payments.refund(payment, { amount: 1_000 });
  assert.deepEqual([waiting.status, waiting.speed_processed], ["pending", null]);
  await pull(`refunds/${waiting.id}/fail`);
  assert.equal((await razorpay.refunds.fetch(waiting.id)).status, "failed");
  const again = await razorpay.payments.fetch(payment);
  assert.deepEqual([again.amount_refunded, again.refund_status], [0, null]);
  await pull("refunds", { begin: "processed" });

  await pull("balance", { paise: 500 });
  await refused(razorpay.payments.refund(payment, { amount: 1_000 }), 400,
    "Your account does not have enough balance to carry out the refund operation. You can add " +
      "funds to your account from your Razorpay dashboard or capture new payments.");
  await pull("balance", { paise: 500, opaque: true });
  await refused(razorpay.payments.refund(payment), 400, "invalid request sent");
  await pull("balance");
});

test("a dispute is seen by the SDK", async () => {
  const payment = await paid(10_000);
  const { id } = await pull(`payments/${payment}/dispute`);
  await pull(`disputes/${id}/won`);
  const dispute = await razorpay.disputes.fetch(id);
  assert.deepEqual([dispute.payment_id, dispute.status, dispute.amount], [payment, "won", 10_000]);
  assert.equal((await razorpay.disputes.all({ count: 1 })).items[0].id, id);
});

test("what checkout brings back is signed with the key's secret", async () => {
  const { id } = await order(500);
  const back = await pull("pay", { order_id: id, outcome: "success" });
  const pair = { order_id: id, payment_id: back.payment_id };
  assert.equal(validatePaymentVerification(pair, back.signature, secret), true);
  const other = { ...pair, payment_id: "pay_AAAAAAAAAAAAAA" };
  assert.equal(validatePaymentVerification(other, back.signature, secret), false);
});

test("webhooks verify over their own bytes, and a faulty signature does not", async () => {
  const { id } = await order(900);
  const { payment_id: payment } = await pull("pay", { order_id: id, outcome: "success" });
  const about = (name) => (letter) =>
    letter.body.includes(payment) && letter.body.includes(`"event":"${name}"`);
  for (const name of ["payment.authorized", "payment.captured", "order.paid"]) {
    const { headers, body } = await hook.heard(about(name));
    const signature = headers["x-razorpay-signature"];
    assert.equal(Razorpay.validateWebhookSignature(body, signature, webhookSecret), true);
    assert.equal(validateWebhookSignature(`${body} `, signature, webhookSecret), false);
    assert.equal(headers["x-razorpay-event-id"].length, 14);
  }
  await pull("webhooks/fault", { mode: "bad_signature", event: "payment.dispute.created" });
  await pull(`payments/${payment}/dispute`);
  const { headers, body } = await hook.heard(about("payment.dispute.created"));
  const signature = headers["x-razorpay-signature"];
  assert.equal(validateWebhookSignature(body, signature, webhookSecret), false);
});

test("the ledger holds what the SDK was told", async () => {
  const payment = await paid(1_200);
  const books = await ledger();
  const written = books.payments.find((one) => one.id === payment);
  const told = await razorpay.payments.fetch(payment);
  assert.deepEqual([written.amount, written.status], [told.amount, told.status]);
});
