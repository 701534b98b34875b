//! Giving money back: the intent and its key are written first, then the gateway is asked with that
//! key until it says what became of it. An answer that never came is *unknown*, not failed.

use super::queries::{self, RefundNews};
use super::{Refund, RefundState, service};
use crate::clock::{self, HOUR, MINUTE, Moment};
use crate::db::Connection;
use crate::error::Fault;
use crate::money::Paise;
use crate::order;
use crate::razorpay::{self, GatewayError, NewRefund, Notes, PaymentId, RefundStatus};
use crate::state::AppState;
use crate::transact;

/// Tries after which a person is asked to look.
const TRIES_MAX: i64 = 30;

/// Writes down that this much of a payment goes back; a job makes the call. An automatic refund
/// ("surplus", "late") of one payment is written once however often it is asked for.
pub async fn intend(
    connection: &mut Connection,
    payment_id: &str,
    order_id: &str,
    amount: Paise,
    reason: &str,
    now: Moment,
) -> Result<(), Fault> {
    let id = clock::new_id();
    let refund = Refund {
        idempotency_key: id.clone(),
        id,
        payment_id: payment_id.to_owned(),
        order_id: order_id.to_owned(),
        gateway_refund_id: None,
        amount,
        reason: reason.to_owned(),
        state: RefundState::Intended,
        tries: 0,
        problem: None,
        created_at: now,
    };
    queries::insert_refund(connection, &refund, now).await?;
    Ok(())
}

/// Works on due refunds, each by one server. Returns how many.
pub async fn work_due(app: &AppState) -> Result<usize, Fault> {
    let mut connection = app.db.read.acquire().await?;
    let due = queries::list_refunds_due(&mut connection, app.now()).await?;
    drop(connection);
    let mut worked = 0;
    for refund in due {
        let next = app.now() + pause(refund.tries);
        let mut connection = app.db.write.acquire().await?;
        let mine = queries::claim_refund(&mut connection, &refund, next).await?;
        drop(connection);
        if mine {
            work(app, &refund, next).await?;
            worked += 1;
        }
    }
    Ok(worked)
}

/// One minute, then twice as long each time, six hours at most.
fn pause(tries: i64) -> i64 {
    let doubled = u32::try_from(tries).ok().and_then(|tries| MINUTE.checked_shl(tries.min(20)));
    doubled.unwrap_or(6 * HOUR).min(6 * HOUR)
}

async fn work(app: &AppState, refund: &Refund, next: Moment) -> Result<(), Fault> {
    let Some(payment_id) = PaymentId::parse(&refund.payment_id) else {
        return Err(Fault::new("refunding", "a payment id the gateway cannot have given"));
    };
    let answer = match refund.state {
        RefundState::Pending => look(app, refund, &payment_id).await,
        _ => call(app, refund, &payment_id).await,
    };
    let told = match &answer {
        Ok(told) => news(told, next),
        Err(error) => trouble(refund, error, next),
    };
    let problem = told.problem.clone();
    let now = app.now();
    transact!(app.db, |tx| write(&mut tx, refund, &told, now).await)?;
    if let Some(problem) = problem {
        tracing::warn!(refund = %refund.id, problem, "a refund is not through yet");
    }
    Ok(())
}

async fn call(
    app: &AppState,
    refund: &Refund,
    payment_id: &PaymentId,
) -> Result<razorpay::Refund, GatewayError> {
    let new = NewRefund {
        amount: refund.amount.0,
        notes: Notes::default(),
        receipt: &refund.idempotency_key,
    };
    let called = app.gateway.refund(payment_id, &new, &refund.idempotency_key).await;
    match called {
        // Refused, perhaps because an earlier call did get through: the list of refunds tells.
        Err(error @ GatewayError::Api { .. }) if !error.is_transient() => {
            look(app, refund, payment_id).await.map_err(|_| error)
        }
        other => other,
    }
}

/// This refund among those that the gateway knows of the payment.
async fn look(
    app: &AppState,
    refund: &Refund,
    payment_id: &PaymentId,
) -> Result<razorpay::Refund, GatewayError> {
    let known = app.gateway.fetch_refunds(payment_id).await?;
    let ours = known.into_iter().find(|r| {
        refund.gateway_refund_id.as_deref() == Some(r.id.as_str())
            || r.receipt.as_deref() == Some(&refund.idempotency_key)
    });
    ours.ok_or_else(|| GatewayError::Odd("the gateway does not know this refund".to_owned()))
}

/// What is to be written, owned so that the transaction may run again.
struct Told {
    state: RefundState,
    gateway_refund_id: Option<String>,
    problem: Option<String>,
    next_try_at: Option<Moment>,
    entry: Option<String>,
}

fn news(refund: &razorpay::Refund, next: Moment) -> Told {
    let id = refund.id.as_str();
    let (state, next_try_at, entry) = match refund.status {
        RefundStatus::Processed => (
            RefundState::Processed,
            None,
            Some(format!("Refund {id} of {} is through.", Paise(refund.amount))),
        ),
        RefundStatus::Failed => {
            (RefundState::Failed, None, Some(format!("Refund {id} failed at the bank.")))
        }
        _ => (RefundState::Pending, Some(next), None),
    };
    Told { state, gateway_refund_id: Some(id.to_owned()), problem: None, next_try_at, entry }
}

fn trouble(refund: &Refund, error: &GatewayError, next: Moment) -> Told {
    let last = refund.tries + 1 >= TRIES_MAX;
    let state = match refund.state {
        RefundState::Pending => RefundState::Pending,
        _ if error.is_unknown() => RefundState::Unknown,
        state => state,
    };
    Told {
        state,
        gateway_refund_id: None,
        problem: Some(error.to_string()),
        next_try_at: (!last).then_some(next),
        entry: None,
    }
}

async fn write(
    tx: &mut Connection,
    refund: &Refund,
    told: &Told,
    now: Moment,
) -> Result<(), Fault> {
    let news = RefundNews {
        state: told.state,
        gateway_refund_id: told.gateway_refund_id.as_deref(),
        problem: told.problem.as_deref(),
        next_try_at: told.next_try_at,
    };
    if !queries::update_refund(tx, &refund.id, &news, now).await? {
        return Ok(());
    }
    if let Some(entry) = &told.entry {
        order::service::note(tx, &refund.order_id, "refund", entry, now).await?;
    }
    let stuck = told.state == RefundState::Failed
        || (told.problem.is_some() && (told.next_try_at.is_none() || refund.tries >= 4));
    if stuck {
        let detail = format!(
            "The refund of {} for payment {} is not through: {}",
            refund.amount,
            refund.payment_id,
            told.problem.as_deref().unwrap_or("it failed at the bank")
        );
        let order_id = Some(refund.order_id.as_str());
        service::ask_a_person(tx, "refund", &refund.id, order_id, &detail, now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_six_hours() {
        assert_eq!(pause(0), MINUTE);
        assert_eq!(pause(3), 8 * MINUTE);
        assert_eq!(pause(40), 6 * HOUR);
        assert_eq!(pause(-1), 6 * HOUR);
    }
}
