//! The shop's books beside the gateway's.

use super::{Broken, broken};
use serde_json::Value;
use sqlx::AnyPool;
use std::collections::{BTreeMap, BTreeSet};

/// payment, attempt's gateway order, order's state, role, amount, promised back
type Booked = (String, String, String, String, i64, i64);

async fn booked(pool: &AnyPool) -> Vec<Booked> {
    let statement = "select p.id, coalesce(a.gateway_order_id, ''), o.state, coalesce(p.role, ''),
                            p.amount_paise, p.refunded_paise
                     from payments p join attempts a on a.id = p.attempt_id
                     join orders o on o.id = p.order_id";
    sqlx::query_as(statement).fetch_all(pool).await.unwrap()
}

fn entries<'a>(ledger: &'a Value, book: &str) -> BTreeMap<&'a str, &'a Value> {
    let list = ledger[book].as_array().unwrap().iter();
    list.map(|entry| (entry["id"].as_str().unwrap(), entry)).collect()
}

fn number(entry: &Value, name: &str) -> i64 {
    entry[name].as_i64().unwrap_or(-1)
}

/// Money that the shop believes to have is there, and gateway orders ask for what was agreed.
pub async fn always(pool: &AnyPool, ledger: &Value) -> Vec<Broken> {
    let mut wrong = Vec::new();
    let payments = entries(ledger, "payments");
    for (id, gateway_order, state, role, amount, _) in booked(pool).await {
        let Some(payment) = payments.get(id.as_str()) else {
            wrong.push(broken(2, format!("{id} is not in the ledger")));
            continue;
        };
        let fits = payment["captured"] == true
            && number(payment, "amount") == amount
            && payment["currency"] == "INR"
            && payment["order_id"] == *gateway_order;
        if role == "settles" && !(fits && state == "paid") {
            wrong.push(broken(2, format!("{id} settles a {state} order, ledger: {payment}")));
        }
    }
    let orders = entries(ledger, "orders");
    let statement = "select gateway_order_id, receipt, amount_paise from attempts
                     where gateway_order_id is not null";
    let rows: Vec<(String, String, i64)> = sqlx::query_as(statement).fetch_all(pool).await.unwrap();
    for (id, receipt, amount) in rows {
        let fits = orders
            .get(id.as_str())
            .is_some_and(|order| number(order, "amount") == amount && order["receipt"] == *receipt);
        if !fits {
            wrong.push(broken(5, format!("gateway order {id} is not {amount} for {receipt}")));
        }
    }
    wrong.extend(given_back(&payments, ledger));
    wrong.extend(given_up(pool, ledger).await);
    wrong
}

/// Until it is proved that a refund was not made, it does not count as failed (reliability 4.2, K):
/// somebody might give the same money back a second time.
async fn given_up(pool: &AnyPool, ledger: &Value) -> Vec<Broken> {
    let statement = "select idempotency_key from refunds where state = 'failed'";
    let failed: Vec<String> = sqlx::query_scalar(statement).fetch_all(pool).await.unwrap();
    let theirs = entries(ledger, "refunds").into_values();
    let made = theirs.filter(|refund| {
        refund["status"] != "failed" && failed.iter().any(|key| refund["receipt"] == *key)
    });
    made.map(|refund| broken(6, format!("called failed, but made: {refund}"))).collect()
}

fn given_back(payments: &BTreeMap<&str, &Value>, ledger: &Value) -> Vec<Broken> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for refund in entries(ledger, "refunds").values().filter(|r| r["status"] != "failed") {
        *sums.entry(refund["payment_id"].as_str().unwrap()).or_default() +=
            number(refund, "amount");
    }
    let too_much = |(id, sum): &(&str, i64)| *sum > number(payments[id], "amount");
    let too_much = sums.into_iter().filter(too_much);
    too_much.map(|(id, sum)| broken(6, format!("{sum} of {id} went back"))).collect()
}

/// Each captured payment met its end, and each refund is known on both sides.
pub async fn settled(pool: &AnyPool, ledger: &Value) -> Vec<Broken> {
    let mut wrong = Vec::new();
    let booked = booked(pool).await;
    let payments = entries(ledger, "payments");
    let captured: BTreeSet<&str> =
        payments.iter().filter(|(_, p)| p["captured"] == true).map(|(id, _)| *id).collect();
    // Quarantine: a person was asked about this payment, or about a refund of it.
    let tasks = "select subject from desk_tasks where done_at is null
                 union all
                 select r.payment_id from refunds r join desk_tasks t on t.subject = r.id
                 where t.done_at is null";
    let tasks: Vec<String> = sqlx::query_scalar(tasks).fetch_all(pool).await.unwrap();
    for id in &captured {
        let mine: Vec<&Booked> = booked.iter().filter(|(known, ..)| known == id).collect();
        let (amount, back) =
            (number(payments[id], "amount"), number(payments[id], "amount_refunded"));
        let settles = mine.len() == 1 && mine[0].3 == "settles" && mine[0].2 == "paid";
        if !settles && back != amount && !tasks.iter().any(|task| task == id) {
            let what = format!("{id}: {amount} captured, {back} back, the shop: {mine:?}");
            wrong.push(broken(1, what));
        }
    }
    wrong.extend(refunds(pool, ledger, &captured).await);
    wrong
}

async fn refunds(pool: &AnyPool, ledger: &Value, captured: &BTreeSet<&str>) -> Vec<Broken> {
    let mut wrong = Vec::new();
    let theirs = entries(ledger, "refunds");
    let statement = "select coalesce(gateway_refund_id, ''), payment_id, amount_paise, state
                     from refunds";
    let ours: Vec<(String, String, i64, String)> =
        sqlx::query_as(statement).fetch_all(pool).await.unwrap();
    for (id, refund) in &theirs {
        let payment = refund["payment_id"].as_str().unwrap();
        let fits = |ours: &&(String, String, i64, String)| {
            ours.0 == *id
                && ours.1 == payment
                && ours.2 == number(refund, "amount")
                && (ours.3 == "failed") == (refund["status"] == "failed")
        };
        // A refund that failed before anybody told of it moved no money.
        let failed_unheard = refund["status"] == "failed" && ours.iter().all(|o| o.0 != *id);
        if captured.contains(payment) && ours.iter().filter(fits).count() != 1 && !failed_unheard {
            wrong.push(broken(6, format!("{refund} is not in the shop: {ours:?}")));
        }
    }
    for (id, payment, amount, state) in &ours {
        let there = theirs.get(id.as_str()).is_some_and(|refund| {
            number(refund, "amount") == *amount && refund["payment_id"] == *payment
        });
        if state == "processed" && !there {
            wrong.push(broken(6, format!("{amount} of {payment} went back only here: {id}")));
        }
    }
    wrong
}
