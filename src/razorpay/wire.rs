//! Razorpay's JSON as the shop reads it. Lenient on purpose: unknown fields are skipped, optional
//! ones may be missing, null or blank, and an unknown state is kept as `Other`. What the shop's
//! decisions rest on (ids, amounts, states) must be there and of the right type.

use super::ids::{OrderId, PaymentId, RefundId};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// Pairs that the creator of an entity hung on it. Razorpay sends `[]` for none, an object for
/// some, and `null` now and then.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes(pub Map<String, Value>);

impl Notes {
    /// The value as text; `None` when it is missing or was sent as something else.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.as_str()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Into<String>, V: Into<String>, const N: usize> From<[(K, V); N]> for Notes {
    fn from(pairs: [(K, V); N]) -> Self {
        let pairs = pairs.into_iter().map(|(key, value)| (key.into(), Value::String(value.into())));
        Self(pairs.collect())
    }
}

impl<'de> Deserialize<'de> for Notes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Object(pairs) => Self(pairs),
            _ => Self::default(),
        })
    }
}

impl Serialize for Notes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_empty() {
            return serializer.collect_seq::<[Value; 0]>([]);
        }
        self.0.serialize(serializer)
    }
}

macro_rules! status {
    ($(#[$about:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum $name { $($variant,)+ Other(String) }

        impl $name {
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $text,)+ Self::Other(text) => text }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                match text.as_str() { $($text => Self::$variant,)+ _ => Self::Other(text) }
            }
        }

        impl From<$name> for String {
            fn from(status: $name) -> String {
                status.as_str().to_owned()
            }
        }
    };
}

status! {
    /// Never goes back: an order stays paid after a refund (Razorpay: Orders, states).
    OrderStatus { Created = "created", Attempted = "attempted", Paid = "paid" }
}
status! {
    /// `Failed` is not final: a late authorisation may follow (Razorpay: late authorisation).
    PaymentStatus {
        Created = "created",
        Authorized = "authorized",
        Captured = "captured",
        Refunded = "refunded",
        Failed = "failed",
    }
}
status! {
    /// `Processed` and `Failed` are final (Razorpay: Refunds, states).
    RefundStatus { Pending = "pending", Processed = "processed", Failed = "failed" }
}

/// Razorpay: Orders API, entity.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Order {
    pub id: OrderId,
    /// Paise, as is every amount here.
    pub amount: i64,
    #[serde(default)]
    pub amount_paid: i64,
    pub currency: String,
    #[serde(default, deserialize_with = "text_or_none")]
    pub receipt: Option<String>,
    pub status: OrderStatus,
    #[serde(default)]
    pub attempts: i64,
    #[serde(default)]
    pub notes: Notes,
    /// Seconds since 1970, as is every time here.
    #[serde(default)]
    pub created_at: i64,
}

/// Razorpay: Payments API, entity.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Payment {
    pub id: PaymentId,
    pub amount: i64,
    pub currency: String,
    pub status: PaymentStatus,
    #[serde(default)]
    pub order_id: Option<OrderId>,
    #[serde(default)]
    pub amount_refunded: i64,
    #[serde(default, deserialize_with = "text_or_none")]
    pub refund_status: Option<String>,
    #[serde(default, deserialize_with = "text_or_none")]
    pub method: Option<String>,
    #[serde(default, deserialize_with = "text_or_none")]
    pub bank: Option<String>,
    #[serde(default, deserialize_with = "text_or_none")]
    pub wallet: Option<String>,
    #[serde(default, deserialize_with = "text_or_none")]
    pub vpa: Option<String>,
    #[serde(default, deserialize_with = "text_or_none")]
    pub email: Option<String>,
    #[serde(default, deserialize_with = "text_or_none")]
    pub contact: Option<String>,
    /// What Razorpay keeps, tax included; known once captured.
    #[serde(default)]
    pub fee: Option<i64>,
    #[serde(default)]
    pub tax: Option<i64>,
    #[serde(default, deserialize_with = "text_or_none")]
    pub error_code: Option<String>,
    #[serde(default, deserialize_with = "text_or_none")]
    pub error_description: Option<String>,
    #[serde(default, deserialize_with = "text_or_none")]
    pub error_reason: Option<String>,
    #[serde(default)]
    pub notes: Notes,
    #[serde(default)]
    pub created_at: i64,
}

