//! Money that a bank set aside and nobody took yet: the gateway should capture it, and if it does
//! not, the shop does.

use crate::story::{Paid, Shop, Visitor, signed};
use kirana::payment;
use std::time::Duration;

/// An order is placed, and its buyer's bank sets the money aside.
async fn sets_aside(shop: &Shop, buyer: &mut Visitor) -> Paid {
    buyer.adds("assam-tea", 2).await.places_the_order().await;
    shop.gateway.pays(&buyer.gateway_order(), "authorized").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_is_authorised_only_is_captured_by_the_shop() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let paid = sets_aside(&shop, &mut asha).await;
    let callback = asha.callback();
    asha.comes_back(&callback, &signed(&paid)).await.sees("We are checking your payment");
    assert_eq!(shop.count("payments where status = 'authorized'").await, 1);
    // The gateway should do it by itself, so it gets its minute.
    shop.passes(2).await;
    shop.works().await;
    assert_eq!(shop.gateway.book("payments").await[0]["status"], "captured");
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_that_fails_is_tried_again() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    sets_aside(&shop, &mut asha).await;
    shop.gateway.goes_wrong("/v1/payments", "500", 200).await;
    for _ in 0..3 {
        shop.passes(3).await;
        shop.works().await;
    }
    assert_eq!(shop.gateway.book("payments").await[0]["status"], "authorized");
    assert_eq!(shop.count("orders where state = 'awaiting_payment'").await, 1);
    shop.gateway.recovers().await;
    shop.passes(10).await;
    shop.works().await;
    assert_eq!(shop.gateway.book("payments").await[0]["status"], "captured");
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
}

/// The gateway's word about the payment decides, not its answer to a capture; what does not pass by
/// itself a person is told of.
#[tokio::test(flavor = "multi_thread")]
async fn a_capture_that_is_refused_is_told_and_asked_for_again() {
    for (refusal, told) in [
        ("401", &["gateway-key"][..]),
        ("409", &[]),
        ("429", &[]),
        ("message_parameters", &["capture-refused"]),
    ] {
        let shop = Shop::open().await;
        let mut asha = shop.visitor();
        let paid = sets_aside(&shop, &mut asha).await;
        let capture = format!("/v1/payments/{}/capture", paid.payment);
        shop.gateway.goes_wrong(&capture, refusal, 1).await;
        shop.passes(2).await;
        payment::poll_due(&shop.app()).await.unwrap();
        assert_eq!(shop.gateway.book("payments").await[0]["status"], "authorized", "{refusal}");
        assert_eq!(shop.count("orders where state = 'awaiting_payment'").await, 1, "{refusal}");
        assert_eq!(shop.texts("select kind from desk_tasks").await, told, "{refusal}");
        shop.passes(5).await;
        shop.works().await;
        assert_eq!(shop.gateway.book("payments").await[0]["status"], "captured", "{refusal}");
        assert_eq!(shop.count("orders where state = 'paid'").await, 1, "{refusal}");
        let left = "desk_tasks where kind = 'capture-refused' and done_at is null";
        assert_eq!(shop.count(left).await, 0, "{refusal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_is_captured_while_the_shop_is_about_to_is_booked() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let paid = sets_aside(&shop, &mut asha).await;
    shop.passes(2).await;
    // What the list says is old before it arrives: somebody captures at the dashboard.
    shop.gateway.answers_late(&format!("/v1/orders/{}/payments", paid.order), 1_000).await;
    let app = shop.app();
    let asking = tokio::spawn(async move { payment::poll_due(&app).await });
    while !shop.gateway.book("faults").await.is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // The fault is taken before the list is read, which is a matter of a moment.
    tokio::time::sleep(Duration::from_millis(200)).await;
    shop.gateway.captures(&paid.payment).await;
    asking.await.unwrap().unwrap();
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    assert_eq!(shop.count("payments where role = 'settles' and status = 'captured'").await, 1);
    assert_eq!(shop.count("desk_tasks").await, 0);
    assert_eq!(shop.gateway.book("payments").await.len(), 1);
}
