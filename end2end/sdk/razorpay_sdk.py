"""The official Python SDK against the simulator, unchanged but for the base address. Started by
.ci/sdk.sh, which serves the simulator and names it in the environment."""

import json
import os
import unittest
import urllib.request

import razorpay
from razorpay.errors import BadRequestError, ServerError, SignatureVerificationError

URL = os.environ["SIMULATOR_URL"]
KEY = os.environ["RAZORPAY_KEY_ID"]
SECRET = os.environ["RAZORPAY_KEY_SECRET"]
WEBHOOK_SECRET = os.environ["RAZORPAY_WEBHOOK_SECRET"]


def client(secret=SECRET):
    return razorpay.Client(auth=(KEY, secret), base_url=URL)


def pull(lever, body=None):
    """Pulls a lever of the simulator."""
    request = urllib.request.Request(
        f"{URL}/_sim/{lever}",
        data=json.dumps(body or {}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


class AgainstTheSimulator(unittest.TestCase):
    """Every call is the SDK's own; the levers stand for the customer and the bank."""

    def setUp(self):
        self.razorpay = client()

    def order(self, amount, **more):
        return self.razorpay.order.create({"amount": amount, "currency": "INR", **more})

    def paid(self, amount):
        order = self.order(amount)
        return pull("pay", {"order_id": order["id"], "outcome": "success"})["payment_id"]

    def refused(self, words, call, *args, **kwargs):
        with self.assertRaises(BadRequestError) as caught:
            call(*args, **kwargs)
        self.assertEqual(str(caught.exception), words)

    def test_orders_are_made_read_listed_and_edited(self):
        made = self.order(50_000, receipt="python-1", notes={"city": "Pune"})
        self.assertRegex(made["id"], r"^order_[0-9A-Za-z]{14}$")
        self.assertEqual(
            (made["entity"], made["status"], made["amount_paid"], made["amount_due"]),
            ("order", "created", 0, 50_000),
        )
        self.assertEqual(self.razorpay.order.fetch(made["id"]), made)
        edited = self.razorpay.order.edit(made["id"], {"notes": {"city": "Nagpur"}})
        self.assertEqual(edited, {**made, "notes": {"city": "Nagpur"}})
        listed = self.razorpay.order.all({"receipt": "python-1"})
        self.assertEqual(listed, {"entity": "collection", "count": 1, "items": [edited]})
        self.assertEqual(self.order(100)["notes"], [])
        expanded = self.razorpay.order.all({"expand[]": "payments", "count": 1})
        self.assertEqual(expanded["items"][0]["payments"]["items"], [])

    def test_refusals_become_the_sdks_own_errors(self):
        self.refused("The amount must be at least INR 1.00.", self.order, 99)
        self.refused("The amount must be an integer.", self.order, 99.5)
        self.refused("The id provided does not exist",
                     self.razorpay.order.fetch, "order_AAAAAAAAAAAAAA")
        self.refused("Authentication failed", client("wrong").order.all)
        prefix = {"path_prefix": "/v1/orders", "times": 1}
        pull("fault", {**prefix, "mode": "500"})
        with self.assertRaises(ServerError):
            self.razorpay.order.all()
        pull("fault", {**prefix, "mode": "message_parameters"})
        with self.assertRaises(ServerError):
            self.razorpay.order.all()
        pull("fault", {**prefix, "mode": "html_502"})
        with self.assertRaises(ValueError):
            self.razorpay.order.all()
        self.assertEqual(self.razorpay.order.all()["entity"], "collection")

    def test_a_payment_is_captured_once_with_its_amount_and_currency(self):
        order = self.order(10_000, payment={"capture": "manual"})
        held = pull("pay", {"order_id": order["id"], "outcome": "success"})["payment_id"]
        self.assertEqual(self.razorpay.payment.fetch(held)["status"], "authorized")
        self.refused("The currency field is required.",
                     self.razorpay.payment.capture, held, 10_000, {})
        wrong = "Capture amount must be equal to the amount authorized"
        inr = {"currency": "INR"}
        self.refused(wrong, self.razorpay.payment.capture, held, 9_900, dict(inr))
        captured = self.razorpay.payment.capture(held, 10_000, dict(inr))
        self.assertEqual((captured["status"], captured["fee"], captured["tax"]),
                         ("captured", 236, 36))
        self.refused("This payment has already been captured",
                     self.razorpay.payment.capture, held, 10_000, dict(inr))
        payments = self.razorpay.order.payments(order["id"])
        self.assertEqual([one["id"] for one in payments["items"]], [held])
        self.assertEqual(self.razorpay.order.fetch(order["id"])["status"], "paid")
        self.assertEqual(self.razorpay.payment.all({"count": 1})["items"][0]["id"], held)
        edited = self.razorpay.payment.edit(held, {"notes": {"a": "b"}})
        self.assertEqual(edited["notes"], {"a": "b"})

    def test_a_late_authorisation_is_captured_after_the_failure(self):
        order = self.order(10_000)
        failed = pull("pay", {"order_id": order["id"], "outcome": "failure"})["payment_id"]
        before = self.razorpay.payment.fetch(failed)
        self.assertEqual((before["status"], before["error_reason"]), ("failed", "payment_failed"))
        pull(f"payments/{failed}/authorise")
        after = self.razorpay.payment.fetch(failed)
        self.assertEqual((after["status"], after["error_code"]), ("captured", None))

    def test_refunds_go_both_ways_in_parts_and_in_full(self):
        payment = self.paid(20_000)
        part = self.razorpay.payment.refund(payment, {"amount": 5_000})
        other = self.razorpay.refund.create({"payment_id": payment, "amount": 3_000})
        self.assertEqual((part["status"], other["payment_id"]), ("processed", payment))
        self.refused("The refund amount provided is greater than amount captured.",
                     self.razorpay.refund.create, {"payment_id": payment, "amount": 12_001})
        rest = self.razorpay.refund.create({"payment_id": payment})
        self.assertEqual(rest["amount"], 12_000)
        whole = self.razorpay.payment.fetch(payment)
        self.assertEqual((whole["status"], whole["refund_status"]), ("refunded", "full"))
        self.assertEqual(self.razorpay.refund.fetch(part["id"]), part)
        listed = self.razorpay.payment.fetch_multiple_refund(payment)
        self.assertEqual([one["id"] for one in listed["items"]],
                         [rest["id"], other["id"], part["id"]])
        self.assertEqual(self.razorpay.refund.all({"count": 3})["items"], listed["items"])
        one = self.razorpay.payment.fetch_refund_id(payment, part["id"])
        self.assertEqual(one, part)
        edited = self.razorpay.refund.edit(part["id"], {"notes": {"a": "b"}})
        self.assertEqual(edited["notes"], {"a": "b"})

    def test_one_idempotency_key_is_one_refund(self):
        payment = self.paid(10_000)
        headers = {"X-Refund-Idempotency": f"python-{payment}"}
        ask = self.razorpay.payment.refund
        first = ask(payment, {"amount": 4_000}, headers=dict(headers))
        again = ask(payment, {"amount": 4_000}, headers=dict(headers))
        self.assertEqual(first, again)
        self.refused("Different request with the same idempotency key has already been processed.",
                     ask, payment, {"amount": 4_100}, headers=dict(headers))
        self.assertEqual(self.razorpay.payment.fetch(payment)["amount_refunded"], 4_000)

    def test_signatures_of_checkout_and_webhooks_verify(self):
        order = self.order(700)
        back = pull("pay", {"order_id": order["id"], "outcome": "success"})
        fields = {
            "razorpay_order_id": order["id"],
            "razorpay_payment_id": back["payment_id"],
            "razorpay_signature": back["signature"],
        }
        utility = self.razorpay.utility
        self.assertTrue(utility.verify_payment_signature(fields))
        with self.assertRaises(SignatureVerificationError):
            utility.verify_payment_signature({**fields, "razorpay_payment_id": "pay_other"})
        letter = self.letter(back["payment_id"])
        body, signature = letter["body"], letter["headers"]["x-razorpay-signature"]
        self.assertTrue(utility.verify_webhook_signature(body, signature, WEBHOOK_SECRET))
        with self.assertRaises(SignatureVerificationError):
            utility.verify_webhook_signature(body, signature, SECRET)

    def letter(self, payment):
        """The first webhook about a payment, as a receiver hears it."""
        import http.server

        heard = []

        class Hook(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                heard.append({"headers": headers, "body": body})
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        with http.server.HTTPServer(("127.0.0.1", 0), Hook) as server:
            server.timeout = 1
            pull("webhooks", {"url": f"http://127.0.0.1:{server.server_port}/hook"})
            pull(f"payments/{payment}/refund")
            pull("clock", {"advance_seconds": 30})
            for _ in range(60):
                server.handle_request()
                for letter in heard:
                    if payment in letter["body"]:
                        return letter
        self.fail("no webhook came")

    def test_methods_need_only_the_key(self):
        self.assertTrue(self.razorpay.payment.fetchPaymentMethods()["upi"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
