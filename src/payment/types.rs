//! The words of this room: attempts, payments, refunds, and the pure decision about captured money.

use crate::clock::{DAY, HOUR, MINUTE, Moment, SECOND};
use crate::faults::planted;
use crate::money::Paise;
use crate::order::State;

pub const CURRENCY: &str = "INR";
/// Days after which money that the shop could not keep must be back with the shopper.
pub const DUE_DAYS: i64 = 5;
/// Days for which an attempt is asked about.
const ASKED_DAYS: i64 = 5;
/// An attempt is asked about at most this often by pages and returns that anybody can repeat.
const ASK_AGAIN: i64 = 3 * SECOND;

/// One try to have an order paid: a receipt of ours and, once the gateway answered, its order.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub id: String,
    pub order_id: String,
    /// Ours, unique, at most 40 characters (Razorpay: Orders API, receipt).
    pub receipt: String,
    pub amount: Paise,
    pub currency: String,
    pub state: AttemptState,
    pub gateway_mode: String,
    pub gateway_order_id: Option<String>,
    pub created_at: Moment,
    pub polls: i64,
    pub polled_at: Option<Moment>,
    pub next_poll_at: Option<Moment>,
    pub problem: Option<String>,
}

impl Attempt {
    /// Was the gateway asked about it a moment ago?
    pub fn was_asked_lately(&self, now: Moment) -> bool {
        self.polled_at.is_some_and(|at| now - at < ASK_AGAIN)
    }

    /// Did the gateway give no usable answer when it was asked last what was paid?
    pub fn is_unanswered(&self) -> bool {
        self.gateway_order_id.is_some() && self.problem.is_some()
    }
}

/// What the gateway said when it was asked last about an attempt that waits for money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing usable, so nothing is concluded.
    Nothing,
    /// Money came that differs from what was agreed; a person decides.
    SetAside,
    /// A payment is at the bank.
    UnderWay,
    /// With the gateway's reason, which may be empty.
    Failed(String),
    NotPaid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptState {
    Open,
    Paid,
    /// The order expired; late money is still looked for.
    Ended,
}

impl AttemptState {
    pub fn parse(word: &str) -> Option<AttemptState> {
        match word {
            "open" => Some(AttemptState::Open),
            "paid" => Some(AttemptState::Paid),
            "ended" => Some(AttemptState::Ended),
            _ => None,
        }
    }
}

/// How far a payment came. It only moves forward: "failed" gives way to "authorized" and "captured"
/// (Razorpay: late authorisation), never the other way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Created,
    Failed,
    Authorized,
    Captured,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Status::Created => "created",
            Status::Failed => "failed",
            Status::Authorized => "authorized",
            Status::Captured => "captured",
        }
    }

    pub fn parse(word: &str) -> Option<Status> {
        [Status::Created, Status::Failed, Status::Authorized, Status::Captured]
            .into_iter()
            .find(|status| status.word() == word)
    }
}

/// What a captured payment turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It made the order paid.
    Settles,
    /// The order was paid already: given back in full.
    Surplus,
    /// The order had ended and its goods are gone: given back in full.
    Late,
    /// Another amount, currency or order than agreed: kept aside for a person.
    Mismatch,
}

impl Role {
    pub fn word(self) -> &'static str {
        match self {
            Role::Settles => "settles",
            Role::Surplus => "surplus",
            Role::Late => "late",
            Role::Mismatch => "mismatch",
        }
    }

    pub fn parse(word: &str) -> Option<Role> {
        [Role::Settles, Role::Surplus, Role::Late, Role::Mismatch]
            .into_iter()
            .find(|role| role.word() == word)
    }
}

/// A payment as this shop recorded it.
#[derive(Clone, Debug)]
pub struct Payment {
    pub id: String,
    pub order_id: String,
    pub amount: Paise,
    pub currency: String,
    pub status: Status,
    pub method: String,
    pub role: Option<Role>,
    pub problem: Option<String>,
    pub seen_at: Moment,
    pub captured_at: Option<Moment>,
    /// What is promised back of it: the sum of its refunds that have not failed.
    pub refunded: Paise,
}

impl Payment {
    /// What could still be given back.
    pub fn left(&self) -> Paise {
        match self.status {
            Status::Captured => Paise(self.amount.0 - self.refunded.0),
            _ => Paise::ZERO,
        }
    }
}

/// Where a refund stands. *Unknown* is a state of its own: the call went out and no answer came, so
/// the same key is sent again until the gateway says what is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundState {
    Intended,
    Unknown,
    Pending,
    Processed,
    Failed,
}

impl RefundState {
    pub fn word(self) -> &'static str {
        match self {
            RefundState::Intended => "intended",
            RefundState::Unknown => "unknown",
            RefundState::Pending => "pending",
            RefundState::Processed => "processed",
            RefundState::Failed => "failed",
        }
    }

    pub fn parse(word: &str) -> Option<RefundState> {
        use RefundState::*;
        [Intended, Unknown, Pending, Processed, Failed].into_iter().find(|s| s.word() == word)
    }

    /// Does the money count as promised back?
    pub fn is_promised(self) -> bool {
        self != RefundState::Failed
    }
}

