//! From a cart to a paid order over the API, with everything that may come between.

use crate::story::{Program, Shop, all_at_once};
use serde_json::{Value, json};

pub const ASHA: &str = "asha@example.in";
pub const CREATE: &str = "/api/payments/create-from-cart/";
pub const CONFIRM: &str = "/api/payments/confirm-razorpay/";

pub fn home() -> Value {
    json!({ "name": "Asha Rao", "phone": "98765 43210", "line1": "12, MG Road",
            "city": "Bengaluru", "state": "29", "pin": "560001" })
}

pub fn guest() -> Value {
    json!({ "email": ASHA, "address": home() })
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Pays at the gateway and tells what its checkout hands over.
pub async fn pays(app: &Program, created: &Value) -> Value {
    let order = text(&created["razorpay"]["order_id"]);
    let paid = app.shop().gateway.pays(&order, "success").await;
    json!({ "razorpay_order_id": paid.order, "razorpay_payment_id": paid.payment,
            "razorpay_signature": paid.signature })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_buys_from_cart_to_number() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    app.adds("assam-tea", 2).await;
    let preview = app.gets("/api/checkout/preview/").await.got(200).json();
    assert_eq!(preview["total"], json!({ "paise": 41_900, "text": "₹419.00" }));
    let mut body = guest();
    body["digest"] = preview["digest"].clone();
    let tag = app.cart_tag().await;
    let created = app.with("if-match", tag).posts(CREATE, body).await.got(201).json();
    let order = &created["order"];
    assert_eq!((&order["state"], &order["number"]), (&json!("awaiting_payment"), &Value::Null));
    assert_eq!(order["payment"], "waiting");
    let checkout = &created["razorpay"];
    assert_eq!((&checkout["amount"], &checkout["currency"]), (&json!(41_900), &json!("INR")));
    assert_eq!(checkout["prefill"]["contact"], "+919876543210");
    let id = text(&order["id"]);
    assert_eq!(app.page().header("location"), format!("/api/orders/{id}"));
    let status = format!("/api/payments/{id}/status/");
    assert_eq!(app.gets(&status).await.got(200).json()["state"], "waiting");
    let handed_over = pays(&app, &created).await;
    let told = app.posts(CONFIRM, handed_over.clone()).await.got(200).json();
    assert_eq!((&told["state"], &told["order_id"]), (&json!("paid"), &json!(id)));
    let number = text(&told["number"]);
    app.posts(CONFIRM, handed_over).await.got(200);
    let paid = app.gets(&format!("/api/orders/{number}/")).await.got(200).json();
    assert_eq!((&paid["state"], &paid["id"]), (&json!("paid"), &json!(id)));
    assert_eq!(paid["payment"], "paid");
    assert_eq!(paid["tax"]["igst"]["paise"], 0);
    assert_eq!(app.gets(&status).await.json()["number"], json!(number));
    assert_eq!(app.gets("/api/cart").await.json()["units"], 0, "what was bought left the cart");
    // By the key alone, as after the app was installed anew; not without.
    let mut stranger = shop.program();
    stranger.gets(&format!("/api/orders/{id}")).await.is_refused(404, "not-found");
    let key = text(&paid["access_key"]);
    stranger.gets(&format!("/api/orders/{number}?key={key}")).await.got(200);
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_buys_to_a_saved_address_and_finds_its_orders() {
    let shop = Shop::open().await;
    let mut app = shop.signed_in_program(ASHA).await;
    let address = app.posts("/api/addresses", home()).await.got(201).json();
    let mut last = String::new();
    for slug in ["assam-tea", "cardamom"] {
        app.adds(slug, 1).await;
        let body = json!({ "address_id": address["id"] });
        let created = app.posts(CREATE, body).await.got(201).json();
        assert_eq!(created["order"]["email"], ASHA);
        let handed_over = pays(&app, &created).await;
        last = text(&app.posts(CONFIRM, handed_over).await.got(200).json()["number"]);
        shop.passes(1).await;
    }
    app.adds("cow-ghee", 1).await;
    let body = json!({ "address_id": address["id"] });
    let created =
        app.with("idempotency-key", "k").posts(CREATE, body.clone()).await.got(201).json();
    app.asks("DELETE", &format!("/api/addresses/{}", text(&address["id"])), None).await.got(204);
    let again = app.with("idempotency-key", "k").posts(CREATE, body.clone()).await.got(201).json();
    assert_eq!(again, created, "what was placed stays, though the address book has changed");
    app.posts(CREATE, body).await.is_refused(422, "invalid");
    let open = format!("/api/orders/{}", text(&created["order"]["id"]));
    app.asks("POST", &format!("{open}/cancel"), None).await.got(200);
    let orders = app.gets("/api/orders/").await.got(200).json();
    assert_eq!((orders["items"].as_array().unwrap().len(), &orders["next"]), (3, &Value::Null));
    assert_eq!(orders["items"][1]["number"], json!(last));
    let mut ravi = shop.signed_in_program("ravi@example.in").await;
    ravi.gets(&format!("/api/orders/{last}")).await.is_refused(404, "not-found");
    ravi.gets(&format!("/api/payments/{last}/status")).await.is_refused(404, "not-found");
    ravi.asks("POST", &format!("/api/orders/{last}/cancel"), None).await;
    ravi.is_refused(404, "not-found");
    ravi.adds("assam-tea", 1).await;
    let body = json!({ "address_id": address["id"] });
    ravi.posts(CREATE, body).await.is_refused(422, "invalid");
    assert_eq!(ravi.gets("/api/orders").await.json()["items"], json!([]));
    shop.program().gets("/api/orders").await.is_refused(401, "sign-in-needed");
    app.gets("/api/orders?cursor=x").await.is_refused(422, "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_leaves_out_what_ran_out_unpaid() {
    let shop = Shop::open().await;
    let mut app = shop.signed_in_program(ASHA).await;
    app.adds("assam-tea", 1).await;
    let created = app.posts(CREATE, json!({ "address": home() })).await.got(201).json();
    assert_eq!(app.gets("/api/orders").await.json()["items"][0]["state"], "awaiting_payment");
    shop.passes(31).await;
    shop.works().await;
    app.access = None;
    app.signs_in(ASHA).await;
    assert_eq!(app.gets("/api/orders").await.got(200).json()["items"], json!([]));
    let one = format!("/api/orders/{}", text(&created["order"]["id"]));
    let one = app.gets(&one).await.got(200).json();
    assert_eq!((&one["state"], &one["payment"]), (&json!("expired"), &json!("ended")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_leads_through_all_orders() {
    let shop = Shop::open().await;
    let mut app = shop.signed_in_program(ASHA).await;
    app.adds("assam-tea", 1).await;
    app.posts(CREATE, json!({ "address": home() })).await.got(201);
    let user: String = shop.text("select id from users").await;
    let some = shop.text("select id from orders order by id limit 1").await;
    for number in 0..30 {
        shop.meddles(&format!(
            "insert into orders select 'o{number:02}', number, 'cancelled', version,
                 'k{number}', content_hash, user_id, cart_id, email, ship_to, place_of_supply,
                 subtotal_paise, shipping_paise, cgst_paise, sgst_paise, igst_paise, savings_paise,
                 total_paise, {number} / 3, expires_at, paid_at, outrun_by
             from orders where id = '{some}'"
        ))
        .await;
    }
    let all = shop.count(&format!("orders where user_id = '{user}'")).await;
    let (mut seen, mut path) = (Vec::new(), "/api/orders".to_owned());
    loop {
        let page = app.gets(&path).await.got(200).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| text(&item["id"])));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/orders?cursor={next}");
    }
    assert_eq!(i64::try_from(seen.len()).unwrap(), all);
    seen.sort();
    seen.dedup();
    assert_eq!(i64::try_from(seen.len()).unwrap(), all);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_makes_one_order_even_when_the_gateway_is_silent() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    app.adds("assam-tea", 2).await;
    shop.gateway.goes_wrong("/v1/orders", "500", 3).await;
    app.with("idempotency-key", "buy-1").posts(CREATE, guest()).await;
    app.is_refused(503, "gateway-unavailable");
    assert_ne!(app.page().header("retry-after"), "");
    shop.gateway.recovers().await;
    let created = app.with("idempotency-key", "buy-1").posts(CREATE, guest()).await.got(201).json();
    let again = app.with("idempotency-key", "buy-1").posts(CREATE, guest()).await.got(201).json();
    assert_eq!(created, again);
    assert_eq!(shop.count("orders").await, 1);
    let mut other = guest();
    other["address"]["line1"] = json!("13, MG Road");
    app.with("idempotency-key", "buy-1").posts(CREATE, other).await;
    app.is_refused(422, "key-used-differently");
    let handed_over = pays(&app, &created).await;
    app.posts(CONFIRM, handed_over).await.got(200);
    let late = app.with("idempotency-key", "buy-1").posts(CREATE, guest()).await.got(201).json();
    assert_eq!((&late["order"]["state"], &late["razorpay"]), (&json!("paid"), &Value::Null));
    assert_eq!(shop.count("orders").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_from_yesterday_orders_what_is_asked_for_today() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    app.adds("assam-tea", 2).await;
    let first = app.with("idempotency-key", "1").posts(CREATE, guest()).await.got(201).json();
    let handed_over = pays(&app, &first).await;
    app.posts(CONFIRM, handed_over).await.got(200);
    shop.passes(24 * 60 + 1).await;
    app.with("idempotency-key", "1").posts(CREATE, guest()).await.is_refused(409, "cart-empty");
    app.adds("cardamom", 1).await;
    let second = app.with("idempotency-key", "1").posts(CREATE, guest()).await.got(201).json();
    assert_ne!(first["order"]["id"], second["order"]["id"]);
    assert_eq!(second["order"]["state"], "awaiting_payment");
    let again = app.with("idempotency-key", "1").posts(CREATE, guest()).await.got(201).json();
    assert_eq!(second, again);
    let handed_over = pays(&app, &second).await;
    app.posts(CONFIRM, handed_over).await.got(200);
    assert_eq!(shop.count("orders where state = 'paid'").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn pressed_many_times_at_once_there_is_one_order() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    app.adds("assam-tea", 1).await;
    for key in [None, Some("k")] {
        let deeds = (0..5).map(|_| {
            let mut app = app.clone();
            async move {
                if let Some(key) = key {
                    app.with("idempotency-key", key);
                }
                let created = app.posts(CREATE, guest()).await.got(201).json();
                (text(&created["order"]["id"]), text(&created["razorpay"]["order_id"]))
            }
        });
        let mut made = all_at_once(deeds).await;
        made.dedup();
        assert_eq!(made.len(), 1, "{made:?}");
    }
    assert_eq!(shop.count("orders").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_gateway_signed_is_confirmed() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    app.adds("assam-tea", 1).await;
    let created = app.posts(CREATE, guest()).await.got(201).json();
    let handed_over = pays(&app, &created).await;
    let mut forged = handed_over.clone();
    forged["razorpay_signature"] = json!("0".repeat(64));
    app.posts(CONFIRM, forged.clone()).await.is_refused(422, "payment-not-signed");
    shop.program().posts(CONFIRM, forged).await.is_refused(404, "not-found");
    let nothing = json!({ "razorpay_order_id": "order_0000000000none", "razorpay_payment_id": "x",
                          "razorpay_signature": "x" });
    app.posts(CONFIRM, nothing).await.is_refused(404, "not-found");
    app.posts(CONFIRM, json!({})).await.is_refused(422, "invalid");
    assert_eq!(shop.count("orders where state = 'paid'").await, 0);
    let told = app.posts(CONFIRM, handed_over).await.got(200).json();
    assert_eq!(told["state"], "paid");
}
