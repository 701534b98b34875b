//! What holds for every request before anybody looks at it: a body too large, one that never ends.
//! The answer is a page of the shop, or under `/api` a problem (RFC 9457), never a bare word.

use super::is_clear;
use crate::story::{Page, Shop};
use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use http_body_util::BodyExt;
use std::convert::Infallible;
use tower::ServiceExt;

/// The doors of each kind that read a body, with what they take.
const DOORS: [(&str, &str); 4] = [
    ("/do/cart/add", "application/x-www-form-urlencoded"),
    ("/razorpay/callback", "application/x-www-form-urlencoded"),
    ("/razorpay/webhook", "application/json"),
    ("/api/cart/add", "application/json"),
];

async fn ask(shop: &Shop, path: &str, kind: &str, length: Option<usize>, body: Body) -> Page {
    let request = Request::builder().method("POST").uri(path).header(header::CONTENT_TYPE, kind);
    let request = match length {
        Some(bytes) => request.header(header::CONTENT_LENGTH, bytes),
        None => request,
    };
    let answer = shop.router().oneshot(request.body(body).unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Page {
        status: parts.status.as_u16(),
        headers: parts.headers,
        path: path.to_owned(),
        body: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

/// As whoever sent it can read it.
fn is_said(shop: &Shop, page: Page, status: u16, heading: &str, kind: &str) {
    assert_eq!(page.status, status, "{} said {}", page.path, page.body);
    assert!(!page.header("x-content-type-options").is_empty(), "{} is bare", page.path);
    if page.path.starts_with("/api/") {
        assert_eq!(page.header("content-type"), "application/problem+json", "{}", page.body);
        let problem = page.json();
        assert_eq!(problem["type"], format!("/api/docs#{kind}"), "{}", page.body);
        assert_eq!(problem["status"], status);
        assert!(!problem["detail"].as_str().unwrap().is_empty());
    } else {
        assert_eq!(page.texts("main h1"), [heading], "{}", page.body);
        assert!(!page.header("content-security-policy").is_empty());
        let mut visitor = shop.visitor();
        visitor.page = page;
        is_clear(&visitor, heading);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_says_how_large_it_is_is_refused_unread() {
    let shop = Shop::open().await;
    for (path, kind) in DOORS {
        for bytes in [1024 * 1024 + 1, 1 << 40] {
            // As large as it says it is no more than an assertion: nothing of it is sent.
            let page = ask(&shop, path, kind, Some(bytes), Body::empty()).await;
            is_said(&shop, page, 413, "Too much at once", "too-large");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_say_so_is_refused_where_it_is_too_large() {
    let shop = Shop::open().await;
    for (path, kind) in DOORS {
        let page = ask(&shop, path, kind, None, Body::from(vec![b' '; 2 * 1024 * 1024])).await;
        is_said(&shop, page, 413, "Too much at once", "too-large");
    }
}

/// All of them at once, for it takes the real half minute.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_never_ends_is_given_up_after_half_a_minute() {
    let shop = Shop::open().await;
    let began = std::time::Instant::now();
    let endless = || {
        let stream = futures_util::stream::pending::<Result<Bytes, Infallible>>();
        Body::from_stream(stream)
    };
    let asked = DOORS.map(|(path, kind)| {
        let shop = shop.clone();
        async move { ask(&shop, path, kind, None, endless()).await }
    });
    for page in crate::story::all_at_once(asked).await {
        is_said(&shop, page, 408, "It took too long", "too-slow");
    }
    assert!((30..60).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_and_methods_that_are_none_are_problems_under_the_api() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    for path in ["/api", "/api/", "/api//", "/api/nothing", "/api/cart/add/x", "/api/%FF", "/api/."]
    {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "PROPFIND"] {
            app.asks(method, path, None).await.is_refused(404, "not-found");
        }
    }
    for (method, path) in [
        ("DELETE", "/api/products"),
        ("POST", "/api/categories"),
        ("GET", "/api/cart/add"),
        ("PUT", "/api/auth/login/"),
        ("PROPFIND", "/api/cart"),
        ("TRACE", "/api/cart"),
    ] {
        app.asks(method, path, None).await.is_refused(405, "method-not-allowed");
        assert!(!app.page().header("allow").is_empty(), "{method} {path}");
    }
}
