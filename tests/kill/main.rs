//! The real program, killed. Shoppers buy over real HTTP from one or two servers while these are
//! ended by SIGKILL at random moments, their database restarts or their disk fills up. Whatever was
//! acknowledged must be there afterwards, and shop and gateway must agree to the paisa.
//!
//! SQLite by default, PostgreSQL when `TEST_DATABASE_URL` is set (each scenario then makes a cluster
//! of its own that waits for the disk). `KIRANA_KILLS` says how many kills, `KIRANA_SEED` repeats a
//! run's choices, `KIRANA_BIN` names another program than the one built beside the test.

#![allow(clippy::unwrap_used, reason = "a run that cannot go on should fail where it stops")]

mod books;
mod browser;
mod chance;
mod door;
mod gateway;
mod invariants;
mod market;
mod program;
mod record;
mod report;
mod shopper;

use market::{Market, Plan};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Kills of one default run on one database.
const KILLS: u64 = 10;
const SHOPPERS: usize = 6;

/// Two cores hold one scenario at a time.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn kills() -> u64 {
    let told = std::env::var("KIRANA_KILLS").ok();
    told.map_or(KILLS, |text| text.parse().expect("KIRANA_KILLS is a number"))
}

fn on_postgres() -> bool {
    std::env::var_os("TEST_DATABASE_URL").is_some_and(|url| !url.is_empty())
}

fn seed() -> u64 {
    let told = std::env::var("KIRANA_SEED").ok();
    let now = || u64::try_from(kirana::clock::Clock::System.now()).unwrap();
    told.map_or_else(now, |text| text.parse().expect("KIRANA_SEED is a number"))
}

fn plan() -> Plan {
    let seed = seed();
    println!("KIRANA_SEED={seed}");
    Plan { seed, database: None, servers: 1, data: None, through: Vec::new(), think_ms: 120 }
}

/// Kills one server after another while people shop, then looks at the books.
async fn survives(market: Arc<Market>, servers: u64, kills: u64) {
    let stop = Arc::new(AtomicBool::new(false));
    let mut chance = market.chance();
    let mut shoppers = shopper::rush(&market, SHOPPERS, &stop);
    for _ in 0..kills {
        tokio::time::sleep(chance.milliseconds(20, 900)).await;
        market.kills(usize::try_from(chance.below(servers)).unwrap()).await;
    }
    stop.store(true, Ordering::SeqCst);
    while let Some(ended) = shoppers.join_next().await {
        ended.unwrap();
    }
    market.comes_to_rest().await;
    report::tell(&market.record.told());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_on_sqlite_takes_nothing_back() {
    let _turn = ONE_AT_A_TIME.lock().await;
    if on_postgres() {
        return;
    }
    let market = Market::open(plan()).await;
    survives(market.clone(), 1, kills()).await;
    let told = market.record.told();
    assert!(told.unanswered() > 0, "no kill met a request");
    assert!(told.paid.len() > 5 && told.events.len() > 5, "hardly anybody bought");
    assert_eq!(told.broken(), 0, "a shop that is there broke down: {:?}", told.answers);
    assert!(told.recoveries.iter().all(|away| *away < Duration::from_secs(20)));
}
