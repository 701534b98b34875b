//! Holding what the gateway says against what the shop's books say. Pure: no clock, no database, no
//! network.

use super::Row;
use super::invariants::Compared;
use super::queries::books::{KnownAttempt, KnownPayment, KnownRefund};
use crate::clock::{HOUR, MINUTE, Moment};
use crate::money::Paise;
use crate::razorpay::{Order, Payment, PaymentStatus, Refund, RefundStatus};

/// A poll that is late by more than this will not find the money by itself.
const GRACE: i64 = 10 * MINUTE;
/// What is asked about within this needs nobody's attention yet: unpaid attempts are, hourly.
const SOON: i64 = HOUR;

/// Something that differs, or (`sure` false) that could not be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub rule: Compared,
    pub row: Row,
    pub sure: bool,
}

impl Finding {
    pub fn differs(rule: Compared, subject: &str, what: impl Into<String>) -> Finding {
        Finding { rule, row: Row { subject: subject.to_owned(), what: what.into() }, sure: true }
    }

    pub fn unsure(rule: Compared, subject: &str, why: impl std::fmt::Display) -> Finding {
        let what = format!("could not be compared: {why}");
        Finding { rule, row: Row { subject: subject.to_owned(), what }, sure: false }
    }
}

/// The order at the gateway beside the attempt that it was made for.
pub(super) fn order(attempt: &KnownAttempt, told: &Order) -> Option<Finding> {
    let same = told.amount == attempt.amount_paise
        && told.currency == attempt.currency
        && told.receipt.as_deref() == Some(&attempt.receipt);
    (!same).then(|| {
        let what = format!(
            "of order {}: the gateway asks for {} {} with receipt {}, the shop agreed {} {} with \
             receipt {}",
            attempt.order_name,
            Paise(told.amount),
            told.currency,
            told.receipt.as_deref().unwrap_or("none"),
            Paise(attempt.amount_paise),
            attempt.currency,
            attempt.receipt
        );
        Finding::differs(Compared::Asked, &attempt.gateway_order_id, what)
    })
}

/// A payment as the gateway tells it beside what the shop knows of it. `attempt`: the one whose
/// gateway order was paid, if the shop has it; `has_task`: a person is to look after it.
pub(super) fn captured(
    told: &Payment,
    known: Option<&KnownPayment>,
    attempt: Option<&KnownAttempt>,
    has_task: bool,
    now: Moment,
) -> Option<Finding> {
    // "refunded" means that all of it went back (Razorpay: Payments, states).
    let holds_money = told.status == PaymentStatus::Captured && told.amount_refunded < told.amount;
    let booked = known.is_some_and(|known| known.status == "captured" && known.role.is_some());
    let asked_again = attempt.and_then(|attempt| attempt.next_poll_at);
    let will_be_found = asked_again.is_some_and(|at| at + GRACE > now && at <= now + SOON);
    if !holds_money || booked || has_task || will_be_found {
        return None;
    }
    let whose = match attempt {
        Some(attempt) => format!("order {}, which has not booked it", attempt.order_name),
        None => match &told.order_id {
            Some(id) => format!("gateway order {id}, which this shop does not know"),
            None => "no gateway order".to_owned(),
        },
    };
    let what = format!("{} captured for {whose}{}", Paise(told.amount), from_whom(told));
    Some(Finding::differs(Compared::Captured, told.id.as_str(), what))
}

