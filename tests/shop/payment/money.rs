//! Money that is not what was agreed: another sum, a second payment, one that nobody captured.

use crate::story::{Shop, Visitor, signed};
use kirana::payment;
use std::time::Duration;

async fn is_about_to_pay(buyer: &mut Visitor) -> (String, String) {
    buyer.adds("assam-tea", 2).await.places_the_order().await;
    (buyer.gateway_order(), buyer.callback())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_amount_is_set_aside_with_a_task_for_the_desk() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, callback) = is_about_to_pay(&mut asha).await;
    shop.meddles("update attempts set amount_paise = amount_paise + 1").await;
    let paid = shop.gateway.pays(&order, "success").await;
    asha.comes_back(&callback, &signed(&paid)).await.is_at("/checkout/pay/");
    asha.sees("We are checking your payment");
    shop.passes(2).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 0);
    assert_eq!(shop.count("payments where role = 'mismatch'").await, 1);
    assert_eq!(shop.count("desk_tasks where kind = 'mismatch'").await, 1);
    assert_eq!((shop.count("refunds").await, shop.count("letters").await), (0, 0));
    let timeline = shop.texts("select kind from order_events order by version").await;
    assert_eq!(timeline, ["placed", "set-aside"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_currency_is_set_aside() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, _) = is_about_to_pay(&mut asha).await;
    shop.meddles("update attempts set currency = 'USD'").await;
    shop.gateway.pays(&order, "success").await;
    shop.passes(1).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 0);
    assert_eq!(shop.count("payments where role = 'mismatch' and currency = 'INR'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn money_set_aside_keeps_the_order_from_expiring_unseen() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, _) = is_about_to_pay(&mut asha).await;
    shop.meddles("update attempts set amount_paise = amount_paise + 1").await;
    shop.gateway.pays(&order, "success").await;
    for minutes in [1, 10, 30] {
        shop.passes(minutes).await;
        shop.works().await;
    }
    // Whatever becomes of the order, the task for a person is there and no second one.
    assert_eq!(shop.count("desk_tasks where kind = 'mismatch' and done_at is null").await, 1);
    assert_eq!(shop.count("payments where role = 'mismatch'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_captured_payment_goes_back_in_full() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, callback) = is_about_to_pay(&mut asha).await;
    let first = shop.gateway.pays(&order, "success").await;
    asha.comes_back(&callback, &signed(&first)).await.is_at("/orders/K");
    let second = shop.gateway.pays_once_more(&order).await;
    assert_ne!(first.payment, second.payment);
    // The news come by the return of the other window.
    asha.comes_back(&callback, &signed(&second)).await.is_at("/orders/K");
    let surplus = format!("payments where role = 'surplus' and id = '{}'", second.payment);
    assert_eq!(shop.count(&surplus).await, 1);
    assert_eq!(shop.count("refunds where state = 'intended'").await, 1);
    for _ in 0..3 {
        shop.works().await;
        shop.passes(5).await;
    }
    assert_eq!(shop.count("refunds where state = 'processed' and amount_paise = 41900").await, 1);
    assert_eq!(shop.count("letters where kind = 'money-goes-back'").await, 1);
    assert_eq!(shop.count("letters where kind = 'order-confirmation'").await, 1);
    let refunds = shop.gateway.book("refunds").await;
    assert_eq!(refunds.len(), 1);
    assert_eq!(
        (&refunds[0]["payment_id"], &refunds[0]["amount"]),
        (&second.payment.into(), &41_900.into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_captured_payments_seen_at_once_settle_one_and_return_one() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, _) = is_about_to_pay(&mut asha).await;
    shop.gateway.pays(&order, "success").await;
    shop.gateway.pays_once_more(&order).await;
    shop.passes(1).await;
    shop.works().await;
    assert_eq!(shop.count("payments where role = 'settles'").await, 1);
    assert_eq!(shop.count("payments where role = 'surplus'").await, 1);
    assert_eq!(shop.count("refunds").await, 1);
    assert_eq!(shop.count("stock_movements where kind = 'sold'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_withdrawn_after_the_order_goes_to_who_pays_for_it() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, callback) = is_about_to_pay(&mut asha).await;
    shop.meddles("update products set withdrawn_at = 1 where slug = 'assam-tea'").await;
    let paid = shop.gateway.pays(&order, "success").await;
    asha.comes_back(&callback, &signed(&paid)).await.is_at("/orders/K").sees("Assam tea");
    assert_eq!(shop.count("products where slug = 'assam-tea' and on_hand = 998").await, 1);
    asha.has_in_the_cart(&[]).await;
}

/// A server that stands still in the middle of booking holds the order's row; another one waits for
/// it, and books if it dies.
#[tokio::test(flavor = "multi_thread")]
async fn a_booking_that_stands_still_and_dies_is_made_by_the_next() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, _) = is_about_to_pay(&mut asha).await;
    shop.gateway.pays(&order, "success").await;
    let (id, attempt) =
        (shop.text("select id from orders").await, shop.text("select id from attempts").await);
    let app = shop.app();
    let mut still = app.db.begin().await.unwrap();
    kirana::order::service::lock(&mut still, &id).await.unwrap();
    let next = tokio::spawn({
        let app = app.clone();
        async move { payment::settle(&app, &attempt, "poller").await.unwrap() }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!next.is_finished());
    drop(still);
    next.await.unwrap();
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    assert_eq!(shop.count("stock_movements where kind = 'sold'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sum_that_was_garbled_before_the_capture_does_not_stay() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, _) = is_about_to_pay(&mut asha).await;
    shop.gateway.pays(&order, "authorized").await;
    // One answer tells a rupee too much.
    shop.gateway.goes_wrong("/v1/orders", "odd_200", 1).await;
    shop.passes(1).await;
    shop.works().await;
    let total = shop.number("select total_paise from orders").await;
    assert_eq!(shop.number("select amount_paise from payments").await, total + 100);
    shop.passes(2).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    assert_eq!(shop.number("select amount_paise from payments").await, total);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_still_open_at_the_bank_keeps_the_order_waiting() {
    let shop = Shop::open_with(&[("KIRANA_HOLD_MINUTES", "5")]).await;
    let mut asha = shop.visitor();
    let (order, callback) = is_about_to_pay(&mut asha).await;
    let pending = shop.gateway.pays(&order, "pending").await;
    asha.comes_back(&callback, &signed(&pending)).await.sees("We are checking your payment");
    shop.passes(6).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'awaiting_payment'").await, 1, "under way");
    assert_eq!(shop.count("stock_holds").await, 1);
    shop.gateway.captures_late(&pending.payment).await;
    shop.passes(1).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_books_of_shop_and_gateway_agree() {
    let shop = Shop::open().await;
    for (slug, units) in [("assam-tea", 1), ("cow-ghee", 2), ("soan-papdi", 3)] {
        shop.visitor().buys(slug, units).await;
    }
    let sum = |rows: &[serde_json::Value]| -> i64 {
        let captured = rows.iter().filter(|row| row["status"] == "captured");
        captured.map(|row| row["amount"].as_i64().unwrap()).sum()
    };
    let gateway = sum(&shop.gateway.book("payments").await);
    let paid = "select cast(sum(total_paise) as bigint) from orders where state = 'paid'";
    assert_eq!(shop.number(paid).await, gateway);
    let booked = "select cast(sum(amount_paise) as bigint) from payments where role = 'settles'";
    assert_eq!(shop.number(booked).await, gateway);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_cannot_be_booked_is_told_and_keeps_no_other_waiting() {
    let shop = Shop::open().await;
    let (mut asha, mut ravi) = (shop.visitor(), shop.visitor());
    let (stuck, _) = is_about_to_pay(&mut asha).await;
    shop.meddles("update products set held = 0 where slug = 'assam-tea'").await;
    shop.gateway.pays(&stuck, "success").await;
    let (told, mut failed) = ("desk_tasks where kind = 'booking' and done_at is null", 0);
    for minutes in [1, 1, 3, 5, 5, 15, 61] {
        shop.passes(minutes).await;
        failed += i32::from(payment::poll_due(&shop.app()).await.is_err());
    }
    assert_eq!((failed, shop.count(told).await), (7, 1));
    ravi.adds("cardamom", 1).await.places_the_order().await;
    shop.gateway.pays(&ravi.gateway_order(), "success").await;
    shop.passes(61).await;
    payment::poll_due(&shop.app()).await.unwrap_err();
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    shop.meddles("update products set held = 2 where slug = 'assam-tea'").await;
    shop.passes(61).await;
    payment::poll_due(&shop.app()).await.unwrap();
    assert_eq!(shop.count("orders where state = 'paid'").await, 2);
}
