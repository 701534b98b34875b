//! The check that a server makes every night, and what it leaves for a person.

use super::gateway::Window;
use super::service::{self, Plan};
use super::{Outcome, Verdict, queries};
use crate::clock;
use crate::error::Fault;
use crate::payment;
use crate::razorpay::Pace;
use crate::state::AppState;
use crate::transact;

/// 03:30 in India, when few are awake.
const AFTER_MIDNIGHT: i64 = 3 * clock::HOUR + 30 * clock::MINUTE;
/// How far back the gateway's books are read each night.
const DAYS: i64 = 3;
/// Questions a second.
const RATE: u32 = 5;

/// Makes this night's check unless it was made; of several servers one does. A shop that was closed
/// at the hour makes it when it opens. Returns how many invariants are broken.
pub async fn nightly(app: &AppState) -> Result<usize, Fault> {
    let night = clock::day(app.now() - AFTER_MIDNIGHT);
    let mut connection = app.db.read.acquire().await?;
    let done = queries::runs::find_night(&mut connection, &night).await?;
    drop(connection);
    if done {
        return Ok(0);
    }
    let (id, now) = (clock::new_id(), app.now());
    let mut connection = app.db.write.acquire().await?;
    let mine = queries::runs::claim_night(&mut connection, &id, &night, now).await?;
    drop(connection);
    let Some(id) = mine else { return Ok(0) };
    let window = Window { days: DAYS, pace: Pace::per_second(RATE) };
    let plan = Plan { gateway: Some(window), ..Plan::of_the_shop() };
    let outcomes = service::run(app, &plan).await?;
    service::keep(app, &id, &outcomes).await?;
    ask_persons(app, &outcomes).await
}

/// One task for each invariant that is broken, however many nights it stays so.
async fn ask_persons(app: &AppState, outcomes: &[Outcome]) -> Result<usize, Fault> {
    let broken = || outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Broken);
    let now = app.now();
    for outcome in broken() {
        tracing::error!(invariant = outcome.invariant, name = outcome.name, "does not hold");
        let first = outcome.rows.first().map(|row| format!("{} {}", row.subject, row.what));
        let detail = format!(
            "“{}” does not hold: {} and perhaps more. See the check.",
            outcome.name,
            first.unwrap_or_default()
        );
        transact!(app.db, |tx| {
            payment::service::ask_a_person(&mut tx, "check", &outcome.name, None, &detail, now)
                .await
        })?;
    }
    Ok(broken().count())
}
