//! Refunds that the gateway knows and this shop does not: made at its dashboard, by its own rules,
//! or by a call of ours whose answer was lost.

use super::book::{book, news};
use crate::clock::{self, MINUTE, Moment};
use crate::db::Connection;
use crate::error::Fault;
use crate::money::Paise;
use crate::order;
use crate::payment::queries::{self, RefundNews};
use crate::payment::{Attempt, AttemptState, Payment, Reason, Refund, RefundState, service};
use crate::razorpay::{self, GatewayError, PaymentId, RefundStatus};
use crate::state::AppState;
use crate::transact;
use std::collections::HashSet;

/// Asks the gateway for the refunds of a payment of this shop and books what is new. Returns how
/// many refunds the gateway knows; an unusable answer changes nothing and is the inner error.
pub async fn pick_up(
    app: &AppState,
    payment_id: &str,
) -> Result<Result<usize, GatewayError>, Fault> {
    let Some(id) = PaymentId::parse(payment_id) else { return Ok(Ok(0)) };
    let told = match list(app, &id).await {
        Ok(told) => told.refunds,
        Err(error) => {
            tracing::warn!(payment = payment_id, %error, "the gateway did not tell its refunds");
            return Ok(Err(error));
        }
    };
    let now = app.now();
    transact!(app.db, |tx| write(app, &mut tx, payment_id, &told, now).await)?;
    Ok(Ok(told.len()))
}

/// The same for an attempt's payments of which money went back: by the gateway's word, for it may
/// be unknown here (made at the dashboard, or by the gateway), or by ours, for it may have come
/// back.
pub(in crate::payment) async fn pick_up_all(
    app: &AppState,
    attempt: &Attempt,
    told: &[razorpay::Payment],
) -> Result<(), Fault> {
    let mut promised = HashSet::new();
    if attempt.state != AttemptState::Open {
        let mut connection = app.db.read.acquire().await?;
        let known = queries::list_payments(&mut connection, &attempt.order_id).await?;
        promised.extend(known.into_iter().filter(|it| it.refunded > Paise::ZERO).map(|it| it.id));
    }
    let is_back =
        |it: &&razorpay::Payment| it.amount_refunded > 0 || promised.contains(it.id.as_str());
    for payment in told.iter().filter(is_back) {
        let _asked_again_later = pick_up(app, payment.id.as_str()).await?;
    }
    Ok(())
}

/// What the gateway knows of one payment's way back.
pub(super) struct Told {
    pub refunds: Vec<razorpay::Refund>,
    /// What it could still give back.
    pub left: i64,
}

/// The gateway's refunds of a payment, believed only where they come to what the payment itself
/// says went back: a list may lag or be garbled. Asked twice, because one may be made in between.
/// Whether that sum falls again when a refund fails is not documented, so either is taken.
pub(super) async fn list(app: &AppState, id: &PaymentId) -> Result<Told, GatewayError> {
    for _ in 0..2 {
        let refunds = app.gateway.fetch_refunds(id).await?;
        let payment = app.gateway.fetch_payment(id).await?;
        let sum = |counts: fn(&&razorpay::Refund) -> bool| -> i128 {
            refunds.iter().filter(counts).map(|refund| i128::from(refund.amount)).sum()
        };
        let sums = [sum(|refund| refund.status != RefundStatus::Failed), sum(|_| true)];
        if sums.contains(&i128::from(payment.amount_refunded)) {
            return Ok(Told { refunds, left: payment.amount - payment.amount_refunded });
        }
    }
    let what = format!("refunds of payment {id} that do not come to what went back of it");
    Err(GatewayError::Odd(what))
}

async fn write(
    app: &AppState,
    tx: &mut Connection,
    payment_id: &str,
    told: &[razorpay::Refund],
    now: Moment,
) -> Result<(), Fault> {
    let Some(payment) = queries::find_payment(tx, payment_id).await? else { return Ok(()) };
    order::service::lock(tx, &payment.order_id).await?;
    let known = queries::list_refunds_of_payment(tx, payment_id).await?;
    for refund in told {
        let ours = known.iter().find(|ours| is_same(ours, refund));
        match ours {
            Some(ours) => book(app, tx, ours, &news(refund, now + MINUTE), now).await?,
            None => take_in(app, tx, &payment, refund, now).await?,
        }
    }
    Ok(())
}

/// Is this our refund? Its receipt is the key that we sent it with.
pub(super) fn is_same(ours: &Refund, told: &razorpay::Refund) -> bool {
    ours.gateway_refund_id.as_deref() == Some(told.id.as_str())
        || told.receipt.as_deref() == Some(&ours.idempotency_key)
}

/// A refund that nobody asked this shop for. One of ours that was not called yet gives way to it
/// where both together would be more than was paid.
async fn take_in(
    app: &AppState,
    tx: &mut Connection,
    payment: &Payment,
    told: &razorpay::Refund,
    now: Moment,
) -> Result<(), Fault> {
    let (id, amount) = (told.id.as_str(), Paise(told.amount));
    let news = news(told, now + MINUTE);
    if news.state == RefundState::Failed {
        return Ok(());
    }
    while !queries::promise_back(tx, &payment.id, amount).await? {
        if !give_way(app, tx, &payment.id, now).await? {
            let detail = format!(
                "The gateway gave back {amount} of payment {} ({id}); with what is asked for \
                 already that is more than was paid. Please look at both.",
                payment.id
            );
            let order_id = Some(payment.order_id.as_str());
            return service::ask_a_person(tx, "refund-sum", id, order_id, &detail, now).await;
        }
    }
    let refund = Refund {
        id: clock::new_id(),
        payment_id: payment.id.clone(),
        order_id: payment.order_id.clone(),
        idempotency_key: id.to_owned(),
        gateway_refund_id: None,
        amount,
        reason: Reason::Gateway,
        words: String::new(),
        state: RefundState::Intended,
        tries: 0,
        problem: None,
        created_at: now,
        due_at: None,
    };
    queries::insert_refund(tx, &refund, now).await?;
    queries::update_task_done(tx, "refund-sum", id, now).await?;
    book(app, tx, &refund, &news, now).await
}

/// The newest refund that was written down and never sent is given up. False: there is none.
async fn give_way(
    app: &AppState,
    tx: &mut Connection,
    payment_id: &str,
    now: Moment,
) -> Result<bool, Fault> {
    let known = queries::list_refunds_of_payment(tx, payment_id).await?;
    let unsent = known.iter().rev().find(|r| r.state == RefundState::Intended && r.tries == 0);
    let Some(unsent) = unsent else { return Ok(false) };
    let news = RefundNews {
        state: RefundState::Failed,
        gateway_refund_id: None,
        problem: Some("The money was given back at the gateway meanwhile.".to_owned()),
        next_try_at: None,
    };
    book(app, tx, unsent, &news, now).await?;
    Ok(true)
}
