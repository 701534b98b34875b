//! Every SQL statement about attempts; payments, refunds, the inbox and the desk's tasks have their
//! own beside them in this folder.

use super::{Attempt, AttemptState, Heard};
use crate::clock::Moment;
use crate::db::Connection;
use crate::money::Paise;
use sqlx::FromRow;

mod inbox;
mod payments;
mod reconcile;
mod refunds;
mod tasks;

pub use inbox::*;
pub use payments::*;
pub use reconcile::*;
pub use refunds::*;
pub use tasks::*;

type Result<T> = std::result::Result<T, sqlx::Error>;

fn unreadable(what: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("the payment room holds an unknown {what}").into())
}

pub async fn insert_attempt(connection: &mut Connection, attempt: &Attempt) -> Result<()> {
    sqlx::query(
        "insert into attempts
             (id, order_id, receipt, amount_paise, currency, state, gateway_mode, created_at,
              next_poll_at)
         values ($1, $2, $3, $4, $5, 'open', $6, $7, $8)",
    )
    .bind(&attempt.id)
    .bind(&attempt.order_id)
    .bind(&attempt.receipt)
    .bind(attempt.amount.0)
    .bind(&attempt.currency)
    .bind(&attempt.gateway_mode)
    .bind(attempt.created_at)
    .bind(attempt.next_poll_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// An attempt's problem while the gateway is asked for its order, and if whoever asked died of it.
pub const ASKED: &str = "the gateway was asked for its order";

/// Marks that the gateway is asked for an order. False: it was asked before, with whatever outcome.
pub async fn mark_asked(connection: &mut Connection, attempt_id: &str) -> Result<bool> {
    let done = sqlx::query(
        "update attempts set problem = $2
         where id = $1 and problem is null and gateway_order_id is null",
    )
    .bind(attempt_id)
    .bind(ASKED)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps the gateway's order id, and with which mode's keys it was made; only the first one counts.
pub async fn update_gateway_order(
    connection: &mut Connection,
    attempt_id: &str,
    gateway_order_id: &str,
    gateway_mode: &str,
) -> Result<bool> {
    let done = sqlx::query(
        "update attempts set gateway_order_id = $1, gateway_mode = $3, problem = null
         where id = $2 and gateway_order_id is null",
    )
    .bind(gateway_order_id)
    .bind(attempt_id)
    .bind(gateway_mode)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn update_attempt_problem(
    connection: &mut Connection,
    attempt_id: &str,
    problem: &str,
) -> Result<()> {
    sqlx::query("update attempts set problem = $1 where id = $2")
        .bind(problem)
        .bind(attempt_id)
        .execute(connection)
        .await?;
    Ok(())
}

/// `door`: by which way the news came.
pub async fn update_attempt_paid(
    connection: &mut Connection,
    attempt_id: &str,
    door: &str,
    next_poll_at: Option<Moment>,
) -> Result<()> {
    sqlx::query(
        "update attempts set state = 'paid', paid_by = $1, next_poll_at = $2 where id = $3",
    )
    .bind(door)
    .bind(next_poll_at)
    .bind(attempt_id)
    .execute(connection)
    .await?;
    Ok(())
}

/// The order no longer waits for this attempt; it is still asked about, for money that comes late.
pub async fn update_attempts_ended(connection: &mut Connection, order_id: &str) -> Result<()> {
    sqlx::query("update attempts set state = 'ended' where order_id = $1 and state = 'open'")
        .bind(order_id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that the gateway was asked and said what was paid.
pub async fn update_answered(
    connection: &mut Connection,
    attempt_id: &str,
    now: Moment,
) -> Result<()> {
    sqlx::query(
        "update attempts set polled_at = $1, problem = null, unanswered_since = null
         where id = $2",
    )
    .bind(now)
    .bind(attempt_id)
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that the gateway was asked in vain.
pub async fn update_unanswered(
    connection: &mut Connection,
    attempt_id: &str,
    problem: &str,
    now: Moment,
) -> Result<()> {
    sqlx::query(
        "update attempts set polled_at = $1, problem = $2,
                             unanswered_since = coalesce(unanswered_since, $1)
         where id = $3",
    )
    .bind(now)
    .bind(problem)
    .bind(attempt_id)
    .execute(connection)
    .await?;
    Ok(())
}

/// Attempts about which the gateway was asked in vain, once and so much later again.
pub async fn count_unanswered(connection: &mut Connection, for_long: Moment) -> Result<i64> {
    let row: (i64,) = sqlx::query_as(
        "select count(*) from attempts
         where next_poll_at is not null and polled_at - unanswered_since >= $1",
    )
    .bind(for_long)
    .fetch_one(connection)
    .await?;
    Ok(row.0)
}

/// Takes a due poll: of several servers one gets it. The next one is set before the gateway is
/// asked.
pub async fn claim_poll(
    connection: &mut Connection,
    attempt: &Attempt,
    next: Moment,
) -> Result<bool> {
    let done = sqlx::query(
        "update attempts set polls = polls + 1, next_poll_at = $1
         where id = $2 and polls = $3 and next_poll_at is not null",
    )
    .bind(next)
    .bind(&attempt.id)
    .bind(attempt.polls)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Nobody asks again, unless somebody has set another time meanwhile.
pub async fn end_polls(
    connection: &mut Connection,
    attempt_id: &str,
    planned: Moment,
) -> Result<()> {
    sqlx::query("update attempts set next_poll_at = null where id = $1 and next_poll_at = $2")
        .bind(attempt_id)
        .bind(planned)
        .execute(connection)
        .await?;
    Ok(())
}

#[derive(FromRow)]
struct AttemptRow {
    id: String,
    order_id: String,
    receipt: String,
    amount_paise: i64,
    currency: String,
    state: String,
    gateway_mode: String,
    gateway_order_id: Option<String>,
    created_at: i64,
    polls: i64,
    polled_at: Option<i64>,
    next_poll_at: Option<i64>,
    problem: Option<String>,
}

impl AttemptRow {
    fn attempt(self) -> Result<Attempt> {
        Ok(Attempt {
            state: AttemptState::parse(&self.state).ok_or_else(|| unreadable("attempt state"))?,
            id: self.id,
            order_id: self.order_id,
            receipt: self.receipt,
            amount: Paise(self.amount_paise),
            currency: self.currency,
            gateway_mode: self.gateway_mode,
            gateway_order_id: self.gateway_order_id,
            created_at: self.created_at,
            polls: self.polls,
            polled_at: self.polled_at,
            next_poll_at: self.next_poll_at,
            problem: self.problem,
        })
    }
}

macro_rules! attempts_where {
    ($rest:literal) => {
        attempts_where!("", $rest)
    };
    // With further columns, each after a comma.
    ($more:literal, $rest:literal) => {
        concat!(
            "select id, order_id, receipt, amount_paise, currency, state, gateway_mode,
                    gateway_order_id, created_at, polls, polled_at, next_poll_at, problem",
            $more,
            " from attempts where ",
            $rest
        )
    };
}

pub async fn find_attempt(connection: &mut Connection, id: &str) -> Result<Option<Attempt>> {
    let row: Option<AttemptRow> =
        sqlx::query_as(attempts_where!("id = $1")).bind(id).fetch_optional(connection).await?;
    row.map(AttemptRow::attempt).transpose()
}

pub async fn find_attempt_by_gateway_order(
    connection: &mut Connection,
    gateway_order_id: &str,
) -> Result<Option<Attempt>> {
    let row: Option<AttemptRow> = sqlx::query_as(attempts_where!("gateway_order_id = $1"))
        .bind(gateway_order_id)
        .fetch_optional(connection)
        .await?;
    row.map(AttemptRow::attempt).transpose()
}

#[derive(FromRow)]
struct WaitingRow {
    #[sqlx(flatten)]
    attempt: AttemptRow,
    set_aside: i64,
    under_way: i64,
    failed: Option<String>,
}

/// The attempt that an order waits for, with what is known of its payments.
pub async fn find_waiting(
    connection: &mut Connection,
    order_id: &str,
) -> Result<Option<(Attempt, Heard)>> {
    let row: Option<WaitingRow> = sqlx::query_as(attempts_where!(
        ", (select count(*) from payments p
            where p.order_id = $1 and p.status = 'captured') as set_aside,
           (select count(*) from payments p
            where p.order_id = $1 and p.status in ('created', 'authorized')) as under_way,
           (select coalesce(p.problem, '') from payments p
            where p.order_id = $1 and p.status = 'failed'
            order by p.seen_at desc, p.id desc limit 1) as failed",
        "order_id = $1 and state = 'open'"
    ))
    .bind(order_id)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let attempt = row.attempt.attempt()?;
    let heard = match row.failed {
        _ if row.set_aside > 0 => Heard::SetAside,
        _ if attempt.is_unanswered() => Heard::Nothing,
        _ if row.under_way > 0 => Heard::UnderWay,
        Some(reason) => Heard::Failed(reason),
        None => Heard::NotPaid,
    };
    Ok(Some((attempt, heard)))
}

/// The newest first.
pub async fn list_attempts(connection: &mut Connection, order_id: &str) -> Result<Vec<Attempt>> {
    let rows: Vec<AttemptRow> =
        sqlx::query_as(attempts_where!("order_id = $1 order by created_at desc, id desc limit 50"))
            .bind(order_id)
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(AttemptRow::attempt).collect()
}

/// Those that a shopper waits for first, however many others are due.
pub async fn list_polls_due(connection: &mut Connection, now: Moment) -> Result<Vec<Attempt>> {
    let rows: Vec<AttemptRow> = sqlx::query_as(attempts_where!(
        "next_poll_at <= $1 order by state <> 'open', next_poll_at limit 20"
    ))
    .bind(now)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(AttemptRow::attempt).collect()
}
