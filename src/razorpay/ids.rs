//! Names that Razorpay gives to things. A value of these types is safe to put into a path, a log
//! line or a page: right prefix, at most 40 characters, letters, digits and `_` only.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest id believed. Razorpay uses 14 characters after the prefix and promises no length.
const LONGEST: usize = 40;

fn plain(text: &str) -> bool {
    text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

macro_rules! gateway_id {
    ($(#[$about:meta])* $name:ident, $prefix:literal) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// `None` for a text that cannot be such an id.
            pub fn parse(text: &str) -> Option<Self> {
                let rest = text.strip_prefix($prefix)?;
                (!rest.is_empty() && plain(text)).then(|| Self(text.to_owned()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text).ok_or(concat!("not a ", stringify!($name)))
            }
        }
    };
}

gateway_id! {
    /// `order_` and 14 characters (Razorpay: Orders API).
    OrderId, "order_"
}
gateway_id! {
    /// `pay_` and 14 characters (Razorpay: Payments API).
    PaymentId, "pay_"
}
gateway_id! {
    /// `rfnd_` and 14 characters (Razorpay: Refunds API).
    RefundId, "rfnd_"
}
gateway_id! {
    /// 14 characters without a prefix: the header `X-Razorpay-Event-Id` of a webhook.
    EventId, ""
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_plain_ids_of_the_right_kind_are_taken() {
        assert_eq!(
            OrderId::parse("order_IEIaMR65cu6nz3").map(String::from).as_deref(),
            Some("order_IEIaMR65cu6nz3")
        );
        assert!(EventId::parse("IEIaMR65cu6nz3").is_some());
        for bad in ["", "order_", "pay_IEIaMR65cu6nz3", "order_../x", "order_a b", "order_é"] {
            assert_eq!(OrderId::parse(bad), None, "{bad:?}");
        }
        assert_eq!(PaymentId::parse(&format!("pay_{}", "a".repeat(37))), None);
        assert!(serde_json::from_str::<RefundId>("\"rfnd_x/y\"").is_err());
        assert_eq!(
            serde_json::to_string(&RefundId::parse("rfnd_1").unwrap()).unwrap(),
            "\"rfnd_1\""
        );
    }

    proptest! {
        #[test]
        fn whatever_is_taken_needs_no_escaping(text in "\\PC{0,50}") {
            if let Some(id) = PaymentId::parse(&format!("pay_{text}")) {
                prop_assert!(plain(id.as_str()));
            }
        }
    }
}
