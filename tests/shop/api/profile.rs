//! The profile and the address book over the API.

use crate::story::{Program, Shop};
use serde_json::{Value, json};

const ASHA: &str = "asha@example.in";

fn home() -> Value {
    json!({ "name": "Asha Rao", "phone": "98765 43210", "line1": "12, MG Road",
            "city": "Bengaluru", "state": "29", "pin": "560 001" })
}

async fn keeps(app: &mut Program, address: Value) -> Value {
    app.posts("/api/addresses/", address).await.got(201).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_changes_where_something_is_given() {
    let shop = Shop::open().await;
    let mut app = shop.signed_in_program(ASHA).await;
    let patch = Some(json!({ "phone": "098765-43210" }));
    app.asks("PATCH", "/api/profile/", patch).await.got(200);
    let whole = json!({ "email": ASHA, "name": "Asha Rao", "phone": "+919876543210" });
    assert_eq!(app.json(), whole);
    app.asks("PATCH", "/api/profile", Some(json!({}))).await.got(200);
    assert_eq!(app.json(), whole);
    app.asks("PATCH", "/api/profile", Some(json!({ "name": "Asha", "phone": "" }))).await.got(200);
    assert_eq!(app.gets("/api/profile").await.json()["name"], "Asha");
    assert_eq!(app.json()["phone"], "");
    for (body, place) in [
        (json!({ "name": "" }), "#/name"),
        (json!({ "name": null }), "#/name"),
        (json!({ "phone": "12" }), "#/phone"),
        (json!({ "phone": 9876543210u64 }), "#/phone"),
        (json!({ "email": "other@example.in" }), "#/email"),
    ] {
        app.asks("PATCH", "/api/profile", Some(body)).await.is_refused(422, "invalid");
        assert_eq!(app.pointers(), [place]);
    }
    let mut nobody = shop.program();
    nobody.gets("/api/profile").await.is_refused(401, "sign-in-needed");
    nobody.asks("PATCH", "/api/profile", Some(json!({}))).await.is_refused(401, "sign-in-needed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browsers_session_opens_the_same_door() {
    let shop = Shop::open().await;
    let mut asha = shop.customer(ASHA).await;
    assert_eq!(asha.looks_at("/api/profile").await.page.json()["email"], ASHA);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_book_is_kept() {
    let shop = Shop::open().await;
    let mut app = shop.signed_in_program(ASHA).await;
    let first = keeps(&mut app, home()).await;
    assert_eq!(
        app.page().header("location"),
        format!("/api/addresses/{}", first["id"].as_str().unwrap())
    );
    assert_eq!((&first["is_default"], &first["pin"]), (&json!(true), &json!("560001")));
    assert_eq!(first["state_name"], "Karnataka");
    let second = keeps(
        &mut app,
        json!({ "name": "Asha Rao", "phone": "98765 43210",
        "line1": "7, Marine Drive", "line2": "Flat 3", "landmark": "the lighthouse",
        "city": "Mumbai", "state": "27", "pin": "400001" }),
    )
    .await;
    let path = format!("/api/addresses/{}", second["id"].as_str().unwrap());
    assert_eq!(app.gets(&path).await.got(200).json(), second);
    app.asks("POST", &format!("{path}/default/"), None).await.got(200);
    assert_eq!(app.json()["is_default"], true);
    let list = app.gets("/api/addresses/").await.got(200).json();
    assert_eq!((&list["items"][0]["id"], &list["next"]), (&second["id"], &Value::Null));
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    let changed = app.asks("PUT", &path, Some(home())).await.got(200).json();
    assert_eq!((&changed["city"], &changed["line2"]), (&json!("Bengaluru"), &json!("")));
    app.asks("DELETE", &path, None).await.got(204);
    app.gets(&path).await.is_refused(404, "not-found");
    let list = app.gets("/api/addresses").await.json();
    assert_eq!(
        (&list["items"][0]["id"], &list["items"][0]["is_default"]),
        (&first["id"], &json!(true))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_address_is_told_by_field() {
    let shop = Shop::open().await;
    let mut app = shop.signed_in_program(ASHA).await;
    let mut body = home();
    body["pin"] = json!("400001");
    body["phone"] = json!("12");
    app.posts("/api/addresses", body).await.is_refused(422, "invalid");
    assert_eq!(app.pointers(), ["#/phone", "#/pin"]);
    let mut body = home();
    body["country"] = json!("India");
    app.posts("/api/addresses", body).await.is_refused(422, "invalid");
    assert_eq!(app.pointers(), ["#/country"]);
    for _ in 0..20 {
        keeps(&mut app, home()).await;
    }
    app.posts("/api/addresses", home()).await.is_refused(422, "too-many-addresses");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_keeps_one_address() {
    let shop = Shop::open().await;
    let mut app = shop.signed_in_program(ASHA).await;
    let first = keeps(app.with("idempotency-key", "k"), home()).await;
    assert_eq!(keeps(app.with("idempotency-key", "k"), home()).await, first);
    assert_ne!(keeps(&mut app, home()).await["id"], first["id"]);
    assert_eq!(shop.count("addresses").await, 2);
    let mut ravi = shop.signed_in_program("ravi@example.in").await;
    let his = keeps(ravi.with("idempotency-key", "k"), home()).await;
    assert_ne!(his["id"], first["id"]);
    // The key belongs to one request: the same one at another address is another.
    let other = json!({ "product_id": shop.product("assam-tea").await.id, "quantity": 1 });
    app.with("idempotency-key", "k").posts("/api/cart/add", other).await;
    app.is_refused(422, "key-used-differently");
}

#[tokio::test(flavor = "multi_thread")]
async fn anothers_address_is_not_there() {
    let shop = Shop::open().await;
    let mut asha = shop.signed_in_program(ASHA).await;
    let hers = keeps(&mut asha, home()).await;
    let path = format!("/api/addresses/{}", hers["id"].as_str().unwrap());
    let mut ravi = shop.signed_in_program("ravi@example.in").await;
    ravi.gets(&path).await.is_refused(404, "not-found");
    ravi.asks("PUT", &path, Some(home())).await.is_refused(404, "not-found");
    ravi.asks("DELETE", &path, None).await.is_refused(404, "not-found");
    ravi.asks("POST", &format!("{path}/default"), None).await.is_refused(404, "not-found");
    let mut nobody = shop.program();
    nobody.gets(&path).await.is_refused(401, "sign-in-needed");
    nobody.gets("/api/addresses").await.is_refused(401, "sign-in-needed");
    assert_eq!(asha.gets(&path).await.got(200).json(), hers);
}
