//! Who sent this? HMAC-SHA256 over what Razorpay signs, compared in constant time.
//!
//! [`VerifiedReturn`] and [`VerifiedWebhook`] can be made here alone, so a function that takes one
//! cannot be called with unverified words. The two secrets are different types: the commonest
//! mistake of integrators is to swap them (Razorpay: Webhooks, validate and test).

use super::ids::{OrderId, PaymentId};
use crate::faults::planted;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

macro_rules! secret {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// An empty secret verifies nothing.
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

secret! {
    /// The secret half of the API key: signs the browser's return and opens the API.
    ApiSecret
}
secret! {
    /// The secret of one webhook address: signs events and nothing else.
    WebhookSecret
}

impl ApiSecret {
    /// The secret itself, for the `Authorization` header alone.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

/// The message was not signed with the secret, or not in the form Razorpay uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadSignature;

impl fmt::Display for BadSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature does not match")
    }
}

impl std::error::Error for BadSignature {}

/// Razorpay vouches that this payment was made for this order. It says nothing about the amount
/// or whether the money is captured: fetch the payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedReturn {
    order_id: OrderId,
    payment_id: PaymentId,
}

impl VerifiedReturn {
    pub fn order_id(&self) -> &OrderId {
        &self.order_id
    }

    pub fn payment_id(&self) -> &PaymentId {
        &self.payment_id
    }
}

/// Bytes that Razorpay sent to our webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedWebhook {
    body: Vec<u8>,
    secret_index: usize,
}

impl VerifiedWebhook {
    /// The bytes as they came: store these, never a re-written form.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Which of the given secrets matched: 0 is the current one.
    pub fn secret_index(&self) -> usize {
        self.secret_index
    }
}

/// Checks what the browser brought back from checkout. `our_order_id` comes from the shop's own
/// records, never from the request (Razorpay: Standard Checkout, verify payment signature).
pub fn verify_return(
    secret: &ApiSecret,
    our_order_id: &OrderId,
    payment_id: &str,
    signature_hex: &str,
) -> Result<VerifiedReturn, BadSignature> {
    let payment_id = PaymentId::parse(payment_id).ok_or(BadSignature)?;
    let message = format!("{our_order_id}|{payment_id}");
    if !matches(secret.0.as_bytes(), message.as_bytes(), signature_hex) {
        return Err(BadSignature);
    }
    Ok(VerifiedReturn { order_id: our_order_id.clone(), payment_id })
}

/// Checks a webhook's raw body against `X-Razorpay-Signature`. `secrets` holds the current secret
/// and then the previous one: old events are retried with the old signature after a change.
pub fn verify_webhook(
    secrets: &[WebhookSecret],
    raw: &[u8],
    header: Option<&str>,
) -> Result<VerifiedWebhook, BadSignature> {
    let header = header.ok_or(BadSignature)?;
    let known = if planted("earlier-secret-refused") { 1 } else { secrets.len() };
    let secret_index = secrets
        .iter()
        .take(known)
        .position(|secret| {
            matches(secret.0.as_bytes(), raw, header) || planted("signature-unchecked")
        })
        .ok_or(BadSignature)?;
    Ok(VerifiedWebhook { body: raw.to_vec(), secret_index })
}

/// The signature Razorpay's checkout gives to a successful payment.
pub fn sign_return(secret: &ApiSecret, order_id: &OrderId, payment_id: &PaymentId) -> String {
    sign(secret.0.as_bytes(), format!("{order_id}|{payment_id}").as_bytes())
}

/// The signature Razorpay puts on a webhook's body.
pub fn sign_webhook(secret: &WebhookSecret, raw: &[u8]) -> String {
    sign(secret.0.as_bytes(), raw)
}

fn mac(secret: &[u8], message: &[u8]) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length (RFC 2104)");
    mac.update(message);
    mac
}

fn sign(secret: &[u8], message: &[u8]) -> String {
    hex::encode(mac(secret, message).finalize().into_bytes())
}

