//! Bad luck on the way from the gateway to the shop: which of the coming webhook events go wrong,
//! and how. An event keeps its mishap for all its deliveries, until it is sent again by hand.

use super::clock::Clock;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mode {
    /// Once more, `seconds` after the first delivery that succeeded.
    Duplicate,
    /// Two deliveries of the same event at the same time, together with the events around it.
    Simultaneous,
    /// Events of one deed arrive in reverse.
    Reorder,
    /// `seconds` late: an hour, when nothing is said.
    Delay,
    /// Never.
    Drop,
    /// Signed with the webhook's earlier secret, or with `secret`.
    OldSecret,
    /// Signed over other bytes.
    BadSignature,
    /// Without the event's id.
    MissingId,
    /// Accompanied by an event of another merchant's payment, rightly signed.
    Foreign,
    /// Rightly signed, with an amount that nobody paid.
    OtherAmount,
}

impl Mode {
    /// As it is kept in the books.
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_value(Value::from(text)).ok()
    }
}

fn once() -> u32 {
    1
}

/// The next `times` events, of one name or of any.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mishap {
    pub(super) mode: Mode,
    #[serde(default = "once")]
    times: u32,
    event: Option<String>,
    pub(super) seconds: Option<i64>,
    #[serde(skip_serializing)]
    pub(super) secret: Option<String>,
}

#[derive(Default)]
pub(super) struct Mishaps(Mutex<Vec<Mishap>>);

impl Mishaps {
    pub(super) fn add(&self, mishap: Mishap) {
        self.lock().push(mishap);
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    /// What is still to go wrong.
    pub(super) fn waiting(&self) -> Vec<Mishap> {
        self.lock().iter().filter(|mishap| mishap.times > 0).cloned().collect()
    }

    /// Uses up one mishap for this event, the oldest first.
    pub(super) fn take(&self, event: &str) -> Option<Mishap> {
        let mut mishaps = self.lock();
        mishaps.retain(|mishap| mishap.times > 0);
        let fits = |mishap: &&mut Mishap| mishap.event.as_deref().is_none_or(|name| name == event);
        let mishap = mishaps.iter_mut().find(fits)?;
        mishap.times -= 1;
        Some(mishap.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Mishap>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The same event as another merchant would get it: account, order and payment are not the shop's.
pub(super) fn as_of_another_account(body: &str, clock: &Clock) -> String {
    let told: Value = serde_json::from_str(body).unwrap_or_default();
    let named = |pointer: &str| told.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let mut foreign = body.to_owned();
    for (pointer, prefix) in [
        ("/account_id", "acc_"),
        ("/payload/payment/entity/id", "pay_"),
        ("/payload/payment/entity/order_id", "order_"),
        ("/payload/refund/entity/id", "rfnd_"),
    ] {
        if !named(pointer).is_empty() {
            foreign = foreign.replace(named(pointer), &clock.new_id(prefix));
        }
    }
    foreign
}

/// One rupee more wherever the event speaks of what was paid.
pub(super) fn with_another_amount(body: &str) -> String {
    let amounts = ["\"amount\":", "\"amount_paid\":", "\"base_amount\":"];
    let mut other = body.to_owned();
    for name in amounts {
        let mut rest = 0;
        while let Some(at) = other[rest..].find(name).map(|at| rest + at + name.len()) {
            let length = other[at..].bytes().take_while(u8::is_ascii_digit).count();
            if let Ok(amount) = other[at..at + length].parse::<i64>() {
                other.replace_range(at..at + length, &(amount + 100).to_string());
            }
            rest = at;
        }
    }
    other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mishap_waits_for_its_event_and_is_used_up() {
        let mishaps = Mishaps::default();
        let text = r#"{"mode":"bad_signature","event":"order.paid","times":2}"#;
        mishaps.add(serde_json::from_str(text).unwrap());
        mishaps.add(serde_json::from_str(r#"{"mode":"drop"}"#).unwrap());
        assert_eq!(mishaps.take("order.paid").unwrap().mode, Mode::BadSignature);
        assert_eq!(mishaps.take("payment.failed").unwrap().mode, Mode::Drop);
        assert!(mishaps.take("payment.failed").is_none());
        assert_eq!(mishaps.waiting().len(), 1);
        assert_eq!(Mode::read("other_amount"), Some(Mode::OtherAmount));
    }

    #[test]
    fn another_amount_and_another_account_change_nothing_else() {
        let body = r#"{"account_id":"acc_1","payload":{"payment":{"entity":
            {"id":"pay_1","amount":500,"order_id":"order_1"}}}}"#;
        assert_eq!(with_another_amount(body), body.replace("500", "600"));
        let foreign = as_of_another_account(body, &Clock::rehearsal(0, 1));
        assert!(!foreign.contains("pay_1\"") && foreign.contains("\"amount\":500"));
        assert_eq!(foreign.len(), body.len() + 13 * 3);
    }
}
