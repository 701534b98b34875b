//! What waits for a letter to be answered: sign-ups, password resets; and how many letters were
//! asked for.

use super::Result;
use crate::account::Email;
use crate::clock::{self, Moment};
use crate::db::Connection;
use sqlx::FromRow;

/// A sign-up that waits for its address to be confirmed.
#[derive(Clone, FromRow)]
pub struct SignUp {
    pub email: String,
    pub name: String,
    pub phone: String,
    pub password_hash: String,
    pub session_hash: String,
}

pub async fn insert_sign_up(
    connection: &mut Connection,
    token_hash: &str,
    sign_up: &SignUp,
    now: Moment,
    expires_at: Moment,
) -> Result<()> {
    sqlx::query(
        "insert into sign_ups (token_hash, email, name, phone, password_hash, session_hash,
                               created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(token_hash)
    .bind(&sign_up.email)
    .bind(&sign_up.name)
    .bind(&sign_up.phone)
    .bind(&sign_up.password_hash)
    .bind(&sign_up.session_hash)
    .bind(now)
    .bind(expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn find_sign_up(
    connection: &mut Connection,
    token_hash: &str,
    now: Moment,
) -> Result<Option<SignUp>> {
    sqlx::query_as(
        "select email, name, phone, password_hash, session_hash
         from sign_ups where token_hash = $1 and expires_at > $2",
    )
    .bind(token_hash)
    .bind(now)
    .fetch_optional(connection)
    .await
}

/// Takes the sign-up out: of several at once, one gets it.
pub async fn take_sign_up(
    connection: &mut Connection,
    token_hash: &str,
    now: Moment,
) -> Result<Option<SignUp>> {
    sqlx::query_as(
        "delete from sign_ups where token_hash = $1 and expires_at > $2
         returning email, name, phone, password_hash, session_hash",
    )
    .bind(token_hash)
    .bind(now)
    .fetch_optional(connection)
    .await
}

pub async fn delete_sign_ups_of(connection: &mut Connection, email: &str) -> Result<()> {
    sqlx::query("delete from sign_ups where email = $1").bind(email).execute(connection).await?;
    Ok(())
}

pub async fn delete_expired_sign_ups(connection: &mut Connection, now: Moment) -> Result<u64> {
    let gone = sqlx::query("delete from sign_ups where expires_at <= $1")
        .bind(now)
        .execute(connection)
        .await?;
    Ok(gone.rows_affected())
}

pub async fn insert_reset(
    connection: &mut Connection,
    token_hash: &str,
    email: &Email,
    now: Moment,
    expires_at: Moment,
) -> Result<()> {
    sqlx::query(
        "insert into password_resets (token_hash, email, created_at, expires_at)
         values ($1, $2, $3, $4)",
    )
    .bind(token_hash)
    .bind(email.as_str())
    .bind(now)
    .bind(expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// The address of the account whose reset link this is, while it can be used.
pub async fn find_reset_email(
    connection: &mut Connection,
    token_hash: &str,
    now: Moment,
) -> Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as(
        "select u.email from password_resets r join users u on u.email = r.email
         where r.token_hash = $1 and r.used_at is null and r.expires_at > $2",
    )
    .bind(token_hash)
    .bind(now)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.0))
}

/// Uses the link up: of several at once, one gets the address.
pub async fn use_reset(
    connection: &mut Connection,
    token_hash: &str,
    now: Moment,
) -> Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as(
        "update password_resets set used_at = $1
         where token_hash = $2 and used_at is null and expires_at > $1
         returning email",
    )
    .bind(now)
    .bind(token_hash)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.0))
}

/// Uses up every link to an address.
pub async fn use_resets_of(connection: &mut Connection, email: &str, now: Moment) -> Result<()> {
    sqlx::query("update password_resets set used_at = $1 where email = $2 and used_at is null")
        .bind(now)
        .bind(email)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn delete_expired_resets(connection: &mut Connection, now: Moment) -> Result<u64> {
    let gone = sqlx::query("delete from password_resets where expires_at <= $1")
        .bind(now)
        .execute(connection)
        .await?;
    Ok(gone.rows_affected())
}

pub async fn insert_letter_request(
    connection: &mut Connection,
    email: &Email,
    now: Moment,
) -> Result<()> {
    sqlx::query("insert into letter_requests (id, email, at) values ($1, $2, $3)")
        .bind(clock::new_id())
        .bind(email.as_str())
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn count_letter_requests(
    connection: &mut Connection,
    email: &Email,
    since: Moment,
) -> Result<i64> {
    let (count,): (i64,) =
        sqlx::query_as("select count(*) from letter_requests where email = $1 and at > $2")
            .bind(email.as_str())
            .bind(since)
            .fetch_one(connection)
            .await?;
    Ok(count)
}

pub async fn delete_letter_requests(connection: &mut Connection, up_to: Moment) -> Result<u64> {
    let gone = sqlx::query("delete from letter_requests where at <= $1")
        .bind(up_to)
        .execute(connection)
        .await?;
    Ok(gone.rows_affected())
}
