//! Each of the three doors alone, then all of them at once.

use crate::story::{Paid, Shop, Visitor, all_at_once, signed};
use kirana::payment;
use kirana::state::AppState;
use kirana::web::Assets;

/// Everything that is true of a shop with exactly one settled order.
async fn is_settled_once(shop: &Shop, buyer: &mut Visitor) {
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    assert_eq!(shop.count("payments where role = 'settles'").await, 1);
    assert_eq!(shop.count("payments").await, 1);
    assert_eq!(shop.count("attempts where state = 'paid' and next_poll_at is not null").await, 1);
    assert_eq!(shop.count("letters where kind = 'order-confirmation'").await, 1);
    assert_eq!(shop.count("order_events where kind = 'paid'").await, 1);
    assert_eq!(shop.count("stock_movements where kind = 'sold'").await, 1);
    assert_eq!(shop.count("stock_holds").await, 0);
    assert_eq!(shop.count("refunds").await, 0);
    let tea = "products where slug = 'assam-tea' and on_hand = 998 and held = 0";
    assert_eq!(shop.count(tea).await, 1);
    let number = shop.text("select number from orders").await;
    assert!(number.ends_with("-00001"), "{number}");
    buyer.has_in_the_cart(&[]).await;
}

/// Two packets of tea wait on the pay page; the gateway's id of the order.
async fn is_about_to_pay(buyer: &mut Visitor) -> String {
    buyer.adds("assam-tea", 2).await.places_the_order().await.sees("To pay ₹419.00");
    buyer.gateway_order()
}

#[tokio::test(flavor = "multi_thread")]
async fn paid_by_the_return() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    is_about_to_pay(&mut asha).await;
    asha.pays().await.is_at("/orders/K").sees("Thank you, Asha").sees("₹419.00");
    is_settled_once(&shop, &mut asha).await;
    shop.works().await;
    is_settled_once(&shop, &mut asha).await;
    let (subject, text) = shop.letter_to("asha@example.in").await;
    assert!(subject.contains("-00001") && text.contains("₹419.00"), "{subject}\n{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn paid_on_the_hosted_page_without_script() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    is_about_to_pay(&mut asha).await;
    asha.pays_on_the_hosted_page("success").await.is_at("/orders/K").sees("Thank you, Asha");
    is_settled_once(&shop, &mut asha).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paid_by_webhook_with_the_browser_closed() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let order = is_about_to_pay(&mut asha).await;
    shop.gateway.webhooks(true).await;
    shop.gateway.pays(&order, "success").await;
    shop.gateway.passes(2).await;
    shop.until("gateway_events where state = 'waiting'", 3).await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 0, "stored first, worked later");
    shop.works().await;
    is_settled_once(&shop, &mut asha).await;
    assert_eq!(shop.count("gateway_events where state = 'worked'").await, 3);
    let link = shop.link_in_letter_to("asha@example.in").await;
    let mut phone = shop.visitor();
    phone.opens(&link).await.got(200).sees("Thank you, Asha");
}

#[tokio::test(flavor = "multi_thread")]
async fn paid_by_the_poller_with_webhooks_off() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let order = is_about_to_pay(&mut asha).await;
    shop.gateway.pays(&order, "success").await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 0, "not asked before a minute");
    shop.passes(1).await;
    shop.works().await;
    is_settled_once(&shop, &mut asha).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_three_doors_at_once_settle_once() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let order = is_about_to_pay(&mut asha).await;
    let callback = asha.callback();
    shop.gateway.webhooks(true).await;
    let paid = shop.gateway.pays(&order, "success").await;
    shop.passes(1).await;
    let returns = (0..6).map(|_| {
        let (mut tab, callback, paid) = (asha.another_tab(), callback.clone(), paid.clone());
        tokio::spawn(async move {
            tab.comes_back(&callback, &signed(&paid)).await.is_at("/orders/K");
        })
    });
    let jobs = (0..6).map(|_| {
        let shop = shop.clone();
        tokio::spawn(async move { shop.works().await })
    });
    let all: Vec<_> = returns.chain(jobs).collect();
    for done in all_at_once(all).await {
        done.unwrap();
    }
    shop.until("gateway_events", 3).await;
    shop.passes(10).await;
    shop.works().await;
    is_settled_once(&shop, &mut asha).await;
    assert_eq!(shop.count("gateway_events where state = 'worked'").await, 3);
}

/// One more server on the shop's database.
async fn another_server(shop: &Shop) -> AppState {
    AppState::open(shop.config.clone(), shop.clock.clone(), Assets::default()).await.unwrap()
}

/// The order is paid, and the gateway's three events about it wait in the inbox.
async fn is_paid_and_told(shop: &Shop, order: &str) -> Paid {
    shop.gateway.webhooks(true).await;
    let paid = shop.gateway.pays(order, "success").await;
    shop.gateway.passes(2).await;
    shop.until("gateway_events where state = 'waiting'", 3).await;
    paid
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_and_its_webhook_on_two_servers_settle_once() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let order = is_about_to_pay(&mut asha).await;
    let (callback, other) = (asha.callback(), another_server(&shop).await);
    let paid = is_paid_and_told(&shop, &order).await;
    let there = tokio::spawn(async move { payment::work_inbox(&other).await.unwrap() });
    asha.comes_back(&callback, &signed(&paid)).await.is_at("/orders/K");
    assert_eq!(there.await.unwrap(), 3);
    is_settled_once(&shop, &mut asha).await;
    assert_eq!(shop.count("gateway_events where state = 'worked'").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_work_each_event_once() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let order = is_about_to_pay(&mut asha).await;
    let other = another_server(&shop).await;
    is_paid_and_told(&shop, &order).await;
    let workers = [shop.app(), other.clone(), shop.app(), other]
        .map(|app| async move { payment::work_inbox(&app).await.unwrap() });
    assert_eq!(all_at_once(workers).await.iter().sum::<usize>(), 3);
    is_settled_once(&shop, &mut asha).await;
    assert_eq!(shop.count("gateway_events where state = 'worked' and tries = 1").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_settle_once() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let order = is_about_to_pay(&mut asha).await;
    shop.gateway.pays(&order, "success").await;
    shop.passes(1).await;
    let other = another_server(&shop).await;
    let deeds = [shop.app(), other.clone(), shop.app(), other].map(|app| async move {
        kirana::jobs::run_once(&app).await.unwrap();
    });
    all_at_once(deeds).await;
    is_settled_once(&shop, &mut asha).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_given_to_paid_orders_alone_and_have_no_gaps() {
    let shop = Shop::open().await;
    let mut paid = Vec::new();
    for round in 0..4 {
        // One more is placed and never paid each time.
        shop.visitor().adds("cardamom", 1).await.places_the_order().await;
        let mut buyers = vec![shop.visitor(), shop.visitor()];
        for buyer in &mut buyers {
            buyer.adds("assam-tea", 1 + round).await.places_the_order().await;
        }
        let deeds = buyers
            .into_iter()
            .map(|mut buyer| async move { buyer.pays().await.is_at("/orders/K").number() });
        paid.extend(all_at_once(deeds).await);
    }
    paid.sort();
    let ends: Vec<String> = paid.iter().map(|number| number[6..].to_owned()).collect();
    let expected: Vec<String> = (1..=8).map(|n| format!("{n:05}")).collect();
    assert_eq!(ends, expected);
    assert_eq!(shop.count("orders where number is null").await, 4);
}
