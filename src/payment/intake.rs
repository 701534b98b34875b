//! Where events are taken in. Those that come at once are written down together: whoever has the
//! turn takes all that wait into one commit, and tells their bearers. So a burst
//! costs the database little more than a single event, and still nobody is told "stored" before it
//! is.

use super::queries::{self, NewEvent};
use crate::db::{Together, Waiting};
use crate::error::Fault;
use crate::state::AppState;
use crate::transact;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// So many in one commit: the first of them wait for the last.
const MOST: usize = 256;
/// Whatever keeps one who writes for all, the others wait no longer than this.
const TOGETHER_FOR: Duration = Duration::from_secs(2);

/// Events on their way into the database. Told is whether one was new.
pub type Intake = Together<NewEvent, bool>;

/// Returns once the event is in the database for good. False: it was there already.
pub async fn take_in(app: &AppState, event: &Arc<NewEvent>) -> Result<bool, Fault> {
    match together(app, event).await {
        Some(is_new) => Ok(is_new),
        // Whatever was wrong, with another's event perhaps: on its own it shows whose it is.
        None => Ok(write_down(app, std::slice::from_ref(event)).await?.len() == 1),
    }
}

/// With all others that wait. `None`: nobody can say that it was written down.
async fn together(app: &AppState, event: &Arc<NewEvent>) -> Option<bool> {
    let mut told = app.intake.leave(event);
    loop {
        tokio::select! {
            biased;
            told = &mut told => return told.ok(),
            _turn = app.intake.turn() => write_for_all(app).await,
        }
    }
}

/// For those who have the turn. Where it fails nobody waits for another turn: each goes alone.
async fn write_for_all(app: &AppState) {
    let waiting = app.intake.take(MOST);
    if waiting.is_empty() {
        return;
    }
    let mut events: Vec<_> = waiting.iter().map(|it| it.one.clone()).collect();
    // Two servers that write some of the same do so in one order, and never wait for each other.
    events.sort_by(|one, other| one.id.cmp(&other.id));
    let written = tokio::time::timeout(TOGETHER_FOR, write_down(app, &events)).await;
    let why = match written {
        Ok(Ok(new)) => return tell(waiting, new),
        Ok(Err(fault)) => fault.to_string(),
        Err(late) => late.to_string(),
    };
    tracing::warn!(events = events.len(), why, "webhooks were not written down together");
    app.intake.send_away();
}

/// Returns the ids of those that were not known.
async fn write_down(app: &AppState, events: &[Arc<NewEvent>]) -> Result<HashSet<String>, Fault> {
    transact!(app.db, |tx| {
        queries::insert_events(&mut tx, events, app.now()).await.map_err(Fault::from)
    })
}

/// Of several that bring the same event one brought it.
fn tell(waiting: Vec<Waiting<NewEvent, bool>>, mut new: HashSet<String>) {
    for Waiting { one, told } in waiting {
        // Who has gone meanwhile needs no answer.
        let _ = told.send(new.remove(&one.id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::testing::fresh_db;
    use tokio::task::{JoinHandle, yield_now};

    /// Begins to take in an event, and waits for a turn.
    async fn waits(app: &AppState, id: &str) -> JoinHandle<Result<bool, Fault>> {
        let [name, body] = ["payment.captured", "{}"].map(str::to_owned);
        let id = id.to_owned();
        let event = NewEvent { id, name, gateway_order_id: None, payment_id: None, body };
        let (event, before) = (Arc::new(event), app.intake.how_many_wait());
        let bearer = tokio::spawn({
            let app = app.clone();
            async move { take_in(&app, &event).await }
        });
        while app.intake.how_many_wait() == before {
            yield_now().await;
        }
        bearer
    }

    #[tokio::test]
    async fn who_goes_away_while_writing_for_others_leaves_them_to_write_their_own() {
        let (db, data) = (fresh_db().await, tempfile::tempdir().unwrap());
        let app = AppState::on(&db, data.path(), Clock::System, &[]).await;
        let turn = app.intake.turn().await;
        let (leader, other) = (waits(&app, "evt_1").await, waits(&app, "evt_2").await);
        let mut kept = app.db.begin().await.unwrap();
        let first = "insert into gateway_events (id, name, body, received_at, state)
                     values ('evt_1', '', '', 0, 'waiting')";
        sqlx::query(first).execute(&mut *kept).await.unwrap();
        drop(turn);
        while app.intake.how_many_wait() > 0 {
            yield_now().await;
        }
        leader.abort();
        assert!(leader.await.unwrap_err().is_cancelled());
        drop(kept);
        assert!(other.await.unwrap().unwrap(), "it was new");
        let known = "select id from gateway_events";
        let known: Vec<String> = sqlx::query_scalar(known).fetch_all(&app.db.read).await.unwrap();
        assert_eq!(known, ["evt_2"]);
    }
}
