//! The verbs around an attempt: opening one with an order, ending it, and what a person is asked.

use super::{
    Attempt, AttemptState, CURRENCY, DeskTask, Heard, Payment, Refund, next_poll, queries,
};
use crate::account::Admin;
use crate::clock::{self, HOUR, Moment};
use crate::db::Connection;
use crate::error::{Failed, Fault, Refusal};
use crate::money::Paise;
use crate::order;
use crate::razorpay::{GatewayError, OrderId, PaymentId};

/// Opens the attempt that belongs to a new order, in the transaction that writes the order.
pub async fn open_attempt(
    connection: &mut Connection,
    attempt_id: &str,
    order_id: &str,
    amount: Paise,
    gateway_mode: &str,
    now: Moment,
) -> Result<(), Fault> {
    let more = Paise(100 * i64::from(crate::faults::planted("attempt-of-another-sum")));
    let attempt = Attempt {
        id: attempt_id.to_owned(),
        order_id: order_id.to_owned(),
        receipt: attempt_id.to_owned(),
        amount: Paise(amount.0 + more.0),
        currency: CURRENCY.to_owned(),
        state: AttemptState::Open,
        gateway_mode: gateway_mode.to_owned(),
        gateway_order_id: None,
        created_at: now,
        polls: 0,
        polled_at: None,
        next_poll_at: next_poll(AttemptState::Open, now, 0, now),
        problem: None,
    };
    Ok(queries::insert_attempt(connection, &attempt).await?)
}

/// Ends an order that waits for money, and its attempt: holds are released, late money is still
/// looked for. False when it was not waiting.
pub async fn end_order(
    connection: &mut Connection,
    order_id: &str,
    why: &str,
    now: Moment,
) -> Result<bool, Fault> {
    let attempts = queries::list_attempts(connection, order_id).await?;
    let open = open_one(&attempts).map(|attempt| attempt.id.as_str());
    let ended = order::service::expire(connection, order_id, open, why, now).await?;
    if ended {
        queries::update_attempts_ended(connection, order_id).await?;
    }
    Ok(ended)
}

/// The attempt that an order waits for.
pub fn open_one(attempts: &[Attempt]) -> Option<&Attempt> {
    attempts.iter().find(|attempt| attempt.state == AttemptState::Open)
}

pub async fn find_by_gateway_order(
    connection: &mut Connection,
    id: &OrderId,
) -> Result<Option<Attempt>, Fault> {
    Ok(queries::find_attempt_by_gateway_order(connection, id.as_str()).await?)
}

pub async fn list_attempts(
    connection: &mut Connection,
    order_id: &str,
) -> Result<Vec<Attempt>, Fault> {
    Ok(queries::list_attempts(connection, order_id).await?)
}

pub async fn list_payments(
    connection: &mut Connection,
    order_id: &str,
) -> Result<Vec<Payment>, Fault> {
    Ok(queries::list_payments(connection, order_id).await?)
}

/// The attempt that an order waits for, and how it stands.
pub async fn find_waiting(
    connection: &mut Connection,
    order_id: &str,
) -> Result<Option<(Attempt, Heard)>, Fault> {
    Ok(queries::find_waiting(connection, order_id).await?)
}

pub async fn list_refunds(
    connection: &mut Connection,
    order_id: &str,
) -> Result<Vec<Refund>, Fault> {
    Ok(queries::list_refunds(connection, order_id).await?)
}

pub async fn list_tasks(connection: &mut Connection) -> Result<Vec<DeskTask>, Fault> {
    Ok(queries::list_open_tasks(connection).await?)
}

/// What a person called done is not told again within these hours.
const QUIET: i64 = 20 * HOUR;

/// Writes down a matter for a person, once for each subject.
pub async fn ask_a_person(
    connection: &mut Connection,
    kind: &str,
    subject: &str,
    order_id: Option<&str>,
    detail: &str,
    now: Moment,
) -> Result<(), Fault> {
    let task = task(kind, subject, order_id, detail, now);
    Ok(queries::insert_task(connection, &task, Some(now - QUIET)).await?)
}

/// The same for what happens once and is not found again by looking: this is newer than whatever
/// was told of the subject, and than any *Done* of it.
pub async fn tell_a_person(
    connection: &mut Connection,
    kind: &str,
    subject: &str,
    order_id: Option<&str>,
    detail: &str,
    now: Moment,
) -> Result<(), Fault> {
    let task = task(kind, subject, order_id, detail, now);
    Ok(queries::insert_task(connection, &task, None).await?)
}

fn task(kind: &str, subject: &str, order_id: Option<&str>, detail: &str, now: Moment) -> DeskTask {
    DeskTask {
        id: clock::new_id(),
        kind: kind.to_owned(),
        subject: subject.to_owned(),
        order_id: order_id.map(str::to_owned),
        detail: detail.to_owned(),
        created_at: now,
    }
}

/// A person at the desk looked after a matter.
pub async fn end_task(
    connection: &mut Connection,
    _: &Admin,
    id: &str,
    now: Moment,
) -> Result<(), Failed<Refusal>> {
    match queries::update_task_done_by_id(connection, id, now).await? {
        true => Ok(()),
        false => Err(Failed::Refused(Refusal::not_found("that task"))),
    }
}

/// What waits for something: (name, how many or how old).
pub async fn list_standing(
    connection: &mut Connection,
    now: Moment,
) -> Result<Vec<(String, i64)>, Fault> {
    Ok(queries::list_standing(connection, now).await?)
}

/// Nothing can be paid or asked about until a person acts.
pub(super) async fn key_is_refused(connection: &mut Connection, now: Moment) -> Result<(), Fault> {
    let why = "The gateway refuses the key. Check RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET.";
    ask_a_person(connection, "gateway-key", "refused", None, why, now).await
}

/// The gateway does not capture a payment that hangs. What passes by itself nobody is told of.
pub(super) async fn capture_is_refused(
    connection: &mut Connection,
    attempt: &Attempt,
    payment_id: &PaymentId,
    error: &GatewayError,
    now: Moment,
) -> Result<(), Fault> {
    tracing::info!(payment = payment_id.as_str(), %error, "a capture was refused");
    if error.is_unauthorised() {
        return key_is_refused(connection, now).await;
    }
    if error.is_transient() || error.is_unknown() {
        return Ok(());
    }
    let id = payment_id.as_str();
    let detail = format!("The gateway does not capture payment {id}: {error}");
    let order_id = Some(attempt.order_id.as_str());
    ask_a_person(connection, "capture-refused", id, order_id, &detail, now).await
}

/// The gateway refuses to say what was paid. Twice in the same words a person hears of it: one
/// task, however many orders it is so with.
pub(super) async fn order_is_denied(
    connection: &mut Connection,
    attempt: &Attempt,
    error: &GatewayError,
    now: Moment,
) -> Result<(), Fault> {
    if error.is_unauthorised() {
        return key_is_refused(connection, now).await;
    }
    let is_plain = matches!(error, GatewayError::Api { .. }) && !error.is_transient();
    if !is_plain || attempt.problem != Some(error.to_string()) {
        return Ok(());
    }
    let gateway_order = attempt.gateway_order_id.as_deref().unwrap_or_default();
    let detail = format!("The gateway does not tell what was paid for {gateway_order}: {error}");
    let order_id = Some(attempt.order_id.as_str());
    ask_a_person(connection, "order-denied", "orders", order_id, &detail, now).await
}
