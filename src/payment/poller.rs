//! Asks the gateway what was paid, again and again, whether or not anybody told of it.

use super::{Attempt, Settled, next_poll, queries, service, settle};
use crate::clock::{DAY, MINUTE};
use crate::error::{Fault, Round};
use crate::state::AppState;

/// Who could not be booked after so many questions, half an hour long, cannot be booked without a
/// person.
const PATIENT: i64 = 6;

/// Asks about due attempts, each once by one server. Returns how many were asked about. One that
/// cannot be booked comes again. A gateway that gives no usable answer, because it is asked too
/// much (429) or is in trouble, is asked no more in this round: the rest waits for a later one.
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
        let in_vain = matches!(asked, Ok(Some(Settled::Unknown)));
        round.note(&attempt.id, asked.map(|settled| settled.is_some()));
        if in_vain {
            break;
        }
    }
    round.end()
}

/// What was found; `None`: another server asks.
async fn poll(app: &AppState, attempt: &Attempt) -> Result<Option<Settled>, Fault> {
    let now = app.now();
    let next = next_poll(attempt.state, attempt.created_at, attempt.polls + 1, now);
    // The last question counts as asked when it is answered. Two about one attempt are a minute
    // apart even where it is late for several.
    let again = next.unwrap_or(now + DAY).max(now + MINUTE);
    let mut connection = app.db.write.acquire().await?;
    let mine = queries::claim_poll(&mut connection, attempt, again).await?;
    drop(connection);
    if !mine {
        return Ok(None);
    }
    let settled = settle(app, &attempt.id, "poller").await?;
    if next.is_none() && settled != Settled::Unknown {
        let mut connection = app.db.write.acquire().await?;
        queries::end_polls(&mut connection, &attempt.id, again).await?;
    }
    Ok(Some(settled))
}

async fn tell(app: &AppState, attempt: &Attempt, fault: &Fault) -> Result<(), Fault> {
    let detail = format!("What was paid could not be booked: {fault}");
    let (order_id, now) = (Some(attempt.order_id.as_str()), app.now());
    let mut connection = app.db.write.acquire().await?;
    service::ask_a_person(&mut connection, "booking", &attempt.id, order_id, &detail, now).await
}
