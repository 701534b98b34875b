//! The only way to paid. Three doors lead here (the shopper's return, the webhook worker, the
//! poller); each brings no more than the attempt's id. The gateway is asked by id, a pure function
//! decides, and one transaction writes. Run again it changes nothing and says so.

use super::queries::{self, SeenPayment};
use super::{Attempt, Captured, Decision, Payment, Role, Status, decide, refunds, service};
use crate::cart;
use crate::clock::Moment;
use crate::db::Connection;
use crate::error::{Failed, Fault};
use crate::mail;
use crate::money::Paise;
use crate::order::{self, Order, PaymentProof, State};
use crate::razorpay::{self, GatewayError, OrderId, PaymentStatus};
use crate::state::AppState;
use crate::transact;

/// What settling found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    Paid {
        number: String,
    },
    /// Nothing captured; perhaps a payment is still under way at the bank.
    Waiting {
        under_way: bool,
    },
    /// The order has ended; any money that came is on its way back.
    Ended,
    /// The gateway gave no usable answer. Nothing is concluded from that.
    Unknown,
}

/// A payment that stays authorised this long is captured by us: the gateway should have done it.
const CAPTURE_AFTER_SECONDS: i64 = 60;

/// Finds out what was paid for this attempt and books it. `door` is for the timeline.
pub async fn settle(app: &AppState, attempt_id: &str, door: &str) -> Result<Settled, Fault> {
    let mut connection = app.db.read.acquire().await?;
    let attempt = queries::find_attempt(&mut connection, attempt_id).await?;
    drop(connection);
    let Some(attempt) = attempt else { return Ok(Settled::Unknown) };
    let id = attempt.gateway_order_id.as_deref().and_then(OrderId::parse);
    // Without a gateway order the pay page was never shown, so nobody can have paid.
    let Some(id) = id else { return Ok(Settled::Waiting { under_way: false }) };
    let payments = match ask(app, &id).await {
        Ok(payments) => payments,
        Err(error) => return unanswered(app, &attempt, door, &error).await,
    };
    let now = app.now();
    let settled = transact!(app.db, |tx| book(app, &mut tx, &attempt, &payments, door, now).await);
    app.bell.notify_waiters();
    settled
}

/// The gateway's payments of this order; one that hangs between authorised and captured is
/// captured.
async fn ask(app: &AppState, id: &OrderId) -> Result<Vec<razorpay::Payment>, GatewayError> {
    let payments = app.gateway.fetch_order_payments(id).await?;
    let captured = payments.iter().any(|p| p.status == PaymentStatus::Captured);
    let hanging = payments.iter().find(|p| {
        p.status == PaymentStatus::Authorized
            && app.now() / 1000 - p.created_at > CAPTURE_AFTER_SECONDS
    });
    match hanging {
        Some(payment) if !captured => {
            let done = app.gateway.capture(&payment.id, payment.amount, &payment.currency).await;
            if let Err(error) = done {
                // "Already captured" is a race with the gateway itself: the state decides, not the
                // answer (Razorpay, payment captures).
                tracing::info!(payment = payment.id.as_str(), %error, "capture was refused");
            }
            app.gateway.fetch_order_payments(id).await
        }
        _ => Ok(payments),
    }
}

async fn unanswered(
    app: &AppState,
    attempt: &Attempt,
    door: &str,
    error: &GatewayError,
) -> Result<Settled, Fault> {
    tracing::warn!(attempt = %attempt.id, door, %error, "the gateway did not say what was paid");
    let mut connection = app.db.write.acquire().await?;
    // Asked is asked: a page that refreshes itself does not press a gateway that is in trouble.
    queries::update_polled(&mut connection, &attempt.id, app.now()).await?;
    queries::update_attempt_problem(&mut connection, &attempt.id, &error.to_string()).await?;
    if error.is_unauthorised() {
        let why = "The gateway refuses the key. Check RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET.";
        service::ask_a_person(&mut connection, "gateway-key", "refused", None, why, app.now())
            .await?;
    }
    Ok(Settled::Unknown)
}

/// The one settle transaction: the order's row is held first, so that two doors at once queue here.
async fn book(
    app: &AppState,
    tx: &mut Connection,
    attempt: &Attempt,
    payments: &[razorpay::Payment],
    door: &str,
    now: Moment,
) -> Result<Settled, Fault> {
    let order = order::service::lock(tx, &attempt.order_id).await?;
    let order = order.ok_or_else(|| Fault::new("settling", "the attempt has no order"))?;
    let attempt = queries::find_attempt(tx, &attempt.id).await?;
    let attempt = attempt.ok_or_else(|| Fault::new("settling", "the attempt is gone"))?;
    let mut payments: Vec<&razorpay::Payment> = payments.iter().collect();
    payments.sort_by(|a, b| (a.created_at, a.id.as_str()).cmp(&(b.created_at, b.id.as_str())));
    for payment in &payments {
        queries::upsert_payment(tx, &seen(payment, &attempt), now).await?;
    }
    let known = queries::list_payments(tx, &order.id).await?;
    for payment in payments.iter().filter(|p| p.status == PaymentStatus::Captured) {
        let has_role = known.iter().any(|k| k.id == payment.id.as_str() && k.role.is_some());
        if !has_role {
            book_captured(app, tx, &attempt, payment, door, now).await?;
        }
    }
    queries::update_polled(tx, &attempt.id, now).await?;
    let after = order::service::find(tx, &order.id).await?;
    Ok(standing(after.as_ref().unwrap_or(&order), &known))
}

