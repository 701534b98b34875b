//! What became of a refund, written under its order's lock: state, promised sum, timeline, letter
//! and the desk's tasks move together.

use crate::clock::{DAY, Moment};
use crate::db::Connection;
use crate::error::Fault;
use crate::faults::planted;
use crate::mail;
use crate::order;
use crate::payment::queries::{self, RefundNews};
use crate::payment::{Reason, Refund, RefundState, refund_may_go, service};
use crate::razorpay::{self, RefundStatus};
use crate::state::AppState;

/// Tries after which a person is told that something does not move.
const TRIES_TOLD: i64 = 4;
/// And how long banks may take: five to seven working days are usual.
const BANKS_TAKE: i64 = 14 * DAY;

/// The gateway's word about a refund, in the shop's words. `next`: when to look again if it is not
/// final.
pub(super) fn news(told: &razorpay::Refund, next: Moment) -> RefundNews {
    let (state, next_try_at) = match told.status {
        RefundStatus::Processed => (RefundState::Processed, None),
        RefundStatus::Failed => (RefundState::Failed, None),
        _ => (RefundState::Pending, Some(next)),
    };
    let id = told.id.as_str().to_owned();
    RefundNews { state, gateway_refund_id: Some(id), problem: None, next_try_at }
}

/// Moves a refund on. What would go backward changes nothing.
pub(super) async fn book(
    app: &AppState,
    tx: &mut Connection,
    refund: &Refund,
    news: &RefundNews,
    now: Moment,
) -> Result<(), Fault> {
    order::service::lock(tx, &refund.order_id).await?;
    let known = queries::find_refund(tx, &refund.id).await?;
    let refund = known.ok_or_else(|| Fault::new("booking a refund", "it is gone"))?;
    let taken = taken_in(tx, &refund, news).await?;
    let news = taken.as_ref().unwrap_or(news);
    let may_go = refund_may_go(refund.state, refund.gateway_refund_id.is_some(), news.state);
    let was_through = refund.state == RefundState::Processed;
    // What was through comes back by the gateway's word about this very refund alone.
    if !may_go || (was_through && news.gateway_refund_id != refund.gateway_refund_id) {
        return Ok(());
    }
    match (refund.state.is_promised(), news.state.is_promised()) {
        (true, false) if planted("failed-refund-counts") => {}
        (true, false) => queries::unpromise(tx, &refund.payment_id, refund.amount).await?,
        (false, true) if !queries::promise_back(tx, &refund.payment_id, refund.amount).await? => {
            let detail = format!(
                "The gateway gave back {} of payment {}, and with it more than was paid.",
                refund.amount, refund.payment_id
            );
            let order_id = Some(refund.order_id.as_str());
            return service::ask_a_person(tx, "refund-sum", &refund.id, order_id, &detail, now)
                .await;
        }
        _ => {}
    }
    queries::update_refund(tx, &refund.id, news, now).await?;
    tell(app, tx, &refund, news, now).await?;
    tasks(tx, &refund, news, now).await
}

/// One of ours that the gateway listed without our receipt was taken for one of its own. It is
/// written already, and counts once: ours ends.
async fn taken_in(
    tx: &mut Connection,
    refund: &Refund,
    news: &RefundNews,
) -> Result<Option<RefundNews>, Fault> {
    let Some(id) = news.gateway_refund_id.as_deref() else { return Ok(None) };
    let known = queries::list_refunds_of_payment(tx, &refund.payment_id).await?;
    let is_twin =
        |other: &Refund| other.id != refund.id && other.gateway_refund_id.as_deref() == Some(id);
    Ok(known.iter().any(is_twin).then(|| RefundNews {
        state: RefundState::Failed,
        gateway_refund_id: None,
        problem: Some(format!("It is written down already, as the gateway's own refund {id}.")),
        next_try_at: None,
    }))
}

