//! SQL about what a person has to look at.

use super::Result;
use crate::clock::Moment;
use crate::db::Connection;
use crate::payment::{DeskTask, TASKS_LISTED};
use sqlx::FromRow;

/// A task for a person; the same matter is written down once. One that somebody called done before
/// `open_before` is opened again; without that moment, any is, and an open one says what is new.
pub async fn insert_task(
    connection: &mut Connection,
    task: &DeskTask,
    open_before: Option<Moment>,
) -> Result<()> {
    sqlx::query(
        "insert into desk_tasks (id, kind, subject, order_id, detail, created_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (kind, subject) do update
             set done_at = null, detail = excluded.detail, created_at = excluded.created_at
             where coalesce(desk_tasks.done_at, $8) <= $7",
    )
    .bind(&task.id)
    .bind(&task.kind)
    .bind(&task.subject)
    .bind(&task.order_id)
    .bind(&task.detail)
    .bind(task.created_at)
    .bind(open_before.unwrap_or(Moment::MAX))
    .bind(Moment::MAX)
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct TaskRow {
    id: String,
    kind: String,
    subject: String,
    order_id: Option<String>,
    detail: String,
    created_at: i64,
}

pub async fn list_open_tasks(connection: &mut Connection) -> Result<Vec<DeskTask>> {
    let rows: Vec<TaskRow> = sqlx::query_as(
        "select id, kind, subject, order_id, detail, created_at from desk_tasks
         where done_at is null order by created_at desc limit $1",
    )
    .bind(TASKS_LISTED)
    .fetch_all(connection)
    .await?;
    let task = |row: TaskRow| DeskTask {
        id: row.id,
        kind: row.kind,
        subject: row.subject,
        order_id: row.order_id,
        detail: row.detail,
        created_at: row.created_at,
    };
    Ok(rows.into_iter().map(task).collect())
}

/// The matter is settled, by whatever way.
pub async fn update_task_done(
    connection: &mut Connection,
    kind: &str,
    subject: &str,
    now: Moment,
) -> Result<()> {
    sqlx::query(
        "update desk_tasks set done_at = $1 where kind = $2 and subject = $3 and done_at is null",
    )
    .bind(now)
    .bind(kind)
    .bind(subject)
    .execute(connection)
    .await?;
    Ok(())
}

/// Was there such a task? One that is done stays done since it was.
pub async fn update_task_done_by_id(
    connection: &mut Connection,
    id: &str,
    now: Moment,
) -> Result<bool> {
    sqlx::query("update desk_tasks set done_at = coalesce(done_at, $1) where id = $2")
        .bind(now)
        .bind(id)
        .execute(connection)
        .await
        .map(|done| done.rows_affected() == 1)
}

/// The subjects of open tasks of one kind.
pub async fn list_open_subjects(connection: &mut Connection, kind: &str) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "select subject from desk_tasks where kind = $1 and done_at is null limit 100",
    )
    .bind(kind)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
