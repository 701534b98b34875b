//! Calling an unpaid order off, and what happens to money that is there or comes all the same.

use super::buying::{CONFIRM, CREATE, guest, pays, text};
use crate::story::Shop;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_unpaid_order_is_called_off_and_late_money_goes_back() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    app.adds("saffron", 1).await;
    let created = app.posts(CREATE, guest()).await.got(201).json();
    let path = format!("/api/orders/{}", text(&created["order"]["id"]));
    assert_eq!(shop.product("saffron").await.left, 0);
    shop.gateway.goes_wrong("/v1/orders", "500", 3).await;
    app.asks("POST", &format!("{path}/cancel/"), None).await.is_refused(503, "gateway-unavailable");
    assert_eq!(app.gets(&path).await.got(200).json()["payment"], "unknown");
    shop.gateway.recovers().await;
    let done = app.asks("POST", &format!("{path}/cancel/"), None).await.got(200).json();
    assert_eq!((&done["state"], &done["payment"]), (&json!("cancelled"), &json!("ended")));
    app.asks("POST", &format!("{path}/cancel/"), None).await.got(200);
    assert_eq!(shop.product("saffron").await.left, 1, "its units are free again");
    assert_eq!(shop.count("stock_holds").await, 0);
    assert_eq!(
        shop.texts("select kind from order_events order by version").await,
        ["placed", "cancelled"]
    );
    let handed_over = pays(&app, &created).await;
    let told = app.posts(CONFIRM, handed_over).await.got(200).json();
    assert_eq!(
        (&told["state"], &told["refunds"][0]["amount"]["paise"]),
        (&json!("ended"), &json!(49_900))
    );
    shop.works().await;
    assert_eq!(app.gets(&path).await.got(200).json()["state"], "cancelled");
    assert_eq!(shop.count("refunds where reason = 'late'").await, 1);
    assert_eq!(shop.count("orders where state = 'paid'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_is_there_or_on_its_way_is_not_called_off() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    app.adds("assam-tea", 1).await;
    let created = app.posts(CREATE, guest()).await.got(201).json();
    let id = text(&created["order"]["id"]);
    let cancel = format!("/api/orders/{id}/cancel");
    let gateway_order = text(&created["razorpay"]["order_id"]);
    let pending = shop.gateway.pays(&gateway_order, "pending").await;
    app.asks("POST", &cancel, None).await.is_refused(409, "payment-under-way");
    assert_ne!(app.page().header("retry-after"), "");
    let status = app.gets(&format!("/api/payments/{id}/status")).await.got(200).json();
    assert_eq!(status["state"], "under_way", "also a moment after the gateway was asked");
    let order = app.gets(&format!("/api/orders/{id}")).await.got(200).json();
    assert_eq!(order["payment"], status["state"]);
    shop.gateway.captures_late(&pending.payment).await;
    app.asks("POST", &cancel, None).await.is_refused(409, "already-paid");
    app.gets(&format!("/api/orders/{id}")).await.got(200);
    assert_eq!(app.json()["state"], "paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_ran_out_has_ended() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    app.adds("assam-tea", 1).await;
    let created = app.posts(CREATE, guest()).await.got(201).json();
    let id = text(&created["order"]["id"]);
    shop.passes(31).await;
    shop.works().await;
    app.asks("POST", &format!("/api/orders/{id}/cancel"), None)
        .await
        .is_refused(409, "order-ended");
    let status = app.gets(&format!("/api/payments/{id}/status")).await.got(200).json();
    assert_eq!(status["state"], "ended");
}
