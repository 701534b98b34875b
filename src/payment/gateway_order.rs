//! The gateway's own order of an attempt: made once, however often it is asked for.

use super::service::{ask_a_person, key_is_refused};
use super::{Attempt, queries};
use crate::clock::Moment;
use crate::db::Connection;
use crate::error::Fault;
use crate::razorpay::{self, GatewayError, NewOrder, Notes};
use crate::state::AppState;
use crate::transact;
use std::cmp::Reverse;
use std::time::Duration;

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
    let mode = app.config.gateway.mode.as_str();
    queries::update_gateway_order(&mut connection, &attempt.id, id, mode).await?;
    let kept = queries::find_attempt(&mut connection, &attempt.id).await?;
    drop(connection);
    crate::faults::reach("after a gateway order is kept").await;
    Ok(Readiness::Ready(kept.ok_or_else(|| Fault::new("keeping a gateway order", "no attempt"))?))
}
