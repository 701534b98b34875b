//! From the gateway's "captured" to the order's page that says so, with the browser closed: nobody
//! brings the news but the webhook, or but the poller.

use crate::browser::Ask;
use crate::market::Market;
use crate::shopper::Errand;
use crate::{in_words, row};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const WITH: usize = 200;
const WITHOUT: usize = 40;

/// Four shoppers at a time, so that the shop is neither idle nor in a rush.
pub async fn with_webhooks(market: &Arc<Market>) {
    let mut times = Vec::new();
    for _ in 0..WITH / 4 {
        times.extend(all_pay(market, 4, Duration::from_millis(2)).await);
    }
    let what = format!("{WITH} payments, webhooks on: paid -> order page says so");
    row(&what, "p99 under 2 s", &in_words(&times));
}

/// The first two questions of the poller come after one minute and after two.
pub async fn without(market: &Arc<Market>) {
    market.gateway.press("webhooks", json!({ "enabled": false })).await;
    let times = all_pay(market, WITHOUT, Duration::from_millis(100)).await;
    market.gateway.press("webhooks", json!({ "enabled": true })).await;
    let what = format!("{WITHOUT} payments, webhooks lost, browser closed: the same");
    row(&what, "at most 70 s", &in_words(&times));
}

async fn all_pay(market: &Arc<Market>, shoppers: usize, looks_every: Duration) -> Vec<Duration> {
    let mut all = JoinSet::new();
    for _ in 0..shoppers {
        let market = market.clone();
        all.spawn(async move { pays_and_leaves(&market, looks_every).await });
    }
    all.join_all().await
}

/// Opens the order's address without asking the shop to look: the page tells what it knows.
async fn pays_and_leaves(market: &Market, looks_every: Duration) -> Duration {
    let mut errand = Errand::new(market, market.chance());
    errand.adds(&market.products[1], 1).await.unwrap();
    let placed = errand.places().await.unwrap();
    let page = errand.opens_pay_page(&placed).await.unwrap();
    let order = page.field("order_id").unwrap();
    market.gateway.pay(&order, "success").await.unwrap();
    let paid = Instant::now();
    loop {
        let page = errand.browser.until_answered(&Ask::Page(placed.pay_page.clone())).await;
        if page.status == 303 && page.location.starts_with("/orders/") {
            return paid.elapsed();
        }
        assert!(paid.elapsed() < Duration::from_secs(180), "order {} is not paid", placed.id);
        tokio::time::sleep(looks_every).await;
    }
}
