//! SQL about payments.

use super::{Result, unreadable};
use crate::clock::Moment;
use crate::db::Connection;
use crate::faults::planted;
use crate::money::Paise;
use crate::payment::{Attempt, Payment, Role, Status};
use sqlx::FromRow;

/// A payment as the gateway tells it now.
pub struct SeenPayment<'a> {
    pub id: &'a str,
    pub attempt: &'a Attempt,
    pub amount: Paise,
    pub currency: &'a str,
    pub status: Status,
    pub method: &'a str,
    pub problem: Option<&'a str>,
    /// The gateway gave it back without capturing it: the end, too, though nothing failed.
    pub is_let_go: bool,
}

/// Records a payment; a known one only moves forward (captured is the end). With each step its sum
/// is written anew: one that was garbled before the money was there must not stay.
pub async fn upsert_payment(
    connection: &mut Connection,
    seen: &SeenPayment<'_>,
    now: Moment,
) -> Result<()> {
    const UPSERT: &str = "insert into payments
             (id, attempt_id, order_id, amount_paise, currency, status, method, problem, seen_at,
              captured_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9,
                 case when $6 = 'captured' then $10 end)
         on conflict (id) do update
             set status = excluded.status, amount_paise = excluded.amount_paise,
                 currency = excluded.currency, method = excluded.method,
                 problem = excluded.problem, captured_at = excluded.captured_at
             where payments.status = 'created'
                or (payments.status = 'failed' and excluded.status in ('authorized', 'captured'))
                or (payments.status = 'authorized' and (excluded.status = 'captured' or $11 = 1))";
    let without = UPSERT.split("on conflict").next().filter(|_| planted("payment-id-not-unique"));
    sqlx::query(without.unwrap_or(UPSERT))
        .bind(seen.id)
        .bind(&seen.attempt.id)
        .bind(&seen.attempt.order_id)
        .bind(seen.amount.0)
        .bind(seen.currency)
        .bind(seen.status.word())
        .bind(seen.method)
        .bind(seen.problem)
        .bind(now)
        .bind(now)
        .bind(i64::from(seen.is_let_go))
        .execute(connection)
        .await?;
    Ok(())
}

/// Ids of the attempt's payments of which the end is not known; the newest first.
pub async fn list_under_way(connection: &mut Connection, attempt: &Attempt) -> Result<Vec<String>> {
    sqlx::query_scalar(
        "select id from payments
         where order_id = $1 and attempt_id = $2 and status in ('created', 'authorized')
         order by seen_at desc, id desc limit 10",
    )
    .bind(&attempt.order_id)
    .bind(&attempt.id)
    .fetch_all(connection)
    .await
}

/// Gives a captured payment its role, once. False: it has one already.
pub async fn update_role(
    connection: &mut Connection,
    payment_id: &str,
    role: Role,
    problem: Option<&str>,
) -> Result<bool> {
    let done = sqlx::query(
        "update payments set role = $1, problem = $2
         where id = $3 and role is null and status = 'captured'",
    )
    .bind(role.word())
    .bind(problem)
    .bind(payment_id)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

#[derive(FromRow)]
struct PaymentRow {
    id: String,
    order_id: String,
    amount_paise: i64,
    currency: String,
    status: String,
    method: String,
    role: Option<String>,
    problem: Option<String>,
    seen_at: i64,
    captured_at: Option<i64>,
    refunded_paise: i64,
}

impl PaymentRow {
    fn payment(self) -> Result<Payment> {
        Ok(Payment {
            status: Status::parse(&self.status).ok_or_else(|| unreadable("payment status"))?,
            role: self.role.as_deref().and_then(Role::parse),
            id: self.id,
            order_id: self.order_id,
            amount: Paise(self.amount_paise),
            currency: self.currency,
            method: self.method,
            problem: self.problem,
            seen_at: self.seen_at,
            captured_at: self.captured_at,
            refunded: Paise(self.refunded_paise),
        })
    }
}

macro_rules! payments_where {
    ($rest:literal) => {
        concat!(
            "select id, order_id, amount_paise, currency, status, method, role, problem, seen_at,
                    captured_at, refunded_paise
             from payments where ",
            $rest
        )
    };
}

pub async fn list_payments(connection: &mut Connection, order_id: &str) -> Result<Vec<Payment>> {
    let rows: Vec<PaymentRow> =
        sqlx::query_as(payments_where!("order_id = $1 order by seen_at, id limit 200"))
            .bind(order_id)
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(PaymentRow::payment).collect()
}

pub async fn find_payment(connection: &mut Connection, id: &str) -> Result<Option<Payment>> {
    let row: Option<PaymentRow> =
        sqlx::query_as(payments_where!("id = $1")).bind(id).fetch_optional(connection).await?;
    row.map(PaymentRow::payment).transpose()
}
