//! SQL about runs that are kept.

use super::Result;
use crate::check::{Outcome, Run};
use crate::clock::Moment;
use crate::db::Connection;
use sqlx::FromRow;

/// A nightly run that did not end is another server's after this long.
const LEASE: i64 = 2 * crate::clock::HOUR;

/// Begins a run that somebody asked for.
pub async fn insert_run(connection: &mut Connection, id: &str, now: Moment) -> Result<()> {
    sqlx::query("insert into check_runs (id, started_at, with_gateway) values ($1, $2, 0)")
        .bind(id)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Has this night's run been begun? Asked before [`claim_night`], which writes.
pub async fn find_night(connection: &mut Connection, night: &str) -> Result<bool> {
    let found: Option<(String,)> =
        sqlx::query_as("select id from check_runs where night = $1 and ended_at is not null")
            .bind(night)
            .fetch_optional(connection)
            .await?;
    Ok(found.is_some())
}

/// Takes this night's run: of several servers one gets it. Gives the run's id to who does.
pub async fn claim_night(
    connection: &mut Connection,
    id: &str,
    night: &str,
    now: Moment,
) -> Result<Option<String>> {
    sqlx::query_scalar(
        "insert into check_runs (id, night, started_at, with_gateway) values ($1, $2, $3, 1)
         on conflict (night) do update set started_at = excluded.started_at
             where check_runs.ended_at is null and check_runs.started_at < $4
         returning id",
    )
    .bind(id)
    .bind(night)
    .bind(now)
    .bind(now - LEASE)
    .fetch_optional(connection)
    .await
}

pub async fn update_run(
    connection: &mut Connection,
    id: &str,
    broken: i64,
    report: &str,
    now: Moment,
) -> Result<()> {
    sqlx::query("update check_runs set ended_at = $1, broken = $2, report = $3 where id = $4")
        .bind(now)
        .bind(broken)
        .bind(report)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets all but the newest `kept` runs.
pub async fn delete_older(connection: &mut Connection, kept: i64) -> Result<()> {
    sqlx::query(
        "delete from check_runs where id not in
             (select id from check_runs order by started_at desc, id desc limit $1)",
    )
    .bind(kept)
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct RunRow {
    started_at: i64,
    ended_at: Option<i64>,
    with_gateway: i64,
    broken: i64,
    report: String,
}

/// The newest first.
pub async fn list_runs(connection: &mut Connection, limit: i64) -> Result<Vec<Run>> {
    let rows: Vec<RunRow> = sqlx::query_as(
        "select started_at, ended_at, with_gateway, broken, report from check_runs
         order by started_at desc, id desc limit $1",
    )
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(RunRow::run).collect()
}

impl RunRow {
    fn run(self) -> Result<Run> {
        let report: Vec<Outcome> = serde_json::from_str(&self.report)
            .map_err(|_| sqlx::Error::Decode("a check's report cannot be read".into()))?;
        Ok(Run {
            started_at: self.started_at,
            ended_at: self.ended_at,
            with_gateway: self.with_gateway == 1,
            broken: self.broken,
            report,
        })
    }
}