/// Razorpay: Refunds API, entity.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Refund {
    pub id: RefundId,
    pub amount: i64,
    #[serde(default, deserialize_with = "text_or_none")]
    pub currency: Option<String>,
    pub payment_id: PaymentId,
    pub status: RefundStatus,
    #[serde(default, deserialize_with = "text_or_none")]
    pub receipt: Option<String>,
    #[serde(default)]
    pub notes: Notes,
    #[serde(default)]
    pub created_at: i64,
}

/// A page of a list, newest first (Razorpay: API, pagination).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Collection<T> {
    pub items: Vec<T>,
}

/// What comes with a status other than 200: one of two shapes, or neither.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ErrorBody {
    #[serde(default)]
    pub error: Option<ErrorDetail>,
    #[serde(default, deserialize_with = "text_or_none")]
    pub message: Option<String>,
    #[serde(default)]
    pub parameters: Option<IgnoredAny>,
}

/// Razorpay: Errors, response parameters.
#[derive(Clone, Debug, Deserialize)]
pub struct ErrorDetail {
    pub code: String,
    #[serde(default)]
    pub description: String,
    #[serde(default, deserialize_with = "text_or_none")]
    pub reason: Option<String>,
    #[serde(default, deserialize_with = "text_or_none")]
    pub field: Option<String>,
}

/// The envelope of a webhook; `payload` maps a kind of thing to `{"entity": {…}}`.
#[derive(Clone, Debug, Deserialize)]
pub struct WebhookEvent {
    pub event: String,
    #[serde(default, deserialize_with = "text_or_none")]
    pub account_id: Option<String>,
    #[serde(default)]
    pub payload: Value,
    #[serde(default)]
    pub created_at: i64,
}

/// Blank and null mean the same, and a value of another type is no text at all.
fn text_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) if !text.is_empty() => Some(text),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PAYMENT: &str = r#"{"id":"pay_1","entity":"payment","amount":100,"currency":"INR",
        "status":"captured","order_id":"order_1","method":"upi","email":"","error_code":"",
        "acquirer_data":[],"notes":[],"brand_new":{"x":[1]},"created_at":1700000000}"#;

    #[test]
    fn a_payment_is_read_with_all_of_its_quirks() {
        let payment: Payment = serde_json::from_str(PAYMENT).unwrap();
        assert_eq!(payment.status, PaymentStatus::Captured);
        assert_eq!(payment.error_code, None);
        assert_eq!(payment.email, None);
        assert_eq!(payment.fee, None);
        assert!(payment.notes.is_empty());
    }

    #[test]
    fn notes_may_be_an_object_a_list_or_null() {
        for (text, count) in [(r#"{"a":"b","n":1,"t":true}"#, 3), ("[]", 0), ("{}", 0), ("null", 0)]
        {
            assert_eq!(serde_json::from_str::<Notes>(text).unwrap().0.len(), count, "{text}");
        }
        let notes = Notes::from([("order", "A1")]);
        assert_eq!(notes.get("order"), Some("A1"));
        assert_eq!(serde_json::to_string(&notes).unwrap(), r#"{"order":"A1"}"#);
        assert_eq!(serde_json::to_string(&Notes::default()).unwrap(), "[]");
    }

    #[test]
    fn an_unknown_state_is_kept() {
        let text = PAYMENT.replace("captured", "pending");
        let payment: Payment = serde_json::from_str(&text).unwrap();
        assert_eq!(payment.status, PaymentStatus::Other("pending".into()));
        assert_eq!(payment.status.as_str(), "pending");
    }

    #[test]
    fn money_as_text_or_fraction_is_refused() {
        for amount in ["\"100\"", "100.5", "null", "99999999999999999999"] {
            let text = PAYMENT.replace(":100,", &format!(":{amount},"));
            assert!(serde_json::from_str::<Payment>(&text).is_err(), "{amount}");
        }
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = serde_json::from_slice::<Payment>(&body);
            let _ = serde_json::from_slice::<ErrorBody>(&body);
            let _ = serde_json::from_slice::<WebhookEvent>(&body);
        }
    }
}