/// " (upi, asha@example.in, +919876543210)", as far as the gateway tells.
fn from_whom(told: &Payment) -> String {
    let parts: Vec<&str> = [&told.method, &told.email, &told.contact]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

/// Every payment that the shop counts as captured beside the gateway's list for that order.
pub(super) fn paid(
    attempt: &KnownAttempt,
    known: &[KnownPayment],
    told: &[Payment],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let has_settled = known.iter().any(|payment| payment.role.as_deref() == Some("settles"));
    if attempt.state == "paid" && !has_settled {
        let what = "counts as paid, but no payment of its attempt settled it";
        findings.push(Finding::differs(Compared::Paid, &attempt.order_name, what));
    }
    for ours in known.iter().filter(|payment| payment.status == "captured") {
        let theirs = told.iter().find(|payment| payment.id.as_str() == ours.id);
        let what = match theirs {
            None => "the gateway does not have it".to_owned(),
            Some(theirs) if !is_kept_or_returned(&theirs.status) => {
                format!("the gateway calls it {}", theirs.status.as_str())
            }
            Some(theirs)
                if theirs.amount != ours.amount_paise || theirs.currency != ours.currency =>
            {
                let (amount, theirs_amount) = (Paise(ours.amount_paise), Paise(theirs.amount));
                format!(
                    "{amount} {} here, {theirs_amount} {} there",
                    ours.currency, theirs.currency
                )
            }
            Some(_) => continue,
        };
        let what = format!("of order {} counts as captured, but {what}", attempt.order_name);
        findings.push(Finding::differs(Compared::Paid, &ours.id, what));
    }
    findings
}

fn is_kept_or_returned(status: &PaymentStatus) -> bool {
    matches!(status, PaymentStatus::Captured | PaymentStatus::Refunded)
}

/// A refund at the gateway beside those that the shop knows of the same payment.
pub(super) fn refund_told(known: &[KnownRefund], told: &Refund) -> Option<Finding> {
    // By its name first: one of ours that gave way to it may carry the same key.
    let named = known.iter().find(|ours| has_name(ours, told));
    let ours = named.or_else(|| known.iter().find(|ours| is_same(ours, told)));
    let amount = Paise(told.amount);
    let what = match ours {
        None if told.status == RefundStatus::Failed => return None,
        None => {
            format!("{amount} of payment {} went back without the shop knowing", told.payment_id)
        }
        Some(ours) if ours.amount_paise != told.amount => {
            format!("is {amount} at the gateway and {} here", Paise(ours.amount_paise))
        }
        Some(ours) if told.status != RefundStatus::Failed && ours.state == "failed" => {
            format!("counts as failed here, the gateway calls it {}", told.status.as_str())
        }
        Some(ours) if told.status == RefundStatus::Failed && ours.state == "processed" => {
            "counts as through here, the gateway calls it failed".to_owned()
        }
        Some(_) => return None,
    };
    Some(Finding::differs(Compared::Refunded, told.id.as_str(), what))
}

/// Refunds that count as made here, but that the gateway does not have.
pub(super) fn refunds_missing(known: &[KnownRefund], told: &[Refund]) -> Vec<Finding> {
    let made = known.iter().filter(|ours| matches!(&*ours.state, "pending" | "processed"));
    let missing = made.filter(|ours| !told.iter().any(|told| is_same(ours, told)));
    missing
        .map(|ours| {
            let name = ours.gateway_refund_id.as_deref().unwrap_or(&ours.id);
            let what = format!(
                "{} count as given back, but the gateway has no such refund",
                Paise(ours.amount_paise)
            );
            Finding::differs(Compared::Refunded, name, what)
        })
        .collect()
}

/// Its receipt is the key that ours was sent with.
fn is_same(ours: &KnownRefund, told: &Refund) -> bool {
    has_name(ours, told) || told.receipt.as_deref() == Some(&ours.idempotency_key)
}

fn has_name(ours: &KnownRefund, told: &Refund) -> bool {
    ours.gateway_refund_id.as_deref() == Some(told.id.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(next_poll_at: Option<Moment>) -> KnownAttempt {
        KnownAttempt {
            id: "a1".into(),
            gateway_order_id: "order_1".into(),
            receipt: "a1".into(),
            amount_paise: 41_900,
            currency: "INR".into(),
            state: "paid".into(),
            next_poll_at,
            order_name: "K2026-00001".into(),
        }
    }

    fn payment(status: &str, back: i64) -> Payment {
        serde_json::from_value(serde_json::json!({
            "id": "pay_1", "amount": 41_900, "currency": "INR", "status": status,
            "order_id": "order_1", "amount_refunded": back, "method": "upi",
            "email": "asha@example.in",
        }))
        .unwrap()
    }

    fn booked(status: &str, role: Option<&str>) -> KnownPayment {
        KnownPayment {
            id: "pay_1".into(),
            amount_paise: 41_900,
            currency: "INR".into(),
            status: status.into(),
            role: role.map(str::to_owned),
        }
    }

    #[test]
    fn captured_money_is_booked_given_back_or_looked_after() {
        let (paid, settled) = (payment("captured", 0), booked("captured", Some("settles")));
        fn wrong(
            told: &Payment,
            known: Option<&KnownPayment>,
            attempt: Option<&KnownAttempt>,
            has_task: bool,
        ) -> bool {
            captured(told, known, attempt, has_task, 0).is_some()
        }
        assert!(!wrong(&paid, Some(&settled), Some(&attempt(None)), false));
        assert!(!wrong(&paid, None, None, true), "a person looks after it");
        assert!(!wrong(&payment("refunded", 41_900), None, None, false), "all went back");
        assert!(!wrong(&payment("failed", 0), None, None, false));
        assert!(!wrong(&paid, None, Some(&attempt(Some(1))), false), "it will be asked about");
        assert!(wrong(&paid, None, Some(&attempt(Some(-GRACE))), false), "nobody asked in time");
        assert!(wrong(&paid, None, Some(&attempt(Some(SOON + 1))), false), "not before tomorrow");
        assert!(wrong(&paid, Some(&booked("captured", None)), Some(&attempt(None)), false));
        assert!(wrong(&paid, Some(&booked("failed", None)), Some(&attempt(None)), false));
        let orphan = captured(&paid, None, None, false, 0).unwrap().row.what;
        assert!(orphan.contains("order_1") && orphan.contains("upi, asha@example.in"), "{orphan}");
    }

    #[test]
    fn what_counts_as_paid_must_be_there_to_the_paisa() {
        let ours = [booked("captured", Some("settles"))];
        let wrong = |told: &[Payment]| paid(&attempt(None), &ours, told).len();
        assert_eq!(wrong(&[payment("captured", 0)]), 0);
        assert_eq!(wrong(&[payment("refunded", 41_900)]), 0, "it was captured, and went back");
        assert_eq!(wrong(&[]), 1);
        assert_eq!(wrong(&[payment("failed", 0)]), 1);
        assert_eq!(wrong(&[Payment { amount: 41_901, ..payment("captured", 0) }]), 1);
        assert_eq!(wrong(&[Payment { currency: "USD".into(), ..payment("captured", 0) }]), 1);
        assert_eq!(paid(&attempt(None), &[], &[]).len(), 1, "paid by nothing");
    }

    #[test]
    fn refunds_are_found_by_id_or_by_key() {
        let told = |status: &str, receipt: Option<&str>| -> Refund {
            serde_json::from_value(serde_json::json!({
                "id": "rfnd_1", "amount": 500, "payment_id": "pay_1", "status": status,
                "receipt": receipt,
            }))
            .unwrap()
        };
        let ours = |state: &str, id: Option<&str>| KnownRefund {
            id: "r1".into(),
            idempotency_key: "key".into(),
            gateway_refund_id: id.map(str::to_owned),
            amount_paise: 500,
            state: state.into(),
        };
        let (by_id, by_key) = (ours("processed", Some("rfnd_1")), ours("unknown", None));
        assert_eq!(refund_told(std::slice::from_ref(&by_id), &told("processed", None)), None);
        assert_eq!(refund_told(&[by_key], &told("pending", Some("key"))), None);
        assert!(refund_told(&[], &told("processed", None)).is_some());
        assert_eq!(refund_told(&[], &told("failed", None)), None);
        assert!(refund_told(std::slice::from_ref(&by_id), &told("failed", None)).is_some());
        let other = Refund { amount: 501, ..told("processed", None) };
        assert!(refund_told(std::slice::from_ref(&by_id), &other).is_some());
        assert_eq!(refunds_missing(std::slice::from_ref(&by_id), &[]).len(), 1);
        let gave_way = KnownRefund { id: "r0".into(), ..ours("failed", None) };
        let both = [gave_way, by_id.clone()];
        assert_eq!(refund_told(&both, &told("processed", Some("key"))), None);
        assert!(refund_told(&both[..1], &told("processed", Some("key"))).is_some());
        assert_eq!(refunds_missing(&[by_id], &[told("processed", None)]), []);
        assert_eq!(refunds_missing(&[ours("intended", None)], &[]), [], "not sent yet");
    }
}
