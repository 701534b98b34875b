//! The real program, killed. Shoppers buy over real HTTP from one or two servers while these are
//! ended by SIGKILL at random moments, their database restarts or their disk fills up. Whatever was
//! acknowledged must be there afterwards, and shop and gateway must agree to the paisa.
//!
//! SQLite by default, PostgreSQL when `TEST_DATABASE_URL` is set (each scenario then makes a
//! cluster of its own that waits for the disk). `KIRANA_KILLS` says how many kills, `KIRANA_SEED`
//! repeats a run's choices, `KIRANA_BIN` names another program than the one built beside the test.

#![allow(clippy::unwrap_used, reason = "a run that cannot go on should fail where it stops")]

mod books;
mod browser;
mod cart;
mod chance;
mod cluster;
mod door;
mod gateway;
mod invariants;
mod market;
mod paying;
mod program;
mod record;
mod report;
mod shelf;
mod shopper;
mod small_disk;
mod tampering;

use cluster::Cluster;
use invariants::ALWAYS;
use market::{Market, Plan};
use shopper::Rush;
use small_disk::SmallDisk;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Kills of one default run on one database.
const KILLS: u64 = 20;
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
    Plan {
        seed,
        database: None,
        servers: 1,
        data: None,
        through: Vec::new(),
        // Polls and expiry happen under load as well.
        clock: 20,
        think_ms: 120,
    }
}

/// Kills one server after another while people shop, then looks at the books.
async fn survives(market: Arc<Market>, servers: u64, kills: u64) {
    let mut chance = market.chance();
    let rush = Rush::begins(&market, SHOPPERS);
    for _ in 0..kills {
        tokio::time::sleep(chance.milliseconds(20, 900)).await;
        market.kills(usize::try_from(chance.below(servers)).unwrap()).await;
    }
    rush.ends().await;
    market.comes_to_rest().await;
    let told = market.record.told();
    report::tell(&told);
    assert!(told.unanswered() > 0 || kills < KILLS, "no kill met a request");
    assert!(!told.paid.is_empty() && !told.events.is_empty(), "nobody bought");
    assert_eq!(told.broken(), 0, "a shop that is there broke down: {:?}", told.answers);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_takes_nothing_back_on_sqlite() {
    let _turn = ONE_AT_A_TIME.lock().await;
    if !on_postgres() {
        let market = Market::open(plan()).await;
        survives(market, 1, kills()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_behind_one_gateway_are_killed_in_turn_on_postgres() {
    let _turn = ONE_AT_A_TIME.lock().await;
    if on_postgres() {
        let cluster = Cluster::make();
        let database = Some(cluster.url());
        let market = Market::open(Plan { database, servers: 2, ..plan() }).await;
        survives(market, 2, kills()).await;
    }
}

/// A shop whose database is gone lives on, says so, and comes back with it by itself.
#[tokio::test(flavor = "multi_thread")]
async fn postgres_ends_without_warning_and_comes_back_under_load() {
    let _turn = ONE_AT_A_TIME.lock().await;
    if !on_postgres() {
        return;
    }
    let cluster = Cluster::make();
    let market = Market::open(Plan { database: Some(cluster.url()), ..plan() }).await;
    let mut chance = market.chance();
    let rush = Rush::begins(&market, SHOPPERS);
    for _ in 0..3 {
        tokio::time::sleep(chance.milliseconds(800, 1500)).await;
        cluster.stops_at_once();
        assert_eq!(market.status_of(0, "/healthz").await, Some(200));
        let ready = market.status_of(0, "/readyz").await;
        assert!(ready.is_some_and(|status| status >= 500), "ready without a database: {ready:?}");
        let began = Instant::now();
        cluster.starts();
        while market.status_of(0, "/").await != Some(200) {
            assert!(began.elapsed() < Duration::from_secs(20), "the shop does not come back");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        println!("database back, then the shop: {} ms", began.elapsed().as_millis());
    }
    rush.ends().await;
    assert!(market.nobody_ended(), "the shop ended with its database");
    market.comes_to_rest().await;
    let told = market.record.told();
    report::tell(&told);
    assert!(told.broken() > 0, "nobody met the missing database");
    assert!(!told.paid.is_empty(), "nobody bought");
}

/// Writes fail and say so, nothing is half done, and everything goes on once there is room.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_passes_on_sqlite() {
    let _turn = ONE_AT_A_TIME.lock().await;
    if on_postgres() {
        return;
    }
    let disk = SmallDisk::make();
    println!("the small disk is {}", disk.kind());
    let (data, through) = (Some(disk.data()), disk.through());
    let market = Market::open(Plan { data, through, ..plan() }).await;
    let rush = Rush::begins(&market, SHOPPERS);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(market.record.told().broken(), 0, "broken before the disk was full");
    disk.fills_up(&market.server_ids());
    until("writes and webhooks fail", || {
        let told = market.record.told();
        told.broken() > 20 && told.hooks.iter().any(|(status, _)| *status >= 500)
    })
    .await;
    assert_eq!(market.status_of(0, "/healthz").await, Some(200));
    let until_failed = tokio::time::timeout(Duration::from_secs(40), async {
        while !market.failed_rounds(0).await {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
    assert!(until_failed.await.is_ok(), "no job is counted as failed, so nobody is called");
    let pool = market.pool().await;
    let half_done = books::broken(&pool, ALWAYS).await;
    assert!(half_done.is_empty(), "{half_done:?}");
    pool.close().await;
    disk.is_cleared(&market.server_ids());
    let placed = market.record.told().placed.len();
    until("orders are placed again", || market.record.told().placed.len() > placed + 10).await;
    rush.ends().await;
    assert!(market.nobody_ended(), "the shop ended on a full disk");
    market.comes_to_rest().await;
    report::tell(&market.record.told());
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(40), "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
