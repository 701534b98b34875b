//! SQL about the inbox of webhooks.

use super::Result;
use crate::clock::Moment;
use crate::db::Connection;
use sqlx::{AssertSqlSafe, FromRow};
use std::collections::HashSet;
use std::sync::Arc;

/// A stored event.
#[derive(Clone, Debug, FromRow)]
pub struct StoredEvent {
    pub id: String,
    pub name: String,
    pub gateway_order_id: Option<String>,
    pub payment_id: Option<String>,
    pub tries: i64,
}

/// What arrived, with the ids read from it.
pub struct NewEvent {
    pub id: String,
    pub name: String,
    pub gateway_order_id: Option<String>,
    pub payment_id: Option<String>,
    pub body: String,
}

/// So many in one statement. SQLite looks a placeholder up among all of its statement's.
const TOGETHER: usize = 32;

/// Returns the ids of those that were not known yet.
pub async fn insert_events(
    connection: &mut Connection,
    events: &[Arc<NewEvent>],
    now: Moment,
) -> Result<HashSet<String>> {
    let mut new = HashSet::new();
    for events in events.chunks(TOGETHER) {
        new.extend(insert_together(connection, events, now).await?);
    }
    Ok(new)
}

async fn insert_together(
    connection: &mut Connection,
    events: &[Arc<NewEvent>],
    now: Moment,
) -> Result<Vec<String>> {
    let row = |number: usize| {
        let [a, b, c, d, e] = std::array::from_fn(|value| 2 + 5 * number + value);
        format!("(${a}, ${b}, ${c}, ${d}, ${e}, $1, 'waiting', $1)")
    };
    let rows: Vec<_> = (0..events.len()).map(row).collect();
    let statement = format!(
        "insert into gateway_events
             (id, name, gateway_order_id, payment_id, body, received_at, state, next_try_at)
         values {} on conflict (id) do nothing returning id",
        rows.join(", ")
    );
    let mut query = sqlx::query_scalar(AssertSqlSafe(statement)).bind(now);
    for event in events {
        query = query
            .bind(&event.id)
            .bind(&event.name)
            .bind(&event.gateway_order_id)
            .bind(&event.payment_id)
            .bind(&event.body);
    }
    // Of the numbers between, each is too seldom to be worth keeping prepared.
    query.persistent(matches!(events.len(), 1 | TOGETHER)).fetch_all(connection).await
}

pub async fn list_events_due(connection: &mut Connection, now: Moment) -> Result<Vec<StoredEvent>> {
    sqlx::query_as(
        "select id, name, gateway_order_id, payment_id, tries from gateway_events
         where next_try_at <= $1 order by next_try_at, received_at limit 50",
    )
    .bind(now)
    .fetch_all(connection)
    .await
}

/// Takes a waiting event: of several servers one gets it, until `lease_until`.
pub async fn claim_event(
    connection: &mut Connection,
    event: &StoredEvent,
    lease_until: Moment,
) -> Result<bool> {
    let done = sqlx::query(
        "update gateway_events set tries = tries + 1, next_try_at = $1
         where id = $2 and tries = $3 and state = 'waiting'",
    )
    .bind(lease_until)
    .bind(&event.id)
    .bind(event.tries)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the work on an event, or puts it back until `next_try_at`.
pub async fn update_event(
    connection: &mut Connection,
    id: &str,
    state: &str,
    outcome: &str,
    next_try_at: Option<Moment>,
) -> Result<()> {
    sqlx::query(
        "update gateway_events set state = $1, outcome = $2, next_try_at = $3 where id = $4",
    )
    .bind(state)
    .bind(outcome)
    .bind(next_try_at)
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}

/// The order that a recorded payment belongs to: some events name only the payment.
pub async fn find_gateway_order_of_payment(
    connection: &mut Connection,
    payment_id: &str,
) -> Result<Option<String>> {
    let row: Option<(Option<String>,)> = sqlx::query_as(
        "select a.gateway_order_id from payments p join attempts a on a.id = p.attempt_id
         where p.id = $1",
    )
    .bind(payment_id)
    .fetch_optional(connection)
    .await?;
    Ok(row.and_then(|row| row.0))
}

/// Orders paid between two moments of which no event ever said so: one about a try that failed, or
/// about a refund, does not show that the others arrive.
pub async fn count_silent(connection: &mut Connection, from: Moment, until: Moment) -> Result<i64> {
    let row: (i64,) = sqlx::query_as(
        "select count(*) from attempts a join orders o on o.id = a.order_id
         where o.state = 'paid' and a.state = 'paid' and o.paid_at > $1 and o.paid_at <= $2
           and not exists (select 1 from gateway_events e
                           where e.gateway_order_id = a.gateway_order_id
                             and e.name in ('payment.captured', 'order.paid'))",
    )
    .bind(from)
    .bind(until)
    .fetch_one(connection)
    .await?;
    Ok(row.0)
}

/// What waits for something, under the names that `/metrics` gives it.
pub async fn list_standing(connection: &mut Connection, now: Moment) -> Result<Vec<(String, i64)>> {
    sqlx::query_as(
        "select 'inbox_waiting', count(*) from gateway_events where state = 'waiting'
         union all
         select 'inbox_parked', count(*) from gateway_events where state = 'parked'
         union all
         select 'inbox_oldest_seconds', coalesce(($1 - min(received_at)) / 1000, 0)
         from gateway_events where state = 'waiting'
         union all
         select 'refunds_' || state, count(*) from refunds
         where state in ('intended', 'unknown', 'pending') group by state
         union all
         select 'attempts_open', count(*) from attempts where state = 'open'
         union all
         select 'desk_tasks_open', count(*) from desk_tasks where done_at is null",
    )
    .bind(now)
    .fetch_all(connection)
    .await
}
