//! What one look cannot show: how orders moved from one look to the next.

use super::{Broken, broken};
use crate::world::World;
use serde_json::Value;
use std::collections::BTreeMap;

/// id, state, number, version, content, owner (account, cart, e-mail), sum
type Row = (String, String, String, i64, String, String, i64);

#[derive(Clone, Debug)]
struct Seen {
    row: Row,
    cart: String,
    lines: String,
    /// The look at which the order was there first, and the one at which it was paid first.
    first_seen: u64,
    paid_at: Option<u64>,
}

#[derive(Default)]
pub struct History {
    look: u64,
    orders: BTreeMap<String, Seen>,
    /// Orders that had ended and were paid all the same.
    booked_late: u64,
}

impl History {
    pub async fn look(&mut self, world: &World) -> Vec<Broken> {
        self.look += 1;
        let mut wrong = Vec::new();
        let pool = &world.servers[0].app.db.read;
        let statement = "select id, state, coalesce(number, ''), version, content_hash,
                    coalesce(user_id, '') || ' ' || cart_id || ' ' || email, total_paise
             from orders";
        let rows: Vec<Row> = sqlx::query_as(statement).fetch_all(pool).await.unwrap();
        for row in rows {
            let known = self.orders.get(&row.0).map(|seen| seen.row.clone());
            if known.as_ref().is_some_and(|known| *known == row) {
                continue;
            }
            if let Some(known) = &known {
                wrong.extend(moved(known, &row));
                self.booked_late += u64::from(known.1 == "expired" && row.1 == "paid");
                let knew = !world.lag && !world.woken;
                let has_ended = matches!(row.1.as_str(), "expired" | "cancelled");
                if known.1 == "awaiting_payment" && has_ended && knew {
                    wrong.extend(ended(world, &row.0).await);
                }
            }
            wrong.extend(self.take(world, row).await);
        }
        let gone = self.orders.len() as i64 - count(world).await;
        if gone != 0 {
            wrong.push(broken(16, format!("{gone} orders are gone")));
        }
        wrong
    }

    async fn take(&mut self, world: &World, row: Row) -> Vec<Broken> {
        let mut wrong = Vec::new();
        let lines = lines(world, &row.0).await;
        let cart = row.5.split(' ').nth(1).unwrap().to_owned();
        let fresh = Seen {
            cart: cart.clone(),
            lines: lines.clone(),
            first_seen: self.look,
            paid_at: None,
            row: row.clone(),
        };
        let look = self.look;
        let seen = self.orders.entry(row.0.clone()).or_insert(fresh);
        if seen.lines != lines {
            wrong.push(broken(14, format!("the lines of {} changed", row.0)));
        }
        seen.row = row.clone();
        if row.1 == "paid" && seen.paid_at.is_none() {
            seen.paid_at = Some(look);
            let first_seen = seen.first_seen;
            let earlier = self.orders.values().find(|other| {
                other.row.0 != row.0
                    && other.cart == cart
                    && other.paid_at.is_some_and(|paid| first_seen < paid)
            });
            if let Some(other) = earlier {
                let what = format!("one wish was paid twice: {} and {}", row.0, other.row.0);
                wrong.push(broken(4, what));
            }
        }
        wrong
    }

    /// How many orders there were, how many became paid, and how many of these had ended before.
    pub fn counts(&self) -> (u64, u64, u64) {
        let paid = self.orders.values().filter(|seen| seen.paid_at.is_some()).count();
        (self.orders.len() as u64, paid as u64, self.booked_late)
    }
}

/// The allowed arrows, and what never changes.
fn moved(before: &Row, after: &Row) -> Vec<Broken> {
    let mut wrong = Vec::new();
    let arrow = (before.1.as_str(), after.1.as_str());
    let allowed = before.1 == after.1
        || matches!(arrow, ("awaiting_payment", "paid" | "expired" | "cancelled"))
        || arrow == ("expired", "paid");
    if !allowed {
        wrong.push(broken(9, format!("{} went from {} to {}", after.0, before.1, after.1)));
    }
    if after.3 < before.3 || (before.1 != after.1 && after.3 == before.3) {
        wrong.push(broken(9, format!("the version of {} did not rise", after.0)));
    }
    if !before.2.is_empty() && before.2 != after.2 {
        wrong.push(broken(13, format!("{} had the number {}", after.0, before.2)));
    }
    if (&before.4, before.6) != (&after.4, after.6) {
        wrong.push(broken(14, format!("what {} agreed on changed", after.0)));
    }
    if before.5 != after.5 {
        wrong.push(broken(15, format!("{} changed its owner", after.0)));
    }
    wrong
}

/// An order that ended because it was not paid in time, was called off, or gave way to what was
/// placed after it, was not paid. Money of another sum than was agreed does not keep it
/// (reliability 4.3: quarantine, not shipped), but was set aside before.
async fn ended(world: &World, order: &str) -> Option<Broken> {
    let pool = &world.servers[0].app.db.read;
    let statement = "select a.gateway_order_id from attempts a join order_events e
                     on e.order_id = a.order_id
                     where a.order_id = $1 and a.gateway_order_id is not null
                       and (e.kind = 'cancelled'
                            or e.kind = 'expired' and e.detail <> $2)";
    let paid = "Another order of the same cart was paid.";
    let ids = sqlx::query_scalar(statement).bind(order).bind(paid).fetch_all(pool).await;
    let ids: Vec<String> = ids.unwrap();
    let statement = "select id from payments where order_id = $1 and role = 'mismatch'";
    let set_aside = sqlx::query_scalar(statement).bind(order).fetch_all(pool).await;
    let set_aside: Vec<String> = set_aside.unwrap();
    let ledger = world.ledger().await;
    let is_there = |payment: &&Value| {
        payment["status"] == "captured"
            && ids.iter().any(|id| payment["order_id"] == **id)
            && set_aside.iter().all(|id| payment["id"] != **id)
    };
    let payment = ledger["payments"].as_array().unwrap().iter().find(is_there)?;
    Some(broken(11, format!("{order} ended as unpaid, but there is {}", payment["id"])))
}

async fn lines(world: &World, order: &str) -> String {
    let statement =
        "select product_id || ' ' || name || ' ' || hsn || ' ' || cast(quantity as text) || ' ' ||
                cast(unit_price_paise as text) || ' ' || cast(tax_rate_bp as text) || ' ' ||
                cast(total_paise as text)
         from order_lines where order_id = $1 order by position";
    let pool = &world.servers[0].app.db.read;
    let rows: Vec<String> =
        sqlx::query_scalar(statement).bind(order).fetch_all(pool).await.unwrap();
    rows.join("; ")
}

async fn count(world: &World) -> i64 {
    let pool = &world.servers[0].app.db.read;
    sqlx::query_scalar("select count(*) from orders").fetch_one(pool).await.unwrap()
}
