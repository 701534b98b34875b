//! Sign-ins through the API and their refresh tokens.

use super::Result;
use crate::account::User;
use crate::account::tokens::Access;
use crate::clock::Moment;
use crate::db::Connection;

pub async fn insert_sign_in(
    connection: &mut Connection,
    id: &str,
    user_id: &str,
    now: Moment,
    expires_at: Moment,
) -> Result<()> {
    sqlx::query(
        "insert into api_sign_ins (id, user_id, created_at, expires_at) values ($1, $2, $3, $4)",
    )
    .bind(id)
    .bind(user_id)
    .bind(now)
    .bind(expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn touch_sign_in(
    connection: &mut Connection,
    id: &str,
    expires_at: Moment,
) -> Result<()> {
    sqlx::query("update api_sign_ins set expires_at = $1 where id = $2")
        .bind(expires_at)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Of a sign-in that has ended the first reason stays.
pub async fn end_sign_in(
    connection: &mut Connection,
    id: &str,
    by: &str,
    now: Moment,
) -> Result<()> {
    sqlx::query(
        "update api_sign_ins set ended_at = $1, ended_by = $2 where id = $3 and ended_at is null",
    )
    .bind(now)
    .bind(by)
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn end_sign_ins_of(
    connection: &mut Connection,
    user_id: &str,
    by: &str,
    now: Moment,
) -> Result<()> {
    sqlx::query(
        "update api_sign_ins set ended_at = $1, ended_by = $2
         where user_id = $3 and ended_at is null",
    )
    .bind(now)
    .bind(by)
    .bind(user_id)
    .execute(connection)
    .await?;
    Ok(())
}

/// The sign-in's account, while it holds.
pub async fn find_signed_in(
    connection: &mut Connection,
    access: &Access,
    now: Moment,
) -> Result<Option<User>> {
    let row: Option<(String, String, String, String, Option<i64>)> = sqlx::query_as(
        "select u.id, u.email, u.name, u.phone, u.admin_since
         from api_sign_ins s join users u on u.id = s.user_id
         where s.id = $1 and s.user_id = $2 and s.ended_at is null and s.expires_at > $3",
    )
    .bind(&access.sign_in_id)
    .bind(&access.user_id)
    .bind(now)
    .fetch_optional(connection)
    .await?;
    let user = |(id, email, name, phone, admin_since)| User { id, email, name, phone, admin_since };
    Ok(row.map(user))
}

pub async fn insert_refresh_token(
    connection: &mut Connection,
    token_hash: &str,
    sign_in_id: &str,
    now: Moment,
) -> Result<()> {
    sqlx::query(
        "insert into refresh_tokens (token_hash, sign_in_id, created_at) values ($1, $2, $3)",
    )
    .bind(token_hash)
    .bind(sign_in_id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Uses the token up while its sign-in holds: of several at once, one gets it.
pub async fn use_refresh_token(
    connection: &mut Connection,
    token_hash: &str,
    now: Moment,
) -> Result<Option<Access>> {
    let row: Option<(String, String)> = sqlx::query_as(
        "update refresh_tokens set used_at = $1
         where token_hash = $2 and used_at is null
           and exists (select 1 from api_sign_ins s where s.id = refresh_tokens.sign_in_id
                       and s.ended_at is null and s.expires_at > $1)
         returning sign_in_id,
                   (select s.user_id from api_sign_ins s where s.id = refresh_tokens.sign_in_id)",
    )
    .bind(now)
    .bind(token_hash)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(sign_in_id, user_id)| Access { user_id, sign_in_id }))
}

/// The sign-in of a token that was used.
pub async fn find_used_by(connection: &mut Connection, token_hash: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as(
        "select sign_in_id from refresh_tokens where token_hash = $1 and used_at is not null",
    )
    .bind(token_hash)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.0))
}

pub async fn find_sign_in_of(
    connection: &mut Connection,
    token_hash: &str,
) -> Result<Option<String>> {
    let row: Option<(String,)> =
        sqlx::query_as("select sign_in_id from refresh_tokens where token_hash = $1")
            .bind(token_hash)
            .fetch_optional(connection)
            .await?;
    Ok(row.map(|row| row.0))
}

/// Sign-ins past their time, with their tokens.
pub async fn delete_expired_sign_ins(connection: &mut Connection, now: Moment) -> Result<u64> {
    let gone = sqlx::query("delete from api_sign_ins where expires_at <= $1")
        .bind(now)
        .execute(connection)
        .await?;
    Ok(gone.rows_affected())
}

/// Tokens used up to then, of sign-ins that go on: one that comes again after so long is refused as
/// any that nobody knows, and ends nothing.
pub async fn delete_used_refresh_tokens(connection: &mut Connection, until: Moment) -> Result<u64> {
    let gone = sqlx::query("delete from refresh_tokens where used_at <= $1")
        .bind(until)
        .execute(connection)
        .await?;
    Ok(gone.rows_affected())
}
