//! Asks the gateway what was paid, again and again, whether or not anybody told of it.

use super::{Attempt, Settled, next_poll, queries, service, settle};
use crate::clock::DAY;
use crate::error::{Fault, Round};
use crate::state::AppState;

/// Who could not be booked after so many questions, half an hour long, cannot be booked without a
/// person.
const PATIENT: i64 = 6;

/// Asks about due attempts, each once by one server. Returns how many were asked about. One that
/// cannot be booked comes again.
pub async fn poll_due(app: &AppState) -> Result<usize, Fault> {
    let mut connection = app.db.read.acquire().await?;
    let due = queries::list_polls_due(&mut connection, app.now()).await?;
    drop(connection);
    let mut round = Round::default();
    for attempt in due {
        let asked = poll(app, &attempt).await;
        if let Err(fault) = &asked
            && attempt.polls >= PATIENT
        {
            tell(app, &attempt, fault).await?;
        }
        round.note(&attempt.id, asked);
    }
    round.end()
}

/// False: another server asks.
async fn poll(app: &AppState, attempt: &Attempt) -> Result<bool, Fault> {
    let next = next_poll(attempt.state, attempt.created_at, attempt.polls + 1, app.now());
    // The last question counts as asked when it is answered.
    let again = next.unwrap_or(app.now() + DAY);
    let mut connection = app.db.write.acquire().await?;
    let mine = queries::claim_poll(&mut connection, attempt, again).await?;
    drop(connection);
    if !mine {
        return Ok(false);
    }
    let settled = settle(app, &attempt.id, "poller").await?;
    if next.is_none() && settled != Settled::Unknown {
        let mut connection = app.db.write.acquire().await?;
        queries::end_polls(&mut connection, &attempt.id, again).await?;
    }
    Ok(true)
}

async fn tell(app: &AppState, attempt: &Attempt, fault: &Fault) -> Result<(), Fault> {
    let detail = format!("What was paid could not be booked: {fault}");
    let (order_id, now) = (Some(attempt.order_id.as_str()), app.now());
    let mut connection = app.db.write.acquire().await?;
    service::ask_a_person(&mut connection, "booking", &attempt.id, order_id, &detail, now).await
}
