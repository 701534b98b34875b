//! The carts themselves, without their lines: whose each is, and its version.

use super::Result;
use crate::account::Owner;
use crate::clock::Moment;
use crate::db::{self, Connection};
use sqlx::AssertSqlSafe;

/// Makes the account's cart or raises its version; either way the row is locked for this
/// transaction.
pub async fn touch_or_insert_users_cart(
    connection: &mut Connection,
    user_id: &str,
    new_id: &str,
    now: Moment,
) -> Result<(String, i64)> {
    let statement = "insert into carts (id, user_id, version, created_at, updated_at)
         values ($1, $2, 1, $3, $3)
         on conflict (user_id) do update set version = carts.version + 1, updated_at = $3
         returning id, version";
    sqlx::query_as(statement).bind(new_id).bind(user_id).bind(now).fetch_one(connection).await
}

/// The same for a guest, whose session stays until this transaction ends. `None`: it is gone, and
/// nobody would find a cart of it.
pub async fn touch_or_insert_guests_cart(
    connection: &mut Connection,
    session_hash: &str,
    new_id: &str,
    now: Moment,
) -> Result<Option<(String, i64)>> {
    let held = db::held(connection);
    let statement = format!(
        "insert into carts (id, session_hash, version, created_at, updated_at)
         select $1, s.id_hash, 1, $3, $3 from sessions s where s.id_hash = $2 {held}
         on conflict (session_hash) do update set version = carts.version + 1, updated_at = $3
         returning id, version"
    );
    sqlx::query_as(AssertSqlSafe(statement))
        .bind(new_id)
        .bind(session_hash)
        .bind(now)
        .fetch_optional(connection)
        .await
}

/// Raises the version only from the one that was seen. False: another version, or another's cart.
pub async fn update_cart_seen(
    connection: &mut Connection,
    owner: &Owner,
    cart_id: &str,
    version: i64,
    now: Moment,
) -> Result<bool> {
    let done = sqlx::query(
        "update carts set version = version + 1, updated_at = $1
         where id = $2 and version = $3 and (user_id = $4 or session_hash = $4)",
    )
    .bind(now)
    .bind(cart_id)
    .bind(version)
    .bind(owner.key())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Raises the version of a cart whoever owns it; `None` when it is gone.
pub async fn touch_cart(
    connection: &mut Connection,
    cart_id: &str,
    now: Moment,
) -> Result<Option<i64>> {
    let row: Option<(i64,)> = sqlx::query_as(
        "update carts set version = version + 1, updated_at = $1 where id = $2 returning version",
    )
    .bind(now)
    .bind(cart_id)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.0))
}

/// Holds the owner's cart still for this transaction without changing it: its version, if it is
/// theirs.
pub async fn lock_cart(
    connection: &mut Connection,
    owner: &Owner,
    cart_id: &str,
) -> Result<Option<i64>> {
    let row: Option<(i64,)> = sqlx::query_as(
        "update carts set updated_at = updated_at
         where id = $1 and (user_id = $2 or session_hash = $2) returning version",
    )
    .bind(cart_id)
    .bind(owner.key())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.0))
}

pub async fn find_cart_id(connection: &mut Connection, owner: &Owner) -> Result<Option<String>> {
    sqlx::query_scalar("select id as cart_id from carts where user_id = $1 or session_hash = $1")
        .bind(owner.key())
        .fetch_optional(connection)
        .await
}

/// Holds any cart still without changing it. False: it is gone.
pub async fn hold_cart(connection: &mut Connection, cart_id: &str) -> Result<bool> {
    let done = sqlx::query("update carts set updated_at = updated_at where id = $1")
        .bind(cart_id)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The same for the owner's cart, whichever it is: its id and version, if there is one.
pub async fn lock_own_cart(
    connection: &mut Connection,
    owner: &Owner,
) -> Result<Option<(String, i64)>> {
    sqlx::query_as(
        "update carts set updated_at = updated_at
         where user_id = $1 or session_hash = $1 returning id, version",
    )
    .bind(owner.key())
    .fetch_optional(connection)
    .await
}

pub async fn delete_cart(connection: &mut Connection, cart_id: &str) -> Result<()> {
    sqlx::query("delete from carts where id = $1").bind(cart_id).execute(connection).await?;
    Ok(())
}

/// Guest carts whose session is gone, which nobody can reach any more.
pub async fn delete_orphans(connection: &mut Connection) -> Result<u64> {
    let gone = sqlx::query(
        "delete from carts where session_hash is not null
             and not exists (select 1 from sessions s where s.id_hash = carts.session_hash)",
    )
    .execute(connection)
    .await?;
    Ok(gone.rows_affected())
}
