//! Accounts and tokens: in, on and out again, and what a thief gets.

use crate::story::{PASSWORD, Program, Shop};
use kirana::clock::{HOUR, MINUTE};
use serde_json::json;

const ASHA: &str = "asha@example.in";

async fn refreshes(app: &mut Program) -> &mut Program {
    let body = json!({ "refresh": app.refresh.clone().unwrap() });
    app.posts("/api/auth/refresh/", body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_goes_on_by_refreshing() {
    let shop = Shop::open().await;
    let mut app = shop.signed_in_program(ASHA).await;
    assert_eq!(
        (&app.json()["token_type"], &app.json()["expires_in"]),
        (&json!("Bearer"), &json!(600))
    );
    app.gets("/api/profile/").await.got(200);
    shop.passes(12).await;
    app.gets("/api/profile/").await.is_refused(401, "token-ended");
    let first = app.refresh.clone();
    refreshes(&mut app).await.got(200).keeps_tokens();
    app.gets("/api/profile/").await.got(200);
    assert_ne!(app.refresh, first);
    shop.passes(59 * 24 * 60).await;
    refreshes(&mut app).await.got(200).keeps_tokens();
    shop.passes(61 * 24 * 60).await;
    refreshes(&mut app).await.is_refused(401, "token-ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_comes_twice_ends_the_sign_in() {
    let shop = Shop::open().await;
    let mut app = shop.signed_in_program(ASHA).await;
    let mut thief = app.clone();
    refreshes(&mut app).await.got(200).keeps_tokens();
    app.gets("/api/profile").await.got(200);
    refreshes(&mut thief).await.is_refused(401, "token-ended");
    app.gets("/api/profile").await.is_refused(401, "token-ended");
    refreshes(&mut app).await.is_refused(401, "token-ended");
    assert_eq!(shop.text("select ended_by from api_sign_ins").await, "reuse");
    app.access = None;
    app.signs_in(ASHA).await;
    app.gets("/api/profile").await.got(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_refreshes_at_once_one_gets_through() {
    let shop = Shop::open().await;
    let app = shop.signed_in_program(ASHA).await;
    let deeds = (0..6).map(|_| {
        let mut app = app.clone();
        async move { refreshes(&mut app).await.page().status }
    });
    let mut told = crate::story::all_at_once(deeds).await;
    told.sort_unstable();
    assert_eq!(told, [200, 401, 401, 401, 401, 401]);
    assert_eq!(shop.count("refresh_tokens where used_at is null").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_is_felt_at_once_and_by_that_device_alone() {
    let shop = Shop::open().await;
    let mut phone = shop.signed_in_program(ASHA).await;
    let mut tablet = shop.program();
    tablet.signs_in(ASHA).await;
    let body = json!({ "refresh": phone.refresh.clone().unwrap() });
    phone.posts("/api/auth/logout/", body.clone()).await.got(204);
    phone.gets("/api/profile").await.is_refused(401, "token-ended");
    phone.access = None;
    phone.posts("/api/auth/logout/", body).await.got(204);
    phone.posts("/api/auth/logout/", json!({ "refresh": "nobody's" })).await.got(204);
    refreshes(&mut phone).await.is_refused(401, "token-ended");
    tablet.gets("/api/profile").await.got(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_every_sign_in() {
    let shop = Shop::open().await;
    let mut app = shop.signed_in_program(ASHA).await;
    let mut stranger = shop.program();
    let known = stranger.posts("/api/auth/password-reset/", json!({ "email": ASHA })).await;
    let known = known.got(202).json().to_string();
    let nobody = json!({ "email": "nobody@example.in" });
    let unknown = stranger.posts("/api/auth/password-reset/", nobody).await.got(202).json();
    let unknown = unknown.to_string();
    assert_eq!(known, unknown.replace("nobody@example.in", ASHA), "no account is told of");
    let link = shop.link_in_letter_to(ASHA).await;
    let token = link.split("token=").nth(1).unwrap();
    let confirm = "/api/auth/password-reset/confirm";
    stranger.posts(confirm, json!({ "token": token, "password": "short" })).await;
    stranger.is_refused(422, "invalid");
    let body = json!({ "token": token, "password": "ginger tea, no milk" });
    stranger.posts(confirm, body.clone()).await.got(204);
    stranger.posts(confirm, body).await.is_refused(422, "link-ended");
    app.gets("/api/profile").await.is_refused(401, "token-ended");
    refreshes(&mut app).await.is_refused(401, "token-ended");
    app.access = None;
    let old = json!({ "email": ASHA, "password": PASSWORD });
    app.posts("/api/auth/login", old).await.is_refused(401, "sign-in-refused");
    let new = json!({ "email": ASHA, "password": "ginger tea, no milk" });
    app.posts("/api/auth/login", new).await.got(200).keeps_tokens();
    app.gets("/api/profile").await.got(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_changed_in_the_browser_ends_them_too() {
    let shop = Shop::open().await;
    let mut asha = shop.customer(ASHA).await;
    let mut app = shop.program();
    app.signs_in(ASHA).await;
    let form = asha.opens("/account").await.page.form("/do/account/password");
    asha.sends(form.filled(&[("current", PASSWORD), ("new_password", "ginger tea, no milk")]))
        .await;
    app.gets("/api/profile").await.is_refused(401, "token-ended");
    refreshes(&mut app).await.is_refused(401, "token-ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_no_account_look_the_same_and_are_counted_with_the_form() {
    let shop = Shop::open().await;
    shop.customer(ASHA).await;
    let mut app = shop.program();
    let wrong = json!({ "email": ASHA, "password": "wrong" });
    let wrong = app.posts("/api/auth/login", wrong).await.is_refused(401, "sign-in-refused").json();
    for email in ["nobody@example.in", "", "nonsense", "a@b.c"] {
        let body = json!({ "email": email, "password": "wrong" });
        app.posts("/api/auth/login", body).await.is_refused(401, "sign-in-refused");
        assert_eq!(app.json(), wrong);
    }
    assert_eq!(app.page().header("www-authenticate"), "Bearer realm=\"kirana\"");
    for _ in 0..5 {
        app.posts("/api/auth/login", json!({ "email": "", "password": "" })).await.got(401);
    }
    let body = json!({ "email": ASHA, "password": PASSWORD });
    app.posts("/api/auth/login", body).await.is_refused(429, "too-many-requests");
    assert_ne!(app.page().header("retry-after"), "");
    // The account's own tries count whichever door they come through.
    let mut guesser = shop.visitor();
    for _ in 0..8 {
        guesser.peer = shop.next_peer();
        guesser.signs_in_with(ASHA, "wrong again").await;
    }
    let mut elsewhere = shop.program();
    let body = json!({ "email": ASHA, "password": "wrong again" });
    elsewhere.posts("/api/auth/login", body.clone()).await.got(401);
    elsewhere.posts("/api/auth/login", body).await.is_refused(429, "too-many-requests");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guests_cart_comes_along() {
    let shop = Shop::open().await;
    shop.customer(ASHA).await.adds("cardamom", 1).await;
    let mut app = shop.program();
    app.adds("assam-tea", 2).await;
    let token = app.cart_token.clone();
    app.signs_in(ASHA).await;
    let told = app.json();
    assert!(told["notice"].as_str().unwrap().contains("now in your cart"), "{told}");
    assert_eq!(app.gets("/api/cart/").await.json()["units"], 3);
    let mut old = shop.program();
    old.cart_token = token;
    old.gets("/api/cart/").await.is_refused(401, "cart-token-ended");
    // Also after the sign-in, by the address of its own.
    let mut guest = shop.program();
    guest.adds("saffron", 1).await;
    let body = json!({ "cart_token": guest.cart_token.clone().unwrap() });
    app.posts("/api/cart/merge/", body.clone()).await.got(200);
    assert_eq!(app.json()["units"], 4);
    assert!(app.json()["notice"].as_str().unwrap().contains("now in your cart"));
    app.posts("/api/cart/merge/", body.clone()).await.got(200);
    assert_eq!((&app.json()["units"], &app.json()["notice"]), (&json!(4), &json!(null)));
    guest.cart_token = None;
    guest.posts("/api/cart/merge/", body).await.is_refused(401, "sign-in-needed");
    // A browser's sign-in is no cart token and stays.
    let mut browser = shop.visitor();
    browser.signs_in(ASHA).await;
    let body = json!({ "cart_token": browser.session() });
    app.posts("/api/cart/merge/", body).await.got(200);
    browser.opens("/account").await.is_at("/account");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_kept_as_hashes_and_outlive_a_restart_and_a_new_secret() {
    let shop = Shop::open_with(&[("SESSION_SECRET", "the secret of today, long enough")]).await;
    let mut app = shop.signed_in_program(ASHA).await;
    let refresh = app.refresh.clone().unwrap();
    assert_eq!(shop.count(&format!("refresh_tokens where token_hash = '{refresh}'")).await, 0);
    assert_eq!(shop.count("kept_answers").await, 0);
    shop.is_killed_and_started().await;
    app.gets("/api/profile").await.got(200);
    let mut config = shop.config.clone();
    config.session_secret_previous = config.session_secret.take();
    config.session_secret = Some(kirana::config::Secret("another one, also long enough".into()));
    shop.starts_with(&config).await;
    app.gets("/api/profile").await.got(200);
    config.session_secret_previous = None;
    shop.starts_with(&config).await;
    app.gets("/api/profile").await.is_refused(401, "token-ended");
    refreshes(&mut app).await.got(200).keeps_tokens();
    app.gets("/api/profile").await.got(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_gone_is_signed_in_no_more() {
    let shop = Shop::open().await;
    let mut app = shop.signed_in_program(ASHA).await;
    shop.meddles("delete from users").await;
    app.gets("/api/profile").await.is_refused(401, "token-ended");
    refreshes(&mut app).await.is_refused(401, "token-ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_judged_without_telling_of_accounts() {
    let shop = Shop::open().await;
    shop.customer(ASHA).await;
    let mut app = shop.program();
    for (email, usable, suggestion) in [
        (ASHA, true, json!(null)),
        ("nobody@example.in", true, json!(null)),
        ("asha@gmial.com", false, json!("asha@gmail.com")),
        ("nonsense", false, json!(null)),
    ] {
        let told = app.posts("/api/auth/check-email/", json!({ "email": email })).await.got(200);
        let told = told.json();
        assert_eq!(
            (&told["usable"], &told["suggestion"]),
            (&json!(usable), &suggestion),
            "{email}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_past_its_time_is_forgotten() {
    let shop = Shop::open().await;
    let mut app = shop.signed_in_program(ASHA).await;
    app.adds("assam-tea", 1).await;
    app.with("idempotency-key", "k").adds("assam-tea", 1).await;
    shop.clock.advance(25 * HOUR);
    kirana::api::forget_answers(&shop.app()).await.unwrap();
    kirana::account::forget_expired(&shop.app()).await.unwrap();
    assert_eq!((shop.count("kept_answers").await, shop.count("api_sign_ins").await), (0, 1));
    shop.clock.advance(60 * 24 * HOUR + MINUTE);
    kirana::account::forget_expired(&shop.app()).await.unwrap();
    assert_eq!(shop.count("api_sign_ins").await + shop.count("refresh_tokens").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn used_refresh_tokens_are_known_for_sixty_days_and_then_forgotten() {
    let shop = Shop::open().await;
    let mut app = shop.signed_in_program(ASHA).await;
    let mut old = Vec::new();
    for days in [40, 30, 31] {
        old.push(app.refresh.clone());
        refreshes(&mut app).await.got(200).keeps_tokens();
        shop.clock.advance(days * 24 * HOUR);
        kirana::account::forget_expired(&shop.app()).await.unwrap();
    }
    assert_eq!(shop.count("refresh_tokens where used_at is not null").await, 1, "the last");
    refreshes(&mut app).await.got(200).keeps_tokens();
    let mut thief = shop.program();
    thief.refresh = old[0].clone();
    refreshes(&mut thief).await.is_refused(401, "token-ended");
    refreshes(&mut app).await.got(200).keeps_tokens();
    thief.refresh = old[2].clone();
    refreshes(&mut thief).await.is_refused(401, "token-ended");
    refreshes(&mut app).await.is_refused(401, "token-ended");
}
