//! What a program agreed on is what is placed; an order before gives way only when it is unpaid.

use super::buying::{ASHA, CREATE, guest, home, text};
use crate::story::Shop;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_placed_is_what_was_shown() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    app.posts(CREATE, guest()).await.is_refused(401, "sign-in-needed");
    app.adds("assam-tea", 1).await;
    let digest = app.gets("/api/checkout/preview").await.json()["digest"].clone();
    let tag = app.cart_tag().await;
    shop.meddles("update products set price_paise = 19000 where slug = 'assam-tea'").await;
    let with = |name: &str, value: Value| {
        let mut body = guest();
        body[name] = value;
        body
    };
    app.posts(CREATE, with("digest", digest)).await.is_refused(409, "prices-changed");
    app.posts(CREATE, guest()).await.is_refused(422, "prices-not-accepted");
    assert_eq!(app.pointers(), ["#/accept_changes"]);
    let preview = app.gets("/api/checkout/preview").await.json();
    assert_eq!(preview["changed"], json!(["assam-tea"]));
    app.adds("cardamom", 1).await;
    app.with("if-match", tag).posts(CREATE, with("accept_changes", json!(true))).await;
    app.is_refused(412, "cart-changed");
    app.posts(CREATE, with("accept_changes", json!(true))).await.got(201);
    shop.meddles("update products set withdrawn_at = 1 where slug = 'cardamom'").await;
    app.adds("saffron", 1).await;
    app.posts(CREATE, guest()).await.is_refused(409, "mend-cart");
    for (body, place) in [
        (json!({ "address": home() }), "#/email"),
        (json!({ "email": ASHA }), "#/address"),
        (json!({ "email": ASHA, "address_id": "x" }), "#/address_id"),
        (json!({ "email": ASHA, "address_id": "x", "address": home() }), "#/address"),
        (json!({ "email": ASHA, "address": { "name": "Asha" } }), "#/address/phone"),
        (json!({ "email": ASHA, "address": home(), "coupon": "FREE" }), "#/coupon"),
    ] {
        app.posts(CREATE, body).await.is_refused(422, "invalid");
        assert_eq!(app.pointers(), [place]);
    }
    let mut far = guest();
    far["address"]["pin"] = json!("400001");
    app.posts(CREATE, far).await.is_refused(422, "invalid");
    assert_eq!(app.pointers(), ["#/address/pin"]);
}

/// A version is that of the lines and quantities, whatever they cost meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn prices_are_held_by_the_digest_alone() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    app.adds("assam-tea", 1).await;
    let tag = app.cart_tag().await;
    let costs = |paise: i64| {
        let shop = shop.clone();
        async move {
            let statement = format!("update products set price_paise = {paise}");
            shop.meddles(&format!("{statement} where slug = 'assam-tea'")).await;
        }
    };
    let agreed = |preview: Value| {
        let mut body = guest();
        body["digest"] = preview["digest"].clone();
        body["accept_changes"] = json!(true);
        body
    };
    costs(17_000).await;
    let cheaper = agreed(app.gets("/api/checkout/preview").await.got(200).json());
    costs(18_500).await;
    app.with("if-match", &tag).posts(CREATE, cheaper).await.is_refused(409, "prices-changed");
    let placed = app.with("if-match", &tag).posts(CREATE, guest()).await.got(201).json();
    assert_eq!(placed["order"]["total"]["paise"], 23_400);
    let before = agreed(app.gets("/api/checkout/preview").await.got(200).json());
    costs(19_000).await;
    app.posts(CREATE, before).await.is_refused(409, "prices-changed");
    app.with("if-match", &tag).posts(CREATE, guest()).await.is_refused(422, "prices-not-accepted");
    let mut body = guest();
    body["accept_changes"] = json!(true);
    app.with("if-match", "\"x.1\"").posts(CREATE, body.clone()).await;
    app.is_refused(412, "cart-changed");
    for condition in [tag.as_str(), "*"] {
        app.with("if-match", condition).posts(CREATE, body.clone()).await.got(201);
        assert_eq!(app.json()["order"]["total"]["paise"], 23_900);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_cart_is_placed_once_the_order_before_is_known_to_be_unpaid() {
    let shop = Shop::open().await;
    let (mut somebody, mut nobody) = (shop.signed_in_program(ASHA).await, shop.program());
    for app in [&mut somebody, &mut nobody] {
        app.adds("assam-tea", 1).await;
        let first = app.posts(CREATE, guest()).await.got(201).json();
        app.adds("assam-tea", 1).await;
        let second = app.posts(CREATE, guest()).await.got(201).json();
        assert_ne!(first["order"]["id"], second["order"]["id"]);
        let order = text(&second["razorpay"]["order_id"]);
        let pending = shop.gateway.pays(&order, "pending").await;
        app.adds("assam-tea", 1).await;
        app.posts(CREATE, guest()).await.is_refused(409, "payment-under-way");
        shop.gateway.captures_late(&pending.payment).await;
        // Asking finds the money: what was bought has left the cart.
        let left = app.posts(CREATE, guest()).await.got(201).json();
        assert_eq!(left["order"]["items"][0]["quantity"], 1);
    }
    assert_eq!(shop.count("orders where state = 'paid'").await, 2);
    assert_eq!(shop.count("orders where state = 'expired'").await, 2);
}
