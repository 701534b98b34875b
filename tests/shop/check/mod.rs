//! The check of the books: a busy shop holds, each planted fault is named, and what a restored
//! database lacks is brought back.

mod command;
mod gateway;
mod nightly;
mod orders;
mod restored;
mod shelf;
mod sums;

use crate::story::{AWAY, Shop, all_at_once, signed};
use kirana::check::service::{self, Plan};
use kirana::check::{Outcome, Verdict, Window};
use kirana::razorpay::Pace;
use std::time::Duration;

/// A shop in which everything has happened: paid, unpaid, expired and open orders, guests and an
/// account, a merged cart, a second payment that went back, webhooks.
pub async fn busy() -> Shop {
    let shop = Shop::open().await;
    shop.visitor().adds("soan-papdi", 1).await.places_the_order().await;
    shop.passes(31).await;
    shop.works().await;
    shop.gateway.webhooks(true).await;
    shop.visitor().buys("assam-tea", 2).await;
    let mut ravi = shop.customer("ravi@example.in").await;
    ravi.keeps_an_address(&AWAY).await.adds("cardamom", 3).await;
    let form = ravi.checkout_form("", &AWAY).await;
    ravi.sends(form).await.is_at("/checkout/pay/");
    let (order, callback) = (ravi.gateway_order(), ravi.callback());
    ravi.pays().await.is_at("/orders/K");
    let second = shop.gateway.pays_once_more(&order).await;
    ravi.comes_back(&callback, &signed(&second)).await;
    for _ in 0..3 {
        shop.works().await;
        shop.passes(5).await;
    }
    // The same cart is bought from again, after a guest's cart was merged into it.
    let mut phone = shop.visitor();
    phone.adds("assam-tea", 1).await.signs_in("ravi@example.in").await;
    let form = phone.checkout_form("", &AWAY).await;
    phone.sends(form).await.pays().await.is_at("/orders/K");
    for slug in ["saffron", "cow-ghee"] {
        shop.visitor().adds(slug, 1).await.places_the_order().await;
    }
    shop.visitor().adds("cow-ghee", 2).await;
    shop.passes(2).await;
    for _ in 0..200 {
        let events = i64::try_from(shop.gateway.book("events").await.len()).unwrap();
        if shop.count("gateway_events").await == events {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    shop.works().await;
    shop
}

pub fn at_once() -> Plan {
    Plan { second_look: Duration::ZERO, ..Plan::of_the_shop() }
}

/// With the gateway's books of the last month.
pub fn with_the_gateway() -> Plan {
    with_the_gateways_last(30)
}

/// With so many days of the gateway's books, as fast as it goes.
pub fn with_the_gateways_last(days: i64) -> Plan {
    let pace = Pace::per_second(10_000).pausing(Duration::from_millis(1));
    Plan { gateway: Some(Window { days, pace }), ..at_once() }
}

pub async fn check(shop: &Shop, plan: &Plan) -> Vec<Outcome> {
    service::run(&shop.app(), plan).await.unwrap()
}

/// The numbers of what has this verdict.
pub fn numbers(outcomes: &[Outcome], verdict: Verdict) -> Vec<u8> {
    let mut numbers: Vec<u8> =
        outcomes.iter().filter(|one| one.verdict == verdict).map(|one| one.invariant).collect();
    numbers.dedup();
    numbers
}

#[track_caller]
pub fn all_hold(outcomes: &[Outcome]) {
    let wrong: Vec<_> = outcomes.iter().filter(|one| one.verdict != Verdict::Holds).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is planted, how it is taken back (nothing: it stays), which invariants it breaks and words
/// that one of the rows says.
pub type Fault = (&'static str, &'static str, &'static [u8], &'static str);

/// Plants one fault after the other and sees each named, and nothing else.
pub async fn each_is_named(shop: &Shop, faults: &[Fault]) {
    all_hold(&check(shop, &at_once()).await);
    for (by, back, broken, words) in faults {
        assert!(shop.meddles(by).await > 0, "nothing was planted by {by}");
        let outcomes = check(shop, &at_once()).await;
        assert_eq!(numbers(&outcomes, Verdict::Broken), *broken, "{by}: {outcomes:#?}");
        assert_eq!(numbers(&outcomes, Verdict::Unknown), [0u8; 0], "{by}: {outcomes:#?}");
        let said = outcomes.iter().flat_map(|one| &one.rows).any(|row| row.what.contains(words));
        assert!(said, "nobody says “{words}”: {outcomes:#?}");
        if !back.is_empty() {
            assert!(shop.meddles(back).await > 0, "nothing was taken back by {back}");
            all_hold(&check(shop, &at_once()).await);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_shop_holds_in_every_respect() {
    let shop = busy().await;
    for (rows, wanted) in [
        ("orders where state = 'paid'", 3),
        ("orders where state = 'expired'", 1),
        ("orders where state = 'awaiting_payment'", 2),
        ("refunds where state = 'processed'", 1),
        ("cart_merges", 1),
    ] {
        assert_eq!(shop.count(rows).await, wanted, "{rows}");
    }
    assert!(shop.count("gateway_events where state = 'worked'").await > 3);
    all_hold(&check(&shop, &at_once()).await);
    // Lists lag, so what was done just now is not judged by them.
    all_hold(&check(&shop, &with_the_gateway()).await);
    shop.passes(11).await;
    shop.works().await;
    let outcomes = check(&shop, &with_the_gateway()).await;
    all_hold(&outcomes);
    assert!(outcomes.is_sorted_by_key(|one| one.invariant) && outcomes[0].invariant == 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_in_motion_is_not_called_broken() {
    let shop = Shop::open().await;
    let rush = (0..8).map(|number| {
        let shop = shop.clone();
        async move {
            let slug = ["assam-tea", "cardamom", "cow-ghee", "soan-papdi"][number % 4];
            for units in 1..=2 {
                shop.visitor().buys(slug, units).await;
            }
        }
    });
    let rush = tokio::spawn(all_at_once(rush.collect::<Vec<_>>()));
    let mut looks = 0;
    while !rush.is_finished() || looks == 0 {
        all_hold(&check(&shop, &at_once()).await);
        let second_look = Duration::from_millis(500);
        all_hold(&check(&shop, &Plan { second_look, ..with_the_gateway() }).await);
        looks += 1;
    }
    assert_eq!(rush.await.unwrap().len(), 8);
    assert_eq!(shop.count("orders where state = 'paid'").await, 16);
    all_hold(&check(&shop, &with_the_gateway()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn late_and_doubled_money_leaves_the_books_in_order() {
    let shop = Shop::open().await;
    let (mut asha, mut mira, mut ravi) = (shop.visitor(), shop.visitor(), shop.visitor());
    asha.adds("saffron", 1).await.places_the_order().await;
    mira.adds("cardamom", 1).await.places_the_order().await;
    ravi.adds("cow-ghee", 1).await.places_the_order().await;
    let late = [asha.gateway_order(), mira.gateway_order()];
    let (first, callback) = (ravi.gateway_order(), ravi.callback());
    // The cart changes, so a new order takes the place of the first; then both are paid.
    ravi.adds("soan-papdi", 1).await.places_the_order().await;
    let second = ravi.gateway_order();
    shop.passes(31).await;
    shop.works().await;
    shop.visitor().buys("saffron", 1).await;
    for order in late.iter().chain([&first, &second]) {
        shop.gateway.pays(order, "success").await;
    }
    ravi.comes_back(&callback, &[("razorpay_order_id", &first)]).await;
    for _ in 0..4 {
        shop.passes(61).await;
        shop.works().await;
    }
    for (rows, wanted) in [
        ("orders where state = 'paid'", 3),
        ("refunds where reason = 'late' and state = 'processed'", 1),
        ("refunds where reason = 'surplus' and state = 'processed'", 1),
    ] {
        assert_eq!(shop.count(rows).await, wanted, "{rows}");
    }
    all_hold(&check(&shop, &with_the_gateway()).await);
}
