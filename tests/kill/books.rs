//! Holds three things against each other: the shop's tables, the gateway's ledger, and what clients
//! were told. Reads only.

use crate::invariants::{ALWAYS, Invariant};
use crate::record::Told;
use serde_json::Value;
use sqlx::AnyPool;
use std::collections::{BTreeMap, BTreeSet};

/// At most so many examples of one kind are told.
const EXAMPLES: usize = 5;

pub struct Books<'a> {
    pub pool: &'a AnyPool,
    pub ledger: &'a Value,
    pub told: &'a Told,
}

/// A captured or given back payment as the shop has it.
#[derive(Debug)]
struct Booked {
    order_id: String,
    amount: i64,
    role: String,
    order_state: String,
}

impl Books<'_> {
    /// Everything that is wrong, in sentences; empty when nothing is.
    pub async fn wrong(&self) -> Vec<String> {
        let mut wrong = broken(self.pool, ALWAYS).await;
        wrong.extend(self.money().await);
        wrong.extend(self.refunds().await);
        wrong.extend(self.acknowledged().await);
        wrong
    }

    async fn rows<T>(&self, statement: &'static str) -> Vec<T>
    where
        T: for<'r> sqlx::FromRow<'r, sqlx::any::AnyRow> + Send + Unpin,
    {
        sqlx::query_as(statement).fetch_all(self.pool).await.unwrap()
    }

    /// Each captured payment of the ledger belongs to exactly one paid order of the same amount, or
    /// went back in full; each paid order stands in the ledger.
    async fn money(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let booked = self.booked().await;
        let mut refunded: BTreeMap<&str, i64> = BTreeMap::new();
        for refund in entries(self.ledger, "refunds") {
            *refunded.entry(text(refund, "payment_id")).or_default() += number(refund, "amount");
        }
        let gateway_orders: BTreeMap<String, String> = self
            .rows::<(String, String)>(
                "select gateway_order_id, order_id from attempts
                 where gateway_order_id is not null",
            )
            .await
            .into_iter()
            .collect();
        let mut captured = BTreeSet::new();
        for payment in entries(self.ledger, "payments") {
            let (id, amount) = (text(payment, "id"), number(payment, "amount"));
            if !["captured", "refunded"].contains(&text(payment, "status")) {
                continue;
            }
            captured.insert(id);
            let back = refunded.get(id).copied().unwrap_or(0);
            let order = gateway_orders.get(text(payment, "order_id"));
            let fine = match booked.get(id) {
                Some(b) if b.role == "settles" => {
                    b.order_state == "paid"
                        && b.amount == amount
                        && back == 0
                        && order == Some(&b.order_id)
                }
                _ => back == amount,
            };
            if !fine {
                let shop = booked.get(id);
                wrong.push(format!("{id}: {amount} captured, {back} back, shop: {shop:?}"));
            }
        }
        for (id, booked) in &booked {
            if booked.role == "settles" && !captured.contains(id.as_str()) {
                wrong.push(format!("{id} settles {} but was never captured", booked.order_id));
            }
        }
        shortened("money", wrong)
    }

    async fn booked(&self) -> BTreeMap<String, Booked> {
        type Row = (String, String, i64, String, String);
        let rows: Vec<Row> = self
            .rows(
                "select p.id, p.order_id, p.amount_paise, coalesce(p.role, ''), o.state
                 from payments p join orders o on o.id = p.order_id",
            )
            .await;
        rows.into_iter()
            .map(|(id, order_id, amount, role, order_state)| {
                (id, Booked { order_id, amount, role, order_state })
            })
            .collect()
    }

    /// Each refund of the shop is at the gateway with the same amount, and each of the gateway's
    /// for a payment that the shop booked is in the shop.
    async fn refunds(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let rows: Vec<(String, i64)> = self
            .rows(
                "select coalesce(gateway_refund_id, 'none for ' || id), amount_paise from refunds
                 where state = 'processed'",
            )
            .await;
        let ours: BTreeMap<String, i64> = rows.into_iter().collect();
        let booked = self.booked().await;
        let mut theirs = BTreeMap::new();
        for refund in entries(self.ledger, "refunds") {
            let (id, amount) = (text(refund, "id"), number(refund, "amount"));
            theirs.insert(id, amount);
            let known = booked.get(text(refund, "payment_id")).is_some_and(|b| !b.role.is_empty());
            if known && ours.get(id) != Some(&amount) {
                wrong.push(format!("{id}: {amount} at the gateway, {:?} here", ours.get(id)));
            }
        }
        for (id, amount) in &ours {
            if theirs.get(id.as_str()) != Some(amount) {
                wrong.push(format!("{id}: {amount} here, not at the gateway"));
            }
        }
        shortened("refunds", wrong)
    }

    /// Nothing that was acknowledged is gone.
    async fn acknowledged(&self) -> Vec<String> {
        let mut wrong = shortened("one key, two orders", self.told.keys_with_two_orders());
        let orders: BTreeMap<String, String> = self
            .rows::<(String, String)>("select id, coalesce(number, '') from orders")
            .await
            .into_iter()
            .collect();
        let gone = |(_, order): &&(String, String)| !orders.contains_key(order);
        let placed = self.told.placed.iter().filter(gone).map(|(_, order)| order.clone());
        wrong.extend(shortened("placed and gone", placed));
        let unpaid = |(order, number): &&(String, String)| orders.get(order) != Some(number);
        let paid = self.told.paid.iter().filter(unpaid).map(|(_, number)| number.clone());
        wrong.extend(shortened("told as paid and not so", paid));
        let rows: Vec<(String,)> = self.rows("select id from gateway_events").await;
        let events: BTreeSet<String> = rows.into_iter().map(|row| row.0).collect();
        let lost = self.told.events.difference(&events).cloned();
        wrong.extend(shortened("webhooks answered 200 and gone", lost));
        let ledger: BTreeSet<&str> =
            entries(self.ledger, "payments").map(|payment| text(payment, "id")).collect();
        let strange = self.told.captured.iter().filter(|(id, _)| !ledger.contains(id.as_str()));
        wrong.extend(shortened("captured and gone", strange.map(|(id, _)| id.clone())));
        wrong.extend(self.carts().await);
        wrong
    }

    async fn carts(&self) -> Vec<String> {
        type Row = (String, i64, String, i64);
        let rows: Vec<Row> = self
            .rows(
                "select cart_id, version, product_id, quantity_after - quantity_before
                 from cart_changes where cause = 'added'",
            )
            .await;
        let changes: BTreeSet<Row> = rows.into_iter().collect();
        let lost = self.told.adds.iter().filter(|added| {
            let row = (added.cart.clone(), added.version, added.product.clone(), added.units);
            !changes.contains(&row)
        });
        let mut wrong = shortened("added to a cart and gone", lost.map(|a| format!("{a:?}")));
        let rows: Vec<(String,)> = self
            .rows(
                "select cart_id from orders where state = 'paid'
                 group by cart_id having count(*) > 1",
            )
            .await;
        let twice = rows.into_iter().map(|row| row.0);
        let twice = twice.filter(|cart| self.told.bought_once.contains(cart));
        wrong.extend(shortened("bought once, paid twice", twice));
        wrong
    }
}

