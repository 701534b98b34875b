//! What can go wrong between the shop and the gateway, told so that the caller knows whether the
//! deed may have happened.

use super::wire::{ErrorBody, ErrorDetail};
use std::fmt;

/// Longest piece of an unreadable answer that is kept for the log, in characters.
const EXCERPT: usize = 300;

/// A call to the gateway that gave no usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GatewayError {
    /// Razorpay refused, in its own words (Razorpay: Errors).
    Api { status: u16, code: String, description: String, reason: Option<String> },
    /// Something in front of the API answered: HTML of a proxy, an unknown shape, a redirect.
    Edge { status: u16, text: String },
    /// No answer: not connected, cut, or too late.
    Transport { timed_out: bool, cause: String },
    /// Status 200 with a body that contradicts the question or cannot be read.
    Odd(String),
}

impl GatewayError {
    /// The deed may have happened: look before asking again, or ask with the same idempotency key.
    ///
    /// True without an answer, for 5xx, for 409 (a twin with the same key runs or ran) and for a
    /// 200 that cannot be used.
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Api { status, .. } | Self::Edge { status, .. } => {
                *status >= 500 || *status == 409
            }
            Self::Transport { .. } | Self::Odd(_) => true,
        }
    }

    /// The same question may well be answered later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Api { status, .. } | Self::Edge { status, .. } => {
                *status >= 500 || matches!(status, 408 | 409 | 429)
            }
            Self::Transport { .. } => true,
            Self::Odd(_) => false,
        }
    }

    /// Keys are wrong, rolled or of the other mode: a person has to act.
    pub fn is_unauthorised(&self) -> bool {
        matches!(self.status(), Some(401 | 403))
    }

    /// The HTTP status, if there was an answer with one other than 200.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Api { status, .. } | Self::Edge { status, .. } => Some(*status),
            Self::Transport { .. } | Self::Odd(_) => None,
        }
    }

    /// Reads the body of an answer that is not 200: the usual `error` object, the newer
    /// `message` + `parameters`, or anything at all.
    pub(super) fn from_answer(status: u16, body: &[u8]) -> Self {
        match serde_json::from_slice::<ErrorBody>(body) {
            Ok(ErrorBody {
                error: Some(ErrorDetail { code, description, reason, .. }), ..
            }) => Self::Api { status, code, description, reason },
            Ok(ErrorBody { error: None, message: Some(description), parameters: Some(_) }) => {
                Self::Api { status, code: String::new(), description, reason: None }
            }
            _ => Self::Edge { status, text: excerpt(body) },
        }
    }

    pub(super) fn odd(what: &str, body: &[u8]) -> Self {
        Self::Odd(format!("{what}: {}", excerpt(body)))
    }
}

impl From<reqwest::Error> for GatewayError {
    fn from(error: reqwest::Error) -> Self {
        // The address carries ids only, but a log needs the cause, not the address.
        let error = error.without_url();
        let mut cause = error.to_string();
        let mut inner = std::error::Error::source(&error);
        while let Some(next) = inner {
            cause = format!("{cause}: {next}");
            inner = next.source();
        }
        Self::Transport { timed_out: error.is_timeout(), cause }
    }
}

impl fmt::Display for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api { status, code, description, reason } => {
                // A refusal in its other shape has no code.
                let space = if code.is_empty() { "" } else { " " };
                write!(f, "Razorpay refused ({status}{space}{code}): {description}")?;
                reason.as_ref().map_or(Ok(()), |reason| write!(f, " [{reason}]"))
            }
            Self::Edge { status, text } => {
                write!(f, "something in front of Razorpay answered {status}: {text}")
            }
            Self::Transport { timed_out: true, cause } => {
                write!(f, "Razorpay gave no answer in time: {cause}")
            }
            Self::Transport { cause, .. } => write!(f, "Razorpay could not be asked: {cause}"),
            Self::Odd(what) => write!(f, "Razorpay gave an odd answer: {what}"),
        }
    }
}

impl std::error::Error for GatewayError {}

fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(body)
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .take(EXCERPT)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_of_refusal_is_told_apart() {
        let usual = br#"{"error":{"code":"BAD_REQUEST_ERROR","description":"no","reason":"NA"}}"#;
        let usual = GatewayError::from_answer(400, usual);
        assert!(usual.to_string().ends_with("(400 BAD_REQUEST_ERROR): no [NA]"));
        assert!(!usual.is_unknown() && !usual.is_transient());

        let newer =
            GatewayError::from_answer(400, br#"{"message":"sku: too long","parameters":[]}"#);
        assert!(matches!(&newer, GatewayError::Api { status: 400, .. }));
        assert!(newer.to_string().ends_with("refused (400): sku: too long"));

        let html = GatewayError::from_answer(502, b"<html>\x00\xff bad gateway");
        assert!(matches!(&html, GatewayError::Edge { status: 502, .. }));
        assert!(html.is_unknown() && html.is_transient());

        let broken = GatewayError::from_answer(
            500,
            br#"{"error":{"code":"SERVER_ERROR","description":"x"}}"#,
        );
        assert!(broken.is_unknown() && broken.is_transient());
        let keys =
            br#"{"error":{"code":"BAD_REQUEST_ERROR","description":"Authentication failed"}}"#;
        assert!(GatewayError::from_answer(401, keys).is_unauthorised());
        let limit = GatewayError::from_answer(429, b"");
        assert!(limit.is_transient() && !limit.is_unknown());
        let router = GatewayError::from_answer(404, br#"{"message":"no Route matched"}"#);
        assert!(matches!(router, GatewayError::Edge { status: 404, .. }));
    }

    #[test]
    fn an_answer_that_contradicts_itself_leaves_the_deed_unknown() {
        let odd = GatewayError::odd("other amount", "x".repeat(5_000).as_bytes());
        assert!(odd.is_unknown() && !odd.is_transient());
        assert!(odd.to_string().len() < 400);
    }
}
