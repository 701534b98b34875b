//! `/healthz`: the process answers. `/readyz`: so does its database.

use super::Failure;
use crate::error::Fault;
use crate::state::AppState;
use axum::extract::State;
use std::time::Duration;

/// Whoever asks wants to know now, not when the pool's patience is over.
const SOON: Duration = Duration::from_secs(2);

pub async fn healthz() -> &'static str {
    "ok\n"
}

/// 200 when a statement passes within two seconds, else 500 or 503 (and a line in the log that says
/// why).
pub async fn readyz(State(app): State<AppState>) -> Result<&'static str, Failure> {
    let asking = |e| Fault::new("asking whether the database answers", e);
    let answer = tokio::time::timeout(SOON, sqlx::query("select 1").execute(&app.db.read));
    answer.await.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(asking)?;
    Ok("ready\n")
}
