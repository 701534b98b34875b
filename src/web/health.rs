//! `/healthz`: the process answers. `/readyz`: so does its database.

use super::Failure;
use crate::error::Fault;
use crate::state::AppState;
use axum::extract::State;

pub async fn healthz() -> &'static str {
    "ok\n"
}

/// 200 when a statement passes, else 500 (and a line in the log that says why).
pub async fn readyz(State(app): State<AppState>) -> Result<&'static str, Failure> {
    sqlx::query("select 1")
        .execute(&app.db.read)
        .await
        .map_err(|e| Fault::new("asking whether the database answers", e))?;
    Ok("ready\n")
}
