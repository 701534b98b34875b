//! What a person must be told because no single payment shows it: webhooks that do not arrive, and
//! money that should be back with a shopper.

use super::service;
use super::{DUE_DAYS, queries};
use crate::clock::{self, DAY, MINUTE, Moment};
use crate::error::Fault;
use crate::state::AppState;

/// The gateway's word for a captured payment comes within seconds; after this it is missing.
const SILENCE: i64 = 10 * MINUTE;

/// Writes tasks for the desk, each matter once, and ends those whose matter is over.
pub async fn watch(app: &AppState) -> Result<(), Fault> {
    let now = app.now();
    webhooks(app, now).await?;
    answers(app, now).await?;
    refunds(app, now).await
}

/// Orders became paid, by the poller or a return, and no event about them ever came.
async fn webhooks(app: &AppState, now: Moment) -> Result<(), Fault> {
    let mut connection = app.db.read.acquire().await?;
    let (from, until) = (now - DAY, now - SILENCE);
    let silent = queries::count_silent(&mut connection, from, until).await?;
    drop(connection);
    let detail = format!(
        "{silent} paid order(s) of the last day were found by asking the gateway, and no webhook \
         about them arrived. Nothing is lost, but orders are seen later. Check the webhook at the \
         gateway's dashboard: its address, its secret, and whether it was switched off."
    );
    alarm(app, "webhook-silence", (silent > 0).then_some(detail), now).await
}

/// The gateway was asked more than once and does not say what was paid.
async fn answers(app: &AppState, now: Moment) -> Result<(), Fault> {
    let mut connection = app.db.read.acquire().await?;
    let waiting = queries::count_unanswered(&mut connection, SILENCE).await?;
    drop(connection);
    let detail = format!(
        "The gateway has not said for ten minutes or longer what was paid for {waiting} order(s). \
         They neither become paid nor expire, and are asked about again."
    );
    alarm(app, "gateway-silence", (waiting > 0).then_some(detail), now).await
}

/// One open task as long as the matter stands; it ends by itself.
async fn alarm(
    app: &AppState,
    kind: &str,
    detail: Option<String>,
    now: Moment,
) -> Result<(), Fault> {
    let mut connection = app.db.read.acquire().await?;
    let open = queries::list_open_subjects(&mut connection, kind).await?;
    drop(connection);
    match detail {
        Some(detail) if open.is_empty() => {
            let (subject, mut connection) = (clock::in_words(now), app.db.write.acquire().await?);
            service::ask_a_person(&mut connection, kind, &subject, None, &detail, now).await
        }
        None if !open.is_empty() => {
            let mut connection = app.db.write.acquire().await?;
            for subject in open {
                queries::update_task_done(&mut connection, kind, &subject, now).await?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

async fn refunds(app: &AppState, now: Moment) -> Result<(), Fault> {
    let mut connection = app.db.read.acquire().await?;
    let overdue = queries::list_refunds_overdue(&mut connection, now).await?;
    drop(connection);
    for refund in overdue {
        let detail = format!(
            "{} of payment {} should have been back with the shopper after {DUE_DAYS} days \
             (Reserve Bank of India, T+5), and the refund is not through.",
            refund.amount, refund.payment_id
        );
        let order_id = Some(refund.order_id.as_str());
        let mut connection = app.db.write.acquire().await?;
        service::ask_a_person(&mut connection, "refund-late", &refund.id, order_id, &detail, now)
            .await?;
    }
    Ok(())
}
