//! Every form with its fields missing, doubled, over-long, hostile, of another kind, of others.

use super::{HOSTILE, all_visitors, is_clear, is_turned_away, kept, nothing_was_bought};
use crate::routes::{Route, deeds, forms};
use crate::story::{Shop, Visitor, encode};
use axum::http::{HeaderMap, HeaderValue};

const NO_FIELDS: [(&str, &str); 0] = [];

async fn tries(visitor: &mut Visitor, route: &Route, body: String, what: &str) -> u16 {
    visitor.peer = visitor.shop.next_peer();
    visitor.posts_body(route.path, body).await;
    let (status, what) = (visitor.page.status, format!("{} with {what}", route.path));
    is_clear(visitor, &what);
    visitor.follows().await;
    is_clear(visitor, &what);
    status
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_are_missing() {
    let shop = Shop::open().await;
    let mut visitors = all_visitors(&shop).await;
    let before = kept(&shop).await;
    for visitor in &mut visitors {
        for route in forms() {
            tries(visitor, route, encode(&NO_FIELDS), "nothing").await;
            for left_out in route.fields {
                let rest = route.fields.iter().filter(|name| *name != left_out);
                let rest: Vec<_> = rest.map(|name| (*name, "1")).collect();
                tries(visitor, route, encode(&rest), left_out).await;
            }
        }
    }
    assert_eq!(kept(&shop).await, before, "no row changed");
    nothing_was_bought(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_are_doubled_are_400() {
    let shop = Shop::open().await;
    let mut visitors = all_visitors(&shop).await;
    let before = kept(&shop).await;
    for visitor in &mut visitors {
        for route in forms() {
            for name in route.fields {
                let status = tries(visitor, route, format!("{name}=1&{name}=2"), name).await;
                let turned_away = is_turned_away(visitor, route, status);
                assert!(status == 400 || turned_away, "{} {name}: {status}", route.path);
            }
        }
    }
    assert_eq!(kept(&shop).await, before, "no row changed");
    nothing_was_bought(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_are_too_long() {
    let shop = Shop::open().await;
    let mut visitors = all_visitors(&shop).await;
    let before = kept(&shop).await;
    for visitor in &mut visitors {
        for route in forms() {
            for name in route.fields {
                let status = tries(visitor, route, format!("{name}={}", "x".repeat(100_000)), name);
                let status = status.await;
                let turned_away = is_turned_away(visitor, route, status);
                assert!(status == 413 || turned_away, "{} {name}: {status}", route.path);
                let body = format!("{name}={}", "%E2%82%B9".repeat(5_000));
                tries(visitor, route, body, name).await;
            }
            let many: String = (0..5_000).map(|n| format!("f{n}=1&")).collect();
            tries(visitor, route, many, "many fields").await;
        }
    }
    assert_eq!(kept(&shop).await, before, "no row changed");
    nothing_was_bought(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_are_hostile() {
    let shop = Shop::open().await;
    let mut visitors = all_visitors(&shop).await;
    let before = kept(&shop).await;
    for visitor in &mut visitors {
        for route in forms() {
            for text in HOSTILE {
                // An address may well be asked a letter for.
                if route.path == "/do/account/forgot" && text.contains("@example.in") {
                    continue;
                }
                let all: Vec<_> = route.fields.iter().map(|name| (*name, *text)).collect();
                tries(visitor, route, encode(&all), text).await;
            }
        }
    }
    assert_eq!(kept(&shop).await, before, "no row changed");
    nothing_was_bought(&shop).await;
}

/// A sign-out and the desk's check: whatever comes with them is not looked at.
#[tokio::test(flavor = "multi_thread")]
async fn doors_that_take_no_field_read_none() {
    let shop = Shop::open().await;
    let mut visitors = all_visitors(&shop).await;
    let before = kept(&shop).await;
    let doors: Vec<&Route> = deeds().filter(|route| route.fields.is_empty()).collect();
    assert_eq!(doors.len(), 2, "written down with its fields, a door is among the forms");
    for visitor in &mut visitors {
        // The check first: whoever has signed out is led away from it.
        for route in doors.iter().rev() {
            for text in HOSTILE {
                let fields = [("id", text), ("user", text), ("next", text)];
                let status = tries(visitor, route, encode(&fields), text).await;
                assert!(status == 303 || is_turned_away(visitor, route, status), "{text} {status}");
            }
            for body in ["id=1&id=2", "%00", "{", &"x".repeat(200_000)] {
                tries(visitor, route, body.to_owned(), "no form").await;
            }
        }
    }
    assert_eq!(kept(&shop).await, before, "no row changed");
    nothing_was_bought(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_no_form_holds_are_400() {
    let shop = Shop::open().await;
    let mut visitors = all_visitors(&shop).await;
    let before = kept(&shop).await;
    for visitor in &mut visitors {
        for route in forms() {
            let name = route.fields[0];
            for bytes in ["%00", "a%00b", "%FF%FE", "%C0%AF", "%1b[31m", "%7f", "%ED%A0%80"] {
                let status = tries(visitor, route, format!("{name}={bytes}"), bytes).await;
                let turned_away = is_turned_away(visitor, route, status);
                assert!(status == 400 || turned_away, "{} {bytes}: {status}", route.path);
            }
            for odd in ["%", "%zz", "=", "&&&", "a=1=2=3", "+", ";", "\u{0}"] {
                tries(visitor, route, odd.to_owned(), odd).await;
            }
        }
    }
    assert_eq!(kept(&shop).await, before, "no row changed");
    nothing_was_bought(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_form_are_415() {
    let shop = Shop::open().await;
    let [_, _, _, mut mira] = all_visitors(&shop).await;
    let before = kept(&shop).await;
    for kind in ["application/json", "multipart/form-data; boundary=x", "text/plain", "x"] {
        for route in forms() {
            mira.peer = shop.next_peer();
            let mut headers = HeaderMap::new();
            headers.insert("content-type", HeaderValue::from_static(kind));
            mira.makes("POST", route.path, headers, b"{\"quantity\":1}".to_vec()).await;
            is_clear(&mira, &format!("{} as {kind}", route.path));
            mira.got(415);
        }
    }
    assert_eq!(kept(&shop).await, before, "no row changed");
    nothing_was_bought(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_comes_back_as_text_in_the_field() {
    let shop = Shop::open().await;
    let asha = shop.customer("asha@example.in").await;
    let mut guest = shop.visitor();
    guest.adds("assam-tea", 1).await;
    let typed = "\"'></textarea><script>alert(1)</script>&amp; \u{202E}x";
    let (signer, forgetter) = (shop.visitor(), shop.visitor());
    for (mut visitor, page, action, fields) in [
        (guest.another_tab(), "/sign-in", "/do/account/sign-in", &["email"][..]),
        (signer, "/sign-up", "/do/account/sign-up", &["email", "phone"]),
        (forgetter, "/forgot", "/do/account/forgot", &["email"]),
        (asha.another_tab(), "/account", "/do/account/profile", &["phone"]),
        (asha, "/account/addresses/new", "/do/address/add", &["pin", "phone"]),
        (guest, "/checkout", "/do/checkout/place", &["email", "phone", "pin"]),
    ] {
        let form = visitor.opens(page).await.page.form(action);
        let form = fields.iter().fold(form, |form, name| form.with(name, typed));
        visitor.sends(form).await.is_at(page);
        is_clear(&visitor, page);
        for name in fields {
            assert_eq!(visitor.page.form(action).value(name), typed, "{page} {name}");
        }
    }
}
