//! The only way to paid. Three doors lead here (the shopper's return, the webhook worker, the
//! poller); each brings no more than the attempt's id. The gateway is asked by id, a pure function
//! decides, and one transaction writes. Run again it changes nothing and says so.

use super::alternatives;
use super::evidence::{self, Evidence};
use super::queries::{self, SeenPayment};
use super::refunds::NewRefund;
use super::{
    Attempt, AttemptState, Captured, Decision, Heard, Reason, Role, Status, decide, due_back,
    next_poll, refunds, service,
};
use crate::cart;
use crate::clock::{Moment, SECOND};
use crate::db::Connection;
use crate::error::Fault;
use crate::faults::planted;
use crate::mail;
use crate::money::Paise;
use crate::order::{self, Order, PaymentProof, State};
use crate::razorpay::{self, GatewayError, OrderId, PaymentId, PaymentStatus};
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

impl From<Heard> for Settled {
    fn from(heard: Heard) -> Settled {
        match heard {
            Heard::Nothing => Settled::Unknown,
            Heard::UnderWay => Settled::Waiting { under_way: true },
            Heard::SetAside | Heard::Failed(_) | Heard::NotPaid => {
                Settled::Waiting { under_way: false }
            }
        }
    }
}

/// Finds out what was paid for this attempt and books it. `door` says who asks.
pub async fn settle(app: &AppState, attempt_id: &str, door: &str) -> Result<Settled, Fault> {
    settle_hinted(app, attempt_id, door, &[]).await
}

/// The same for who knows ids of payments (from a return or an event): these are asked about by id,
/// because the gateway's lists may lag behind (Razorpay: Orders, fetch payments).
pub async fn settle_hinted(
    app: &AppState,
    attempt_id: &str,
    door: &str,
    hints: &[PaymentId],
) -> Result<Settled, Fault> {
    let settled = find_out(app, attempt_id, door, hints).await;
    let outcome = match &settled {
        Ok(Settled::Paid { .. }) => "paid",
        Ok(Settled::Waiting { .. }) => "waiting",
        Ok(Settled::Ended) => "ended",
        Ok(Settled::Unknown) | Err(_) => "unknown",
    };
    app.metrics.settlements.with_label_values(&[door, outcome]).inc();
    settled
}

async fn find_out(
    app: &AppState,
    attempt_id: &str,
    door: &str,
    hints: &[PaymentId],
) -> Result<Settled, Fault> {
    let mut connection = app.db.read.acquire().await?;
    let attempt = queries::find_attempt(&mut connection, attempt_id).await?;
    let Some(attempt) = attempt else { return Ok(Settled::Unknown) };
    // What is under way is asked about by its id each time: lists may lag behind.
    let under_way = queries::list_under_way(&mut connection, &attempt).await?;
    drop(connection);
    let known = under_way.iter().filter_map(|id| PaymentId::parse(id));
    let unnamed = known.filter(|id| !hints.contains(id));
    let hints: Vec<PaymentId> = hints.iter().cloned().chain(unnamed).collect();
    let id = attempt.gateway_order_id.as_deref().and_then(OrderId::parse);
    // Without a gateway order the pay page was never shown, so nobody can have paid.
    let Some(id) = id else { return Ok(Settled::Waiting { under_way: false }) };
    // Keys of another mode know nothing of it (Razorpay: test and live mode).
    if attempt.gateway_mode != app.config.gateway.mode.as_str() {
        tracing::warn!(attempt = %attempt.id, mode = attempt.gateway_mode, "of another mode");
        return Ok(Settled::Waiting { under_way: false });
    }
    let evidence = match evidence::gather(app, &id, &attempt, &hints).await {
        Ok(evidence) => evidence,
        Err(error) => return unanswered(app, &attempt, door, &error).await,
    };
    let now = app.now();
    let settled = transact!(app.db, |tx| book(app, &mut tx, &attempt, &evidence, door, now).await);
    app.bell.notify_waiters();
    refunds::pick_up_all(app, &attempt, &evidence.payments).await?;
    settled
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
    let (problem, now) = (error.to_string(), app.now());
    queries::update_unanswered(&mut connection, &attempt.id, &problem, now).await?;
    service::order_is_denied(&mut connection, attempt, error, now).await?;
    Ok(Settled::Unknown)
}

/// The one settle transaction: the order's row is held first, so that two doors at once queue here.
async fn book(
    app: &AppState,
    tx: &mut Connection,
    attempt: &Attempt,
    evidence: &Evidence,
    door: &str,
    now: Moment,
) -> Result<Settled, Fault> {
    let order = order::service::lock(tx, &attempt.order_id).await?;
    let order = order.ok_or_else(|| Fault::new("settling", "the attempt has no order"))?;
    let attempt = queries::find_attempt(tx, &attempt.id).await?;
    let attempt = attempt.ok_or_else(|| Fault::new("settling", "the attempt is gone"))?;
    let mut payments: Vec<&razorpay::Payment> = evidence.payments.iter().collect();
    payments.sort_by(|a, b| (a.created_at, a.id.as_str()).cmp(&(b.created_at, b.id.as_str())));
    for payment in &payments {
        queries::upsert_payment(tx, &seen(payment, &attempt), now).await?;
    }
    for payment in payments.iter().filter(|p| p.status == PaymentStatus::Captured) {
        let known = queries::find_payment(tx, payment.id.as_str()).await?;
        if known.is_none_or(|known| known.role.is_none()) {
            book_captured(app, tx, &attempt, payment, door, now).await?;
        }
    }
    if let Some((payment_id, error)) = &evidence.refused {
        service::capture_is_refused(tx, &attempt, payment_id, error, now).await?;
    }
    queries::update_answered(tx, &attempt.id, now).await?;
    let after = order::service::find(tx, &order.id).await?;
    let under_way = payments
        .iter()
        .any(|p| matches!(p.status, PaymentStatus::Created | PaymentStatus::Authorized));
    Ok(standing(after.as_ref().unwrap_or(&order), under_way))
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
        is_let_go: payment.status == PaymentStatus::Refunded,
    }
}

