//! SQL about refunds.

use super::{Result, unreadable};
use crate::clock::Moment;
use crate::db::Connection;
use crate::money::Paise;
use crate::payment::{Refund, RefundState};
use sqlx::FromRow;

/// The intent and its key, before the gateway hears of it. An automatic refund of one payment is
/// written once.
pub async fn insert_refund(
    connection: &mut Connection,
    refund: &Refund,
    now: Moment,
) -> Result<bool> {
    let done = sqlx::query(
        "insert into refunds
             (id, payment_id, idempotency_key, amount_paise, reason, state, next_try_at,
              created_at, updated_at)
         values ($1, $2, $3, $4, $5, 'intended', $6, $6, $6) on conflict do nothing",
    )
    .bind(&refund.id)
    .bind(&refund.payment_id)
    .bind(&refund.idempotency_key)
    .bind(refund.amount.0)
    .bind(&refund.reason)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

#[derive(FromRow)]
struct RefundRow {
    id: String,
    payment_id: String,
    order_id: String,
    idempotency_key: String,
    gateway_refund_id: Option<String>,
    amount_paise: i64,
    reason: String,
    state: String,
    tries: i64,
    problem: Option<String>,
    created_at: i64,
}

impl RefundRow {
    fn refund(self) -> Result<Refund> {
        Ok(Refund {
            state: RefundState::parse(&self.state).ok_or_else(|| unreadable("refund state"))?,
            id: self.id,
            payment_id: self.payment_id,
            order_id: self.order_id,
            idempotency_key: self.idempotency_key,
            gateway_refund_id: self.gateway_refund_id,
            amount: Paise(self.amount_paise),
            reason: self.reason,
            tries: self.tries,
            problem: self.problem,
            created_at: self.created_at,
        })
    }
}

macro_rules! refunds_where {
    ($rest:literal) => {
        concat!(
            "select r.id, r.payment_id, p.order_id, r.idempotency_key, r.gateway_refund_id,
                    r.amount_paise, r.reason, r.state, r.tries, r.problem, r.created_at
             from refunds r join payments p on p.id = r.payment_id where ",
            $rest
        )
    };
}

pub async fn list_refunds(connection: &mut Connection, order_id: &str) -> Result<Vec<Refund>> {
    let rows: Vec<RefundRow> =
        sqlx::query_as(refunds_where!("p.order_id = $1 order by r.created_at, r.id limit 200"))
            .bind(order_id)
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(RefundRow::refund).collect()
}

pub async fn list_refunds_due(connection: &mut Connection, now: Moment) -> Result<Vec<Refund>> {
    let rows: Vec<RefundRow> =
        sqlx::query_as(refunds_where!("r.next_try_at <= $1 order by r.next_try_at limit 20"))
            .bind(now)
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(RefundRow::refund).collect()
}

/// Takes a due refund: of several servers one gets it.
pub async fn claim_refund(
    connection: &mut Connection,
    refund: &Refund,
    next: Moment,
) -> Result<bool> {
    let done = sqlx::query(
        "update refunds set tries = tries + 1, next_try_at = $1
         where id = $2 and tries = $3 and next_try_at is not null",
    )
    .bind(next)
    .bind(&refund.id)
    .bind(refund.tries)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What became of a refund.
pub struct RefundNews<'a> {
    pub state: RefundState,
    pub gateway_refund_id: Option<&'a str>,
    pub problem: Option<&'a str>,
    pub next_try_at: Option<Moment>,
}

/// Moves a refund on; a processed one stays.
pub async fn update_refund(
    connection: &mut Connection,
    id: &str,
    news: &RefundNews<'_>,
    now: Moment,
) -> Result<bool> {
    let done = sqlx::query(
        "update refunds
         set state = $1, gateway_refund_id = coalesce($2, gateway_refund_id), problem = $3,
             next_try_at = $4, updated_at = $5
         where id = $6 and state <> 'processed'",
    )
    .bind(news.state.word())
    .bind(news.gateway_refund_id)
    .bind(news.problem)
    .bind(news.next_try_at)
    .bind(now)
    .bind(id)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
