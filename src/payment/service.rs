//! The verbs around an attempt: opening one with an order, and making it payable at the gateway.

use super::{
    Attempt, AttemptState, CURRENCY, DeskTask, Heard, Payment, Refund, next_poll, queries,
};
use crate::account::Admin;
use crate::clock::{self, HOUR, Moment};
use crate::db::Connection;
use crate::error::{Failed, Fault, Refusal};
use crate::money::Paise;
use crate::order;
use crate::razorpay::{self, GatewayError, NewOrder, Notes, OrderId};
use crate::state::AppState;
use crate::transact;
use std::cmp::Reverse;
use std::time::Duration;

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
    let task = DeskTask {
        id: clock::new_id(),
        kind: kind.to_owned(),
        subject: subject.to_owned(),
        order_id: order_id.map(str::to_owned),
        detail: detail.to_owned(),
        created_at: now,
    };
    Ok(queries::insert_task(connection, &task, now - QUIET).await?)
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

/// How often, and after which pause, a press looks whether another one was given a gateway order:
/// two seconds in all.
const LOOKS: u32 = 20;
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Can this attempt be paid now?
#[derive(Debug)]
pub enum Readiness {
    Ready(Attempt),
    /// The gateway cannot be reached or does not want; the shopper may try again.
    NotNow(Attempt),
}

/// Sees to it that the attempt has its order at the gateway. Asking again is safe: after an answer
/// that never came, the receipt is looked up first, so that one attempt has one gateway order
/// (Razorpay has no idempotency key for orders).
pub async fn make_payable(app: &AppState, attempt: Attempt) -> Result<Readiness, Fault> {
    if attempt.gateway_order_id.is_some() {
        return Ok(Readiness::Ready(attempt));
    }
    // Marked before the call: whoever comes after a crash in the middle of it looks first.
    let mut connection = app.db.write.acquire().await?;
    let is_first = queries::mark_asked(&mut connection, &attempt.id).await?;
    drop(connection);
    if !is_first && let Some(ready) = given_to_another(app, &attempt).await? {
        return Ok(Readiness::Ready(ready));
    }
    let made = match is_first {
        true => create(app, &attempt).await,
        false => find_or_create(app, &attempt).await,
    };
    let order = match made {
        Ok(order) => order,
        Err(error) => {
            let mut connection = app.db.write.acquire().await?;
            if error.is_unauthorised() {
                key_is_refused(&mut connection, app.now()).await?;
            } else if !error.is_transient() {
                order_is_refused(&mut connection, &attempt, &error, app.now()).await?;
            }
            drop(connection);
            return not_now(app, attempt, &error.to_string()).await;
        }
    };
    let agrees = order.amount == attempt.amount.0
        && order.currency == attempt.currency
        && order.receipt.as_deref() == Some(&attempt.receipt);
    if !agrees {
        let detail = format!("gateway order {} differs from what was asked", order.id.as_str());
        let (order_id, now) = (attempt.order_id.as_str(), app.now());
        transact!(app.db, |tx| {
            ask_a_person(&mut tx, "odd-order", &attempt.id, Some(order_id), &detail, now).await
        })?;
        return not_now(app, attempt, &detail).await;
    }
    keep(app, attempt, order.id.as_str()).await
}

/// Another press may be asking the gateway this very moment: what that one is given is this one's,
/// too. Waited for shortly, for it may also have died.
async fn given_to_another(app: &AppState, attempt: &Attempt) -> Result<Option<Attempt>, Fault> {
    let mut known = Some(attempt.clone());
    // Where one thing is done after the other nobody asks meanwhile.
    let looks = if crate::faults::is_seeded() { 0 } else { LOOKS };
    for _ in 0..looks {
        let problem = known.as_ref().and_then(|it| it.problem.as_deref());
        if problem.is_some_and(|it| it != queries::ASKED) {
            break;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
        let mut connection = app.db.read.acquire().await?;
        known = queries::find_attempt(&mut connection, &attempt.id).await?;
        if known.as_ref().is_some_and(|it| it.gateway_order_id.is_some()) {
            return Ok(known);
        }
    }
    Ok(None)
}

/// Nobody can pay while the gateway makes no orders, or odd ones: one task, however many wait.
async fn order_is_refused(
    connection: &mut Connection,
    attempt: &Attempt,
    error: &GatewayError,
    now: Moment,
) -> Result<(), Fault> {
    let detail = format!("The gateway made no usable order of {}: {error}", attempt.amount);
    let order_id = Some(attempt.order_id.as_str());
    ask_a_person(connection, "order-refused", "orders", order_id, &detail, now).await
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

async fn create(app: &AppState, attempt: &Attempt) -> Result<razorpay::Order, GatewayError> {
    let new = NewOrder {
        amount: attempt.amount.0,
        currency: &attempt.currency,
        receipt: &attempt.receipt,
        notes: Notes::default(),
    };
    app.gateway.create_order(&new).await
}

async fn find_or_create(
    app: &AppState,
    attempt: &Attempt,
) -> Result<razorpay::Order, GatewayError> {
    let known = app.gateway.find_orders_by_receipt(&attempt.receipt).await?;
    let known = known.into_iter().filter(|o| o.receipt.as_deref() == Some(&attempt.receipt));
    // After a backup was put back there may be several: the one to which money came.
    match known.min_by_key(|order| Reverse(order.amount_paid)) {
        Some(order) => Ok(order),
        None => create(app, attempt).await,
    }
}

async fn not_now(app: &AppState, attempt: Attempt, problem: &str) -> Result<Readiness, Fault> {
    tracing::warn!(attempt = %attempt.id, problem, "no gateway order yet");
    let mut connection = app.db.write.acquire().await?;
    queries::update_attempt_problem(&mut connection, &attempt.id, problem).await?;
    Ok(Readiness::NotNow(attempt))
}

/// Of two requests that asked at once the first one's gateway order is kept; the other is never
/// shown, so it is never paid.
async fn keep(app: &AppState, attempt: Attempt, id: &str) -> Result<Readiness, Fault> {
    let mut connection = app.db.write.acquire().await?;
    queries::update_gateway_order(&mut connection, &attempt.id, id).await?;
    crate::faults::reach("after a gateway order is kept").await;
    let kept = queries::find_attempt(&mut connection, &attempt.id).await?;
    Ok(Readiness::Ready(kept.ok_or_else(|| Fault::new("keeping a gateway order", "no attempt"))?))
}
