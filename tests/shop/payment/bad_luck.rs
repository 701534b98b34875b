//! The gateway is slow, broken or away: what is not known stays unknown and is asked about again.

use crate::story::{HOME, Shop, signed};

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_gateway_means_waiting_and_never_failed() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.places_the_order().await;
    let (order, callback) = (asha.gateway_order(), asha.callback());
    let paid = shop.gateway.pays(&order, "success").await;
    for mode in ["500", "html502", "429", "cut"] {
        // Reads are asked a second time where the connection breaks.
        shop.gateway.goes_wrong("/v1/orders", mode, 4).await;
        asha.comes_back(&callback, &signed(&paid)).await.got(200);
        asha.sees("We are checking your payment").does_not_see("failed");
        shop.passes(1).await;
        shop.works().await;
        assert_eq!(shop.count("orders where state = 'awaiting_payment'").await, 1, "{mode}");
        shop.gateway.recovers().await;
    }
    shop.passes(60).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    assert_eq!(shop.count("payments").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_gateway_down_the_order_is_kept_and_can_be_paid_later() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await;
    shop.gateway.goes_wrong("/v1/orders", "500", 2).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    asha.sends(form).await.is_at("/checkout/pay/").got(200);
    asha.sees("Payment is not available right now").sees("Your order is kept");
    assert_eq!(shop.count("orders where state = 'awaiting_payment'").await, 1);
    assert_eq!(shop.count("stock_holds").await, 1);
    let retry = asha.page.form("/do/checkout/retry");
    asha.sends(retry.clone()).await.sees("Payment is not available right now");
    asha.sends(retry).await.sees("To pay ₹419.00").pays().await.is_at("/orders/K");
    assert_eq!(shop.gateway.book("orders").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_that_the_gateway_does_not_take_are_one_task_for_the_desk() {
    let shop = Shop::open().await;
    for mode in ["message_parameters", "odd_200"] {
        shop.gateway.goes_wrong("/v1/orders", mode, 1).await;
        let mut asha = shop.visitor();
        asha.adds("assam-tea", 2).await;
        let form = asha.checkout_form("asha@example.in", &HOME).await;
        asha.sends(form).await.sees("Payment is not available right now");
        assert_eq!(shop.count("desk_tasks where kind = 'order-refused'").await, 1, "{mode}");
        let retry = asha.page.form("/do/checkout/retry");
        asha.sends(retry).await.sees("To pay ₹419.00").pays().await.is_at("/orders/K");
    }
    assert_eq!(shop.count("orders where state = 'paid'").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_the_gateway_denies_twice_is_a_task_and_is_asked_about_again() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.places_the_order().await;
    let order = asha.gateway_order();
    shop.gateway.pays(&order, "success").await;
    for tasks in [0, 1] {
        shop.gateway.goes_wrong("/v1/orders", "message_parameters", 1).await;
        shop.passes(1).await;
        shop.works().await;
        assert_eq!(shop.count("desk_tasks where kind = 'order-denied'").await, tasks);
        assert_eq!(shop.count("orders where state = 'awaiting_payment'").await, 1);
    }
    shop.passes(5).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_order_whose_answer_was_lost_is_found_again() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await;
    shop.gateway.goes_wrong("/v1/orders", "cut", 1).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    asha.sends(form).await.sees("Payment is not available right now");
    assert_eq!(shop.gateway.book("orders").await.len(), 1, "made, but nobody heard of it");
    let retry = asha.page.form("/do/checkout/retry");
    asha.sends(retry).await.sees("To pay ₹419.00").pays().await.is_at("/orders/K");
    assert_eq!(shop.gateway.book("orders").await.len(), 1);
}

/// The same with a real silence of fifteen seconds, the client's own time limit.
#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_never_answers_does_not_hold_up_the_order() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await;
    shop.gateway.goes_wrong("/v1/orders", "timeout_after", 1).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    asha.sends(form).await.got(200).sees("Payment is not available right now");
    let retry = asha.page.form("/do/checkout/retry");
    asha.sends(retry).await.sees("To pay ₹419.00");
    assert_eq!(shop.gateway.book("orders").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_needs_the_orders_secret_link() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await;
    shop.gateway.goes_wrong("/v1/orders", "500", 1).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    let retry = asha.sends(form).await.page.form("/do/checkout/retry");
    let mut eve = shop.visitor();
    for tampered in [retry.clone().with("key", ""), retry.clone().with("order", "x")] {
        eve.posts(&retry.action, tampered.fields()).await.got(404);
    }
    assert_eq!(shop.gateway.book("orders").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_whose_answer_is_lost_is_made_once() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.places_the_order().await;
    let order = asha.gateway_order();
    shop.gateway.pays(&order, "success").await;
    let second = shop.gateway.pays_once_more(&order).await;
    let path = format!("/v1/payments/{}", second.payment);
    shop.gateway.goes_wrong(&path, "cut", 1).await;
    shop.passes(1).await;
    shop.works().await;
    assert_eq!(shop.count("payments where role = 'surplus'").await, 1);
    assert_eq!(shop.count("refunds where state = 'unknown' and tries = 1").await, 1);
    assert_eq!(shop.gateway.book("refunds").await.len(), 1, "made, but nobody heard of it");
    for _ in 0..4 {
        shop.passes(10).await;
        shop.works().await;
    }
    assert_eq!(shop.count("refunds where state = 'processed'").await, 1);
    assert_eq!(shop.gateway.book("refunds").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_event_waits_until_the_gateway_answers() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.places_the_order().await;
    let order = asha.gateway_order();
    shop.gateway.webhooks(true).await;
    shop.gateway.pays(&order, "success").await;
    shop.gateway.goes_wrong("/v1/orders", "500", 3).await;
    shop.gateway.passes(2).await;
    shop.until("gateway_events", 3).await;
    shop.works().await;
    assert_eq!(shop.count("gateway_events where state = 'waiting' and tries = 1").await, 3);
    assert_eq!(shop.count("orders where state = 'paid'").await, 0);
    shop.gateway.recovers().await;
    shop.passes(1).await;
    shop.works().await;
    assert_eq!(shop.count("gateway_events where state = 'worked'").await, 3);
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_while_the_gateway_answers_makes_no_second_order_there() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    asha.sends(form.clone()).await;
    let first = asha.gateway_order();
    // What a crash after the answer and before the commit leaves behind.
    let crash = "update attempts set gateway_order_id = null,
                     problem = 'the gateway was asked for its order'";
    assert_eq!(shop.meddles(crash).await, 1);
    shop.is_killed_and_started().await;
    asha.sends(form).await;
    assert_eq!(asha.gateway_order(), first);
    assert_eq!(shop.gateway.book("orders").await.len(), 1);
}

/// The keys were changed from test to live while an order waited for its gateway order.
#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_belongs_to_the_keys_that_its_gateway_order_was_made_with() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    shop.gateway.goes_wrong("/v1/orders", "500", 4).await;
    asha.sends(form.clone()).await;
    shop.gateway.recovers().await;
    assert_eq!(shop.meddles("update attempts set gateway_mode = 'live'").await, 1);
    asha.sends(form).await;
    assert_eq!(shop.text("select gateway_mode from attempts").await, "test");
    asha.pays().await.is_at("/orders/K");
}
