//! A cart over the API: guests by their token, versions as conditions, merging.

use crate::story::{Shop, all_at_once};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_given_a_token_and_finds_the_cart_by_it() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    let empty = app.gets("/api/cart/").await.got(200).json();
    assert_eq!((&empty["id"], &empty["items"]), (&json!(null), &json!([])));
    app.adds("assam-tea", 2).await;
    let token = app.cart_token.clone().unwrap();
    assert_eq!(app.json()["subtotal"], json!({ "paise": 37_000, "text": "₹370.00" }));
    app.adds("assam-tea", 1).await;
    assert_eq!(app.json()["cart_token"], json!(null), "told once");
    for path in ["/api/cart", "/api/cart/"] {
        let cart = app.gets(path).await.got(200).json();
        assert_eq!((&cart["items"][0]["quantity"], &cart["units"]), (&json!(3), &json!(3)));
        assert_eq!(cart["items"][0]["slug"], "assam-tea");
    }
    assert_eq!(app.page().header("cache-control"), "no-store");
    let mut stranger = shop.program();
    stranger.gets("/api/cart/").await.got(200);
    assert_eq!(stranger.json()["units"], 0);
    stranger.cart_token = Some(token.replace(&token[..4], "AAAA"));
    stranger.gets("/api/cart/").await.is_refused(401, "cart-token-ended");
    stranger.cart_token = Some("short".into());
    stranger.gets("/api/cart/").await.is_refused(401, "cart-token-ended");
    assert_eq!(shop.count("sessions").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_token_lives_as_long_as_it_is_used() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    app.adds("assam-tea", 1).await;
    shop.passes(50 * 24 * 60).await;
    app.gets("/api/cart/").await.got(200);
    kirana::account::keep_seen(&shop.app()).await.unwrap();
    shop.passes(50 * 24 * 60).await;
    app.gets("/api/cart/").await.got(200);
    shop.passes(70 * 24 * 60).await;
    app.gets("/api/cart/").await.is_refused(401, "cart-token-ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browsers_session_is_no_cart_token() {
    let shop = Shop::open().await;
    let asha = shop.customer("asha@example.in").await;
    let mut thief = shop.program();
    thief.cart_token = asha.session();
    thief.gets("/api/cart/").await.is_refused(401, "cart-token-ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_hold_for_the_version_that_was_seen() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    let tea = shop.product("assam-tea").await.id;
    let line = format!("/api/cart/items/{tea}");
    app.adds("assam-tea", 2).await;
    app.asks("PUT", &line, Some(json!({ "quantity": 5 }))).await;
    app.is_refused(428, "version-needed");
    let seen = app.cart_tag().await;
    app.with("if-match", &seen).asks("PUT", &line, Some(json!({ "quantity": 5 }))).await.got(200);
    let next = app.page().header("etag").to_owned();
    assert_eq!(app.json()["units"], 5);
    assert_ne!(next, seen);
    app.with("if-match", &seen).asks("PUT", &line, Some(json!({ "quantity": 6 }))).await;
    app.is_refused(412, "cart-changed");
    assert!(app.page().body.contains("Assam tea: 5 instead of 2."));
    app.with("if-match", &next).asks("DELETE", &line, None).await.got(200);
    let last = app.page().header("etag").to_owned();
    assert_eq!(app.json()["units"], 0);
    app.with("if-match", &last).asks("DELETE", &line, None).await.is_refused(409, "not-in-cart");
    app.adds("cardamom", 1).await;
    let seen = app.cart_tag().await;
    app.with("if-match", &seen).asks("DELETE", "/api/cart/", None).await.got(200);
    assert_eq!(app.json()["items"], json!([]));
}

/// RFC 9110, 13.1.1: one of the tags must be the cart's, or the star any cart at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_condition_that_does_not_hold_is_told_as_one() {
    let shop = Shop::open().await;
    let (mut app, mut other) = (shop.program(), shop.program());
    app.adds("assam-tea", 2).await;
    other.adds("cardamom", 1).await;
    let (seen, others) = (app.cart_tag().await, other.cart_tag().await);
    let (weak, several) = (format!("W/{seen}"), format!("{others}, {seen}"));
    for odd in [&*others, &*weak, "\"\"", "\"x.1\"", "\"'.-1\"", "rubbish", "", "\u{e9}"] {
        app.with("if-match", odd).asks("DELETE", "/api/cart/", None).await;
        app.is_refused(412, "cart-changed");
    }
    let line = format!("/api/cart/items/{}", shop.product("assam-tea").await.id);
    app.with("if-match", several).asks("PUT", &line, Some(json!({ "quantity": 3 }))).await.got(200);
    let deeds = (0..6).map(|_| {
        let (mut app, line, body) = (app.clone(), line.clone(), json!({ "quantity": 4 }));
        async move {
            app.with("if-match", "*").asks("PUT", &line, Some(body)).await.got(200);
        }
    });
    all_at_once(deeds).await;
    app.with("if-match", "*").asks("DELETE", "/api/cart/", None).await.got(200);
    assert_eq!(app.json()["units"], 0);
    assert_eq!(other.gets("/api/cart/").await.json()["units"], 1);
    let mut asha = shop.signed_in_program("asha@example.in").await;
    asha.with("if-match", "*").asks("DELETE", "/api/cart/", None).await;
    asha.is_refused(412, "cart-changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_had_is_refused() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    app.adds("assam-tea", 1).await;
    let id = |slug: &'static str| {
        let shop = shop.clone();
        async move { shop.product(slug).await.id }
    };
    for (body, status, kind) in [
        (json!({ "product_id": id("saffron").await, "quantity": 2 }), 409, "only-some-left"),
        (json!({ "product_id": id("assam-tea").await, "quantity": 99 }), 422, "cart-full"),
        (json!({ "product_id": id("assam-tea").await, "quantity": 0 }), 422, "invalid"),
        (json!({ "product_id": id("assam-tea").await, "quantity": 100 }), 422, "invalid"),
        (json!({ "product_id": id("assam-tea").await, "quantity": "2" }), 422, "invalid"),
        (json!({ "product_id": "nothing" }), 404, "not-for-sale"),
        (json!({ "product_id": "'; drop table carts" }), 404, "not-for-sale"),
        (json!({ "product_id": "\u{0}" }), 422, "invalid"),
        (json!({ "product": "assam-tea" }), 422, "invalid"),
        (json!([]), 422, "invalid"),
    ] {
        app.posts("/api/cart/add/", body).await.is_refused(status, kind);
    }
    assert_eq!(app.gets("/api/cart").await.json()["units"], 1);
    app.with("if-match", "\"a.1\"").asks("DELETE", "/api/cart/items/%00", None).await;
    app.is_refused(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_adds_at_once_all_count_and_a_key_adds_once() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    app.adds("assam-tea", 1).await;
    let tea = shop.product("assam-tea").await.id;
    let same = app.clone();
    let deed = |key: Option<&'static str>| {
        let (mut app, body) = (same.clone(), json!({ "product_id": tea, "quantity": 2 }));
        async move {
            if let Some(key) = key {
                app.with("idempotency-key", key);
            }
            app.posts("/api/cart/add", body).await.got(200).json()["units"].clone()
        }
    };
    all_at_once((0..10).map(|_| deed(None))).await;
    assert_eq!(app.gets("/api/cart").await.json()["units"], 21);
    let told = all_at_once((0..10).map(|_| deed(Some("once-only")))).await;
    assert!(told.iter().all(|units| *units == 23), "{told:?}");
    assert_eq!(app.gets("/api/cart").await.json()["units"], 23);
}

/// Nobody's name is known by a key: whoever sends the same one first is not let into this cart.
#[tokio::test(flavor = "multi_thread")]
async fn a_guests_first_add_begins_a_cart_of_its_own_whatever_its_key() {
    let shop = Shop::open().await;
    let body = json!({ "product_id": shop.product("assam-tea").await.id, "quantity": 2 });
    let mut app = shop.program();
    app.with("idempotency-key", "1").posts("/api/cart/add", body.clone()).await.got(200);
    let lost = app.json()["cart_token"].as_str().unwrap().to_owned();
    // The answer was lost on its way, so it is sent again.
    app.with("idempotency-key", "1").posts("/api/cart/add", body.clone()).await.got(200);
    assert_eq!(app.json()["units"], 2, "once in the cart that this answer speaks of");
    let token = app.json()["cart_token"].as_str().unwrap().to_owned();
    let mut stranger = shop.program();
    stranger.with("idempotency-key", "1").posts("/api/cart/add", body.clone()).await.got(200);
    let others = stranger.json()["cart_token"].as_str().unwrap().to_owned();
    assert!(lost != token && token != others && others != lost);
    // From the token on the key counts.
    app.cart_token = Some(token);
    for _ in 0..3 {
        app.with("idempotency-key", "2").posts("/api/cart/add", body.clone()).await.got(200);
        assert_eq!(app.json()["units"], 4);
    }
    app.gets("/api/cart").await.got(200);
    assert_eq!(app.json()["units"], 4);
    // What nobody holds a token of keeps no units, and goes with its session.
    assert_eq!((shop.count("carts").await, shop.count("products where held > 0").await), (3, 0));
    shop.passes(60 * 24 * 60 + 1).await;
    kirana::account::forget_expired(&shop.app()).await.unwrap();
    let mut connection = shop.db.write.acquire().await.unwrap();
    kirana::cart::service::forget_orphans(&mut connection).await.unwrap();
    drop(connection);
    assert_eq!(shop.count("carts").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_first_add_leaves_nobody_behind() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    let saffron = shop.product("saffron").await.id;
    for (body, status, kind) in [
        (json!({ "product_id": "nothing" }), 404, "not-for-sale"),
        (json!({ "product_id": saffron, "quantity": 2 }), 409, "only-some-left"),
    ] {
        app.with("idempotency-key", "1").posts("/api/cart/add", body).await;
        app.is_refused(status, kind);
    }
    assert_eq!((shop.count("sessions").await, shop.count("kept_answers").await), (0, 0));
    for _ in 0..2 {
        app.with("idempotency-key", "1").adds("assam-tea", 1).await;
        assert_eq!((&app.json()["units"], shop.count("sessions").await), (&json!(1), 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_holds_for_the_version_that_was_seen_if_it_names_one() {
    let shop = Shop::open().await;
    let mut app = shop.signed_in_program("asha@example.in").await;
    app.adds("cardamom", 1).await;
    let seen = app.cart_tag().await;
    app.adds("cardamom", 1).await;
    let mut guest = shop.program();
    guest.adds("saffron", 1).await;
    let body = json!({ "cart_token": guest.cart_token.clone().unwrap() });
    app.with("if-match", seen).posts("/api/cart/merge", body.clone()).await;
    app.is_refused(412, "cart-changed");
    app.with("if-match", guest.cart_tag().await).posts("/api/cart/merge", body.clone()).await;
    app.is_refused(412, "cart-changed");
    assert_eq!(app.gets("/api/cart").await.json()["units"], 2);
    assert_eq!(guest.gets("/api/cart").await.json()["units"], 1);
    let seen = app.cart_tag().await;
    app.with("if-match", seen).posts("/api/cart/merge", body).await.got(200);
    assert_eq!(app.json()["units"], 3);
    guest.gets("/api/cart").await.is_refused(401, "cart-token-ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_that_is_asked_for_again_with_its_key_tells_the_same() {
    let shop = Shop::open().await;
    let mut app = shop.signed_in_program("asha@example.in").await;
    app.adds("cardamom", 1).await;
    let mut guest = shop.program();
    guest.adds("saffron", 1).await;
    let body = json!({ "cart_token": guest.cart_token.clone().unwrap() });
    let mut merges = async |key: &str| {
        app.with("idempotency-key", key).posts("/api/cart/merge", body.clone()).await.got(200);
        app.json()
    };
    let first = merges("1").await;
    assert!(first["notice"].as_str().unwrap().contains("now in your cart"), "{first}");
    assert_eq!(merges("1").await, first);
    let (other, nothing) = (merges("2").await, json!(null));
    assert_eq!((&other["units"], &other["notice"]), (&json!(2), &nothing));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_one_owners_for_a_day_and_for_one_request() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    app.adds("assam-tea", 1).await;
    let tea = shop.product("assam-tea").await.id;
    let two = json!({ "product_id": tea, "quantity": 2 });
    app.with("idempotency-key", "\"k-1\"").posts("/api/cart/add", two.clone()).await.got(200);
    let three = json!({ "product_id": tea, "quantity": 3 });
    app.with("idempotency-key", "k-1").posts("/api/cart/add", three.clone()).await;
    app.is_refused(422, "key-used-differently");
    // A refusal changes nothing and is not kept: the same key may be tried again.
    let saffron = shop.product("saffron").await.id;
    let much = json!({ "product_id": saffron, "quantity": 2 });
    app.with("idempotency-key", "k-2").posts("/api/cart/add", much.clone()).await;
    app.is_refused(409, "only-some-left");
    shop.meddles("update products set on_hand = 5 where slug = 'saffron'").await;
    app.with("idempotency-key", "k-2").posts("/api/cart/add", much).await.got(200);
    let mut other = shop.program();
    other.adds("cardamom", 1).await;
    other.with("idempotency-key", "k-1").posts("/api/cart/add", three.clone()).await.got(200);
    assert_eq!(other.json()["units"], 4, "another's keys are nothing to this one");
    shop.passes(24 * 60).await;
    app.with("idempotency-key", "k-1").posts("/api/cart/add", two).await.got(200);
    assert_eq!(app.json()["units"], 7, "after a day a key is new");
    for odd in ["", "\u{e9}", "a b", &"k".repeat(256)] {
        app.with("idempotency-key", odd).posts("/api/cart/add", three.clone()).await;
        app.is_refused(400, "not-understood");
    }
}
