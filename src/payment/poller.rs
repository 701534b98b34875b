//! Asks the gateway what was paid, again and again, whether or not anybody told of it.

use super::{Settled, next_poll, queries, settle};
use crate::clock::DAY;
use crate::error::Fault;
use crate::state::AppState;

/// Asks about due attempts, each once by one server. Returns how many were asked about.
pub async fn poll_due(app: &AppState) -> Result<usize, Fault> {
    let mut connection = app.db.read.acquire().await?;
    let due = queries::list_polls_due(&mut connection, app.now()).await?;
    drop(connection);
    let mut asked = 0;
    for attempt in due {
        let next = next_poll(attempt.state, attempt.created_at, attempt.polls + 1, app.now());
        // The last question counts as asked when it is answered.
        let again = next.unwrap_or(app.now() + DAY);
        let mut connection = app.db.write.acquire().await?;
        let mine = queries::claim_poll(&mut connection, &attempt, again).await?;
        drop(connection);
        if !mine {
            continue;
        }
        let settled = settle(app, &attempt.id, "poller").await?;
        if next.is_none() && settled != Settled::Unknown {
            let mut connection = app.db.write.acquire().await?;
            queries::end_polls(&mut connection, &attempt.id, again).await?;
        }
        asked += 1;
    }
    Ok(asked)
}
