//! The webhook's door: raw bytes, signature, stored, 200; whatever else comes of it comes later.

use crate::story::{PREVIOUS_SECRET, Shop, Visitor, WEBHOOK_SECRET, all_at_once};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use kirana::razorpay::WebhookSecret;
use kirana::razorpay::signature::sign_webhook;

const DOOR: &str = "/razorpay/webhook";

fn headers(signature: &str, event: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("content-type", "application/json"),
        ("x-razorpay-signature", signature),
        ("x-razorpay-event-id", event),
    ] {
        let value = HeaderValue::from_str(value).unwrap();
        headers.insert(HeaderName::from_static(name), value);
    }
    headers
}

fn sign(secret: &str, body: &str) -> String {
    sign_webhook(&WebhookSecret::new(secret), body.as_bytes())
}

/// Delivers a body under a signature; the status of the answer.
async fn deliver(shop: &Shop, body: &str, signature: &str, event: &str) -> u16 {
    let mut courier = shop.visitor();
    courier.makes("POST", DOOR, headers(signature, event), body.into()).await;
    courier.page.status
}

pub async fn deliver_signed(shop: &Shop, body: &str, event: &str) -> u16 {
    deliver_signed_with(shop, WEBHOOK_SECRET, body, event).await
}

pub async fn deliver_signed_with(shop: &Shop, secret: &str, body: &str, event: &str) -> u16 {
    deliver(shop, body, &sign(secret, body), event).await
}

