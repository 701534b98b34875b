//! An account that is asked for by a program: the letter, and what follows from it.

use crate::story::{PASSWORD, Shop};
use kirana::clock::HOUR;
use serde_json::json;

const ASHA: &str = "asha@example.in";
const CONFIRM: &str = "/api/auth/register/confirm";
const KEY: &str = "idempotency-key";

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_asked_for_and_made_in_a_browser_by_its_letter() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    let body = json!({ "name": "Asha Rao", "email": ASHA, "password": PASSWORD,
                       "phone": "98765 43210" });
    let new = app.posts("/api/auth/register/", body.clone()).await.got(202).json();
    let mut browser = shop.visitor();
    let link = shop.link_in_letter_to(ASHA).await;
    let form = browser.opens(&link).await.page.form("/do/account/confirm");
    browser.sends(form.with("password", "something else")).await.is_at("/sign-up/confirm");
    let form = browser.opens(&link).await.page.form("/do/account/confirm");
    browser.sends(form.with("password", PASSWORD)).await.is_at("/account");
    let known = app.posts("/api/auth/register/", body).await.got(202).json();
    assert_eq!(new, known, "nothing tells whether there was an account");
    app.signs_in(ASHA).await;
    let user = &app.json()["user"];
    assert_eq!(*user, json!({ "email": ASHA, "name": "Asha Rao", "phone": "+919876543210" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_asked_for_twice_with_one_key_is_written_once() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    let asha = json!({ "name": "Asha Rao", "email": ASHA, "password": PASSWORD });
    let ravi = json!({ "name": "Ravi", "email": "ravi@example.in", "password": PASSWORD });
    for body in [&asha, &asha, &ravi] {
        app.with("idempotency-key", "1").posts("/api/auth/register", body.clone()).await.got(202);
    }
    assert_eq!(shop.count("sign_ups").await, 2, "one key, two addresses");
    let other = json!({ "name": "Asha", "email": ASHA, "password": "another long one" });
    app.with("idempotency-key", "1").posts("/api/auth/register", other).await;
    app.is_refused(422, "key-used-differently");
    for _ in 0..2 {
        let body = json!({ "email": ASHA });
        app.with("idempotency-key", "2").posts("/api/auth/password-reset", body).await.got(202);
    }
    assert_eq!(shop.count("letters").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_registration_is_told_by_field() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    let body = json!({ "name": "", "email": "asha@gmial.com", "password": "short", "phone": "1" });
    app.posts("/api/auth/register", body).await.is_refused(422, "invalid");
    assert_eq!(app.pointers(), ["#/name", "#/email", "#/phone", "#/password"]);
    let body = json!({ "name": "Asha", "email": "asha@gmial.com", "password": PASSWORD });
    app.posts("/api/auth/register", body).await.is_refused(422, "invalid");
    let body = json!({ "name": "Asha", "email": "asha@gmial.com", "password": PASSWORD,
                       "email_sure": true });
    app.posts("/api/auth/register", body).await.got(202);
    assert_eq!(shop.count("sign_ups").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_made_by_who_has_both_the_letter_and_the_password() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    let body = json!({ "name": "Asha Rao", "email": ASHA, "password": PASSWORD });
    app.posts("/api/auth/register/", body).await.got(202);
    app.adds("assam-tea", 2).await;
    let link = shop.link_in_letter_to(ASHA).await;
    let token = link.split("token=").nth(1).unwrap();
    for (token, password, field) in
        [(token, "something else", "#/password"), ("no token", PASSWORD, "")]
    {
        let body = json!({ "token": token, "password": password });
        app.posts(CONFIRM, body).await.got(422);
        assert_eq!(app.pointers().concat(), field);
    }
    assert_eq!(shop.count("users").await, 0);
    let right = json!({ "token": token, "password": PASSWORD });
    app.with(KEY, "1").posts(&format!("{CONFIRM}/"), right.clone()).await.got(204);
    app.posts(CONFIRM, right.clone()).await.is_refused(422, "link-ended");
    app.with(KEY, "1").posts(&format!("{CONFIRM}/"), right).await.got(204);
    let guessed = json!({ "token": token, "password": "something else" });
    app.with(KEY, "1").posts(CONFIRM, guessed).await.got(422);
    app.signs_in(ASHA).await;
    assert_eq!(app.json()["user"]["name"], "Asha Rao");
    assert_eq!(app.gets("/api/cart/").await.json()["units"], 2, "the guest's cart came along");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letters_token_is_good_for_one_account_and_one_day() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    let body = json!({ "name": "Asha Rao", "email": ASHA, "password": PASSWORD });
    let mut tokens = Vec::new();
    for _ in 0..2 {
        app.posts("/api/auth/register/", body.clone()).await.got(202);
        let link = shop.link_in_letter_to(ASHA).await;
        tokens.push(json!({ "token": link.split("token=").nth(1), "password": PASSWORD }));
        shop.clock.advance(HOUR);
    }
    let [first, second] = [tokens[0].clone(), tokens[1].clone()];
    let mut other = shop.program();
    let (one, two) = tokio::join!(app.posts(CONFIRM, first), other.posts(CONFIRM, second));
    let mut answers = [one.page().status, two.page().status];
    answers.sort_unstable();
    assert_eq!((answers, shop.count("users").await), ([204, 422], 1));
    let ravi = json!({ "name": "Ravi", "email": "ravi@example.in", "password": PASSWORD });
    app.posts("/api/auth/register/", ravi).await.got(202);
    let link = shop.link_in_letter_to("ravi@example.in").await;
    shop.clock.advance(25 * HOUR);
    let late = json!({ "token": link.split("token=").nth(1), "password": PASSWORD });
    app.posts(CONFIRM, late).await.is_refused(422, "link-ended");
    assert_eq!(shop.count("users").await, 1);
}
