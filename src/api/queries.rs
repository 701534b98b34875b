//! Every SQL statement of this room.

use crate::clock::Moment;
use crate::db::Connection;

type Result<T> = std::result::Result<T, sqlx::Error>;

/// What a key was used for.
pub enum Claim {
    /// For nothing yet: it is this transaction's now, and a twin of it waits.
    Mine,
    Known {
        asked: String,
        answer: String,
    },
}

pub async fn claim(
    connection: &mut Connection,
    owner: &str,
    key: &str,
    asked: &str,
    now: Moment,
) -> Result<Claim> {
    let done = sqlx::query(
        "insert into kept_answers (owner, key, asked, answer, created_at)
         values ($1, $2, $3, '', $4) on conflict (owner, key) do nothing",
    )
    .bind(owner)
    .bind(key)
    .bind(asked)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(Claim::Mine);
    }
    let (asked, answer): (String, String) =
        sqlx::query_as("select asked, answer from kept_answers where owner = $1 and key = $2")
            .bind(owner)
            .bind(key)
            .fetch_one(connection)
            .await?;
    Ok(Claim::Known { asked, answer })
}

pub async fn update_answer(
    connection: &mut Connection,
    owner: &str,
    key: &str,
    answer: &str,
) -> Result<()> {
    sqlx::query("update kept_answers set answer = $1 where owner = $2 and key = $3")
        .bind(answer)
        .bind(owner)
        .bind(key)
        .execute(connection)
        .await?;
    Ok(())
}

/// One key's answer, if it is as old as this.
pub async fn delete_answer(
    connection: &mut Connection,
    owner: &str,
    key: &str,
    up_to: Moment,
) -> Result<()> {
    sqlx::query("delete from kept_answers where owner = $1 and key = $2 and created_at <= $3")
        .bind(owner)
        .bind(key)
        .bind(up_to)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn delete_answers(connection: &mut Connection, up_to: Moment) -> Result<u64> {
    let gone = sqlx::query("delete from kept_answers where created_at <= $1")
        .bind(up_to)
        .execute(connection)
        .await?;
    Ok(gone.rows_affected())
}