/// A paid order whose news has not come: the body of its "payment.captured" and the event's id.
pub async fn news_of_a_payment(shop: &Shop, buyer: &mut Visitor) -> (String, String) {
    buyer.adds("assam-tea", 2).await.places_the_order().await;
    let order = buyer.gateway_order();
    shop.gateway.pays(&order, "success").await;
    shop.gateway.event("payment.captured", &order).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_signature_is_401_and_nothing_is_stored() {
    let shop = Shop::open().await;
    let (body, event) = news_of_a_payment(&shop, &mut shop.visitor()).await;
    let good = sign(WEBHOOK_SECRET, &body);
    let changed = format!("{}0", &good[..63]);
    let changed = if changed == good { format!("{}1", &good[..63]) } else { changed };
    for bad in ["", "zz", &changed, &good[..62], &sign("another secret", &body), &sign("", &body)] {
        assert_eq!(deliver(&shop, &body, bad, &event).await, 401, "{bad}");
    }
    let longer = format!("{body} ");
    assert_eq!(deliver(&shop, &longer, &good, &event).await, 401, "one byte more");
    let mut unsigned = headers(&good, &event);
    unsigned.remove("x-razorpay-signature");
    let mut courier = shop.visitor();
    courier.makes("POST", DOOR, unsigned, body.clone().into()).await;
    courier.got(401);
    assert_eq!(shop.count("gateway_events").await, 0);
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_with_the_previous_secret_is_accepted() {
    let shop = Shop::open().await;
    let (body, event) = news_of_a_payment(&shop, &mut shop.visitor()).await;
    assert_eq!(deliver_signed_with(&shop, PREVIOUS_SECRET, &body, &event).await, 200);
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_webhook_a_hundred_times_has_one_effect() {
    let shop = Shop::open().await;
    let (body, event) = news_of_a_payment(&shop, &mut shop.visitor()).await;
    let deeds = (0..100).map(|_| {
        let (shop, body, event) = (shop.clone(), body.clone(), event.clone());
        async move { deliver_signed(&shop, &body, &event).await }
    });
    assert!(all_at_once(deeds).await.iter().all(|status| *status == 200));
    assert_eq!(shop.count("gateway_events").await, 1);
    shop.works().await;
    assert_eq!(deliver_signed(&shop, &body, &event).await, 200);
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    assert_eq!(shop.count("letters").await, 1);
    assert_eq!(shop.count("gateway_events where state = 'worked' and tries = 1").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_different_events_of_one_payment_have_one_effect() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (captured, first) = news_of_a_payment(&shop, &mut asha).await;
    let order = asha.gateway_order();
    let (paid, second) = shop.gateway.event("order.paid", &order).await;
    // The later one comes first, the earliest last.
    let (authorized, third) = shop.gateway.event("payment.authorized", &order).await;
    for (body, event) in [(paid, second), (captured, first), (authorized, third)] {
        assert_eq!(deliver_signed(&shop, &body, &event).await, 200);
        shop.works().await;
    }
    assert_eq!(shop.count("payments where status = 'captured'").await, 1);
    assert_eq!((shop.count("payments").await, shop.count("letters").await), (1, 1));
    assert_eq!(shop.count("gateway_events where state = 'worked'").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_order_is_kept_as_not_ours() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (body, event) = news_of_a_payment(&shop, &mut asha).await;
    let foreign = body.replace(&asha.gateway_order(), "order_ZZZZZZZZZZZZZZ");
    assert_eq!(deliver_signed(&shop, &foreign, &event).await, 200);
    shop.works().await;
    assert_eq!(shop.count("gateway_events where state = 'not_ours'").await, 1);
    assert_eq!(shop.count("orders where state = 'paid'").await, 0);
    assert_eq!(shop.count("payments").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_kind_of_event_is_kept_and_answered() {
    let shop = Shop::open().await;
    let body =
        r#"{"entity":"event","event":"moon.full","contains":[],"payload":{},"created_at":1}"#;
    assert_eq!(deliver_signed(&shop, body, "evt_moon").await, 200);
    shop.works().await;
    assert_eq!(shop.text("select name from gateway_events").await, "moon.full");
    assert_eq!(shop.count("gateway_events where state = 'not_ours'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn signed_bytes_that_are_no_json_are_kept_and_answered() {
    let shop = Shop::open().await;
    for (number, body) in ["not json", "", "[]", "{\"event\":7}", "\u{0}\u{1}"].iter().enumerate() {
        let event = format!("evt_{number}");
        assert_eq!(deliver_signed(&shop, body, &event).await, 200, "{body:?}");
    }
    shop.works().await;
    assert_eq!(shop.count("gateway_events").await, 5);
    assert_eq!(shop.count("gateway_events where state = 'waiting'").await, 0);
}

/// A person is asked about that money once: its news are done with and need nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn news_of_money_that_was_set_aside_are_done_with() {
    let shop = Shop::open().await;
    let (body, event) = news_of_a_payment(&shop, &mut shop.visitor()).await;
    shop.meddles("update attempts set amount_paise = amount_paise + 1").await;
    assert_eq!(deliver_signed(&shop, &body, &event).await, 200);
    shop.works().await;
    assert_eq!(shop.text("select role from payments").await, "mismatch");
    assert_eq!(shop.text("select state from gateway_events").await, "worked");
    assert_eq!(shop.count("desk_tasks").await, 1);
}

/// What a worker leaves behind that dies of an event each time.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_whose_work_never_ends_is_parked_for_a_person() {
    let shop = Shop::open().await;
    let (body, event) = news_of_a_payment(&shop, &mut shop.visitor()).await;
    assert_eq!(deliver_signed(&shop, &body, &event).await, 200);
    shop.meddles("update gateway_events set tries = 20").await;
    shop.works().await;
    assert_eq!(shop.count("gateway_events where state = 'parked'").await, 1);
    let told = "desk_tasks where kind = 'event' and detail like '%begun and never ended%'";
    assert_eq!(shop.count(told).await, 1);
    shop.passes(1).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1, "the poller asks all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_past_256_kib_is_too_much() {
    let shop = Shop::open().await;
    let fits = format!("\"{}\"", "x".repeat(256 * 1024 - 2));
    assert_eq!(deliver_signed(&shop, &fits, "evt_1").await, 200);
    let over = format!("\"{}\"", "x".repeat(256 * 1024 - 1));
    assert_eq!(deliver_signed(&shop, &over, "evt_2").await, 413);
    assert_eq!(shop.count("gateway_events").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_while_the_database_is_away_is_answered_5xx() {
    let shop = Shop::open().await;
    let (body, event) = news_of_a_payment(&shop, &mut shop.visitor()).await;
    shop.app().db.close().await;
    let status = deliver_signed(&shop, &body, &event).await;
    assert!((500..600).contains(&status), "{status}");
    // It is sent again, and then all is well.
    shop.is_killed_and_started().await;
    assert_eq!(deliver_signed(&shop, &body, &event).await, 200);
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_event_id_and_hostile_content_are_only_text() {
    let shop = Shop::open().await;
    let body = r#"{"event":"x'; drop table orders; --","payload":{"payment":{"entity":
        {"id":"pay_' or 1=1","order_id":"order_\" or \"\"=\""}}},"created_at":-1}"#;
    let long = "e".repeat(8_000);
    for event in ["'; delete from gateway_events; --", long.as_str()] {
        assert_eq!(deliver_signed(&shop, body, event).await, 200);
    }
    shop.works().await;
    assert_eq!(shop.count("orders").await, 0);
    assert!(shop.count("gateway_events").await >= 1);
    assert_eq!(shop.count("gateway_events where state = 'waiting'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_delivered_again_after_hours_has_no_effect() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    shop.gateway.webhooks(true).await;
    let (_, event) = news_of_a_payment(&shop, &mut asha).await;
    shop.gateway.passes(2).await;
    shop.until("gateway_events", 3).await;
    shop.works().await;
    shop.passes(5 * 60).await;
    shop.gateway.resends(&event).await;
    let delivered = async || {
        let events = shop.gateway.book("events").await;
        events.iter().find(|one| one["id"] == event.as_str()).unwrap()["delivered_at"].is_i64()
    };
    for _ in 0..250 {
        if delivered().await {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(delivered().await);
    shop.works().await;
    assert_eq!((shop.count("gateway_events").await, shop.count("letters").await), (3, 1));
    assert_eq!(shop.count("payments").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_a_thousand_events_is_answered_in_time_and_worked_off() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (body, _) = news_of_a_payment(&shop, &mut asha).await;
    let signature = sign(WEBHOOK_SECRET, &body);
    for wave in 0..4 {
        let deeds = (0..250).map(|number| {
            let (shop, body, signature) = (shop.clone(), body.clone(), signature.clone());
            async move {
                let began = std::time::Instant::now();
                let event = format!("evt_{wave}_{number}");
                let status = deliver(&shop, &body, &signature, &event).await;
                (status, began.elapsed().as_secs())
            }
        });
        for (status, seconds) in all_at_once(deeds).await {
            assert!(status == 200 && seconds < 5, "{status} after {seconds} s");
        }
    }
    assert_eq!(shop.count("gateway_events").await, 1_000);
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    assert_eq!(shop.count("letters").await, 1);
}

/// The gateway's list does not show the payment yet, and by its id it is denied for a moment.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_not_done_before_its_own_payment_is_in_the_books() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    news_of_a_payment(&shop, &mut asha).await;
    let order = asha.gateway_order();
    shop.passes(1).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    shop.passes(20).await;
    shop.gateway.lists_lag(600).await;
    let second = shop.gateway.pays_once_more(&order).await;
    let (body, event) = shop.gateway.event("payment.captured", &second.payment).await;
    assert_eq!(deliver_signed(&shop, &body, &event).await, 200);
    shop.gateway
        .goes_wrong(&format!("/v1/payments/{}", second.payment), "message_parameters", 1)
        .await;
    kirana::payment::work_inbox(&shop.app()).await.unwrap();
    let waits = format!("gateway_events where state = 'waiting' and id = '{event}'");
    assert_eq!(shop.count(&waits).await, 1, "the order is paid, but not by this payment");
    shop.passes(1).await;
    kirana::payment::work_inbox(&shop.app()).await.unwrap();
    assert_eq!(shop.count(&waits).await, 0);
    assert_eq!(shop.count("payments where role = 'surplus'").await, 1);
}