/// Why money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The order was paid by another payment.
    Surplus,
    /// The order had ended, and its goods were gone.
    Late,
    /// A person at the desk asked for it.
    Desk,
    /// It was made at the gateway's dashboard, without this shop.
    Gateway,
}

impl Reason {
    pub fn word(self) -> &'static str {
        match self {
            Reason::Surplus => "surplus",
            Reason::Late => "late",
            Reason::Desk => "desk",
            Reason::Gateway => "gateway",
        }
    }

    pub fn parse(word: &str) -> Option<Reason> {
        [Reason::Surplus, Reason::Late, Reason::Desk, Reason::Gateway]
            .into_iter()
            .find(|reason| reason.word() == word)
    }

    /// Written by the settle transaction, nobody asked: it is tried until it succeeds.
    pub fn is_automatic(self) -> bool {
        matches!(self, Reason::Surplus | Reason::Late)
    }
}

#[derive(Clone, Debug)]
pub struct Refund {
    pub id: String,
    pub payment_id: String,
    pub order_id: String,
    pub idempotency_key: String,
    pub gateway_refund_id: Option<String>,
    pub amount: Paise,
    pub reason: Reason,
    /// What the person at the desk wrote about it.
    pub words: String,
    pub state: RefundState,
    pub tries: i64,
    pub problem: Option<String>,
    pub created_at: Moment,
    /// When money that the shop could not keep must be back with the shopper at the latest.
    pub due_at: Option<Moment>,
}

/// By when money must be back that was paid then and that the shop could not keep; after it the
/// bank owes ₹100 a day (Reserve Bank of India, circular of 20 September 2019: T+5 days for
/// payments to merchants, T being the day of the payment).
pub fn due_back(paid_at: Moment) -> Moment {
    paid_at + DUE_DAYS * DAY
}

/// May a refund go from one state to another? Only forward: what failed at the gateway stays, and
/// what is through, unless the bank sends it back. A refund that this shop gave up without the
/// gateway knowing it (`is_known` false) may still turn out to exist.
pub fn refund_may_go(from: RefundState, is_known: bool, to: RefundState) -> bool {
    use RefundState::*;
    match from {
        Intended => true,
        Unknown => to != Intended,
        Pending => matches!(to, Pending | Processed | Failed),
        Processed => is_known && to == Failed && !planted("sent-back-unseen"),
        Failed => !is_known && matches!(to, Pending | Processed),
    }
}

/// Open tasks that are listed at once, the newest.
pub const TASKS_LISTED: i64 = 100;

/// What a person has to look at.
#[derive(Clone, Debug)]
pub struct DeskTask {
    pub id: String,
    pub kind: String,
    pub subject: String,
    pub order_id: Option<String>,
    pub detail: String,
    pub created_at: Moment,
}

/// A captured payment as the gateway told it, beside what was agreed.
#[derive(Clone, Debug)]
pub struct Captured<'a> {
    pub amount: Paise,
    pub currency: &'a str,
    pub gateway_order_id: Option<&'a str>,
}

/// What to do about captured money, by the order's state alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The order is waiting for exactly this.
    Pay,
    /// The order had ended: take the goods again, and if they are gone give the money back.
    PayIfGoodsAreLeft,
    /// The order, or another one of the same cart, is paid by another payment.
    ReturnSurplus,
    /// The order was called off.
    ReturnLate,
    /// Not what was agreed: a person decides.
    SetAside(String),
}

/// Pure: no clock, no database, no network. Amount, currency and order must be exactly those of the
/// attempt (a signature proves who sent a message, not how much was paid). `outrun`: another order
/// of the same cart was paid after this one was placed.
pub fn decide(order: State, attempt: &Attempt, money: &Captured<'_>, outrun: bool) -> Decision {
    if money.gateway_order_id != attempt.gateway_order_id.as_deref() {
        return Decision::SetAside(format!(
            "belongs to gateway order {}",
            money.gateway_order_id.unwrap_or("none")
        ));
    }
    let is_other = money.amount != attempt.amount || money.currency != attempt.currency;
    if is_other && !planted("skip-amount-check") {
        return Decision::SetAside(format!(
            "is {} {} where {} {} was agreed",
            money.amount, money.currency, attempt.amount, attempt.currency
        ));
    }
    match order {
        State::AwaitingPayment | State::Expired if outrun && !planted("pay-one-wish-twice") => {
            Decision::ReturnSurplus
        }
        State::AwaitingPayment if attempt.state == AttemptState::Open => Decision::Pay,
        State::AwaitingPayment | State::Expired => Decision::PayIfGoodsAreLeft,
        State::Paid if planted("pay-a-paid-order") => Decision::Pay,
        State::Paid => Decision::ReturnSurplus,
        State::Cancelled => Decision::ReturnLate,
    }
}

