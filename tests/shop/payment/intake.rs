//! Webhooks that come at once: written down together, each answered for itself.

use super::webhooks::{deliver_signed, news_of_a_payment};
use crate::pages::statements_of;
use crate::story::Shop;
use futures_util::future::{join, join_all};
use kirana::db::{Kind, Work};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// Keeps whoever brings this event waiting in the middle of writing it down, until it is dropped.
async fn keeps_waiting(shop: &Shop, event: &str) -> Work {
    let mut work = shop.app().db.begin().await.unwrap();
    let same = "insert into gateway_events (id, name, body, received_at, state)
                values ($1, '', '', 0, 'waiting')";
    sqlx::query(same).bind(event).execute(&mut *work).await.unwrap();
    work
}

/// One who has begun to write down what waits by the time this returns.
async fn begins(shop: &Shop, body: &str, event: &'static str) -> JoinHandle<u16> {
    let (shop, body) = (shop.clone(), body.to_owned());
    let first = tokio::spawn(async move { deliver_signed(&shop, &body, event).await });
    sleep(Duration::from_millis(200)).await;
    first
}

/// One who stands in the middle of it, and what keeps them there.
async fn stands(shop: &Shop, body: &str, event: &'static str) -> (Work, JoinHandle<u16>) {
    let kept = keeps_waiting(shop, event).await;
    (kept, begins(shop, body, event).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_come_at_once_share_a_statement_and_are_each_answered() {
    let shop = Shop::open().await;
    let (body, _) = news_of_a_payment(&shop, &mut shop.visitor()).await;
    let (kept, first) = stands(&shop, &body, "evt_first").await;
    let (shop, body) = (&shop, &body);
    // More than one takes at a time, and some of them twice.
    let events: Vec<_> = (0..300).map(|number| format!("evt_{}", number % 280)).collect();
    let others = join_all(events.iter().map(|event| deliver_signed(shop, body, event)));
    let asked = statements_of(async {
        let (statuses, ()) = join(others, async { drop(kept) }).await;
        assert_eq!(statuses, [200; 300]);
    })
    .await;
    assert_eq!(first.await.unwrap(), 200);
    let inserts = asked.iter().filter(|text| text.contains("insert into gateway_events")).count();
    assert!((10..=12).contains(&inserts), "{inserts} of {asked:#?}");
    assert_eq!(shop.count("gateway_events").await, 281);
    let brought = |what| shop.app().metrics.webhooks.with_label_values(&[what]).get();
    assert_eq!((brought("new"), brought("known")), (281, 20));
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_the_database_refuses_takes_no_other_with_it() {
    let shop = Shop::open().await;
    let (body, _) = news_of_a_payment(&shop, &mut shop.visitor()).await;
    shop.meddles("create unique index once_a_name on gateway_events (name)").await;
    let (kept, first) = stands(&shop, &body, "evt_first").await;
    let named = |name: &str| body.replace("payment.captured", name);
    let names = ["one", "two", "two", "three"].map(named);
    let others = names.iter().enumerate().map(|(number, body)| {
        let (shop, event) = (&shop, format!("evt_{number}"));
        async move { deliver_signed(shop, body, &event).await }
    });
    let (mut statuses, ()) = join(join_all(others), async { drop(kept) }).await;
    assert_eq!(first.await.unwrap(), 200);
    assert_eq!((statuses[0], statuses[3]), (200, 200));
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 500]);
    assert_eq!(shop.count("gateway_events").await, 4, "what was answered 200 is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_away_while_writing_gives_the_turn_on() {
    let shop = Shop::open().await;
    let (body, _) = news_of_a_payment(&shop, &mut shop.visitor()).await;
    let (kept, first) = stands(&shop, &body, "evt_first").await;
    let second = begins(&shop, &body, "evt_second").await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    drop(kept);
    let soon = timeout(Duration::from_secs(20), second).await;
    assert_eq!(soon.expect("somebody has the turn").unwrap(), 200);
    assert_eq!(shop.count("gateway_events where id = 'evt_second'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_stuck_keeps_the_others_two_seconds() {
    let shop = Shop::open().await;
    let (body, _) = news_of_a_payment(&shop, &mut shop.visitor()).await;
    let (kept, stuck) = stands(&shop, &body, "evt_stuck").await;
    let other = begins(&shop, &body, "evt_other").await;
    // SQLite has one writer: there whoever stands in the middle keeps all, alone or together.
    if shop.app().db.kind == Kind::Postgres {
        let soon = timeout(Duration::from_secs(20), other).await;
        assert_eq!(soon.expect("not kept for as long as that").unwrap(), 200);
        assert!(!stuck.is_finished());
        drop(kept);
    } else {
        sleep(Duration::from_secs(3)).await;
        drop(kept);
        assert_eq!(other.await.unwrap(), 200);
    }
    assert_eq!(stuck.await.unwrap(), 200);
    assert_eq!(shop.count("gateway_events").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_answered_200_is_there_however_many_others_go_away() {
    let shop = Shop::open().await;
    let (body, _) = news_of_a_payment(&shop, &mut shop.visitor()).await;
    let mut couriers = Vec::new();
    for number in 0..240_u64 {
        let (shop, body, event) = (shop.clone(), body.clone(), format!("evt_{number}"));
        let name = event.clone();
        let courier = tokio::spawn(async move { deliver_signed(&shop, &body, &event).await });
        let goes = number % 3 != 0;
        let leaver = courier.abort_handle();
        tokio::spawn(async move {
            sleep(Duration::from_micros(number * 997 % 200_000)).await;
            if goes {
                leaver.abort();
            }
        });
        couriers.push((name, goes, courier));
    }
    let mut answered = Vec::new();
    for (name, goes, courier) in couriers {
        match courier.await {
            Ok(status) => {
                assert_eq!(status, 200, "{name}");
                answered.push(name);
            }
            Err(gone) => assert!(goes && gone.is_cancelled(), "{name}: {gone}"),
        }
    }
    assert!(answered.len() >= 80, "{}", answered.len());
    for name in answered {
        assert_eq!(shop.count(&format!("gateway_events where id = '{name}'")).await, 1, "{name}");
    }
    assert_eq!(deliver_signed(&shop, &body, "evt_later").await, 200);
}
