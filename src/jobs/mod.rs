//! What runs beside the requests: the webhook worker, the poller of attempts, refunds, expiry,
//! letters, watching, and tidying up.
//!
//! Owns no table. What must stay true: each piece of work is claimed by one server; a round that
//! fails or panics is logged, counted and tried again after a longer pause; stopping lets the round
//! in hand finish.

mod expiry;

pub use expiry::expire_due;

use crate::error::Fault;
use crate::state::AppState;
use crate::{account, api, cart, mail, payment};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_millis(500);
const WATCH_EVERY: Duration = Duration::from_secs(60);
const TIDY_EVERY: Duration = Duration::from_secs(600);
/// The longest pause after rounds that failed.
const LONGEST: Duration = Duration::from_secs(60);

/// Starts all jobs; they end soon after `stop` is cancelled.
pub fn start(app: AppState, stop: CancellationToken) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    macro_rules! job {
        ($name:literal, $every:expr, $work:path) => {{
            let (app, stop) = (app.clone(), stop.clone());
            jobs.spawn(async move {
                let mut failures = 0;
                while next_round(&app, &stop, $every, failures).await {
                    let round = app.clone();
                    let round = tokio::spawn(async move { $work(&round).await.map(drop) });
                    failures = after_round(&app, $name, failures, round.await);
                }
            });
        }};
    }
    job!("webhooks", EVERY, payment::work_inbox);
    job!("poller", EVERY, payment::poll_due);
    job!("refunds", EVERY, payment::refunds::work_due);
    job!("expiry", EVERY, expire_due);
    job!("letters", EVERY, mail::send_due);
    job!("watching", WATCH_EVERY, payment::watch);
    job!("tidying", TIDY_EVERY, tidy);
    job!("check", TIDY_EVERY, crate::check::nightly);
    jobs
}

/// Waits for the time or the bell. False: it is time to stop.
async fn next_round(
    app: &AppState,
    stop: &CancellationToken,
    every: Duration,
    failures: u32,
) -> bool {
    let pause = every.saturating_mul(1 << failures.min(16)).min(LONGEST.max(every));
    tokio::select! {
        () = stop.cancelled() => false,
        () = tokio::time::sleep(pause) => true,
        () = app.bell.notified(), if every == EVERY && failures == 0 => true,
    }
}

/// Logs and counts how a round ended. Returns how many failed one after the other.
fn after_round(
    app: &AppState,
    job: &str,
    failures: u32,
    ended: Result<Result<(), Fault>, tokio::task::JoinError>,
) -> u32 {
    let outcome = match &ended {
        Ok(Ok(())) => "done",
        Ok(Err(fault)) => {
            tracing::error!(job, reference = %fault.reference, "{fault}");
            "failed"
        }
        Err(panic) => {
            tracing::error!(job, "a round panicked and is tried again: {panic}");
            "panicked"
        }
    };
    app.metrics.job_rounds.with_label_values(&[job, outcome]).inc();
    if outcome == "done" { 0 } else { failures.saturating_add(1) }
}

/// Every kind of work once, in the order in which one leads to the next: for tests and for tools.
pub async fn run_once(app: &AppState) -> Result<(), Fault> {
    payment::work_inbox(app).await?;
    payment::poll_due(app).await?;
    expire_due(app).await?;
    payment::refunds::work_due(app).await?;
    payment::watch(app).await?;
    mail::send_due(app).await?;
    Ok(())
}

/// Removes what nobody can reach any more.
async fn tidy(app: &AppState) -> Result<(), Fault> {
    account::keep_seen(app).await?;
    let gone = account::forget_expired(app).await?;
    let mut connection = app.db.write.acquire().await?;
    let carts = cart::service::forget_orphans(&mut connection).await?;
    drop(connection);
    let letters = mail::forget_sent(app).await?;
    let answers = api::forget_answers(app).await?;
    app.limits.tidy();
    tracing::info!(sessions = gone, carts, letters, answers, "tidied up");
    Ok(())
}
