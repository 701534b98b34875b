//! Units: how many there are, who they are promised to, and why they came and went.

use super::Result;
use crate::clock::{self, Moment};
use crate::db::Connection;
use sqlx::FromRow;

/// Who promises what.
#[derive(Clone, Copy, Debug)]
pub struct Hold<'a> {
    pub attempt_id: &'a str,
    pub product_id: &'a str,
    pub quantity: i64,
}

/// For units that were just counted as held; a second row for the same attempt and product is
/// refused by the database.
pub async fn insert_hold(connection: &mut Connection, hold: Hold<'_>, now: Moment) -> Result<()> {
    sqlx::query(
        "insert into stock_holds (attempt_id, product_id, quantity, created_at)
         values ($1, $2, $3, $4)",
    )
    .bind(hold.attempt_id)
    .bind(hold.product_id)
    .bind(hold.quantity)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// False: fewer units are free, the product is withdrawn, or the attempt holds units of it already.
pub async fn update_held(connection: &mut Connection, hold: Hold<'_>) -> Result<bool> {
    let done = sqlx::query(
        "update products set held = held + $1
         where id = $2 and withdrawn_at is null and on_hand - held >= $1
           and not exists (select 1 from stock_holds h
                           where h.attempt_id = $3 and h.product_id = $2)",
    )
    .bind(hold.quantity)
    .bind(hold.product_id)
    .bind(hold.attempt_id)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The same for a product that may be withdrawn meanwhile.
pub async fn update_held_even_withdrawn(
    connection: &mut Connection,
    hold: Hold<'_>,
) -> Result<bool> {
    let done = sqlx::query(
        "update products set held = held + $1
         where id = $2 and on_hand - held >= $1
           and not exists (select 1 from stock_holds h
                           where h.attempt_id = $3 and h.product_id = $2)",
    )
    .bind(hold.quantity)
    .bind(hold.product_id)
    .bind(hold.attempt_id)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Units of a product that an attempt holds.
pub async fn find_held(
    connection: &mut Connection,
    attempt_id: &str,
    product_id: &str,
) -> Result<Option<i64>> {
    sqlx::query_scalar("select quantity from stock_holds where attempt_id = $1 and product_id = $2")
        .bind(attempt_id)
        .bind(product_id)
        .fetch_optional(connection)
        .await
}

/// Takes the attempt's holds away and tells what they were: product and units.
pub async fn delete_holds(
    connection: &mut Connection,
    attempt_id: &str,
) -> Result<Vec<(String, i64)>> {
    sqlx::query_as("delete from stock_holds where attempt_id = $1 returning product_id, quantity")
        .bind(attempt_id)
        .fetch_all(connection)
        .await
}

/// Promised units are free again. False: so many were not promised.
pub async fn update_released(
    connection: &mut Connection,
    product_id: &str,
    quantity: i64,
) -> Result<bool> {
    let done = sqlx::query("update products set held = held - $1 where id = $2 and held >= $1")
        .bind(quantity)
        .bind(product_id)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Promised units leave the shop. False: so many were not promised.
pub async fn update_sold(
    connection: &mut Connection,
    product_id: &str,
    quantity: i64,
) -> Result<bool> {
    let done = sqlx::query(
        "update products set on_hand = on_hand - $1, held = held - $1
         where id = $2 and held >= $1",
    )
    .bind(quantity)
    .bind(product_id)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Why units came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement<'a> {
    Opening,
    Received,
    /// With an order, or over the counter.
    Sold(Option<&'a str>),
}

/// A second sale for the same order and product is refused by the database.
pub async fn insert_movement(
    connection: &mut Connection,
    product_id: &str,
    movement: Movement<'_>,
    quantity: i64,
    now: Moment,
) -> Result<()> {
    let (kind, order_id) = match movement {
        Movement::Opening => ("opening", None),
        Movement::Received => ("received", None),
        Movement::Sold(order_id) => ("sold", order_id),
    };
    sqlx::query(
        "insert into stock_movements (id, product_id, kind, quantity, order_id, at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(clock::new_id())
    .bind(product_id)
    .bind(kind)
    .bind(quantity)
    .bind(order_id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// How many products were sold with this order.
pub async fn count_sold(connection: &mut Connection, order_id: &str) -> Result<i64> {
    sqlx::query_scalar("select count(*) from stock_movements where order_id = $1 and kind = 'sold'")
        .bind(order_id)
        .fetch_one(connection)
        .await
}

/// What a product has of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct Units {
    pub on_hand: i64,
    pub held: i64,
}

/// Holds the product's row until the transaction ends, so that its units stay as they are told.
pub async fn lock_units(connection: &mut Connection, product_id: &str) -> Result<Option<Units>> {
    sqlx::query_as(
        "update products set updated_at = updated_at where id = $1 returning on_hand, held",
    )
    .bind(product_id)
    .fetch_optional(connection)
    .await
}

/// For a row that [`lock_units`] holds.
pub async fn update_on_hand(
    connection: &mut Connection,
    product_id: &str,
    on_hand: i64,
    now: Moment,
) -> Result<()> {
    sqlx::query("update products set on_hand = $1, updated_at = $2 where id = $3")
        .bind(on_hand)
        .bind(now)
        .bind(product_id)
        .execute(connection)
        .await?;
    Ok(())
}
