//! Bad luck between gateway and shop: webhooks in every order, faults of HTTP, clocks.

use crate::deeds::Then;
use crate::driver::{Fate, Paused};
use crate::world::{EARLIER_SECRET, WEBHOOK_SECRET, World};
use axum::body::Body;
use axum::http::Request;
use kirana::clock::{DAY, HOUR, MINUTE, SECOND};
use kirana::razorpay::simulator::Delivery;
use kirana::razorpay::{WebhookSecret, signature};
use serde_json::json;

/// Modes of bad luck that end at once: nobody waits for a time limit here.
const HTTP: [&str; 8] =
    ["cut_before", "cut_after", "401", "429", "500", "html_502", "odd_200", "message_parameters"];
const ODD: [&str; 7] = ["amount", "currency", "no_id", "receipt", "order_id", "empty", "not_json"];
const MISHAPS: [&str; 8] = [
    "old_secret",
    "duplicate",
    "simultaneous",
    "reorder",
    "delay",
    "bad_signature",
    "missing_id",
    "other_amount",
];

impl World {
    /// One of the webhooks that are due, in any order: taken to a server once or twice, or lost.
    pub async fn webhook(&mut self, fate: Fate, paused: &mut Option<Paused>) {
        let due = self.gateway.due().await.unwrap();
        let Some(delivery) = self.one_of(&due).cloned() else { return };
        match self.below(10) {
            0 => {
                self.tell(|| format!("{} is lost", delivery.event));
                self.tally.webhooks_lost += 1;
                self.gateway.delivered(&delivery, Ok(200)).await.unwrap();
            }
            1 | 2 => {
                self.tally.webhooks_doubled += 1;
                let server = self.any_server();
                self.brings(server, &delivery, false, Fate::Luck, paused).await;
                self.brings(1 - server, &delivery, true, fate, paused).await;
            }
            _ => {
                let server = self.any_server();
                self.brings(server, &delivery, true, fate, paused).await;
            }
        }
    }

    /// `heard`: the gateway learns of the answer.
    pub async fn brings(
        &mut self,
        server: usize,
        delivery: &Delivery,
        heard: bool,
        fate: Fate,
        paused: &mut Option<Paused>,
    ) {
        if paused.as_ref().is_some_and(|paused| paused.server == server) {
            return;
        }
        self.tell(|| format!("{} {} comes to server {server}", delivery.event, delivery.event_id));
        let mut request = Request::post("/razorpay/webhook");
        for (name, value) in &delivery.headers {
            if *name != "Accept-Encoding" {
                request = request.header(*name, value);
            }
        }
        let request = request.body(Body::from(delivery.body.clone())).unwrap();
        let doing = self.request(server, request, None);
        let then = Then::Webhook { delivery: Box::new(delivery.clone()), heard };
        self.act(server, doing, then, fate, paused).await;
    }

    /// Forged, foreign, or of no known kind: from somebody else than the gateway.
    pub async fn strange_webhook(&mut self, fate: Fate, paused: &mut Option<Paused>) {
        let number = self.below(1_000_000);
        let order = self.shoppers.iter().flat_map(|s| &s.orders).next();
        let order = order.and_then(|order| order.gateway_orders.first().cloned());
        let order = order.unwrap_or_else(|| "order_AAAAAAAAAAAAAA".to_owned());
        let (forged, body) = match self.below(4) {
            0 => (false, "{\"event\":\"settlement.processed\",\"payload\":{}}".to_owned()),
            1 => (false, event("order_BBBBBBBBBBBBBB", number)),
            _ => (true, event(&order, number)),
        };
        let secret = if forged { "a guess" } else { WEBHOOK_SECRET };
        let signature = signature::sign_webhook(&WebhookSecret::new(secret), body.as_bytes());
        let id = format!("strange{number:07}");
        if !forged {
            self.signed.push(id.clone());
            self.tally.foreign += 1;
        }
        let request = Request::post("/razorpay/webhook")
            .header("X-Razorpay-Event-Id", &id)
            .header("X-Razorpay-Signature", signature)
            .body(Body::from(body))
            .unwrap();
        let server = self.other_than_paused(paused);
        let doing = self.request(server, request, None);
        let then = if forged { Then::Forged } else { Then::Nothing("foreign webhook") };
        self.tell(|| format!("a strange webhook, forged: {forged}"));
        self.act(server, doing, then, fate, paused).await;
    }

