//! What a person must be told, and what machines may read.

use crate::check::{all_hold, at_once, check, numbers, with_the_gateway};
use crate::story::Shop;
use axum::http::{HeaderMap, HeaderValue};
use kirana::check::Verdict;
use kirana::jobs;
use kirana::payment;

const ALARM: &str = "desk_tasks where kind = 'webhook-silence'";

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_that_never_come_raise_one_alarm_which_ends_by_itself() {
    let shop = Shop::open().await;
    shop.visitor().buys("assam-tea", 1).await;
    payment::watch(&shop.app()).await.unwrap();
    assert_eq!(shop.count(ALARM).await, 0, "they may still be on their way");
    for _ in 0..3 {
        shop.passes(11).await;
        payment::watch(&shop.app()).await.unwrap();
    }
    assert_eq!(shop.count(&format!("{ALARM} and done_at is null")).await, 1);
    shop.shopkeeper().await.opens("/admin").await.sees("The gateway's webhooks do not arrive");
    shop.passes(24 * 60).await;
    payment::watch(&shop.app()).await.unwrap();
    assert_eq!(shop.count(&format!("{ALARM} and done_at is not null")).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_that_come_raise_no_alarm() {
    let shop = Shop::open().await;
    shop.gateway.webhooks(true).await;
    shop.visitor().buys("assam-tea", 1).await;
    shop.gateway.passes(2).await;
    shop.until("gateway_events", 3).await;
    shop.passes(60).await;
    payment::watch(&shop.app()).await.unwrap();
    assert_eq!(shop.count(ALARM).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn news_of_a_failed_try_does_not_show_that_webhooks_of_paid_orders_come() {
    let shop = Shop::open().await;
    shop.visitor().buys("assam-tea", 1).await;
    let order = shop.text("select gateway_order_id from attempts").await;
    let heard = |name: &str| {
        format!(
            "insert into gateway_events
                 (id, name, gateway_order_id, body, received_at, state)
             values ('evt_{name}', '{name}', '{order}', '', 0, 'worked')"
        )
    };
    shop.passes(11).await;
    for (name, alarms) in [("payment.failed", 1), ("refund.processed", 1), ("order.paid", 0)] {
        shop.meddles(&heard(name)).await;
        payment::watch(&shop.app()).await.unwrap();
        assert_eq!(shop.count(&format!("{ALARM} and done_at is null")).await, alarms, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn money_not_back_after_five_days_is_told_to_the_desk() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await.places_the_order().await;
    let order = asha.gateway_order();
    shop.gateway.pays(&order, "success").await;
    shop.gateway.pays_once_more(&order).await;
    shop.passes(1).await;
    payment::poll_due(&shop.app()).await.unwrap();
    assert_eq!(shop.count("refunds where state = 'intended'").await, 1);
    shop.clock.advance(kirana::clock::DAY * 5);
    payment::watch(&shop.app()).await.unwrap();
    let told = "desk_tasks where kind = 'refund-late'";
    assert_eq!(shop.count(&format!("{told} and done_at is null")).await, 1);
    for _ in 0..3 {
        shop.works().await;
        shop.passes(5).await;
    }
    assert_eq!(shop.count(&format!("{told} and done_at is null")).await, 0, "it is through");
}

/// T is the day of the payment, not that on which the shop heard of it.
#[tokio::test(flavor = "multi_thread")]
async fn five_days_are_counted_from_the_payment() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await.places_the_order().await;
    let order = asha.gateway_order();
    shop.gateway.pays(&order, "success").await;
    shop.gateway.pays_once_more(&order).await;
    shop.passes(3 * 24 * 60).await;
    payment::poll_due(&shop.app()).await.unwrap();
    assert_eq!(shop.count("refunds where state = 'intended'").await, 1);
    let told = "desk_tasks where kind = 'refund-late'";
    shop.clock.advance(kirana::clock::DAY * 2 - kirana::clock::MINUTE);
    payment::watch(&shop.app()).await.unwrap();
    assert_eq!(shop.count(told).await, 0);
    shop.clock.advance(kirana::clock::MINUTE * 2);
    payment::watch(&shop.app()).await.unwrap();
    assert_eq!(shop.count(told).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_does_not_answer_raises_one_alarm_which_ends_by_itself() {
    let shop = Shop::open().await;
    for _ in 0..2 {
        shop.visitor().adds("assam-tea", 1).await.places_the_order().await;
    }
    shop.gateway.goes_wrong("/v1/orders", "500", 200).await;
    let told = "desk_tasks where kind = 'gateway-silence'";
    for (minutes, tasks) in [(1, 0), (1, 0), (3, 0), (10, 1), (5, 1)] {
        shop.passes(minutes).await;
        payment::poll_due(&shop.app()).await.unwrap();
        payment::watch(&shop.app()).await.unwrap();
        assert_eq!(shop.count(&format!("{told} and done_at is null")).await, tasks, "{minutes}");
    }
    shop.shopkeeper().await.opens("/admin").await.sees("The gateway does not answer");
    shop.gateway.recovers().await;
    shop.passes(20).await;
    payment::poll_due(&shop.app()).await.unwrap();
    payment::watch(&shop.app()).await.unwrap();
    assert_eq!(shop.count(&format!("{told} and done_at is not null")).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_could_not_go_back_is_not_forgotten_when_somebody_says_done() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await.places_the_order().await;
    let order = asha.gateway_order();
    shop.gateway.leaves_refunds_pending().await;
    shop.gateway.pays(&order, "success").await;
    shop.gateway.pays_once_more(&order).await;
    shop.passes(1).await;
    payment::poll_due(&shop.app()).await.unwrap();
    shop.works().await;
    let refund = shop.text("select gateway_refund_id from refunds where state = 'pending'").await;
    shop.gateway.fails_refund(&refund).await;
    shop.passes(20).await;
    shop.works().await;
    assert_eq!(shop.count("refunds where state = 'failed'").await, 1);
    let open = "desk_tasks where done_at is null and kind";
    assert_eq!(shop.count(&format!("{open} = 'refund'")).await, 1);
    all_hold(&check(&shop, &at_once()).await);
    shop.meddles("update desk_tasks set done_at = 1").await;
    let broken = numbers(&check(&shop, &at_once()).await, Verdict::Broken);
    assert_eq!(broken, [1], "the surplus is kept, and nobody is told");
    shop.clock.advance(kirana::clock::DAY * 5);
    payment::watch(&shop.app()).await.unwrap();
    assert_eq!(shop.count(&format!("{open} = 'refund-late'")).await, 1);
    let broken = numbers(&check(&shop, &at_once()).await, Verdict::Broken);
    assert!(!broken.contains(&1), "somebody is told again: {broken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_marks_a_task_as_done() {
    let shop = Shop::open().await;
    shop.visitor().buys("assam-tea", 1).await;
    shop.passes(11).await;
    payment::watch(&shop.app()).await.unwrap();
    let task = shop.text("select id from desk_tasks").await;
    shop.customer("ravi@example.in")
        .await
        .posts("/do/admin/task", &[("task", &*task)])
        .await
        .got(404);
    let mut mira = shop.shopkeeper().await;
    mira.posts("/do/admin/task", &[("task", &*task)]).await.follows().await.sees("Noted as done.");
    mira.opens("/admin").await.sees("Nothing waits for you.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_is_done_comes_back_when_the_same_is_still_so() {
    let shop = Shop::open().await;
    shop.gateway.goes_wrong("/v1/orders", "401", 9).await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await.places_the_order().await;
    asha.sees("Payment is not available right now");
    let told = "desk_tasks where kind = 'gateway-key' and done_at is null";
    assert_eq!(shop.count(told).await, 1, "a wrong key is told from the first order on");
    let task = shop.text("select id from desk_tasks").await;
    shop.shopkeeper().await.posts("/do/admin/task", &[("task", &*task)]).await.got(303);
    shop.visitor().adds("assam-tea", 1).await.places_the_order().await;
    assert_eq!(shop.count(told).await, 0, "somebody is at it");
    shop.clock.advance(21 * kirana::clock::HOUR);
    shop.visitor().adds("assam-tea", 1).await.places_the_order().await;
    assert_eq!(shop.count(told).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_is_told_to_the_desk_once() {
    let shop = Shop::open().await;
    shop.visitor().buys("assam-tea", 2).await;
    let payment = shop.text("select id from payments").await;
    shop.gateway.webhooks(true).await;
    shop.gateway.is_disputed(&payment).await;
    shop.gateway.passes(60).await;
    shop.until("gateway_events where name = 'payment.dispute.created'", 1).await;
    for _ in 0..3 {
        shop.works().await;
        shop.passes(3).await;
    }
    assert_eq!(shop.count("desk_tasks where kind = 'dispute' and order_id is not null").await, 1);
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    shop.shopkeeper().await.opens("/admin").await.sees("A shopper's bank disputes a payment");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_nobody_can_be_sure_of_waits_a_minute_longer_each_time() {
    let shop = Shop::open().await;
    shop.visitor().adds("saffron", 1).await.places_the_order().await;
    shop.gateway.goes_wrong("/v1/orders", "500", 4).await;
    shop.passes(31).await;
    for _ in 0..3 {
        jobs::expire_due(&shop.app()).await.unwrap();
    }
    let asked = "select cast(count(*) as text) from orders where expires_at > placed_at + 1860000";
    assert_eq!(shop.text(asked).await, "1", "asked once, then not before a minute is over");
    shop.gateway.recovers().await;
    shop.passes(2).await;
    jobs::expire_due(&shop.app()).await.unwrap();
    assert_eq!(shop.count("orders where state = 'expired'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_authorised_after_the_order_ended_is_let_go() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("saffron", 1).await.places_the_order().await;
    let order = asha.gateway_order();
    shop.passes(31).await;
    shop.works().await;
    shop.gateway.pays(&order, "authorized").await;
    for _ in 0..3 {
        shop.passes(60).await;
        shop.works().await;
    }
    assert_eq!(shop.gateway.book("payments").await[0]["status"], "authorized");
    assert_eq!(shop.count("payments where status = 'authorized' and role is null").await, 1);
    assert_eq!(shop.count("orders where state = 'expired'").await, 1);
    // The gateway lets an authorisation go after five days, and that is in order.
    for _ in 0..6 {
        shop.passes(24 * 60).await;
        shop.works().await;
    }
    assert_eq!(shop.gateway.book("payments").await[0]["status"], "refunded");
    all_hold(&check(&shop, &with_the_gateway()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_for_this_machine_or_for_who_has_the_token() {
    let shop = Shop::open().await;
    shop.visitor().opens("/metrics").await.got(404);
    let mut app = shop.config.clone();
    app.metrics_token = Some(kirana::config::Secret("let-me-read".into()));
    shop.starts_with(&app).await;
    shop.visitor().buys("assam-tea", 1).await;
    let mut reader = shop.visitor();
    for (token, status) in
        [("Bearer let-me", 404), ("let-me-read", 404), ("Bearer let-me-read", 200)]
    {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::from_str(token).unwrap());
        reader.makes("GET", "/metrics", headers, Vec::new()).await;
        reader.got(status);
    }
    let text = &reader.page.body;
    for line in [
        "kirana_settlements_total{door=\"return\",outcome=\"paid\"} 1",
        "kirana_standing{what=\"inbox_waiting\"} 0",
        "kirana_standing{what=\"letters_waiting\"} 1",
    ] {
        assert!(text.contains(line), "{line} is missing in {text}");
    }
}
