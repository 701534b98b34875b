//! Every page with hostile words in its path and query.

use super::{HOSTILE, all_visitors, is_clear};
use crate::routes::{filled, pages};
use crate::story::{Shop, Visitor, encode};

async fn looks(visitor: &mut Visitor, path: &str) {
    visitor.opens(path).await;
    is_clear(visitor, path);
}

/// Percent-encoded as a whole path segment.
fn segment(text: &str) -> String {
    encode(&[("", text)]).trim_start_matches('=').to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_words_in_every_query() {
    let shop = Shop::open().await;
    let [nobody, guest, asha, _] = all_visitors(&shop).await;
    let desk = shop.shopkeeper().await;
    for visitor in &mut [nobody, guest, asha, desk] {
        for route in pages().filter(|route| !route.fields.is_empty()) {
            let path = filled(route.path, "x");
            for text in HOSTILE {
                let all: Vec<_> = route.fields.iter().map(|name| (*name, *text)).collect();
                looks(visitor, &format!("{path}?{}", encode(&all))).await;
            }
            for name in route.fields {
                for odd in ["%00", "%FF", "%", "a%00b%1b", "1&SAME=2", &"x".repeat(8_000)] {
                    let query = format!("{name}={odd}").replace("SAME", name);
                    looks(visitor, &format!("{path}?{query}")).await;
                }
            }
            looks(visitor, &format!("{path}?&&==&?")).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_words_in_every_path() {
    let shop = Shop::open().await;
    let [nobody, _, asha, _] = all_visitors(&shop).await;
    let desk = shop.shopkeeper().await;
    for visitor in &mut [nobody, asha, desk] {
        for route in pages().filter(|route| route.path.contains('{')) {
            for text in HOSTILE.iter().chain(&["\0", "\u{7f}", "a\0b"]) {
                looks(visitor, &filled(route.path, &segment(text))).await;
                let status = visitor.page.status;
                let led = visitor.page.path.starts_with("/sign-in");
                assert!(matches!(status, 400 | 404) || led, "{} {text}: {status}", route.path);
            }
            for odd in ["%FF", "%C0%AF", "%", &"x".repeat(8_000)] {
                looks(visitor, &filled(route.path, odd)).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_searched_for_is_shown_as_text() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    for text in HOSTILE {
        looks(&mut asha, &format!("/products?{}", encode(&[("q", text)]))).await;
        assert!(matches!(asha.page.status, 200), "{text}");
    }
    let query = encode(&[("q", "</title><script>alert(1)</script>")]);
    looks(&mut asha, &format!("/products?{query}")).await;
    asha.sees("</title><script>alert(1)</script>");
}
