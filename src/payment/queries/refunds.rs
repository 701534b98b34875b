//! SQL about refunds.

use super::{Result, unreadable};
use crate::clock::Moment;
use crate::db::Connection;
use crate::money::Paise;
use crate::payment::{Reason, Refund, RefundState};
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
             (id, payment_id, idempotency_key, amount_paise, reason, words, due_at, state,
              next_try_at, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'intended', $8, $8, $8) on conflict do nothing",
    )
    .bind(&refund.id)
    .bind(&refund.payment_id)
    .bind(&refund.idempotency_key)
    .bind(refund.amount.0)
    .bind(refund.reason.word())
    .bind(&refund.words)
    .bind(refund.due_at)
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
    words: String,
    state: String,
    tries: i64,
    problem: Option<String>,
    created_at: i64,
    due_at: Option<i64>,
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
            reason: Reason::parse(&self.reason).ok_or_else(|| unreadable("refund reason"))?,
            words: self.words,
            tries: self.tries,
            problem: self.problem,
            created_at: self.created_at,
            due_at: self.due_at,
        })
    }
}

macro_rules! refunds_where {
    ($rest:literal) => {
        concat!(
            "select r.id, r.payment_id, p.order_id, r.idempotency_key, r.gateway_refund_id,
                    r.amount_paise, r.reason, r.words, r.state, r.tries, r.problem, r.created_at,
                    r.due_at
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

pub async fn find_refund(connection: &mut Connection, id: &str) -> Result<Option<Refund>> {
    let row: Option<RefundRow> =
        sqlx::query_as(refunds_where!("r.id = $1")).bind(id).fetch_optional(connection).await?;
    row.map(RefundRow::refund).transpose()
}

/// Those of one payment, the oldest first.
pub async fn list_refunds_of_payment(
    connection: &mut Connection,
    payment_id: &str,
) -> Result<Vec<Refund>> {
    let rows: Vec<RefundRow> =
        sqlx::query_as(refunds_where!("r.payment_id = $1 order by r.created_at, r.id limit 200"))
            .bind(payment_id)
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(RefundRow::refund).collect()
}

/// Promises this much of a payment back. False: more than is left, and nothing is promised.
pub async fn promise_back(
    connection: &mut Connection,
    payment_id: &str,
    amount: Paise,
) -> Result<bool> {
    let done = sqlx::query(
        "update payments set refunded_paise = refunded_paise + $1
         where id = $2 and refunded_paise + $1 <= amount_paise",
    )
    .bind(amount.0)
    .bind(payment_id)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A promised refund failed for good.
pub async fn unpromise(connection: &mut Connection, payment_id: &str, amount: Paise) -> Result<()> {
    sqlx::query("update payments set refunded_paise = refunded_paise - $1 where id = $2")
        .bind(amount.0)
        .bind(payment_id)
        .execute(connection)
        .await?;
    Ok(())
}

/// What became of a refund; owned, so that the transaction may run again.
#[derive(Clone, Debug)]
pub struct RefundNews {
    pub state: RefundState,
    pub gateway_refund_id: Option<String>,
    pub problem: Option<String>,
    pub next_try_at: Option<Moment>,
}

/// Writes what became of a refund; who calls has asked whether it may go there.
pub async fn update_refund(
    connection: &mut Connection,
    id: &str,
    news: &RefundNews,
    now: Moment,
) -> Result<()> {
    sqlx::query(
        "update refunds
         set state = $1, gateway_refund_id = coalesce($2, gateway_refund_id), problem = $3,
             next_try_at = $4, updated_at = $5
         where id = $6",
    )
    .bind(news.state.word())
    .bind(&news.gateway_refund_id)
    .bind(&news.problem)
    .bind(news.next_try_at)
    .bind(now)
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}

/// Automatic refunds that were to be through by now and are not, or failed while the money is here.
pub async fn list_refunds_overdue(connection: &mut Connection, now: Moment) -> Result<Vec<Refund>> {
    let rows: Vec<RefundRow> = sqlx::query_as(refunds_where!(
        "r.due_at <= $1
             and (r.state in ('intended', 'unknown', 'pending')
                  or (r.state = 'failed'
                      and exists (select 1 from payments p where p.id = r.payment_id
                                  and p.refunded_paise < p.amount_paise)))
         order by r.due_at limit 50"
    ))
    .bind(now)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(RefundRow::refund).collect()
}
