//! What the shop's books say about one attempt, payment or refund, to be held against the
//! gateway's.

use super::Result;
use crate::clock::Moment;
use crate::db::Connection;
use sqlx::FromRow;

/// An attempt that the gateway knows, with its order.
#[derive(Clone, Debug, FromRow)]
pub struct KnownAttempt {
    pub id: String,
    pub gateway_order_id: String,
    pub receipt: String,
    pub amount_paise: i64,
    pub currency: String,
    pub state: String,
    pub next_poll_at: Option<i64>,
    /// The order's number, or its id.
    pub order_name: String,
}

macro_rules! attempts_where {
    ($rest:literal) => {
        concat!(
            "select a.id, a.gateway_order_id, a.receipt, a.amount_paise, a.currency, a.state,
                    a.next_poll_at, coalesce(o.number, o.id) as order_name
             from attempts a join orders o on o.id = a.order_id
             where a.gateway_order_id is not null and ",
            $rest
        )
    };
}

pub async fn find_attempt(connection: &mut Connection, id: &str) -> Result<Option<KnownAttempt>> {
    sqlx::query_as(attempts_where!("a.id = $1")).bind(id).fetch_optional(connection).await
}

pub async fn find_attempt_of(
    connection: &mut Connection,
    gateway_order_id: &str,
) -> Result<Option<KnownAttempt>> {
    sqlx::query_as(attempts_where!("a.gateway_order_id = $1"))
        .bind(gateway_order_id)
        .fetch_optional(connection)
        .await
}

/// Attempts made or paid since then with the gateway's account that is used now. Of earlier ones
/// those whose money may still move past the shop: what was authorised, however long ago; what
/// failed or was given back since `late_since`, for banks change their word.
pub async fn list_attempts_since(
    connection: &mut Connection,
    since: Moment,
    late_since: Moment,
    gateway_mode: &str,
) -> Result<Vec<String>> {
    sqlx::query_scalar(
        "select a.id from attempts a
         where a.gateway_order_id is not null and a.gateway_mode = $1
           and (a.created_at >= $2
                or exists (select 1 from payments p where p.attempt_id = a.id
                           and (p.seen_at >= $2 or p.captured_at >= $2 or p.status = 'authorized'
                                or (p.seen_at >= $3 and p.status in ('created', 'failed'))
                                or exists (select 1 from refunds r where r.payment_id = p.id
                                           and r.updated_at >= $3))))
         order by a.id",
    )
    .bind(gateway_mode)
    .bind(since)
    .bind(late_since)
    .fetch_all(connection)
    .await
}

#[derive(Clone, Debug, FromRow)]
pub struct KnownPayment {
    pub id: String,
    pub amount_paise: i64,
    pub currency: String,
    pub status: String,
    pub role: Option<String>,
}

pub async fn list_payments(
    connection: &mut Connection,
    attempt_id: &str,
) -> Result<Vec<KnownPayment>> {
    sqlx::query_as(
        "select id, amount_paise, currency, status, role from payments where attempt_id = $1
         order by id",
    )
    .bind(attempt_id)
    .fetch_all(connection)
    .await
}

pub async fn find_payment(connection: &mut Connection, id: &str) -> Result<Option<KnownPayment>> {
    sqlx::query_as("select id, amount_paise, currency, status, role from payments where id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// Is a person to look after this payment, which belongs to no order of the shop? Nobody is any
/// more where the task was called done.
pub async fn has_orphan_task(connection: &mut Connection, payment_id: &str) -> Result<bool> {
    let found: Option<(String,)> = sqlx::query_as(
        "select id from desk_tasks
         where kind = 'orphan-payment' and subject = $1 and done_at is null",
    )
    .bind(payment_id)
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

#[derive(Clone, Debug, FromRow)]
pub struct KnownRefund {
    pub id: String,
    pub idempotency_key: String,
    pub gateway_refund_id: Option<String>,
    pub amount_paise: i64,
    pub state: String,
}

pub async fn list_refunds(
    connection: &mut Connection,
    payment_id: &str,
) -> Result<Vec<KnownRefund>> {
    sqlx::query_as(
        "select id, idempotency_key, gateway_refund_id, amount_paise, state from refunds
         where payment_id = $1 order by id",
    )
    .bind(payment_id)
    .fetch_all(connection)
    .await
}
