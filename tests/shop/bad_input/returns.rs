//! The doors that the gateway sends people and news to: open to every site and program, so whatever
//! comes in there is judged by itself.

use super::{HOSTILE, all_visitors, is_clear, kept, nothing_was_bought};
use crate::routes::ROUTES;
use crate::story::{Shop, Visitor, WEBHOOK_SECRET, encode, signed};
use axum::http::{HeaderMap, HeaderValue};
use kirana::razorpay::WebhookSecret;
use kirana::razorpay::signature::sign_webhook;

const RETURN: &str = "/razorpay/callback";
const WEBHOOK: &str = "/razorpay/webhook";

fn return_fields() -> &'static [&'static str] {
    ROUTES.iter().find(|route| route.path == RETURN).unwrap().fields
}

async fn comes_back(visitor: &mut Visitor, query: &str, body: &str) -> u16 {
    visitor.posts_body(&format!("{RETURN}{query}"), body.to_owned()).await;
    is_clear(visitor, &format!("{RETURN}{query} with {body}"));
    visitor.page.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_whose_address_names_no_order_is_a_page_that_says_so() {
    let shop = Shop::open().await;
    let long = "x".repeat(8_000);
    for visitor in &mut all_visitors(&shop).await {
        let before = kept(&shop).await;
        for text in HOSTILE {
            let query = format!("?{}", encode(&[("order", text), ("key", text)]));
            assert_eq!(comes_back(visitor, &query, "").await, 404, "{text}");
        }
        for (query, status) in [
            ("", 404),
            ("?", 404),
            ("?order", 404),
            ("?order=%FF&key=%00", 404),
            ("?order=%&key=%zz", 404),
            (&format!("?order={long}&key={long}"), 404),
            // The reader of queries has a word of its own for these, which nobody is to see.
            ("?order=x&order=y", 400),
            ("?key=x&key=y", 400),
        ] {
            assert_eq!(comes_back(visitor, query, "").await, status, "{query}");
            assert!(!visitor.page.body.contains("deserialize"), "{}", visitor.page.body);
        }
        assert_eq!(kept(&shop).await, before, "no row changed");
    }
    nothing_was_bought(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_to_a_waiting_order_is_believed_in_nothing() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.places_the_order().await;
    let (callback, before) = (asha.callback(), kept(&shop).await);
    let (_, query) = callback.split_once('?').unwrap();
    let query = format!("?{query}");
    let error = ["error[code]", "error[description]", "error[metadata]", "error[reason]"];
    for text in HOSTILE {
        for name in return_fields().iter().chain(&error) {
            let status = comes_back(&mut asha, &query, &encode(&[(*name, *text)])).await;
            assert_eq!(status, 303, "{name} {text}");
            assert!(asha.led_to().starts_with("/checkout/pay/"), "{}", asha.led_to());
        }
        let all: Vec<_> = return_fields().iter().map(|name| (*name, *text)).collect();
        assert_eq!(comes_back(&mut asha, &query, &encode(&all)).await, 303, "{text}");
    }
    for (body, status) in [
        ("razorpay_payment_id=a&razorpay_payment_id=b", 400),
        ("razorpay_signature=%00", 400),
        ("razorpay_order_id=%FF", 400),
        (&format!("razorpay_signature={}", "f".repeat(70_000)), 413),
        (&"f=1&".repeat(2), 400),
        ("", 303),
    ] {
        assert_eq!(comes_back(&mut asha, &query, body).await, status);
    }
    asha.follows().await.got(200).sees("We are checking your payment");
    assert_eq!(kept(&shop).await, before, "no row changed");
    // It was payable all the while.
    let order = shop.text("select gateway_order_id from attempts").await;
    let paid = shop.gateway.pays(&order, "success").await;
    asha.comes_back(&callback, &signed(&paid)).await.is_at("/orders/K");
}

fn headers(signature: Option<&[u8]>) -> HeaderMap {
    let value = signature.map(|bytes| HeaderValue::from_bytes(bytes).unwrap());
    value.into_iter().map(|value| ("x-razorpay-signature".parse().unwrap(), value)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_nobody_signed_is_refused_with_a_page() {
    let shop = Shop::open().await;
    let deep = "[".repeat(100_000);
    let sixty_four = "a".repeat(64);
    for visitor in &mut all_visitors(&shop).await {
        let before = kept(&shop).await;
        for body in [&b""[..], b"{}", b"\xFF\xFE\0", deep.as_bytes(), b"a=1&a=2"] {
            for signature in [None, Some(&b""[..]), Some(b"\xFF"), Some(sixty_four.as_bytes())] {
                visitor.makes("POST", WEBHOOK, headers(signature), body.to_vec()).await;
                is_clear(visitor, &format!("{WEBHOOK} signed {signature:?}"));
                visitor.got(401).sees("The signature does not fit.");
            }
        }
        for size in [256 * 1024 + 1, 1024 * 1024, 2 * 1024 * 1024] {
            visitor.makes("POST", WEBHOOK, headers(None), vec![b' '; size]).await;
            is_clear(visitor, &format!("{WEBHOOK} with {size} bytes"));
            visitor.got(413);
        }
        assert_eq!(kept(&shop).await, before, "no row changed");
    }
    assert_eq!(shop.count("gateway_events").await, 0);
    nothing_was_bought(&shop).await;
}

/// Signed by whoever holds the secret, and strange all the same: kept, answered with 200 (else it
/// would come again for a day), worked off.
#[tokio::test(flavor = "multi_thread")]
async fn a_signed_webhook_of_strange_content_is_kept() {
    let shop = Shop::open().await;
    let mut courier = shop.visitor();
    courier.adds("assam-tea", 2).await.places_the_order().await;
    let before = kept(&shop).await;
    let texts = HOSTILE.iter().copied().chain(["a\0b", "", "\u{7f}", "\u{1b}[31m"]);
    let mut sent = 0;
    for text in texts {
        let entity = serde_json::json!({ "entity": { "id": text, "order_id": text } });
        let body = serde_json::json!({
            "event": text, "account_id": text, "created_at": i64::MIN,
            "payload": { "payment": entity, "order": entity, "refund": entity },
        });
        let body = body.to_string();
        let signature = sign_webhook(&WebhookSecret::new(WEBHOOK_SECRET), body.as_bytes());
        let headers = headers(Some(signature.as_bytes()));
        courier.makes("POST", WEBHOOK, headers, body.into_bytes()).await;
        assert_eq!(courier.page.status, 200, "{text:?}: {}", courier.page.text());
        sent += 1;
    }
    shop.works().await;
    assert_eq!(shop.count("gateway_events").await, sent);
    assert_eq!(shop.count("gateway_events where state = 'waiting'").await, 0);
    assert_eq!(kept(&shop).await, before, "no row changed");
}
