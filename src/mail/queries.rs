//! Every SQL statement of this room.

use super::Letter;
use super::types::Queued;
use crate::clock::Moment;
use crate::db::Connection;
use sqlx::FromRow;

type Result<T> = std::result::Result<T, sqlx::Error>;

/// False: there is a letter of this kind about this already.
pub async fn insert_letter(
    connection: &mut Connection,
    id: &str,
    letter: &Letter,
    now: Moment,
) -> Result<bool> {
    let done = sqlx::query(
        "insert into letters (id, kind, about, recipient, subject, text_body, html_body, created_at,
                              next_try_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
         on conflict (kind, about) do nothing",
    )
    .bind(id)
    .bind(&letter.kind)
    .bind(&letter.about)
    .bind(&letter.recipient)
    .bind(&letter.subject)
    .bind(&letter.text)
    .bind(&letter.html)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Letters whose time has come, the longest waiting first.
pub async fn list_due(connection: &mut Connection, now: Moment, limit: i64) -> Result<Vec<String>> {
    sqlx::query_scalar(
        "select id from letters where next_try_at is not null and next_try_at <= $1
         order by next_try_at, id limit $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(connection)
    .await
}

#[derive(FromRow)]
struct QueuedRow {
    id: String,
    kind: String,
    about: String,
    recipient: String,
    subject: String,
    text_body: String,
    html_body: String,
    created_at: Moment,
    tries: i64,
}

impl From<QueuedRow> for Queued {
    fn from(row: QueuedRow) -> Queued {
        Queued {
            id: row.id,
            letter: Letter {
                kind: row.kind,
                about: row.about,
                recipient: row.recipient,
                subject: row.subject,
                text: row.text_body,
                html: row.html_body,
            },
            created_at: row.created_at,
            tries: row.tries,
        }
    }
}

/// Takes a due letter for one try until `until`, when others may take it. `None`: it is not due any
/// more, for somebody else was first.
pub async fn lease(
    connection: &mut Connection,
    id: &str,
    now: Moment,
    until: Moment,
) -> Result<Option<Queued>> {
    let row: Option<QueuedRow> = sqlx::query_as(
        "update letters set next_try_at = $1, tries = tries + 1
         where id = $2 and next_try_at <= $3
         returning id, kind, about, recipient, subject, text_body, html_body, created_at, tries",
    )
    .bind(until)
    .bind(id)
    .bind(now)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Queued::from))
}

/// A letter about an account is emptied when it leaves: its link opens the account. What an order's
/// link shows stands in the same database anyway; its letter is emptied later ([`clear_sent`]).
pub async fn update_sent(connection: &mut Connection, id: &str, now: Moment) -> Result<()> {
    sqlx::query(
        "update letters
         set sent_at = $1, next_try_at = null, problem = null,
             text_body = case when kind in ('sign-up', 'password-reset') then ''
                              else text_body end,
             html_body = case when kind in ('sign-up', 'password-reset') then ''
                              else html_body end
         where id = $2",
    )
    .bind(now)
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}

/// Empties what left before `before`: links in a letter open accounts and orders.
pub async fn clear_sent(connection: &mut Connection, before: Moment) -> Result<u64> {
    let done = sqlx::query(
        "update letters set text_body = '', html_body = ''
         where sent_at < $1 and (text_body <> '' or html_body <> '')",
    )
    .bind(before)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Without a next try the letter is given up and emptied. One that somebody sent meanwhile stays
/// sent.
pub async fn update_problem(
    connection: &mut Connection,
    id: &str,
    problem: &str,
    next_try_at: Option<Moment>,
) -> Result<()> {
    sqlx::query(
        "update letters
         set problem = $1, next_try_at = $2,
             text_body = case when $2 is null then '' else text_body end,
             html_body = case when $2 is null then '' else html_body end
         where id = $3 and sent_at is null",
    )
    .bind(problem)
    .bind(next_try_at)
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn count_waiting(connection: &mut Connection) -> Result<i64> {
    let row: (i64,) = sqlx::query_as("select count(*) from letters where next_try_at is not null")
        .fetch_one(connection)
        .await?;
    Ok(row.0)
}
