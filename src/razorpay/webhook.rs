//! What a webhook tells: which event, about which order, payment and refund. Only pointers are
//! taken from it; the shop asks the gateway for the present state, since events come twice, late
//! and in any order (Razorpay: Webhooks, best practices).

use super::ids::{EventId, OrderId, PaymentId, RefundId};
use super::signature::VerifiedWebhook;
use super::wire::WebhookEvent;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt;

/// One event, reduced to what points at the gateway's records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Equal for every delivery of one event: see [`Event::id_of`].
    pub id: String,
    /// Such as `payment.captured`; new names appear without notice.
    pub name: String,
    pub account_id: Option<String>,
    pub order_id: Option<OrderId>,
    pub payment_id: Option<PaymentId>,
    pub refund_id: Option<RefundId>,
    /// Seconds since 1970; 0 when the envelope has none.
    pub created_at: i64,
}

/// Signed by Razorpay, yet not an event. Keep the body and answer 200: a retry would be the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddEvent(String);

impl fmt::Display for OddEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a signed webhook is not an event: {}", self.0)
    }
}

impl std::error::Error for OddEvent {}

impl Event {
    /// The key of an event in the shop's inbox: the header `X-Razorpay-Event-Id`, or the SHA-256 of
    /// the body in hex where the header is missing or unusable. A retry repeats both.
    pub fn id_of(verified: &VerifiedWebhook, header: Option<&str>) -> String {
        match header.and_then(EventId::parse) {
            Some(id) => id.into(),
            None => hex::encode(Sha256::digest(verified.body())),
        }
    }

    /// Reads a verified body; `id_header` is the value of `X-Razorpay-Event-Id`.
    pub fn read(verified: &VerifiedWebhook, id_header: Option<&str>) -> Result<Self, OddEvent> {
        let envelope: WebhookEvent =
            serde_json::from_slice(verified.body()).map_err(|error| OddEvent(error.to_string()))?;
        let of = |kind: &str, field: &str| -> Option<&str> {
            envelope.payload.get(kind)?.get("entity")?.get(field).and_then(Value::as_str)
        };
        let order = of("order", "id").or_else(|| of("payment", "order_id"));
        let payment = of("payment", "id").or_else(|| of("refund", "payment_id"));
        let payment = payment.or_else(|| of("dispute", "payment_id"));
        Ok(Self {
            id: Self::id_of(verified, id_header),
            order_id: order.and_then(OrderId::parse),
            payment_id: payment.and_then(PaymentId::parse),
            refund_id: of("refund", "id").and_then(RefundId::parse),
            name: envelope.event,
            account_id: envelope.account_id,
            created_at: envelope.created_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::signature::{WebhookSecret, sign_webhook, verify_webhook};
    use super::*;
    use proptest::prelude::*;

    fn verified(body: &[u8]) -> VerifiedWebhook {
        let secrets = [WebhookSecret::new("s")];
        let header = sign_webhook(&secrets[0], body);
        verify_webhook(&secrets, body, Some(&header)).unwrap()
    }

    #[test]
    fn pointers_are_found_in_each_kind_of_event() {
        let body = br#"{"entity":"event","account_id":"acc_1","event":"order.paid","payload":{
            "payment":{"entity":{"id":"pay_1","order_id":"order_1"}},
            "order":{"entity":{"id":"order_1"}}},"created_at":1700000003}"#;
        let event = Event::read(&verified(body), Some("IEIaMR65cu6nz3")).unwrap();
        assert_eq!((event.id.as_str(), event.name.as_str()), ("IEIaMR65cu6nz3", "order.paid"));
        assert_eq!(event.order_id, OrderId::parse("order_1"));
        assert_eq!(event.payment_id, PaymentId::parse("pay_1"));
        assert_eq!((event.refund_id, event.created_at), (None, 1_700_000_003));

        let body = br#"{"event":"refund.failed","payload":{"refund":{"entity":
            {"id":"rfnd_1","payment_id":"pay_2"}}}}"#;
        let event = Event::read(&verified(body), None).unwrap();
        assert_eq!(event.refund_id, RefundId::parse("rfnd_1"));
        assert_eq!(event.payment_id, PaymentId::parse("pay_2"));
        assert_eq!(event.id.len(), 64);
    }

    #[test]
    fn strange_events_have_no_pointers_and_do_no_harm() {
        for body in [
            r#"{"event":"new.kind"}"#,
            r#"{"event":"x","payload":[]}"#,
            r#"{"event":"x","payload":{"payment":{"entity":{"id":7,"order_id":"../../etc"}}}}"#,
        ] {
            let event = Event::read(&verified(body.as_bytes()), None).unwrap();
            assert_eq!((event.order_id, event.payment_id, event.refund_id), (None, None, None));
        }
        assert!(Event::read(&verified(b"not json"), None).is_err());
        assert!(Event::read(&verified(b"[]"), Some("x")).is_err());
    }

    #[test]
    fn a_hostile_id_header_is_replaced_by_the_digest() {
        let body = verified(b"{}");
        for header in ["", "a b", "<script>", &"x".repeat(41)] {
            assert_eq!(Event::id_of(&body, Some(header)), Event::id_of(&body, None));
        }
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(text in "\\PC{0,200}") {
            let _ = Event::read(&verified(text.as_bytes()), Some(&text));
        }
    }
}
