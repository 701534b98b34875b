//! The verbs of the outbox: queue, and send what is due.

use super::types::{Queued, pause_after};
use super::{Letter, queries};
use crate::clock::{self, HOUR, MINUTE, Moment};
use crate::db::Connection;
use crate::error::Fault;
use crate::faults;
use crate::state::AppState;

/// Letters sent in one round of the job.
const ROUND: i64 = 20;
/// Longer than one try can take: see `sender::TRY_LIMIT`.
const LEASE: i64 = 2 * MINUTE;
/// Characters of a mail server's answer that are kept.
const PROBLEM_MAX: usize = 500;

/// Writes a letter into the outbox in the caller's transaction; one of the same kind and subject
/// stays as it is. After the commit ring `app.bell`, so that it leaves at once.
pub async fn queue(connection: &mut Connection, letter: Letter, now: Moment) -> Result<(), Fault> {
    let new = queries::insert_letter(connection, &clock::new_id(), &letter, now).await?;
    if !new {
        tracing::debug!(kind = letter.kind, about = letter.about, "this letter is queued already");
    }
    Ok(())
}

/// Sends the letters whose time has come and tells how many left. Each is leased before and judged
/// after; no transaction is open while a mail server is spoken to. A crash between the two sends
/// the letter again under the same Message-ID.
pub async fn send_due(app: &AppState) -> Result<usize, Fault> {
    let mut connection = app.db.read.acquire().await?;
    let due = queries::list_due(&mut connection, app.now(), ROUND).await?;
    drop(connection);
    let mut sent = 0;
    for id in due {
        let now = app.now();
        // A shop whose clock runs fast still gives a try its time by the wall.
        let until = now + LEASE * i64::from(app.config.clock_speed.max(1));
        let mut connection = app.db.write.acquire().await?;
        let leased = queries::lease(&mut connection, &id, now, until).await?;
        drop(connection);
        if let Some(queued) = leased {
            sent += usize::from(send(app, &queued).await?);
        }
    }
    Ok(sent)
}

/// Forgets the text of letters that left an hour ago, so that a copy of the database opens neither
/// an account nor an order by a link in one of them.
pub async fn forget_sent(app: &AppState) -> Result<u64, Fault> {
    let mut connection = app.db.write.acquire().await?;
    Ok(queries::clear_sent(&mut connection, app.now() - HOUR).await?)
}

/// Letters that have not left yet.
pub async fn count_waiting(connection: &mut Connection) -> Result<i64, Fault> {
    Ok(queries::count_waiting(connection).await?)
}

async fn send(app: &AppState, queued: &Queued) -> Result<bool, Fault> {
    faults::reach("before a letter leaves").await;
    let done = app.mailer.send(queued).await;
    faults::reach("after a letter left").await;
    let now = app.now();
    let mut connection = app.db.write.acquire().await?;
    match done {
        Ok(()) => {
            queries::update_sent(&mut connection, &queued.id, now).await?;
            tracing::info!(letter = queued.id, kind = queued.letter.kind, "sent");
        }
        Err(problem) => {
            let pause = pause_after(queued.tries).filter(|_| !problem.is_final);
            let next = pause.map(|pause| now + pause);
            let text: String = problem.text.chars().take(PROBLEM_MAX).collect();
            queries::update_problem(&mut connection, &queued.id, &text, next).await?;
            let (letter, kind) = (&queued.id, &queued.letter.kind);
            match next {
                Some(_) => {
                    tracing::warn!(letter, kind, problem = text, "not sent, tried again later")
                }
                None => tracing::error!(letter, kind, problem = text, "not sent and given up"),
            }
            return Ok(false);
        }
    }
    Ok(true)
}
