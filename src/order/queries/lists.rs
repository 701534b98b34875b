//! SQL that reads lists: timelines, a customer's orders, the desk's, those whose time has come.

use super::{Result, unreadable};
use crate::clock::Moment;
use crate::db::Connection;
use crate::money::Paise;
use crate::order::{Event, Find, GivenBack, Head, State, Tally};
use sqlx::FromRow;

/// Orders on one page of the desk's list.
pub const PAGE: i64 = 25;

#[derive(FromRow)]
struct EventRow {
    version: i64,
    kind: String,
    detail: String,
    at: i64,
}

pub async fn list_events(connection: &mut Connection, order_id: &str) -> Result<Vec<Event>> {
    let rows: Vec<EventRow> = sqlx::query_as(
        "select version, kind, detail, at from order_events where order_id = $1
         order by version limit 500",
    )
    .bind(order_id)
    .fetch_all(connection)
    .await?;
    let event =
        |r: EventRow| Event { version: r.version, kind: r.kind, detail: r.detail, at: r.at };
    Ok(rows.into_iter().map(event).collect())
}

/// What the gateway took on is on its way; so is what goes back by itself, of which a letter told.
/// (The tables are another room's: read only.)
pub async fn find_given_back(connection: &mut Connection, order_id: &str) -> Result<GivenBack> {
    let (through, under_way, of_sale): (i64, i64, i64) = sqlx::query_as(
        "select cast(coalesce(sum(case when back.through = 1 then amount end), 0) as bigint),
                cast(coalesce(sum(case when back.through = 0 then amount end), 0) as bigint),
                cast(coalesce(sum(case when back.role = 'settles' then amount end), 0) as bigint)
         from (select p.role, r.amount_paise as amount,
                      case when r.state = 'processed' then 1 else 0 end as through
               from payments p join refunds r on r.payment_id = p.id
               where p.order_id = $1
                 and (r.state in ('processed', 'pending')
                      or r.state in ('intended', 'unknown')
                         and r.reason in ('surplus', 'late'))) back",
    )
    .bind(order_id)
    .fetch_one(connection)
    .await?;
    let [through, under_way, of_sale] = [through, under_way, of_sale].map(Paise);
    Ok(GivenBack { through, under_way, of_sale })
}

#[derive(FromRow)]
struct HeadRow {
    id: String,
    number: Option<String>,
    state: String,
    email: String,
    total_paise: i64,
    placed_at: i64,
}

impl HeadRow {
    fn head(self) -> Result<Head> {
        Ok(Head {
            state: State::parse(&self.state).ok_or_else(|| unreadable("state"))?,
            id: self.id,
            number: self.number,
            email: self.email,
            total: Paise(self.total_paise),
            placed_at: self.placed_at,
        })
    }
}

/// A customer's orders, newest first; those that never were paid are left out once they expired.
pub async fn list_by_user(
    connection: &mut Connection,
    user_id: &str,
    after: Option<(Moment, &str)>,
    limit: i64,
) -> Result<Vec<Head>> {
    let (placed_at, id) = after.unwrap_or((Moment::MAX, ""));
    let rows: Vec<HeadRow> = sqlx::query_as(
        "select id, number, state, email, total_paise, placed_at from orders
         where user_id = $1 and state <> 'expired'
           and (placed_at < $2 or (placed_at = $2 and id < $3))
         order by placed_at desc, id desc limit $4",
    )
    .bind(user_id)
    .bind(placed_at)
    .bind(id)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(HeadRow::head).collect()
}

/// The desk's list. An empty state or text does not narrow it.
pub async fn list_found(connection: &mut Connection, find: &Find) -> Result<Vec<Head>> {
    let rows: Vec<HeadRow> = sqlx::query_as(
        "select id, number, state, email, total_paise, placed_at from orders
         where ($1 = '' or state = $1)
           and ($2 = '' or number = $3 or email like $4 escape '!')
         order by placed_at desc, id desc limit $5 offset $6",
    )
    .bind(find.state.map_or("", State::word))
    .bind(&find.text)
    .bind(find.text.to_uppercase())
    .bind(beginning(&find.text.to_lowercase()))
    .bind(PAGE + 1)
    .bind((find.page.max(1) - 1) * PAGE)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(HeadRow::head).collect()
}

/// A pattern for what begins with exactly this text: underscores are common in addresses.
fn beginning(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        if matches!(c, '!' | '%' | '_') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[derive(FromRow)]
struct TallyRow {
    state: String,
    orders: i64,
    total_paise: i64,
}

/// How many orders stand where, and what they come to; states without orders are left out.
pub async fn list_tallies(connection: &mut Connection) -> Result<Vec<Tally>> {
    let rows: Vec<TallyRow> = sqlx::query_as(
        "select state, count(*) as orders, cast(sum(total_paise) as bigint) as total_paise
         from orders group by state",
    )
    .fetch_all(connection)
    .await?;
    let tally = |row: TallyRow| {
        Ok(Tally {
            state: State::parse(&row.state).ok_or_else(|| unreadable("state"))?,
            orders: row.orders,
            total: Paise(row.total_paise),
        })
    };
    rows.into_iter().map(tally).collect()
}

/// Unpaid orders whose time has come.
pub async fn list_due(connection: &mut Connection, now: Moment) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "select id from orders where state = 'awaiting_payment' and expires_at <= $1
         order by expires_at limit 50",
    )
    .bind(now)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