/// Exactly 64 hex characters, a secret that is not empty, and a digest equal in constant time.
fn matches(secret: &[u8], message: &[u8], signature_hex: &str) -> bool {
    let mut claimed = [0; 32];
    !secret.is_empty()
        && hex::decode_to_slice(signature_hex, &mut claimed).is_ok()
        && mac(secret, message).verify_slice(&claimed).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Vector {
        secret: String,
        message: String,
        signature: String,
        source: String,
    }

    fn vectors() -> Vec<Vector> {
        let text = include_str!("../../tests/vectors/razorpay-signatures.json");
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn every_published_vector_verifies() {
        let vectors = vectors();
        assert!(vectors.len() >= 17);
        for vector in vectors {
            let (secret, message) = (vector.secret.as_bytes(), vector.message.as_bytes());
            assert_eq!(sign(secret, message), vector.signature, "{}", vector.source);
            assert!(matches(secret, message, &vector.signature));
            let webhook = [WebhookSecret::new("other"), WebhookSecret::new(&*vector.secret)];
            let verified = verify_webhook(&webhook, message, Some(&vector.signature)).unwrap();
            assert_eq!((verified.secret_index(), verified.body()), (1, message));

            let words = vector.message.split_once('|');
            let Some((order, payment)) = words.and_then(|(order, payment)| {
                Some((OrderId::parse(order)?, PaymentId::parse(payment)?))
            }) else {
                continue;
            };
            let secret = ApiSecret::new(vector.secret);
            assert_eq!(sign_return(&secret, &order, &payment), vector.signature);
            let back = verify_return(&secret, &order, payment.as_str(), &vector.signature).unwrap();
            assert_eq!((back.order_id(), back.payment_id()), (&order, &payment));
        }
    }

    /// Bodies that differ only in how JSON is written have different signatures.
    #[test]
    fn a_body_written_again_does_not_verify() {
        let secret = [WebhookSecret::new("whsec_local_1")];
        let bodies = ["", "{\"a\":1}", "{\"a\":1}\n", "{\"a\": 1}"];
        for (at, body) in bodies.iter().enumerate() {
            let header = sign_webhook(&secret[0], body.as_bytes());
            for (other, text) in bodies.iter().enumerate() {
                let verdict = verify_webhook(&secret, text.as_bytes(), Some(&header));
                assert_eq!(verdict.is_ok(), at == other);
            }
        }
        let escaped = r#"{"name":"café ₹","u":"https:\/\/x.in\/a"}"#;
        let plain = r#"{"name":"café ₹","u":"https://x.in/a"}"#;
        assert_eq!((escaped.len(), plain.len()), (44, 41));
        let header = sign_webhook(&secret[0], escaped.as_bytes());
        assert!(verify_webhook(&secret, escaped.as_bytes(), Some(&header)).is_ok());
        assert!(verify_webhook(&secret, plain.as_bytes(), Some(&header)).is_err());
    }

    #[test]
    fn anything_but_the_exact_form_is_refused() {
        let secret = WebhookSecret::new("123456");
        let good = sign_webhook(&secret, b"body");
        let secrets = [secret];
        let of = |header: Option<&str>| verify_webhook(&secrets, b"body", header).is_ok();
        assert!(of(Some(&good)) && of(Some(&good.to_uppercase())));
        let wrong = [
            String::new(),
            good[..63].to_owned(),
            format!("{good}0"),
            format!(" {good}"),
            format!("sha256={good}"),
            good.replace(|letter: char| letter.is_ascii_digit(), "g"),
        ];
        assert!(!of(None) && !wrong.iter().any(|header| of(Some(header))));
        assert!(verify_webhook(&[], b"body", Some(&good)).is_err());

        let empty = WebhookSecret::new("");
        let header = sign_webhook(&empty, b"body");
        assert_eq!(verify_webhook(&[empty], b"body", Some(&header)), Err(BadSignature));
    }

    #[test]
    fn ids_the_wrong_way_round_are_refused() {
        let secret = ApiSecret::new("EnLs21M47BllR3X8PSFtjtbd");
        let order = OrderId::parse("order_IEIaMR65cu6nz3").unwrap();
        let reversed = sign(secret.0.as_bytes(), b"pay_IH4NVgf4Dreq1l|order_IEIaMR65cu6nz3");
        assert!(verify_return(&secret, &order, "pay_IH4NVgf4Dreq1l", &reversed).is_err());
        assert!(verify_return(&secret, &order, "order_IEIaMR65cu6nz3", &reversed).is_err());
    }

    #[test]
    fn secrets_do_not_print() {
        let shown = format!("{:?} {:?}", ApiSecret::new("hush"), WebhookSecret::new("hush"));
        assert!(!shown.contains("hush"));
    }

    proptest! {
        #[test]
        fn one_changed_byte_is_noticed(
            body in proptest::collection::vec(any::<u8>(), 1..100),
            at in any::<usize>(),
            by in 1u8..,
        ) {
            let secrets = [WebhookSecret::new("k")];
            let header = sign_webhook(&secrets[0], &body);
            prop_assert!(verify_webhook(&secrets, &body, Some(&header)).is_ok());
            let mut changed = body.clone();
            let at = at % changed.len();
            changed[at] = changed[at].wrapping_add(by);
            prop_assert!(verify_webhook(&secrets, &changed, Some(&header)).is_err());
        }
    }
}
