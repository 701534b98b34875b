//! The poller, when the gateway has had enough questions (429): it is asked less, and never given
//! up. And when its news come long after.

use super::webhooks::{deliver_signed, news_of_a_payment};
use crate::story::Shop;
use kirana::{jobs, payment};

/// Five shoppers stand on the pay page.
async fn five_are_about_to_pay(shop: &Shop) {
    for _ in 0..5 {
        shop.visitor().adds("assam-tea", 1).await.places_the_order().await;
    }
}

const UNANSWERED: &str = "attempts where unanswered_since is not null";

#[tokio::test(flavor = "multi_thread")]
async fn after_a_429_the_poller_asks_once_a_round_and_then_goes_on() {
    let shop = Shop::open().await;
    five_are_about_to_pay(&shop).await;
    shop.passes(1).await;
    shop.gateway.goes_wrong("/v1/", "429", 3).await;
    for asked in 1..=3 {
        assert_eq!(payment::poll_due(&shop.app()).await.unwrap(), 1);
        assert_eq!(shop.count(UNANSWERED).await, asked, "each round another one, and only one");
    }
    assert_eq!(payment::poll_due(&shop.app()).await.unwrap(), 2, "who was not asked about yet");
    assert_eq!(payment::poll_due(&shop.app()).await.unwrap(), 0, "not twice within a minute");
    shop.passes(1).await;
    assert_eq!(payment::poll_due(&shop.app()).await.unwrap(), 5);
    assert_eq!(shop.count(UNANSWERED).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_429_expiry_asks_once_a_round_and_then_goes_on() {
    let shop = Shop::open().await;
    five_are_about_to_pay(&shop).await;
    shop.passes(31).await;
    shop.gateway.goes_wrong("/v1/", "429", 3).await;
    for asked in 1..=3 {
        assert_eq!(jobs::expire_due(&shop.app()).await.unwrap(), 0);
        assert_eq!(shop.count(UNANSWERED).await, asked, "each round another one, and only one");
    }
    assert_eq!(jobs::expire_due(&shop.app()).await.unwrap(), 2, "who was not asked about yet");
    assert_eq!(jobs::expire_due(&shop.app()).await.unwrap(), 0, "not twice within a minute");
    shop.passes(1).await;
    assert_eq!(jobs::expire_due(&shop.app()).await.unwrap(), 3);
    assert_eq!(shop.count("stock_holds").await, 0);
}

/// Late for its first questions, as after a night with the server off.
#[tokio::test(flavor = "multi_thread")]
async fn questions_that_are_overdue_are_not_asked_all_at_once() {
    let shop = Shop::open().await;
    shop.visitor().adds("assam-tea", 1).await.places_the_order().await;
    shop.passes(20).await;
    for asked in [1, 0, 0] {
        assert_eq!(payment::poll_due(&shop.app()).await.unwrap(), asked);
    }
    shop.passes(1).await;
    assert_eq!(payment::poll_due(&shop.app()).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn news_of_a_sale_that_comes_a_day_late_changes_nothing() {
    let shop = Shop::open().await;
    let (body, event) = news_of_a_payment(&shop, &mut shop.visitor()).await;
    shop.passes(1).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid' and version = 2").await, 1);
    shop.passes(24 * 60).await;
    shop.works().await;
    assert_eq!(deliver_signed(&shop, &body, &event).await, 200);
    shop.works().await;
    assert_eq!(shop.count("gateway_events where state = 'worked'").await, 1);
    assert_eq!(shop.count("orders where state = 'paid' and version = 2").await, 1);
    assert_eq!((shop.count("payments").await, shop.count("letters").await), (1, 1));
    assert_eq!(shop.count("stock_movements where kind = 'sold'").await, 1);
    assert_eq!((shop.count("refunds").await, shop.count("desk_tasks").await), (0, 0));
}
