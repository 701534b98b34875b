//! Rate limits at the doors that guessers try: 429, with how long to wait.

use crate::story::{HOME, PASSWORD, Shop, Visitor};
use axum::http::{HeaderMap, HeaderValue};

/// Posts once more than the door allows; the last answer must be a 429 that says how long.
async fn is_stopped_after(
    visitor: &mut Visitor,
    times: usize,
    path: &str,
    fields: &[(&str, &str)],
) {
    for time in 0..times {
        visitor.posts(path, fields).await;
        assert_ne!(visitor.page.status, 429, "{path} at {time}");
    }
    visitor.posts(path, fields).await.got(429).sees("Too many tries. Please wait");
    let seconds: u64 = visitor.page.header("retry-after").parse().unwrap();
    assert!((1..=61).contains(&seconds), "{seconds}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_door_has_its_limit_by_the_peers_address() {
    let shop = Shop::open().await;
    for (path, times, fields) in [
        ("/do/account/sign-in", 10, &[("email", "not one")][..]),
        ("/do/account/sign-up", 5, &[("email", "not one")]),
        ("/do/account/forgot", 5, &[("email", "not one")]),
        ("/do/account/reset", 5, &[("token", "x")]),
        ("/do/account/confirm", 10, &[("token", "x")]),
        ("/do/account/email-check", 20, &[("email", "x")]),
        ("/do/checkout/place", 20, &[("email", "x")]),
    ] {
        let mut guesser = shop.visitor();
        is_stopped_after(&mut guesser, times, path, fields).await;
        // A fresh browser at the same place gains nothing; another place is not concerned.
        guesser.forgets_cookies();
        guesser.posts(path, fields).await.got(429);
        let mut other = shop.visitor();
        other.posts(path, &[("email", "another"), ("token", "another")]).await;
        assert_ne!(other.page.status, 429, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_letter_is_guarded_against_guessers_from_everywhere() {
    let shop = Shop::open().await;
    let mut stopped = 0;
    for _ in 0..12 {
        let fields = [("token", "a letter's"), ("password", "a guess")];
        let mut bot = shop.visitor();
        stopped += usize::from(bot.posts("/do/account/confirm", &fields).await.page.status == 429);
    }
    assert_eq!(stopped, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_account_is_guarded_against_guessers_from_everywhere() {
    let shop = Shop::open().await;
    shop.customer("asha@example.in").await;
    let mut stopped = 0;
    for _ in 0..12 {
        let mut bot = shop.visitor();
        let fields = [("email", "asha@example.in"), ("password", "a guess")];
        stopped += usize::from(bot.posts("/do/account/sign-in", &fields).await.page.status == 429);
    }
    assert_eq!(stopped, 2);
    // Even the right password waits now, so that a lucky guess is not told.
    let fields = [("email", "Asha@Example.in"), ("password", PASSWORD)];
    shop.visitor().posts("/do/account/sign-in", &fields).await.got(429);
    shop.customer("ravi@example.in").await.signs_out().await;
    shop.visitor().signs_in("ravi@example.in").await.is_at("/account");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claimed_forwarding_address_dodges_no_limit() {
    let shop = Shop::open().await;
    let mut guesser = shop.visitor();
    let mut statuses = Vec::new();
    for number in 0..7 {
        let mut headers = HeaderMap::new();
        let claimed = HeaderValue::from_str(&format!("203.0.113.{number}")).unwrap();
        headers.insert("x-forwarded-for", claimed.clone());
        headers.insert("forwarded", claimed);
        guesser.makes("POST", "/do/account/forgot", headers, b"email=x".to_vec()).await;
        statuses.push(guesser.page.status);
    }
    assert_eq!(statuses[5..], [429, 429], "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_listed_proxy_each_shopper_has_their_own_limit() {
    let shop = Shop::open_with(&[("KIRANA_TRUSTED_PROXIES", "192.0.2.1")]).await;
    let mut proxy = shop.visitor();
    proxy.peer = ([192, 0, 2, 1], 443).into();
    let mut statuses = Vec::new();
    for number in 0..7 {
        let mut headers = HeaderMap::new();
        // What the shopper claims comes first, what the proxy saw comes last.
        let list = HeaderValue::from_str(&format!("10.9.9.9, 203.0.113.{number}")).unwrap();
        headers.insert("x-forwarded-for", list);
        proxy.makes("POST", "/do/account/forgot", headers, b"email=x".to_vec()).await;
        statuses.push(proxy.page.status);
    }
    assert!(!statuses.contains(&429), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_shopper_meets_no_limit() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    for _ in 0..5 {
        asha.adds("assam-tea", 1).await;
        let form = asha.checkout_form("asha@example.in", &HOME).await;
        asha.sends(form).await.is_at("/checkout/pay/").pays().await.is_at("/orders/K");
    }
}
