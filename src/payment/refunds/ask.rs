//! The intent to give money back.

use crate::account::Admin;
use crate::clock::{self, Moment};
use crate::db::Connection;
use crate::error::{Failed, Fault, Refusal};
use crate::faults::planted;
use crate::money::Paise;
use crate::order;
use crate::payment::queries;
use crate::payment::{Payment, Reason, Refund, RefundState, Status};

/// The gateway gives back no less (Razorpay: Refunds).
const LEAST: Paise = Paise(100);
/// Longest note of the desk, in characters.
const WORDS_MAX: usize = 500;

/// What a person at the desk asks for.
#[derive(Clone, Debug)]
pub struct Wish {
    pub payment_id: String,
    /// `None`: all that is left.
    pub amount: Option<Paise>,
    /// What of the payment was promised back when the desk looked: the same press twice, or two
    /// people at two desks, must not give back twice.
    pub seen: Paise,
    /// Why, for the timeline.
    pub words: String,
}

/// Why nothing is given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    NotFound,
    NotCaptured,
    NothingLeft,
    Changed { refunded: Paise },
    TooMuch { left: Paise },
    TooLittle,
    TooLong,
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Refusal {
        let amount = |words: String| Refusal::field("amount", words);
        match refused {
            Refused::NotFound => Refusal::not_found("that payment"),
            Refused::NotCaptured => amount("Only captured money can be given back.".into()),
            Refused::NothingLeft => amount("All of this payment is given back already.".into()),
            Refused::Changed { refunded } => amount(format!(
                "Meanwhile {refunded} of this payment is given back or on its way. Please look \
                 again."
            )),
            Refused::TooMuch { left } => amount(format!("At most {left} can be given back.")),
            Refused::TooLittle => amount(format!(
                "Write an amount of rupees, such as 120.50. At least {LEAST} can be given back."
            )),
            Refused::TooLong => {
                Refusal::field("words", format!("Please use at most {WORDS_MAX} characters."))
            }
        }
    }
}

/// Writes down that the desk wants this much of a payment given back; a job makes the call. Two
/// at once cannot promise more than was paid: the order's row is held, and the database counts.
pub async fn ask(
    connection: &mut Connection,
    admin: &Admin,
    wish: &Wish,
    now: Moment,
) -> Result<Refund, Failed<Refused>> {
    let refused = |why| Err(Failed::Refused(why));
    let known = queries::find_payment(connection, &wish.payment_id).await?;
    let Some(known) = known else { return refused(Refused::NotFound) };
    order::service::lock(connection, &known.order_id).await?;
    let payment = queries::find_payment(connection, &known.id).await?.unwrap_or(known);
    let amount = match sum(&payment, wish) {
        Ok(amount) => amount,
        Err(why) => return refused(why),
    };
    let words = clean(&wish.words);
    let new = NewRefund {
        payment_id: &payment.id,
        order_id: &payment.order_id,
        amount,
        reason: Reason::Desk,
        words: &words,
        due_at: None,
    };
    let Some(refund) = intend(connection, &new, now).await? else {
        return refused(Refused::TooMuch { left: payment.left() });
    };
    let by = &admin.user().email;
    let why = if words.is_empty() { String::new() } else { format!(" “{words}”") };
    let entry = format!("{by} asked to give {amount} of payment {} back.{why}", payment.id);
    order::service::note(connection, &payment.order_id, "refund", &entry, now).await?;
    Ok(refund)
}

fn sum(payment: &Payment, wish: &Wish) -> Result<Paise, Refused> {
    let left = payment.left();
    let amount = wish.amount.unwrap_or(left);
    match () {
        () if payment.status != Status::Captured => Err(Refused::NotCaptured),
        () if left <= Paise::ZERO => Err(Refused::NothingLeft),
        () if wish.seen != payment.refunded => Err(Refused::Changed { refunded: payment.refunded }),
        () if wish.words.chars().count() > WORDS_MAX => Err(Refused::TooLong),
        () if amount > left => Err(Refused::TooMuch { left }),
        () if amount < LEAST => Err(Refused::TooLittle),
        () => Ok(amount),
    }
}

/// One line without control characters (PostgreSQL stores no NUL).
fn clean(words: &str) -> String {
    let plain: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is to go back of which payment, and why.
pub(in crate::payment) struct NewRefund<'a> {
    pub payment_id: &'a str,
    pub order_id: &'a str,
    pub amount: Paise,
    pub reason: Reason,
    pub words: &'a str,
    pub due_at: Option<Moment>,
}

/// Promises money back and writes the refund with its key. `None`: more than is left, or an
/// automatic refund of this payment that is written already.
pub(in crate::payment) async fn intend(
    connection: &mut Connection,
    new: &NewRefund<'_>,
    now: Moment,
) -> Result<Option<Refund>, Fault> {
    let id = clock::new_id();
    let refund = Refund {
        idempotency_key: id.clone(),
        id,
        payment_id: new.payment_id.to_owned(),
        order_id: new.order_id.to_owned(),
        gateway_refund_id: None,
        amount: new.amount,
        reason: new.reason,
        words: new.words.to_owned(),
        state: RefundState::Intended,
        tries: 0,
        problem: None,
        created_at: now,
        due_at: new.due_at,
    };
    let counted = !planted("refund-not-counted");
    if counted && !queries::promise_back(connection, new.payment_id, new.amount).await? {
        return Ok(None);
    }
    if queries::insert_refund(connection, &refund, now).await? {
        return Ok(Some(refund));
    }
    queries::unpromise(connection, new.payment_id, new.amount).await?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment(refunded: i64) -> Payment {
        Payment {
            id: "pay_1".into(),
            order_id: "o1".into(),
            amount: Paise(41_900),
            currency: "INR".into(),
            status: Status::Captured,
            method: "upi".into(),
            role: None,
            problem: None,
            seen_at: 0,
            captured_at: Some(0),
            refunded: Paise(refunded),
        }
    }

    fn wish(amount: Option<i64>, seen: i64) -> Wish {
        let amount = amount.map(Paise);
        Wish { payment_id: "pay_1".into(), amount, seen: Paise(seen), words: String::new() }
    }

    #[test]
    fn no_more_than_is_left_and_no_less_than_a_rupee() {
        assert_eq!(sum(&payment(0), &wish(None, 0)), Ok(Paise(41_900)));
        assert_eq!(sum(&payment(1_900), &wish(None, 1_900)), Ok(Paise(40_000)));
        assert_eq!(sum(&payment(0), &wish(Some(100), 0)), Ok(Paise(100)));
        let left = Paise(40_000);
        assert_eq!(
            sum(&payment(1_900), &wish(Some(40_001), 1_900)),
            Err(Refused::TooMuch { left })
        );
        assert_eq!(sum(&payment(41_900), &wish(None, 41_900)), Err(Refused::NothingLeft));
        for small in [99, 0, -1, i64::MIN] {
            assert_eq!(sum(&payment(0), &wish(Some(small), 0)), Err(Refused::TooLittle), "{small}");
        }
        // The form was sent twice: the second one saw another sum.
        let refunded = Paise(100);
        assert_eq!(sum(&payment(100), &wish(Some(100), 0)), Err(Refused::Changed { refunded }));
        let failed = Payment { status: Status::Failed, ..payment(0) };
        assert_eq!(sum(&failed, &wish(None, 0)), Err(Refused::NotCaptured));
    }

    #[test]
    fn words_become_one_plain_line() {
        assert_eq!(clean(" broken\0\r\n jar  "), "broken jar");
    }
}