fn standing(order: &Order, under_way: bool) -> Settled {
    match (order.state, &order.number) {
        (State::Paid, Some(number)) => Settled::Paid { number: number.clone() },
        (State::AwaitingPayment, _) => Settled::Waiting { under_way },
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
    queries::update_task_done(tx, "capture-refused", payment.id.as_str(), now).await?;
    // Read again: an earlier payment of this very run may have paid the order.
    let order = order::service::find(tx, &attempt.order_id).await?;
    let order = order.ok_or_else(|| Fault::new("settling", "the order is gone"))?;
    let money = Captured {
        amount: Paise(payment.amount),
        currency: &payment.currency,
        gateway_order_id: payment.order_id.as_ref().map(OrderId::as_str),
    };
    // Held, so that payments for orders of one cart are booked one after the other.
    cart::service::hold_family(tx, &order.cart_id).await?;
    let outrun = order::service::is_outrun(tx, &order.id).await?;
    match decide(order.state, attempt, &money, outrun) {
        Decision::Pay => pay(app, tx, &order, attempt, payment, door, now).await,
        Decision::PayIfGoodsAreLeft => {
            if alternatives::hold_again(tx, &order, &attempt.id, now).await? {
                return pay(app, tx, &order, attempt, payment, door, now).await;
            }
            let why = "The payment came after the order had ended, and the goods are sold.";
            give_back(app, tx, &order, payment, Reason::Late, why, now).await
        }
        Decision::ReturnSurplus => {
            let why = "What you ordered was paid already, so this second payment goes back.";
            give_back(app, tx, &order, payment, Reason::Surplus, why, now).await
        }
        Decision::ReturnLate => {
            let why = "The order had been cancelled when the payment came.";
            give_back(app, tx, &order, payment, Reason::Late, why, now).await
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
    if !queries::update_role(tx, payment.id.as_str(), Role::Settles, None).await? {
        return Err(Fault::new("settling", "the payment has another role already"));
    }
    let number = order::service::mark_paid(tx, &proof, now).await?;
    queries::update_attempts_ended(tx, &order.id).await?;
    let next = next_poll(AttemptState::Paid, attempt.created_at, attempt.polls, now);
    queries::update_attempt_paid(tx, &attempt.id, door, next).await?;
    cart::service::take_bought(tx, &order.cart_id, &order.units(), now).await?;
    alternatives::end(tx, order, now).await?;
    let paid = order::service::find(tx, &order.id).await?;
    let paid = paid.ok_or_else(|| Fault::new("settling", "the order is gone"))?;
    if !planted("no-confirmation") {
        mail::queue(tx, order::confirmation(app, &paid), now).await?;
    }
    tracing::info!(order = %number, payment = payment.id.as_str(), door, "paid");
    Ok(())
}

async fn give_back(
    app: &AppState,
    tx: &mut Connection,
    order: &Order,
    payment: &razorpay::Payment,
    reason: Reason,
    why: &str,
    now: Moment,
) -> Result<(), Fault> {
    let id = payment.id.as_str();
    let role = if reason == Reason::Surplus { Role::Surplus } else { Role::Late };
    if !queries::update_role(tx, id, role, Some(why)).await? {
        return Ok(());
    }
    // What went back at the gateway already is picked up as a refund of its own.
    let amount = Paise(payment.amount - payment.amount_refunded);
    if amount <= Paise::ZERO {
        return Ok(());
    }
    let due_at = Some(due_back(paid_at(payment, now)));
    let order_id = &order.id;
    let new = NewRefund { payment_id: id, order_id, amount, reason, words: "", due_at };
    if !planted("surplus-is-kept") && refunds::intend(tx, &new, now).await?.is_none() {
        let detail = format!("{amount} of payment {id} is to go back, but more goes back already.");
        return service::ask_a_person(tx, "refund-sum", id, Some(order_id), &detail, now).await;
    }
    let detail = format!("{amount} goes back, all that is here of payment {id}. {why}");
    order::service::note(tx, &order.id, "money-back", &detail, now).await?;
    mail::queue(tx, order::money_goes_back(app, order, id, amount, why), now).await
}

/// When the shopper paid, as the gateway tells it: in seconds, and perhaps not at all.
fn paid_at(payment: &razorpay::Payment, now: Moment) -> Moment {
    match payment.created_at.saturating_mul(SECOND) {
        told if told > 0 => told.min(now),
        _ => now,
    }
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
    if planted("mismatch-unseen") {
        return Ok(());
    }
    service::ask_a_person(tx, "mismatch", id, Some(&order.id), &detail, now).await
}