/// What breaks these invariants now, told in sentences.
pub async fn broken(pool: &AnyPool, invariants: &[Invariant]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, rows) in offenders(pool, invariants).await {
        wrong.extend(shortened(name, rows));
    }
    wrong
}

/// How many things break them.
pub async fn count(pool: &AnyPool, invariants: &[Invariant]) -> usize {
    offenders(pool, invariants).await.iter().map(|(_, rows)| rows.len()).sum()
}

async fn offenders(pool: &AnyPool, invariants: &[Invariant]) -> Vec<(&'static str, Vec<String>)> {
    let mut found = Vec::new();
    for (name, statement) in invariants {
        let rows: Vec<(String,)> = sqlx::query_as(*statement)
            .fetch_all(pool)
            .await
            .unwrap_or_else(|error| panic!("asking whether {name}: {error}"));
        found.push((*name, rows.into_iter().map(|row| row.0).collect()));
    }
    found
}

/// How many gateway orders have the receipt of another one: a program that ended between asking for
/// an order and keeping its id asks again. Harmless, for only a kept one is ever shown and paid.
pub fn receipts_asked_twice(ledger: &Value) -> usize {
    let all: Vec<&str> = entries(ledger, "orders").map(|order| text(order, "receipt")).collect();
    all.len() - all.iter().collect::<BTreeSet<_>>().len()
}

fn shortened(name: &str, wrong: impl IntoIterator<Item = String>) -> Vec<String> {
    let wrong: Vec<String> = wrong.into_iter().collect();
    if wrong.is_empty() {
        return Vec::new();
    }
    let examples = wrong.iter().take(EXAMPLES).cloned().collect::<Vec<_>>().join("; ");
    vec![format!("[{name}] {} times: {examples}", wrong.len())]
}

fn entries<'a>(ledger: &'a Value, book: &str) -> impl Iterator<Item = &'a Value> {
    ledger[book].as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

fn text<'a>(entry: &'a Value, name: &str) -> &'a str {
    entry[name].as_str().unwrap_or_default()
}

fn number(entry: &Value, name: &str) -> i64 {
    entry[name].as_i64().unwrap_or(-1)
}