/// The timeline says when the gateway took the refund up and when it ended; the shopper hears of
/// one that nobody has written about yet.
async fn tell(
    app: &AppState,
    tx: &mut Connection,
    refund: &Refund,
    news: &RefundNews,
    now: Moment,
) -> Result<(), Fault> {
    let mut note = async |words: String| {
        order::service::note(tx, &refund.order_id, "refund", &words, now).await
    };
    let id = news.gateway_refund_id.as_deref().or(refund.gateway_refund_id.as_deref());
    let called = id.unwrap_or("without a number of the gateway");
    let amount = refund.amount;
    let taken_up = refund.gateway_refund_id.is_none() && news.gateway_refund_id.is_some();
    if taken_up && refund.reason == Reason::Gateway {
        note(format!("{amount} of payment {} was given back at the gateway.", refund.payment_id))
            .await?;
    }
    match news.state {
        RefundState::Processed => note(format!("Refund {called} of {amount} is through.")).await?,
        RefundState::Failed => {
            let why = news.problem.as_deref().unwrap_or("it failed at the bank");
            note(format!("Refund {called} of {amount} failed: {why}")).await?;
        }
        RefundState::Pending if taken_up => {
            note(format!("Refund {called} of {amount} is on its way.")).await?;
        }
        _ => {}
    }
    let Some(id) = id.filter(|_| taken_up && news.state != RefundState::Failed) else {
        return Ok(());
    };
    if refund.reason.is_automatic() {
        return Ok(());
    }
    let Some(order) = order::service::find(tx, &refund.order_id).await? else { return Ok(()) };
    mail::queue(tx, order::refund_made(app, &order, id, amount), now).await
}

/// What is through needs nobody any more; once all of a payment went back, none of its matters
/// does.
async fn settle_tasks(tx: &mut Connection, refund: &Refund, now: Moment) -> Result<(), Fault> {
    let id = refund.payment_id.as_str();
    let payment = queries::find_payment(tx, id).await?;
    let all = queries::list_refunds_of_payment(tx, id).await?;
    let through = all.iter().filter(|refund| refund.state == RefundState::Processed);
    let through: i64 = through.map(|refund| refund.amount.0).sum();
    let is_all_back = payment.is_some_and(|payment| through >= payment.amount.0);
    for over in all.iter().filter(|other| is_all_back || other.id == refund.id) {
        for kind in ["refund", "refund-late", "refund-returned"] {
            queries::update_task_done(tx, kind, &over.id, now).await?;
        }
    }
    if is_all_back {
        queries::update_task_done(tx, "mismatch", id, now).await?;
    }
    Ok(())
}

async fn tasks(
    tx: &mut Connection,
    refund: &Refund,
    news: &RefundNews,
    now: Moment,
) -> Result<(), Fault> {
    if news.state == RefundState::Processed {
        return settle_tasks(tx, refund, now).await;
    }
    let is_tried = news.problem.is_some() && refund.tries >= TRIES_TOLD;
    let is_slow = (refund.state, news.state) == (RefundState::Pending, RefundState::Pending)
        && now - refund.created_at >= BANKS_TAKE;
    if news.state != RefundState::Failed && !is_tried && !is_slow {
        return Ok(());
    }
    let order_id = Some(refund.order_id.as_str());
    if refund.state == RefundState::Processed && !planted("sent-back-untold") {
        let detail = format!(
            "The refund of {} for payment {} was through, and the bank sent the money back. The \
             shopper does not have it.",
            refund.amount, refund.payment_id
        );
        return service::tell_a_person(tx, "refund-returned", &refund.id, order_id, &detail, now)
            .await;
    }
    let detail = format!(
        "The refund of {} for payment {} is not through: {}",
        refund.amount,
        refund.payment_id,
        match (&news.problem, is_slow) {
            (Some(problem), _) => problem,
            (None, true) => "it was asked for two weeks ago, and the bank has not ended it",
            (None, false) => "it failed at the bank",
        }
    );
    if news.state == RefundState::Failed {
        return service::tell_a_person(tx, "refund", &refund.id, order_id, &detail, now).await;
    }
    service::ask_a_person(tx, "refund", &refund.id, order_id, &detail, now).await
}
