//! What the simulated gateway tells the shop: the envelopes of webhook events, written once and
//! then sent byte for byte the same (Razorpay: Webhooks, payloads).

use super::entity::{Dispute, Order, Payment, Refund};
use super::refusal::{Refusal, json_text};
use super::store::Desk;
use crate::razorpay::wire::RefundStatus;
use serde::Serialize;
use serde_json::{Value, json};

/// Of the one merchant this gateway serves.
pub(super) const ACCOUNT_ID: &str = "acc_KiranaShop0001";
/// Refund events come this much later than the answer to the API call, in milliseconds.
const REFUND_TOLD_AFTER: i64 = 26_000;
const REFUND_PROCESSED_AFTER: i64 = 27_000;

#[derive(Serialize)]
struct Envelope<'a, P> {
    entity: &'static str,
    account_id: &'static str,
    event: &'a str,
    contains: &'a [&'a str],
    payload: P,
    created_at: i64,
}

#[derive(Serialize)]
struct Wrapped<'a, T> {
    entity: &'a T,
}

#[derive(Serialize)]
struct PaymentPayload<'a> {
    payment: Wrapped<'a, Payment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<Wrapped<'a, Order>>,
}

impl Desk {
    /// `after`: milliseconds until the event happens.
    pub(super) async fn tell_payment(
        &mut self,
        event: &str,
        payment: &Payment,
        after: i64,
    ) -> Result<(), Refusal> {
        let mut payment = payment.clone();
        if event == "payment.captured" {
            payment.tail.insert("reward".to_owned(), Value::Null);
            payment.tail.insert("base_amount".to_owned(), json!(payment.amount));
        }
        let payload = PaymentPayload { payment: Wrapped { entity: &payment }, order: None };
        let body = json_text(&self.envelope(event, &["payment"], payload, after));
        self.schedule(event, &body, after).await
    }

    pub(super) async fn tell_order_paid(
        &mut self,
        payment: &Payment,
        order: &Order,
        after: i64,
    ) -> Result<(), Refusal> {
        let mut payment = payment.clone();
        payment.tail.insert("reward".to_owned(), Value::Null);
        let mut order = order.clone();
        order.tail.insert("description".to_owned(), Value::Null);
        order.tail.insert("checkout".to_owned(), Value::Null);
        let payload = PaymentPayload {
            payment: Wrapped { entity: &payment },
            order: Some(Wrapped { entity: &order }),
        };
        let body = json_text(&self.envelope("order.paid", &["payment", "order"], payload, after));
        self.schedule("order.paid", &body, after).await
    }

    /// A new refund: `refund.created`, and `refund.processed` where it is so at once.
    pub(super) async fn tell_refund(
        &mut self,
        payment: &Payment,
        refund: &Refund,
    ) -> Result<(), Refusal> {
        self.tell_of_refund("refund.created", payment, refund, REFUND_TOLD_AFTER).await?;
        if refund.status == RefundStatus::Processed {
            let after = REFUND_PROCESSED_AFTER;
            self.tell_of_refund("refund.processed", payment, refund, after).await?;
        }
        Ok(())
    }

    /// One refund event. Its keys are sorted: another serialiser writes them.
    pub(super) async fn tell_of_refund(
        &mut self,
        event: &str,
        payment: &Payment,
        refund: &Refund,
        after: i64,
    ) -> Result<(), Refusal> {
        let payload = json!({ "refund": { "entity": refund }, "payment": { "entity": payment } });
        let envelope = self.envelope(event, &["refund", "payment"], payload, after);
        let mut sorted = serde_json::to_value(&envelope)?;
        sorted.sort_all_objects();
        self.schedule(event, &sorted.to_string(), after).await
    }

    /// `word`: what follows `payment.dispute.` in the event's name.
    pub(super) async fn tell_dispute(
        &mut self,
        word: &str,
        payment: &Payment,
        dispute: &Dispute,
    ) -> Result<(), Refusal> {
        let event = format!("payment.dispute.{word}");
        let payload = json!({ "payment": { "entity": payment }, "dispute": { "entity": dispute } });
        let body = json_text(&self.envelope(&event, &["payment", "dispute"], payload, 0));
        self.schedule(&event, &body, 0).await
    }

    /// Any event at all, such as those of settlements and downtimes.
    pub(super) async fn tell(&mut self, event: &str, payload: &Value) -> Result<(), Refusal> {
        let names: Vec<&str> = payload
            .as_object()
            .into_iter()
            .flat_map(|map| map.keys().map(String::as_str))
            .collect();
        let body = json_text(&self.envelope(event, &names, payload, 0));
        self.schedule(event, &body, 0).await
    }

    fn envelope<'a, P>(
        &self,
        event: &'a str,
        contains: &'a [&'a str],
        payload: P,
        after: i64,
    ) -> Envelope<'a, P> {
        let created_at = (self.now + after).div_euclid(1_000);
        Envelope { entity: "event", account_id: ACCOUNT_ID, event, contains, payload, created_at }
    }
}
