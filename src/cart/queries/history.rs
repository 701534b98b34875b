//! What became of a cart: its changes, and the cart that it was merged into.

use super::Result;
use crate::account::Owner;
use crate::clock::Moment;
use crate::db::Connection;
use sqlx::FromRow;

/// One line's part in one version of the cart.
pub struct Change<'a> {
    pub cart_id: &'a str,
    pub version: i64,
    pub product_id: &'a str,
    pub cause: &'static str,
    pub before: i64,
    pub after: i64,
}

pub async fn insert_change(
    connection: &mut Connection,
    change: &Change<'_>,
    now: Moment,
) -> Result<()> {
    sqlx::query(
        "insert into cart_changes
             (cart_id, version, product_id, cause, quantity_before, quantity_after, at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(change.cart_id)
    .bind(change.version)
    .bind(change.product_id)
    .bind(change.cause)
    .bind(change.before)
    .bind(change.after)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn delete_old_changes(
    connection: &mut Connection,
    cart_id: &str,
    up_to: i64,
) -> Result<()> {
    sqlx::query("delete from cart_changes where cart_id = $1 and version <= $2")
        .bind(cart_id)
        .bind(up_to)
        .execute(connection)
        .await?;
    Ok(())
}

#[derive(FromRow)]
pub struct ChangeRow {
    pub name: String,
    pub cause: String,
    pub quantity_before: i64,
    pub quantity_after: i64,
}

/// What happened to the owner's cart after `version`, oldest first, so many changes at most.
pub async fn list_changes(
    connection: &mut Connection,
    owner: &Owner,
    cart_id: &str,
    version: i64,
    limit: i64,
) -> Result<Vec<ChangeRow>> {
    sqlx::query_as(
        "select p.name, h.cause, h.quantity_before, h.quantity_after
         from cart_changes h
         join carts c on c.id = h.cart_id
         join products p on p.id = h.product_id
         where h.cart_id = $1 and h.version > $2 and (c.user_id = $3 or c.session_hash = $3)
         order by h.version, p.name limit $4",
    )
    .bind(cart_id)
    .bind(version)
    .bind(owner.key())
    .bind(limit)
    .fetch_all(connection)
    .await
}

pub async fn insert_merge(
    connection: &mut Connection,
    cart_id: &str,
    into_cart_id: &str,
    now: Moment,
) -> Result<()> {
    sqlx::query("insert into cart_merges (cart_id, into_cart_id, at) values ($1, $2, $3)")
        .bind(cart_id)
        .bind(into_cart_id)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn find_merged_into(
    connection: &mut Connection,
    cart_id: &str,
) -> Result<Option<String>> {
    let row: Option<(String,)> =
        sqlx::query_as("select into_cart_id from cart_merges where cart_id = $1")
            .bind(cart_id)
            .fetch_optional(connection)
            .await?;
    Ok(row.map(|row| row.0))
}

pub async fn list_merged_from(connection: &mut Connection, cart_id: &str) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "select cart_id from cart_merges where into_cart_id = $1 order by at desc limit 20",
    )
    .bind(cart_id)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
