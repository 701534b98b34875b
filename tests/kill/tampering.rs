//! Are the books worth anything? A healthy shop's database is copied, one thing in each copy is
//! made untrue behind the shop's back, and the books must name it.

use crate::market::Market;
use crate::shopper::Errand;
use crate::{ONE_AT_A_TIME, on_postgres, plan};
use serde_json::Value;
use sqlx::AnyPool;
use std::path::Path;

/// What is done, and words of the sentence that must name it.
const DEEDS: &[(&str, &str)] = &[
    ("delete from gateway_events", "webhooks answered 200 and gone"),
    ("delete from cart_changes where cause = 'added'", "added to a cart and gone"),
    ("update cart_changes set quantity_after = quantity_after + 1", "added to a cart and gone"),
    ("update orders set number = 'K2000' || substr(number, 6)", "told as paid and not so"),
    (
        "update orders set state = 'expired', number = null, paid_at = null where state = 'paid'",
        "any other has none",
    ),
    ("update payments set role = null", "captured, "),
    ("update payments set id = 'not_' || id where role = 'settles'", "never captured"),
    ("update payments set role = 'surplus' where role = 'settles'", "one settling payment"),
    ("update payments set amount_paise = amount_paise + 1", "exact amount"),
    ("delete from refunds", "at the gateway, None here"),
    ("update refunds set gateway_refund_id = 'not_' || id", "not at the gateway"),
    ("update refunds set amount_paise = amount_paise + 1", "promised back"),
    ("delete from letters where kind = 'order-confirmation'", "one confirmation"),
    (
        "update letters set about = 'not ' || about where kind = 'order-confirmation'",
        "confirmation",
    ),
    ("update products set on_hand = on_hand - 1", "stock is opening"),
    ("update products set held = held + 1", "what is held is held by somebody"),
    ("delete from stock_movements where kind = 'sold'", "sold once"),
    ("update stock_movements set order_id = 'nobody' where kind = 'sold'", "without a line"),
    ("update counters set value = value + 1", "order numbers have no gaps"),
    ("delete from order_events where kind = 'paid'", "timeline"),
    ("update orders set version = version + 1", "timeline"),
    ("update attempts set amount_paise = amount_paise + 1", "to the paisa"),
    ("update order_lines set quantity = 2, total_paise = 2 * unit_price_paise", "to the paisa"),
    (
        "insert into stock_holds (attempt_id, product_id, quantity, created_at)
         select 'nobody', id, 1, 0 from products limit 1",
        "held only by an open attempt",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_books_name_whatever_is_made_untrue() {
    let _turn = ONE_AT_A_TIME.lock().await;
    if on_postgres() {
        return;
    }
    let market = Market::open(plan()).await;
    for _ in 0..3 {
        Errand::new(&market, market.chance()).buys_and_pays_twice(&market.products[1]).await;
    }
    market.comes_to_rest().await;
    market.is_closed();
    let ledger = market.gateway.ledger().await;
    let whole = market.pool().await;
    assert_eq!(market.what_is_wrong(&whole, &ledger).await, Vec::<String>::new());
    for (deed, words) in DEEDS {
        let wrong = after(deed, &market, &whole, &ledger).await;
        let named = wrong.iter().any(|sentence| sentence.contains(words));
        assert!(named, "after “{deed}” nobody says “{words}”: {wrong:?}");
    }
    whole.close().await;
}

async fn after(
    deed: &'static str,
    market: &Market,
    whole: &AnyPool,
    ledger: &Value,
) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    let into = format!("vacuum into '{}'", copy.display());
    sqlx::query(sqlx::AssertSqlSafe(into)).execute(whole).await.unwrap();
    let pool = opens(&copy).await;
    sqlx::query(deed).execute(&pool).await.unwrap_or_else(|error| panic!("{deed}: {error}"));
    let wrong = market.what_is_wrong(&pool, ledger).await;
    pool.close().await;
    wrong
}

/// One connection for which the tables' own rules do not hold: the books must not rest on them.
async fn opens(copy: &Path) -> AnyPool {
    let one = sqlx::any::AnyPoolOptions::new().max_connections(1);
    let pool = one.connect(&format!("sqlite:{}", copy.display())).await.unwrap();
    for lenient in ["pragma foreign_keys = off", "pragma ignore_check_constraints = on"] {
        sqlx::query(lenient).execute(&pool).await.unwrap();
    }
    let unique: Vec<(String,)> =
        sqlx::query_as("select name from sqlite_master where type = 'index' and sql is not null")
            .fetch_all(&pool)
            .await
            .unwrap();
    for (index,) in unique {
        let away = format!("drop index {index}");
        sqlx::query(sqlx::AssertSqlSafe(away)).execute(&pool).await.unwrap();
    }
    pool
}
