//! What the gateway says was paid: asked by the order's id, and by the ids of payments that
//! somebody named, because its lists may lag behind.

use super::{Attempt, AttemptState};
use crate::razorpay::{self, GatewayError, OrderId, PaymentId, PaymentStatus};
use crate::state::AppState;

/// A payment that stays authorised this long is captured by us: the gateway should have done it.
const CAPTURE_AFTER_SECONDS: i64 = 60;

/// What the gateway said.
pub(super) struct Evidence {
    /// All that it knows of the order.
    pub payments: Vec<razorpay::Payment>,
    /// A payment that hangs, and why the gateway does not capture it.
    pub refused: Option<(PaymentId, GatewayError)>,
}

/// The gateway's payments of this order. One that hangs between authorised and captured is captured
/// while the order waits for exactly it; any other is let go: the gateway gives it back.
pub(super) async fn gather(
    app: &AppState,
    id: &OrderId,
    attempt: &Attempt,
    hints: &[PaymentId],
) -> Result<Evidence, GatewayError> {
    let payments = list(app, id, hints).await?;
    confirm_odd_sums(app, attempt, &payments).await?;
    let captured = payments.iter().any(|p| p.status == PaymentStatus::Captured);
    let hanging = payments.iter().find(|p| {
        p.status == PaymentStatus::Authorized
            && app.now() / 1000 - p.created_at > CAPTURE_AFTER_SECONDS
            && p.amount == attempt.amount.0
            && p.currency == attempt.currency
    });
    match hanging {
        Some(payment) if attempt.state == AttemptState::Open && !captured => {
            let done = app.gateway.capture(&payment.id, payment.amount, &payment.currency).await;
            let payments = list(app, id, std::slice::from_ref(&payment.id)).await?;
            // "Already captured" is a race with the gateway itself: the state decides, not the
            // answer (Razorpay, payment captures).
            let hangs = |it: &&razorpay::Payment| it.status == PaymentStatus::Authorized;
            let hanging = payments.iter().filter(|it| it.id == payment.id).find(hangs);
            let refused = hanging.map(|it| it.id.clone()).zip(done.err());
            Ok(Evidence { payments, refused })
        }
        _ => Ok(Evidence { payments, refused: None }),
    }
}

/// A captured sum that was not agreed on is asked about once more, by id: setting money aside calls
/// for a person, so one garbled answer must not be enough for it.
async fn confirm_odd_sums(
    app: &AppState,
    attempt: &Attempt,
    payments: &[razorpay::Payment],
) -> Result<(), GatewayError> {
    let agreed = (attempt.amount.0, attempt.currency.as_str());
    for payment in payments.iter().filter(|p| p.status == PaymentStatus::Captured) {
        let told = (payment.amount, payment.currency.as_str());
        if told == agreed {
            continue;
        }
        let again = app.gateway.fetch_payment(&payment.id).await?;
        if (again.amount, again.currency.as_str()) != told {
            let what = format!("two answers that differ about payment {}", payment.id.as_str());
            return Err(GatewayError::Odd(what));
        }
    }
    Ok(())
}

/// By the order's list, and by id what the list should hold and does not, or tells of too little.
async fn list(
    app: &AppState,
    id: &OrderId,
    hints: &[PaymentId],
) -> Result<Vec<razorpay::Payment>, GatewayError> {
    let mut payments = app.gateway.fetch_order_payments(id).await?;
    for hint in hints {
        let known = payments.iter().position(|payment| payment.id == *hint);
        if known.is_some_and(|at| payments[at].status == PaymentStatus::Captured) {
            continue;
        }
        let payment = match app.gateway.fetch_payment(hint).await {
            Ok(payment) => payment,
            // A hint is a stranger's word: one that the gateway does not know is nothing.
            Err(GatewayError::Api { status: 400 | 404, .. }) => continue,
            Err(error) => return Err(error),
        };
        match known {
            _ if payment.order_id.as_ref() != Some(id) => {}
            Some(at) => payments[at] = payment,
            None => payments.push(payment),
        }
    }
    Ok(payments)
}
