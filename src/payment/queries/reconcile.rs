//! SQL that looks for what a restored database lacks.

use super::Result;
use crate::db::Connection;
use sqlx::FromRow;

/// An attempt as the gateway's orders may name it.
#[derive(Clone, Debug, FromRow)]
pub struct NamedAttempt {
    pub id: String,
    pub gateway_order_id: Option<String>,
    /// The order's number, or its id.
    pub order_name: String,
}

macro_rules! attempt_where {
    ($column:literal) => {
        concat!(
            "select a.id, a.gateway_order_id, coalesce(o.number, o.id) as order_name
             from attempts a join orders o on o.id = a.order_id where ",
            $column,
            " = $1"
        )
    };
}

pub async fn find_attempt_named(
    connection: &mut Connection,
    gateway_order_id: &str,
) -> Result<Option<NamedAttempt>> {
    sqlx::query_as(attempt_where!("a.gateway_order_id"))
        .bind(gateway_order_id)
        .fetch_optional(connection)
        .await
}

pub async fn find_attempt_by_receipt(
    connection: &mut Connection,
    receipt: &str,
) -> Result<Option<NamedAttempt>> {
    sqlx::query_as(attempt_where!("a.receipt")).bind(receipt).fetch_optional(connection).await
}

/// How far a payment is booked.
#[derive(Clone, Debug, FromRow)]
pub struct Booked {
    pub status: String,
    pub role: Option<String>,
    pub order_name: String,
}

pub async fn find_booked(connection: &mut Connection, payment_id: &str) -> Result<Option<Booked>> {
    sqlx::query_as(
        "select p.status, p.role, coalesce(o.number, o.id) as order_name
         from payments p join orders o on o.id = p.order_id where p.id = $1",
    )
    .bind(payment_id)
    .fetch_optional(connection)
    .await
}

/// The state of a refund that the gateway named, or that carries this key of ours. The name goes
/// first: one of ours that gave way to it may carry the same key.
pub async fn find_refund_state(
    connection: &mut Connection,
    payment_id: &str,
    gateway_refund_id: &str,
    receipt: Option<&str>,
) -> Result<Option<String>> {
    sqlx::query_scalar(
        "select state from refunds
         where payment_id = $1 and (gateway_refund_id = $2 or idempotency_key = $3)
         order by case when gateway_refund_id = $2 then 0 else 1 end limit 1",
    )
    .bind(payment_id)
    .bind(gateway_refund_id)
    .bind(receipt)
    .fetch_optional(connection)
    .await
}

pub async fn has_open_task(connection: &mut Connection, kind: &str, subject: &str) -> Result<bool> {
    let found: Option<(String,)> = sqlx::query_as(
        "select id from desk_tasks where kind = $1 and subject = $2 and done_at is null",
    )
    .bind(kind)
    .bind(subject)
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}
