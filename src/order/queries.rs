//! Every SQL statement of this room; those that read lists stand beside this file in its folder.

use super::{Draft, Event, Line, Order, ShipTo, State};
use crate::clock::Moment;
use crate::db::Connection;
use crate::money::{Gst, Paise, TaxRate};
use sqlx::FromRow;
use std::collections::BTreeMap;

mod lists;

pub use lists::*;

type Result<T> = std::result::Result<T, sqlx::Error>;

pub async fn insert_order(
    connection: &mut Connection,
    draft: &Draft,
    content_hash: &str,
    ship_to: &str,
    now: Moment,
) -> Result<()> {
    sqlx::query(
        "insert into orders
             (id, state, version, placement_key, content_hash, user_id, cart_id, email, ship_to,
              place_of_supply, subtotal_paise, shipping_paise, cgst_paise, sgst_paise, igst_paise,
              savings_paise, total_paise, placed_at, expires_at)
         values ($1, 'awaiting_payment', 0, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
                 $14, $15, $16, $17)",
    )
    .bind(&draft.id)
    .bind(&draft.placement_key)
    .bind(content_hash)
    .bind(&draft.user_id)
    .bind(&draft.cart_id)
    .bind(&draft.email)
    .bind(ship_to)
    .bind(&draft.ship_to.state)
    .bind(draft.totals.subtotal.0)
    .bind(draft.totals.shipping.0)
    .bind(draft.totals.gst.cgst.0)
    .bind(draft.totals.gst.sgst.0)
    .bind(draft.totals.gst.igst.0)
    .bind(draft.totals.savings.0)
    .bind(draft.totals.total.0)
    .bind(now)
    .bind(draft.expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn insert_line(
    connection: &mut Connection,
    order_id: &str,
    position: i64,
    line: &Line,
) -> Result<()> {
    sqlx::query(
        "insert into order_lines
             (order_id, position, product_id, slug, name, pack, picture, hsn, quantity,
              unit_price_paise, unit_mrp_paise, tax_rate_bp, cgst_paise, sgst_paise, igst_paise,
              total_paise)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .bind(order_id)
    .bind(position)
    .bind(&line.product_id)
    .bind(&line.slug)
    .bind(&line.name)
    .bind(&line.pack)
    .bind(&line.picture)
    .bind(&line.hsn)
    .bind(line.quantity)
    .bind(line.unit_price.0)
    .bind(line.unit_mrp.0)
    .bind(line.tax_rate.0)
    .bind(line.gst.cgst.0)
    .bind(line.gst.sgst.0)
    .bind(line.gst.igst.0)
    .bind(line.total.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Raises the order's version and holds its row for the rest of the transaction.
pub async fn touch_order(connection: &mut Connection, id: &str) -> Result<Option<i64>> {
    let row: Option<(i64,)> =
        sqlx::query_as("update orders set version = version + 1 where id = $1 returning version")
            .bind(id)
            .fetch_optional(connection)
            .await?;
    Ok(row.map(|row| row.0))
}

/// Holds the row without changing it.
pub async fn lock_order(connection: &mut Connection, id: &str) -> Result<bool> {
    let done = sqlx::query("update orders set version = version where id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn insert_event(
    connection: &mut Connection,
    order_id: &str,
    event: &Event,
) -> Result<()> {
    sqlx::query(
        "insert into order_events (order_id, version, kind, detail, at)
         values ($1, $2, $3, $4, $5)",
    )
    .bind(order_id)
    .bind(event.version)
    .bind(&event.kind)
    .bind(&event.detail)
    .bind(event.at)
    .execute(connection)
    .await?;
    Ok(())
}

/// To paid from a state that may still take money. False: it is paid already.
pub async fn update_paid(
    connection: &mut Connection,
    id: &str,
    number: &str,
    now: Moment,
) -> Result<bool> {
    let done = sqlx::query(
        "update orders set state = 'paid', number = $1, paid_at = $2
         where id = $3 and state in ('awaiting_payment', 'expired')",
    )
    .bind(number)
    .bind(now)
    .bind(id)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Marks the unpaid orders of a cart: the wish behind them was met by the one that was paid.
pub async fn update_outrun(
    connection: &mut Connection,
    cart_id: &str,
    paid_id: &str,
) -> Result<()> {
    sqlx::query(
        "update orders set outrun_by = $1
         where cart_id = $2 and id <> $1 and state <> 'paid' and outrun_by is null",
    )
    .bind(paid_id)
    .bind(cart_id)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn is_outrun(connection: &mut Connection, id: &str) -> Result<bool> {
    let row: (i64,) =
        sqlx::query_as("select count(*) from orders where id = $1 and outrun_by is not null")
            .bind(id)
            .fetch_one(connection)
            .await?;
    Ok(row.0 > 0)
}

/// To the state in which an order waits for money no longer. False: it was not waiting.
pub async fn update_ended(connection: &mut Connection, id: &str, state: State) -> Result<bool> {
    let done =
        sqlx::query("update orders set state = $1 where id = $2 and state = 'awaiting_payment'")
            .bind(state.word())
            .bind(id)
            .execute(connection)
            .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn update_expires_at(
    connection: &mut Connection,
    id: &str,
    expires_at: Moment,
) -> Result<()> {
    sqlx::query(
        "update orders set expires_at = $1
         where id = $2 and state = 'awaiting_payment' and expires_at < $1",
    )
    .bind(expires_at)
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}

/// The counter's next value; its row stays locked until the transaction ends: nothing is skipped.
pub async fn next_value(connection: &mut Connection, counter: &str) -> Result<i64> {
    let row: (i64,) = sqlx::query_as(
        "insert into counters (name, value) values ($1, 1)
         on conflict (name) do update set value = counters.value + 1
         returning value",
    )
    .bind(counter)
    .fetch_one(connection)
    .await?;
    Ok(row.0)
}

/// The counter starts no lower than at `first`; what is skipped is counted beside it. Returns how
/// many numbers were skipped.
pub async fn skip_values(connection: &mut Connection, counter: &str, first: i64) -> Result<i64> {
    let value: i64 = sqlx::query_scalar(
        "insert into counters (name, value) values ($1, 0)
         on conflict (name) do update set value = counters.value
         returning value",
    )
    .bind(counter)
    .fetch_one(&mut *connection)
    .await?;
    let skipped = first - 1 - value;
    if skipped <= 0 {
        return Ok(0);
    }
    for name in [counter.to_owned(), format!("{counter}-skipped")] {
        sqlx::query(
            "insert into counters (name, value) values ($1, $2)
             on conflict (name) do update set value = counters.value + $2",
        )
        .bind(name)
        .bind(skipped)
        .execute(&mut *connection)
        .await?;
    }
    Ok(skipped)
}

#[derive(FromRow)]
struct OrderRow {
    id: String,
    number: Option<String>,
    state: String,
    version: i64,
    user_id: Option<String>,
    cart_id: String,
    email: String,
    ship_to: String,
    subtotal_paise: i64,
    shipping_paise: i64,
    order_cgst: i64,
    order_sgst: i64,
    order_igst: i64,
    savings_paise: i64,
    order_total: i64,
    content_hash: String,
    placed_at: i64,
    expires_at: i64,
    paid_at: Option<i64>,
    product_id: String,
    slug: String,
    name: String,
    pack: String,
    picture: String,
    hsn: String,
    quantity: i64,
    unit_price_paise: i64,
    unit_mrp_paise: i64,
    tax_rate_bp: i64,
    cgst_paise: i64,
    sgst_paise: i64,
    igst_paise: i64,
    total_paise: i64,
}

/// One statement for the order and its lines; `$where` picks the order.
macro_rules! order_where {
    ($where:literal) => {
        concat!(
            "select o.id, o.number, o.state, o.version, o.user_id, o.cart_id, o.email, o.ship_to,
                    o.subtotal_paise, o.shipping_paise, o.cgst_paise as order_cgst,
                    o.sgst_paise as order_sgst, o.igst_paise as order_igst, o.savings_paise,
                    o.total_paise as order_total, o.content_hash, o.placed_at, o.expires_at,
                    o.paid_at, l.product_id, l.slug, l.name, l.pack, l.picture, l.hsn, l.quantity,
                    l.unit_price_paise, l.unit_mrp_paise, l.tax_rate_bp, l.cgst_paise,
                    l.sgst_paise, l.igst_paise, l.total_paise
             from orders o join order_lines l on l.order_id = o.id where ",
            $where,
            " order by l.position"
        )
    };
}

pub async fn find_by_id(connection: &mut Connection, id: &str) -> Result<Option<Order>> {
    find(connection, order_where!("o.id = $1"), id).await
}

pub async fn find_by_number(connection: &mut Connection, number: &str) -> Result<Option<Order>> {
    find(connection, order_where!("o.number = $1"), number).await
}

pub async fn find_by_placement(connection: &mut Connection, key: &str) -> Result<Option<Order>> {
    find(connection, order_where!("o.placement_key = $1"), key).await
}

pub async fn find_open_by_cart(
    connection: &mut Connection,
    cart_id: &str,
) -> Result<Option<Order>> {
    let statement = order_where!("o.cart_id = $1 and o.state = 'awaiting_payment'");
    find(connection, statement, cart_id).await
}

/// Orders whose ids come after this one, in the order of their ids.
pub async fn list_after(connection: &mut Connection, id: &str, limit: i64) -> Result<Vec<Order>> {
    let rows: Vec<OrderRow> = sqlx::query_as(order_where!(
        "o.id in (select id from orders where id > $1 order by id limit $2)"
    ))
    .bind(id)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    let mut orders: BTreeMap<String, Order> = BTreeMap::new();
    for row in rows {
        let (head, line) = row.split()?;
        orders.entry(head.id.clone()).or_insert(head).lines.push(line);
    }
    Ok(orders.into_values().collect())
}

async fn find(
    connection: &mut Connection,
    statement: &'static str,
    key: &str,
) -> Result<Option<Order>> {
    let rows: Vec<OrderRow> = sqlx::query_as(statement).bind(key).fetch_all(connection).await?;
    let mut order = None;
    for row in rows {
        let (head, line): (Order, Line) = row.split()?;
        order.get_or_insert(head).lines.push(line);
    }
    Ok(order)
}

fn unreadable(what: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("orders holds an unknown {what}").into())
}

impl OrderRow {
    fn split(self) -> Result<(Order, Line)> {
        let gst =
            |cgst, sgst, igst| Gst { cgst: Paise(cgst), sgst: Paise(sgst), igst: Paise(igst) };
        let ship_to: ShipTo =
            serde_json::from_str(&self.ship_to).map_err(|_| unreadable("ship_to"))?;
        let order = Order {
            id: self.id,
            number: self.number,
            state: State::parse(&self.state).ok_or_else(|| unreadable("state"))?,
            version: self.version,
            user_id: self.user_id,
            cart_id: self.cart_id,
            email: self.email,
            ship_to,
            subtotal: Paise(self.subtotal_paise),
            shipping: Paise(self.shipping_paise),
            gst: gst(self.order_cgst, self.order_sgst, self.order_igst),
            savings: Paise(self.savings_paise),
            total: Paise(self.order_total),
            content_hash: self.content_hash,
            placed_at: self.placed_at,
            expires_at: self.expires_at,
            paid_at: self.paid_at,
            lines: Vec::new(),
        };
        let line = Line {
            product_id: self.product_id,
            slug: self.slug,
            name: self.name,
            pack: self.pack,
            picture: self.picture,
            hsn: self.hsn,
            quantity: self.quantity,
            unit_price: Paise(self.unit_price_paise),
            unit_mrp: Paise(self.unit_mrp_paise),
            tax_rate: TaxRate(self.tax_rate_bp),
            gst: gst(self.cgst_paise, self.sgst_paise, self.igst_paise),
            total: Paise(self.total_paise),
        };
        Ok((order, line))
    }
}
