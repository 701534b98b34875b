//! Headers of every route (OWASP ASVS 5.0, 3.4), script only where an island lives, files, health.

use crate::routes::{ROUTES, filled};
use crate::story::{Shop, Visitor};
use axum::http::HeaderMap;

const ISLANDS: [&str; 4] = ["/", "/products", "/products/assam-tea", "/cart"];

/// Every address once, for somebody who stands at one order's pay page.
fn addresses(order: &str) -> Vec<(&'static str, String)> {
    ROUTES
        .iter()
        .map(|route| {
            let word = if route.path.starts_with("/products/") { "assam-tea" } else { order };
            (route.method, filled(route.path, word))
        })
        .collect()
}

fn has_safe_headers(visitor: &Visitor, what: &str) {
    let page = &visitor.page;
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin-allow-popups"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(page.header(name), value, "{name} of {what}");
    }
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; "), "{what}: {policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{what}");
    assert!(!policy.contains('*') && !policy.contains("http:;"), "{what}: {policy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_safe_headers() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    let mut nobody = shop.visitor();
    asha.adds("assam-tea", 1).await.places_the_order().await;
    let order = asha.order();
    for visitor in [&mut nobody, &mut asha] {
        for (method, path) in addresses(&order) {
            visitor.makes(method, &path, HeaderMap::new(), Vec::new()).await;
            has_safe_headers(visitor, &path);
        }
        for path in ["/nothing", "/robots.txt", "/pkg/kirana.js", "/pkg/none.js"] {
            visitor.looks_at(path).await;
            has_safe_headers(visitor, path);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn script_is_sent_only_where_an_island_lives() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    asha.adds("assam-tea", 1).await.places_the_order().await;
    let order = asha.order();
    for (method, path) in addresses(&order) {
        if method != "GET" {
            continue;
        }
        asha.looks_at(&path).await;
        let policy = asha.page.header("content-security-policy").to_owned();
        let scripts = asha.page.attributes("script", "src");
        if ISLANDS.contains(&path.as_str()) {
            assert_eq!(scripts, ["/islands.js"], "{path}");
            let nonce = asha.page.attributes("script", "nonce").concat();
            assert!(nonce.len() == 32 && policy.contains(&format!("'nonce-{nonce}'")), "{path}");
            assert!(policy.contains("form-action 'self';"), "{path}: {policy}");
        } else if path.starts_with("/checkout/pay/") {
            assert_eq!(scripts, ["/pay.js"], "{path}");
            let gateway = &shop.gateway.url;
            assert!(policy.contains(&format!("form-action 'self' {gateway}")), "{policy}");
            assert!(policy.contains(&format!("frame-src {gateway}")), "{policy}");
        } else {
            assert_eq!(asha.page.count("script"), 0, "{path}");
            assert!(!policy.contains("script-src"), "{path}: {policy}");
        }
        // No inline handlers, styles or script anywhere: the policy would stop them.
        assert_eq!(asha.page.count("[style], [onclick], [onload], [onsubmit]"), 0, "{path}");
        assert!(asha.page.texts("script").iter().all(String::is_empty), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_is_used_once() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let first = asha.opens("/cart").await.page.attributes("script", "nonce");
    let second = asha.opens("/cart").await.page.attributes("script", "nonce");
    assert_ne!(first, second);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_private_and_files_are_kept_as_long_as_they_stay_the_same() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    for (path, kept) in [
        ("/", "private, no-cache"),
        ("/cart", "private, no-store"),
        ("/pkg/kirana.js", "no-cache"),
        ("/robots.txt", "public, max-age=3600"),
    ] {
        assert_eq!(asha.looks_at(path).await.got(200).page.header("cache-control"), kept, "{path}");
    }
    // A file that is not there is a page that says so, and is not kept.
    asha.looks_at("/pkg/kirana.old.js").await.got(404).sees("Page not found");
    assert!(!asha.page.header("cache-control").contains("max-age"));
    for path in ["/pkg/../secret", "/pkg/..%2f..%2fsecret", "/.env", "/pkg"] {
        asha.looks_at(path).await;
        assert!(matches!(asha.page.status, 307 | 400 | 404), "{path} {}", asha.page.status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_are_for_this_site_and_not_for_script() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.posts("/do/cart/empty", &[("cart", "x")]).await;
    let cookie = asha.page.header("set-cookie");
    for part in ["kirana=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=5184000"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert!(asha.session().unwrap().len() >= 43, "256 bits");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_https_the_cookie_is_bound_to_host_and_https_is_asked_for() {
    let https = [
        ("DEBUG", "False"),
        ("KIRANA_PUBLIC_URL", "https://shop.example"),
        ("RAZORPAY_KEY_ID", "rzp_test_KiranaDemo0001"),
        ("RAZORPAY_KEY_SECRET", "kirana-demo-secret"),
        ("RAZORPAY_API_URL", "https://127.0.0.1:9"),
        ("SESSION_SECRET", "0123456789abcdef0123456789abcdef"),
        ("SMTP_URL", "smtp://127.0.0.1:9"),
        ("KIRANA_MAIL_FROM", "Shop <shop@example.in>"),
    ];
    let shop = Shop::open_with(&https).await;
    let mut asha = shop.visitor();
    asha.posts("/do/cart/empty", &[("cart", "x")]).await;
    let cookie = asha.page.header("set-cookie");
    assert!(cookie.starts_with("__Host-kirana=") && cookie.contains("Secure"), "{cookie}");
    let https = asha.page.header("strict-transport-security");
    assert!(https.starts_with("max-age=63072000"), "{https}");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_told_plainly() {
    let shop = Shop::open().await;
    let mut probe = shop.visitor();
    assert_eq!(probe.looks_at("/healthz").await.got(200).page.body, "ok\n");
    assert_eq!(probe.looks_at("/readyz").await.got(200).page.body, "ready\n");
    shop.app().db.close().await;
    assert_eq!(probe.looks_at("/healthz").await.page.status, 200);
    probe.looks_at("/readyz").await;
    assert!((500..600).contains(&probe.page.status), "{}", probe.page.status);
    let told = probe.page.body.to_lowercase();
    assert!(!told.contains("pool") && !told.contains("sqlx"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_database_is_a_page_with_a_reference() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    shop.app().db.close().await;
    for path in ["/", "/cart", "/products/assam-tea", "/account"] {
        asha.looks_at(path).await.sees("Something broke on our side.").sees("mention ");
        assert!((500..600).contains(&asha.page.status), "{path}");
        asha.does_not_see("pool").does_not_see("Pool");
    }
}
