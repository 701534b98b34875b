//! Wrong methods, wrong addresses, odd headers.

use super::{all_visitors, is_clear, nothing_was_bought};
use crate::routes::{ROUTES, filled};
use crate::story::Shop;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

#[tokio::test(flavor = "multi_thread")]
async fn another_method_is_405_with_the_right_one_named() {
    let shop = Shop::open().await;
    for visitor in &mut all_visitors(&shop).await {
        for route in ROUTES {
            let path = filled(route.path, "x");
            let wrong: &[&str] = match route.method {
                "GET" => &["POST", "PUT", "DELETE", "PATCH"],
                _ => &["GET", "PUT", "DELETE", "PATCH"],
            };
            for method in wrong {
                visitor.makes(method, &path, HeaderMap::new(), Vec::new()).await;
                is_clear(visitor, &format!("{method} {path}"));
                visitor.got(405);
                let allow = visitor.page.header("allow");
                assert!(allow.contains(route.method), "{method} {path} allows {allow}");
            }
        }
    }
    nothing_was_bought(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unheard_of_methods_break_nothing() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    for method in ["OPTIONS", "HEAD", "TRACE", "CONNECT", "PROPFIND", "GETT"] {
        for path in ["/", "/cart", "/do/cart/add", "/razorpay/webhook", "/nothing"] {
            visitor.makes(method, path, HeaderMap::new(), Vec::new()).await;
            assert!(visitor.page.status < 500, "{method} {path} {}", visitor.page.status);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_lead_nowhere_are_404_pages() {
    let shop = Shop::open().await;
    let long = format!("/products/{}", "x".repeat(5_000));
    for visitor in &mut all_visitors(&shop).await {
        for path in [
            "/nothing",
            "/do/",
            "/do/cart",
            "/do/cart/steal",
            "/products/",
            "/cart/",
            "//",
            "/admin.php",
            "/.git/config",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/orders/",
            "/wp-login.php",
            &long,
            "/checkout/pay/",
            "/products/%F0%9F%8D%B5",
            "/products/a%2Fb",
            "/orders/%27%20or%201=1",
        ] {
            visitor.opens(path).await;
            is_clear(visitor, path);
            assert!(matches!(visitor.page.status, 400 | 404), "{path} {}", visitor.page.status);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_headers_break_nothing() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let long = "x".repeat(20_000);
    for (name, value) in [
        ("cookie", "kirana="),
        ("cookie", "kirana=%00%ff; kirana=x; ;;; =; a"),
        ("cookie", "kirana=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("cookie", &long),
        ("accept", "application/json"),
        ("accept", ""),
        ("accept", "text/html;q=nonsense, */*;q=9"),
        ("accept-language", &long),
        ("referer", "javascript:alert(1)"),
        ("referer", "http://127.0.0.1"),
        ("origin", "null"),
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("if-none-match", "*"),
        ("range", "bytes=0-0,1-1,-9999999999999999999"),
        ("content-length", "0"),
        ("accept-encoding", "br;q=nan, gzip"),
    ] {
        for path in ["/", "/cart", "/account", "/products/assam-tea", "/nothing", "/robots.txt"] {
            let mut headers = HeaderMap::new();
            let name = HeaderName::from_static(name);
            headers.insert(name.clone(), HeaderValue::from_str(value).unwrap());
            visitor.makes("GET", path, headers, Vec::new()).await;
            assert!(visitor.page.status < 500, "{name} at {path}: {}", visitor.page.status);
            assert!(!visitor.page.body.contains("evil.example"), "{name} at {path}");
            let to = visitor.page.header("location");
            assert!(!to.contains("evil"), "{name} at {path}: {to}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_a_null_origin_is_refused() {
    let shop = Shop::open().await;
    let [_, mut guest, _, _] = all_visitors(&shop).await;
    for (name, value) in [
        ("origin", "null"),
        ("origin", "http://127.0.0.1:1"),
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        headers.insert("host", HeaderValue::from_static("shop.example"));
        guest.makes("POST", "/do/cart/empty", headers, b"cart=x&version=1".to_vec()).await;
        guest.got(403);
        is_clear(&guest, value);
    }
    guest.has_in_the_cart(&[("assam-tea", 2)]).await;
}