fn seen<'a>(payment: &'a razorpay::Payment, attempt: &'a Attempt) -> SeenPayment<'a> {
    let status = match payment.status {
        PaymentStatus::Captured => Status::Captured,
        PaymentStatus::Authorized => Status::Authorized,
        // Given back at the gateway before this shop ever booked it: no money is here.
        PaymentStatus::Failed | PaymentStatus::Refunded => Status::Failed,
        PaymentStatus::Created | PaymentStatus::Other(_) => Status::Created,
    };
    SeenPayment {
        id: payment.id.as_str(),
        attempt,
        amount: Paise(payment.amount),
        currency: &payment.currency,
        status,
        method: payment.method.as_deref().unwrap_or("unknown"),
        problem: payment.error_description.as_deref(),
    }
}

fn standing(order: &Order, known: &[Payment]) -> Settled {
    match (order.state, &order.number) {
        (State::Paid, Some(number)) => Settled::Paid { number: number.clone() },
        (State::AwaitingPayment, _) => Settled::Waiting {
            under_way: known
                .iter()
                .any(|p| matches!(p.status, Status::Created | Status::Authorized)),
        },
        _ => Settled::Ended,
    }
}

/// One captured payment, seen for the first time, under the order's lock.
async fn book_captured(
    app: &AppState,
    tx: &mut Connection,
    attempt: &Attempt,
    payment: &razorpay::Payment,
    door: &str,
    now: Moment,
) -> Result<(), Fault> {
    // Read again: an earlier payment of this very run may have paid the order.
    let order = order::service::find(tx, &attempt.order_id).await?;
    let order = order.ok_or_else(|| Fault::new("settling", "the order is gone"))?;
    let money = Captured {
        amount: Paise(payment.amount),
        currency: &payment.currency,
        gateway_order_id: payment.order_id.as_ref().map(OrderId::as_str),
    };
    match decide(order.state, attempt, &money) {
        Decision::Pay => pay(app, tx, &order, attempt, payment, door, now).await,
        Decision::PayIfGoodsAreLeft => {
            match order::service::hold_again(tx, &order, &attempt.id, now).await {
                Ok(()) => pay(app, tx, &order, attempt, payment, door, now).await,
                Err(Failed::Broke(fault)) => Err(fault),
                Err(Failed::Refused(_)) => {
                    let why = "The payment came after the order had ended, and the goods are sold.";
                    give_back(app, tx, &order, payment, Role::Late, why, now).await
                }
            }
        }
        Decision::ReturnSurplus => {
            let why = "The order was paid already, so this second payment goes back.";
            give_back(app, tx, &order, payment, Role::Surplus, why, now).await
        }
        Decision::ReturnLate => {
            let why = "The order had been cancelled when the payment came.";
            give_back(app, tx, &order, payment, Role::Late, why, now).await
        }
        Decision::SetAside(why) => set_aside(tx, &order, payment, &why, now).await,
    }
}

async fn pay(
    app: &AppState,
    tx: &mut Connection,
    order: &Order,
    attempt: &Attempt,
    payment: &razorpay::Payment,
    door: &str,
    now: Moment,
) -> Result<(), Fault> {
    let proof = PaymentProof {
        order_id: order.id.clone(),
        attempt_id: attempt.id.clone(),
        payment_id: payment.id.as_str().to_owned(),
        amount: Paise(payment.amount),
    };
    queries::update_role(tx, payment.id.as_str(), Role::Settles, None).await?;
    let number = order::service::mark_paid(tx, &proof, now).await?;
    queries::update_attempts_ended(tx, &order.id).await?;
    queries::update_attempt_paid(tx, &attempt.id).await?;
    cart::service::take_bought(tx, &order.cart_id, &order.units(), now).await?;
    let paid = order::service::find(tx, &order.id).await?;
    let paid = paid.ok_or_else(|| Fault::new("settling", "the order is gone"))?;
    mail::queue(tx, order::confirmation(app, &paid), now).await?;
    tracing::info!(order = %number, payment = payment.id.as_str(), door, "paid");
    Ok(())
}

async fn give_back(
    app: &AppState,
    tx: &mut Connection,
    order: &Order,
    payment: &razorpay::Payment,
    role: Role,
    why: &str,
    now: Moment,
) -> Result<(), Fault> {
    let (id, amount) = (payment.id.as_str(), Paise(payment.amount));
    if !queries::update_role(tx, id, role, Some(why)).await? {
        return Ok(());
    }
    refunds::intend(tx, id, &order.id, amount, role.word(), now).await?;
    let detail = format!("{amount} of payment {id} goes back in full. {why}");
    order::service::note(tx, &order.id, "money-back", &detail, now).await?;
    mail::queue(tx, order::money_goes_back(app, order, id, amount, why), now).await
}

async fn set_aside(
    tx: &mut Connection,
    order: &Order,
    payment: &razorpay::Payment,
    why: &str,
    now: Moment,
) -> Result<(), Fault> {
    let id = payment.id.as_str();
    if !queries::update_role(tx, id, Role::Mismatch, Some(why)).await? {
        return Ok(());
    }
    let detail = format!("Payment {id} {why}. It was set aside: please decide.");
    order::service::note(tx, &order.id, "set-aside", &detail, now).await?;
    service::ask_a_person(tx, "mismatch", id, Some(&order.id), &detail, now).await
}