    /// Something goes wrong with the gateway from now on, some requests long or until it recovers.
    pub async fn gateway_trouble(&mut self) {
        let (lever, body) = match self.below(12) {
            0 => ("lists", json!({ "lag_seconds": 60 + self.below(600), "parts": true })),
            1..=3 => ("refunds", json!({ "begin": "pending" })),
            4 => ("balance", json!({ "paise": self.below(30_000), "opaque": self.once_in(2) })),
            5 => ("webhooks", json!({ "enabled": false })),
            6 => {
                let mode = MISHAPS[self.below(8) as usize];
                let mut body = json!({ "mode": mode, "times": 1 + self.below(2) });
                if mode == "old_secret" {
                    body["secret"] = json!(EARLIER_SECRET);
                }
                ("webhooks/fault", body)
            }
            _ => {
                let prefix = ["/v1/orders", "/v1/payments", "/v1/"][self.below(3) as usize];
                let (mode, odd) = (HTTP[self.below(8) as usize], ODD[self.below(7) as usize]);
                let times = 1 + self.below(4);
                let mut body = json!({ "path_prefix": prefix, "mode": mode, "times": times });
                if mode == "odd_200" {
                    body["odd"] = json!(odd);
                }
                self.tally.http_faults += 1;
                ("fault", body)
            }
        };
        self.tell(|| format!("the gateway: {lever} {body}"));
        self.tally.troubles += 1;
        self.lag |= lever == "lists";
        self.pull(lever, body).await.unwrap();
    }

    /// A bank answers late, refunds end one way or the other, webhooks are switched on again.
    pub async fn gateway_moves(&mut self) {
        let payments = self.payments.clone();
        let payment = self.one_of(&payments).cloned();
        match (self.below(8), payment) {
            (0..=2, Some(payment)) => {
                let lever = format!("payments/{payment}/capture_late");
                let body = json!({ "capture": !self.once_in(4) });
                if self.pull(&lever, body).await.is_some() {
                    self.tell(|| format!("{payment} is authorised late"));
                    self.tally.late_captures += 1;
                }
            }
            (3, _) => {
                self.pull("webhooks", json!({ "enabled": true })).await;
            }
            _ => self.banks_end_refunds().await,
        }
    }

    /// What waits gets its bank's word; what was through comes back now and then.
    async fn banks_end_refunds(&mut self) {
        let ledger = self.ledger().await;
        for refund in ledger["refunds"].as_array().unwrap() {
            let was_through = refund["status"] == "processed";
            let word = match refund["status"].as_str() {
                Some("pending") if self.once_in(2) => "process",
                Some("pending") => "fail",
                Some("processed") if self.once_in(2) => "fail",
                _ => continue,
            };
            let lever = format!("refunds/{}/{word}", refund["id"].as_str().unwrap());
            self.tell(|| format!("a bank: {lever}, was through: {was_through}"));
            self.pull(&lever, json!({})).await.unwrap();
            self.tally.refunds_failed += u64::from(word == "fail" && !was_through);
            self.tally.refunds_sent_back += u64::from(was_through);
        }
    }

    pub async fn time_passes(&mut self) {
        let milliseconds = match self.below(12) {
            0..=3 => (1 + self.below(40) as i64) * SECOND,
            4..=8 => (1 + self.below(20) as i64) * MINUTE,
            9 | 10 => (1 + self.below(6) as i64) * HOUR,
            _ => DAY,
        };
        self.tell(|| format!("{} minutes pass", milliseconds / MINUTE));
        self.passes(milliseconds).await;
    }

    /// The servers' clocks part, by a day or by minutes.
    pub fn clocks_part(&mut self) {
        let skew = [DAY, -DAY, 7 * MINUTE, -7 * MINUTE, 0][self.below(5) as usize];
        self.tell(|| format!("server 1's clock is {} minutes off", skew / MINUTE));
        self.set_skew(1, skew);
        self.tally.clocks_parted += 1;
    }
}

/// A captured payment as the gateway words it.
fn event(order: &str, number: u64) -> String {
    let payment = json!({
        "id": format!("pay_Z{number:013}"), "entity": "payment", "amount": 10_000,
        "currency": "INR", "status": "captured", "order_id": order, "method": "upi",
        "captured": true, "created_at": 1_700_000_000,
    });
    json!({
        "entity": "event", "account_id": "acc_1", "event": "payment.captured",
        "contains": ["payment"], "payload": { "payment": { "entity": payment } },
        "created_at": 1_700_000_000,
    })
    .to_string()
}