/// When an attempt is asked about next. Unpaid: 1, 2, 5, 10, 15, 30 minutes after it was made, then
/// hourly. Paid: daily, for a second payment or a refund of which no event came. The last time is
/// at five days, the longest time Razorpay keeps an authorised payment.
pub fn next_poll(
    state: AttemptState,
    created_at: Moment,
    polls: i64,
    now: Moment,
) -> Option<Moment> {
    const MINUTES: [i64; 6] = [1, 2, 5, 10, 15, 30];
    let planned = usize::try_from(polls).ok().and_then(|polls| MINUTES.get(polls));
    let at = match planned {
        _ if state == AttemptState::Paid => now + DAY,
        Some(minutes) => (created_at + minutes * MINUTE).max(now),
        None => now + HOUR,
    };
    let last = created_at + ASKED_DAYS * DAY;
    (now < last).then_some(at.min(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(state: AttemptState) -> Attempt {
        Attempt {
            id: "a".into(),
            order_id: "o".into(),
            receipt: "r".into(),
            amount: Paise(10_000),
            currency: CURRENCY.into(),
            state,
            gateway_mode: "test".into(),
            gateway_order_id: Some("order_1".into()),
            created_at: 0,
            polls: 0,
            polled_at: None,
            next_poll_at: None,
            problem: None,
        }
    }

    fn money(amount: i64, currency: &str) -> Captured<'_> {
        Captured { amount: Paise(amount), currency, gateway_order_id: Some("order_1") }
    }

    #[test]
    fn money_is_decided_by_the_orders_state() {
        let open = attempt(AttemptState::Open);
        let right = money(10_000, "INR");
        for (state, decision) in [
            (State::AwaitingPayment, Decision::Pay),
            (State::Expired, Decision::PayIfGoodsAreLeft),
            (State::Paid, Decision::ReturnSurplus),
            (State::Cancelled, Decision::ReturnLate),
        ] {
            assert_eq!(decide(state, &open, &right, false), decision);
        }
        // Two orders of one cart are one wish: the second payment goes back.
        for state in [State::AwaitingPayment, State::Expired, State::Paid] {
            assert_eq!(decide(state, &open, &right, true), Decision::ReturnSurplus);
        }
        // An older attempt's hold is gone, even if the order waits for another attempt.
        let ended = attempt(AttemptState::Ended);
        let decision = decide(State::AwaitingPayment, &ended, &right, false);
        assert_eq!(decision, Decision::PayIfGoodsAreLeft);
    }

    #[test]
    fn anything_but_the_agreed_sum_is_set_aside() {
        let open = attempt(AttemptState::Open);
        let foreign = Captured { gateway_order_id: Some("order_2"), ..money(10_000, "INR") };
        let orderless = Captured { gateway_order_id: None, ..money(10_000, "INR") };
        for money in
            [money(9_999, "INR"), money(10_001, "INR"), money(10_000, "USD"), foreign, orderless]
        {
            let decision = decide(State::AwaitingPayment, &open, &money, false);
            assert!(matches!(decision, Decision::SetAside(_)), "{money:?}");
        }
    }

    #[test]
    fn refunds_only_go_forward() {
        use RefundState::*;
        let all = [Intended, Unknown, Pending, Processed, Failed];
        for to in all {
            assert!(!refund_may_go(Processed, false, to));
            assert_eq!(refund_may_go(Processed, true, to), to == Failed, "a bank sends it back");
            assert!(!refund_may_go(Failed, true, to), "what the gateway calls failed stays");
            assert!(refund_may_go(Intended, false, to));
        }
        assert!(refund_may_go(Failed, false, Processed), "it was there after all");
        assert!(!refund_may_go(Failed, false, Intended) && !refund_may_go(Pending, true, Unknown));
        assert!(!refund_may_go(Unknown, false, Intended), "unknown is not nothing");
    }

    #[test]
    fn attempts_are_asked_about_for_five_days() {
        for state in [AttemptState::Open, AttemptState::Ended] {
            let next = |polls, now| next_poll(state, 0, polls, now);
            assert_eq!(next(0, 0), Some(MINUTE));
            assert_eq!(next(1, MINUTE), Some(2 * MINUTE));
            assert_eq!(next(5, 15 * MINUTE), Some(30 * MINUTE));
            assert_eq!(next(6, 30 * MINUTE), Some(90 * MINUTE));
            assert_eq!(next(99, 5 * DAY - MINUTE), Some(5 * DAY), "the last time is not left out");
            assert_eq!(next(99, 5 * DAY), None);
        }
    }

    #[test]
    fn paid_attempts_are_asked_about_daily() {
        let next = |polls, now| next_poll(AttemptState::Paid, 0, polls, now);
        assert_eq!(next(0, MINUTE), Some(DAY + MINUTE));
        assert_eq!(next(1, DAY + MINUTE), Some(2 * DAY + MINUTE));
        assert_eq!(next(4, 4 * DAY + MINUTE), Some(5 * DAY));
        assert_eq!(next(5, 5 * DAY), None);
    }
}
