//! The figures about money that the README claims, all by one command (`make figures`): how soon a
//! payment shows with webhooks and without, how webhooks are answered in a burst, who gets the last
//! unit, how soon a killed server is back. The release program as a process, real HTTP, clocks as
//! fast as the wall's; SQLite, or PostgreSQL when `TEST_DATABASE_URL` is set.
//!
//! Bounded: some two minutes, only this machine, stops by itself.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on should stop")]

mod burst;
mod last_unit;
mod paid;

// The world of the kill runs and the client of the load, of which this needs a part.
macro_rules! shared {
    ($($name:ident at $path:literal;)+) => {
        $(#[allow(dead_code, reason = "others use the rest")]
        #[path = $path]
        mod $name;)+
    };
}
shared! {
    client at "../load/client.rs";
    books at "../../tests/kill/books.rs";
    browser at "../../tests/kill/browser.rs";
    chance at "../../tests/kill/chance.rs";
    cluster at "../../tests/kill/cluster.rs";
    door at "../../tests/kill/door.rs";
    gateway at "../../tests/kill/gateway.rs";
    invariants at "../../tests/kill/invariants.rs";
    market at "../../tests/kill/market.rs";
    paying at "../../tests/kill/paying.rs";
    program at "../../tests/kill/program.rs";
    record at "../../tests/kill/record.rs";
    report at "../../tests/kill/report.rs";
    shelf at "../../tests/kill/shelf.rs";
    shopper at "../../tests/kill/shopper.rs";
}

use cluster::Cluster;
use market::{Market, Plan};
use report::percentile;
use shopper::Rush;
use std::sync::Arc;
use std::time::Duration;

const KILLS: usize = 20;

type Failed = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() {
    let cluster = std::env::var_os("TEST_DATABASE_URL").map(|_| Cluster::make());
    let on = if cluster.is_some() { "PostgreSQL" } else { "SQLite" };
    println!("On {on}, with {}\n", program::path().display());
    let plan = Plan {
        seed: 1,
        database: cluster.as_ref().map(Cluster::url),
        servers: 1,
        data: None,
        through: Vec::new(),
        clock: 1,
        think_ms: 120,
    };
    let market = Market::open(plan).await;
    println!("| what | wanted | seen |\n|---|---|---|");
    paid::with_webhooks(&market).await;
    paid::without(&market).await;
    burst::measure(&market).await;
    last_unit::measure(&market).await;
    recovery(&market).await;
    market.comes_to_rest().await;
    println!("\nAfterwards the books of shop and gateway agreed to the paisa.");
}

/// One row of the table.
fn row(what: &str, wanted: &str, seen: &str) {
    println!("| {what} | {wanted} | {seen} |");
}

/// "p50 12 ms, p99 30 ms, most 31 ms"
fn in_words(times: &[Duration]) -> String {
    let [p50, p99, most] = [50, 99, 100].map(|percent| percentile(times, percent));
    format!("p50 {p50} ms, p99 {p99} ms, most {most} ms")
}

async fn recovery(market: &Arc<Market>) {
    let mut chance = market.chance();
    let rush = Rush::begins(market, 6);
    for _ in 0..KILLS {
        tokio::time::sleep(chance.milliseconds(100, 500)).await;
        market.kills(0).await;
    }
    rush.ends().await;
    let what = format!("{KILLS} × kill -9 under load: first page of the next start");
    row(&what, "under 2 s", &in_words(&market.record.told().recoveries));
}
