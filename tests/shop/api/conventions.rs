//! What holds for every address of the API: problems, limits, origins, the description.

use crate::story::{Shop, Visitor};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_a_problem() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    app.gets("/api/nothing").await.is_refused(404, "not-found");
    app.gets("/api").await.is_refused(404, "not-found");
    app.gets("/api/").await.is_refused(404, "not-found");
    app.asks("POST", "/api/products", Some(json!({}))).await;
    app.is_refused(405, "method-not-allowed");
    assert!(app.page().header("allow").contains("GET"));
    for (body, status, kind) in [
        (b"{".to_vec(), 400, "not-understood"),
        (b"".to_vec(), 400, "not-understood"),
        (b"\xff".to_vec(), 400, "not-understood"),
        (vec![b' '; 70_000], 413, "too-large"),
    ] {
        app.with("content-type", "application/json; charset=utf-8");
        app.asks_with_bytes("POST", "/api/cart/add", body).await.is_refused(status, kind);
    }
    app.with("content-type", "application/x-www-form-urlencoded");
    app.asks_with_bytes("POST", "/api/cart/add", b"product_id=x".to_vec()).await;
    app.is_refused(415, "unsupported-media-type");
    let body = json!({ "product_id": "x", "colour": "red" });
    app.posts("/api/cart/add", body).await.is_refused(422, "invalid");
    assert_eq!(app.pointers(), ["#/colour"]);
    app.posts("/api/cart/add", json!({})).await.is_refused(422, "invalid");
    assert_eq!(app.pointers(), ["#/product_id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_address_has_no_use_for_is_refused_by_name() {
    let shop = Shop::open().await;
    let mut app = shop.signed_in_program("asha@example.in").await;
    for path in ["/api/cart?expand=lines", "/api/profile/?expand=1", "/api/categories?expand"] {
        app.gets(path).await.is_refused(422, "invalid");
        assert!(app.page().body.contains("`expand`"), "{path}");
    }
    let cancel = "/api/orders/KI-000001/cancel";
    app.asks("POST", cancel, Some(json!({ "a/b": "late" }))).await.is_refused(422, "invalid");
    assert_eq!(app.pointers(), ["#/a~1b"]);
    app.asks("POST", cancel, Some(json!([]))).await.is_refused(422, "invalid");
    app.asks_with_bytes("POST", cancel, vec![b' '; 70_000]).await.is_refused(413, "too-large");
    // What many clients send where there is nothing to say.
    app.asks("POST", cancel, Some(json!({}))).await.is_refused(404, "not-found");
    app.asks("POST", cancel, None).await.is_refused(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_database_is_a_problem_with_a_reference() {
    let shop = Shop::open().await;
    shop.loses_the_rules_of(&["products"]).await;
    shop.meddles("drop table products").await;
    let mut app = shop.program();
    app.gets("/api/products/assam-tea").await.is_refused(500, "fault");
    assert!(app.page().body.contains("mention") && !app.page().body.contains("products"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_none_is_told_so() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    for value in ["Bearer", "Bearer ", "Bearer a.b.c", "Basic YTpi", "nonsense"] {
        app.with("authorization", value).gets("/api/cart").await.is_refused(401, "token-ended");
        let challenge = app.page().header("www-authenticate");
        assert_eq!(challenge, "Bearer realm=\"kirana\", error=\"invalid_token\"");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_is_told_and_kept() {
    let shop = Shop::open_with(&[("KIRANA_API_REQUESTS_PER_MINUTE", "3")]).await;
    let mut app = shop.program();
    for left in [2, 1, 0] {
        app.gets("/api/categories").await.got(200);
        assert_eq!(app.page().header("ratelimit"), format!("\"api\";r={left}"));
        assert_eq!(app.page().header("ratelimit-policy"), "\"api\";q=3;w=60");
    }
    app.gets("/api/categories").await.is_refused(429, "too-many-requests");
    let wait: u64 = app.page().header("retry-after").parse().unwrap();
    assert!((1..=21).contains(&wait));
    assert_eq!(app.page().header("ratelimit"), format!("\"api\";r=0;t={wait}"));
    shop.program().gets("/api/categories").await.got(200);
}

/// Whoever is past a narrower limit is told of that one, not of what is left in all.
#[tokio::test(flavor = "multi_thread")]
async fn a_narrower_limit_is_told_where_it_is_met() {
    let shop = Shop::open().await;
    let password = json!({ "email": "", "password": "" });
    for (path, body, name, times) in [
        ("auth/login", password, "sign-in", 10),
        ("auth/register", json!({ "name": "", "email": "", "password": "" }), "sign-up", 5),
        ("auth/register/confirm", json!({ "token": "", "password": "" }), "sign-in", 10),
        ("auth/password-reset", json!({ "email": "" }), "reset", 5),
        ("auth/password-reset/confirm", json!({ "token": "", "password": "" }), "reset", 5),
        ("auth/check-email", json!({ "email": "" }), "email-check", 20),
        ("payments/create-from-cart", json!({}), "place-order", 20),
        ("orders/none/cancel", json!({}), "place-order", 20),
    ] {
        let mut app = shop.program();
        app.adds("assam-tea", 1).await;
        let path = format!("/api/{path}");
        // More than the times, for they are filled up while this machine is slow.
        for _ in 0..2 * times {
            if app.posts(&path, body.clone()).await.page().status == 429 {
                break;
            }
            assert!(app.page().header("ratelimit").starts_with("\"api\";r="), "{path}");
        }
        app.is_refused(429, "too-many-requests");
        let wait = app.page().header("retry-after");
        assert_eq!(app.page().header("ratelimit"), format!("\"{name}\";r=0;t={wait}"));
        assert_eq!(app.page().header("ratelimit-policy"), format!("\"{name}\";q={times};w=60"));
    }
}

async fn posts_json(visitor: &mut Visitor, headers: &[(&'static str, &str)]) -> u16 {
    let id = visitor.shop.product("assam-tea").await.id;
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    map.insert("content-type", HeaderValue::from_static("application/json"));
    let body = json!({ "product_id": id }).to_string().into_bytes();
    visitor.makes("POST", "/api/cart/add", map, body).await;
    visitor.page.status
}

/// A cookie goes along by itself, so it needs the shop's own origin; a token does not.
#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_counts_from_the_shops_own_pages_alone() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    let here = shop.config.public_url.clone();
    let elsewhere = [("origin", "https://elsewhere.example"), ("sec-fetch-site", "cross-site")];
    assert_eq!(posts_json(&mut asha, &elsewhere).await, 403);
    assert!(asha.page.body.contains("/api/docs#other-site"), "{}", asha.page.body);
    assert_eq!(posts_json(&mut asha, &elsewhere[..1]).await, 403);
    asha.has_in_the_cart(&[]).await;
    let own = [("origin", here.as_str()), ("sec-fetch-site", "same-origin")];
    assert_eq!(posts_json(&mut asha, &own).await, 200);
    asha.has_in_the_cart(&[("assam-tea", 1)]).await;
    let mut app = shop.program();
    app.with("origin", "https://elsewhere.example").with("sec-fetch-site", "cross-site");
    app.adds("assam-tea", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_not_helped_by_a_cookie() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    let elsewhere = [("origin", "https://elsewhere.example"), ("cart-token", "x")];
    assert_eq!(posts_json(&mut asha, &elsewhere).await, 401);
    let elsewhere = [("origin", "https://elsewhere.example"), ("authorization", "Bearer x")];
    assert_eq!(posts_json(&mut asha, &elsewhere).await, 401);
    asha.has_in_the_cart(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_named_sites_may_call_from_a_browser() {
    let settings = [("KIRANA_API_ORIGINS", "https://app.example, https://other.example/")];
    let shop = Shop::open_with(&settings).await;
    let mut app = shop.program();
    app.with("origin", "https://app.example").gets("/api/categories").await.got(200);
    let allowed =
        |app: &crate::story::Program| app.page().header("access-control-allow-origin").to_owned();
    assert_eq!(allowed(&app), "https://app.example");
    app.with("origin", "https://evil.example").gets("/api/categories").await.got(200);
    assert_eq!(allowed(&app), "");
    app.with("origin", "https://other.example");
    app.with("access-control-request-method", "PUT");
    app.with("access-control-request-headers", "authorization,if-match");
    app.asks("OPTIONS", "/api/cart/items/x", None).await.got(200);
    assert_eq!(allowed(&app), "https://other.example");
    assert!(app.page().header("access-control-allow-methods").contains("PUT"));
    assert_eq!(app.page().header("access-control-allow-credentials"), "");
    app.with("origin", "https://app.example").gets("/api/nothing").await;
    app.is_refused(404, "not-found");
    assert_eq!(allowed(&app), "https://app.example", "a browser must be able to read why");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_compressed_for_whoever_asks() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    for way in ["gzip", "br"] {
        app.with("accept-encoding", way).gets("/api/products").await.got(200);
        assert_eq!(app.page().header("content-encoding"), way);
    }
}

/// The page for people: every address and every kind of problem, and no script.
#[tokio::test(flavor = "multi_thread")]
async fn the_description_can_be_read() {
    let shop = Shop::open().await;
    let mut reader = shop.visitor();
    reader.opens("/api/docs").await.got(200);
    reader.sees("POST /api/payments/create-from-cart").sees("Idempotency-Key");
    reader.sees("Needs one of: access token, session.").sees("list of CartItem");
    let document = shop.program().gets("/api/openapi.json").await.got(200).json();
    let (schemas, mut ids) = (&document["components"]["schemas"], Vec::new());
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let head = format!("{} /api{path}", method.to_uppercase());
            assert!(reader.page.body.contains(&head), "{head}");
            ids.push(operation["operationId"].as_str().unwrap());
        }
    }
    ids.extend(schemas.as_object().unwrap().keys().map(String::as_str));
    let types = schemas["Problem"]["properties"]["type"]["enum"].as_array().unwrap();
    ids.extend(types.iter().map(|one| one.as_str().unwrap().strip_prefix("/api/docs#").unwrap()));
    assert!(ids.contains(&"show_cart") && ids.contains(&"Cart") && ids.contains(&"cart-changed"));
    for id in ids {
        let found = reader.page.body.matches(&format!(" id=\"{id}\"")).count();
        assert_eq!(found, 1, "{id}");
    }
    assert_eq!(reader.page.count("script"), 0);
}

/// `kirana openapi > docs/openapi.json` writes it anew.
#[tokio::test(flavor = "multi_thread")]
async fn the_description_that_is_kept_is_the_one_that_is_served() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    let served = app.gets("/api/openapi.json").await.got(200).json();
    assert_eq!(served["openapi"], "3.1.0");
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(kept.trim() == app.page().body.trim(), "run `kirana openapi > docs/openapi.json`");
}
