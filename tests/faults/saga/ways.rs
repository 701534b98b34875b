//! The ways of one order: up to the money, the money, and the doors through which the news comes.

use super::Before;
use crate::answers;
use crate::deeds::Then;
use crate::driver::Fate;
use crate::shoppers::pairs;
use crate::template;
use crate::world::World;
use kirana::clock::MINUTE;
use serde_json::json;

impl World {
    /// One unit of the scarcest product, up to the shown pay page.
    pub(super) async fn waits_for_money(&mut self, before: Before) {
        let product = template::template().products[3].0.clone();
        let jar = self.shoppers[0].jar.clone();
        self.puts_in(0, &product).await;
        self.places_now(0).await;
        let (id, key) =
            (self.shoppers[0].orders[0].id.clone(), self.shoppers[0].orders[0].key.clone());
        let doing = self.get(0, &format!("/checkout/pay/{id}?key={key}"), &jar);
        let then = Then::PayPage { shopper: 0, order: id.clone() };
        self.act(0, doing, then, Fate::Luck, &mut None).await;
        match before {
            Before::Awaiting => {}
            Before::Superseded => {
                let mut form = self.checkout_form(0, 0, &mut None).await.unwrap();
                answers::set(&mut form, "line1", "9, Other Road");
                let jar = self.shoppers[0].jar.clone();
                let doing = self.post(0, "/do/checkout/place", &form, &jar);
                self.act(0, doing, Then::Placed { shopper: 0 }, Fate::Luck, &mut None).await;
            }
            Before::Paid => {
                self.pays_now("success").await;
                self.passes(2 * MINUTE).await;
                self.works(0, "poller", Fate::Luck, &mut None).await;
            }
            Before::Cancelled => {
                let app = self.servers[0].app.clone();
                kirana::payment::cancel(&app, &id).await.unwrap();
            }
            Before::Expired | Before::ExpiredAndSoldOut => {
                self.passes(45 * MINUTE).await;
                self.works(0, "expiry", Fate::Luck, &mut None).await;
            }
        }
        if let Before::ExpiredAndSoldOut = before {
            self.puts_in(1, &product).await;
            self.places_now(1).await;
        }
    }

    async fn puts_in(&mut self, shopper: usize, product: &str) {
        let jar = self.shoppers[shopper].jar.clone();
        let form = pairs(&[("product", product), ("quantity", "1"), ("back", "/cart")]);
        let doing = self.post(0, "/do/cart/add", &form, &jar);
        self.act(0, doing, Then::Nothing("add"), Fate::Luck, &mut None).await;
    }

    async fn places_now(&mut self, shopper: usize) {
        let jar = self.shoppers[shopper].jar.clone();
        let form = self.checkout_form(0, shopper, &mut None).await.unwrap();
        let doing = self.post(0, "/do/checkout/place", &form, &jar);
        self.act(0, doing, Then::Placed { shopper }, Fate::Luck, &mut None).await;
    }

    pub(super) async fn pays_now(&mut self, how: &str) {
        let order = self.shoppers[0].orders[0].gateway_orders[0].clone();
        if how == "dashboard" {
            let payment = self.payments.last().unwrap();
            self.pull(&format!("payments/{payment}/refund"), json!({"amount": 500})).await;
            return;
        }
        let body = match how {
            "other amount" => json!({"order_id": order, "outcome": "success", "amount": 100}),
            "other currency" => json!({"order_id": order, "outcome": "success", "currency": "USD"}),
            "surplus" => json!({ "order_id": order }),
            outcome => json!({"order_id": order, "outcome": outcome}),
        };
        let paid_already = self.payments.len();
        let lever = if how == "surplus" || paid_already > 0 && how == "success" {
            "surplus"
        } else {
            "pay"
        };
        let body = if lever == "surplus" { json!({ "order_id": order }) } else { body };
        let Some(told) = self.pull(lever, body).await else { return };
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        self.payments.push(text("payment_id"));
        let known = &mut self.shoppers[0].orders[0];
        known.payments.push((order, text("payment_id"), text("signature")));
        if how == "late" {
            let lever = format!("payments/{}/capture_late", text("payment_id"));
            self.pull(&lever, json!({})).await;
        }
    }

    pub(super) async fn goes_through(&mut self, door: &'static str, reversed: bool, fate: Fate) {
        match door {
            "return" => {
                let known = self.shoppers[0].orders[0].clone();
                let Some((order, payment, signature)) = known.payments.last() else { return };
                let form = pairs(&[
                    ("razorpay_payment_id", payment),
                    ("razorpay_order_id", order),
                    ("razorpay_signature", signature),
                ]);
                let path = format!("/razorpay/callback?order={}&key={}", known.id, known.key);
                let doing = self.post(0, &path, &form, &answers::Jar::default());
                self.act(0, doing, Then::Nothing("return"), fate, &mut None).await;
            }
            "webhook" => {
                self.events_come(reversed, fate).await;
                self.works(0, "inbox", fate, &mut None).await;
            }
            "inbox" => {
                self.events_come(reversed, Fate::Luck).await;
                self.works(0, "inbox", fate, &mut None).await;
            }
            job => self.works(0, job, fate, &mut None).await,
        }
    }

    async fn events_come(&mut self, reversed: bool, fate: Fate) {
        let mut due = self.gateway.due().await.unwrap();
        if reversed {
            due.reverse();
        }
        for delivery in due {
            self.brings(0, &delivery, true, fate, &mut None).await;
        }
    }

    /// The tables, as far as they are to be the same whatever the way was.
    pub(super) async fn digest(&self) -> Vec<String> {
        let mut all = Vec::new();
        for statement in [
            "select 'order ' || state || ' ' || coalesce(number, '') from orders
             order by placed_at",
            "select 'payment ' || status || ' ' || coalesce(role, '') || ' ' ||
                    cast(amount_paise as text) || ' ' || cast(refunded_paise as text)
             from payments order by id",
            "select 'refund ' || reason || ' ' || state || ' ' || cast(amount_paise as text)
             from refunds order by reason, amount_paise",
            "select 'letter ' || kind from letters order by kind",
            "select 'task ' || kind from desk_tasks where kind not like '%-silence' order by kind",
            "select 'product ' || slug || ' ' || cast(on_hand as text) || ' ' || cast(held as text)
             from products order by slug",
            "select 'in the cart ' || cast(quantity as text) from cart_lines order by quantity",
        ] {
            let pool = &self.servers[0].app.db.read;
            let rows: Vec<String> = sqlx::query_scalar(statement).fetch_all(pool).await.unwrap();
            all.extend(rows);
        }
        all
    }
}
