//! Walks through the doors, as a browser sees them.

use super::site::{PASSWORD_TYPED, Site};
use crate::account::forget_expired;
use crate::clock::{DAY, MINUTE};
use axum::http::StatusCode;

const SIGN_UP: &str = "name=Asha+Rao&phone=98765+43210&password=green+tea%2C+no+sugar&email=";

#[tokio::test]
async fn from_the_form_over_the_letter_to_the_account() {
    let site = Site::open().await;
    let mut asha = site.browser();
    assert!(asha.get("/sign-up").await.body.contains("action=\"/do/account/sign-up\""));
    let seen = asha.post("/do/account/sign-up", format!("{SIGN_UP}asha@example.com")).await;
    assert_eq!((seen.status, seen.to.as_str()), (StatusCode::SEE_OTHER, "/sign-up/sent"));
    let sent = asha.get("/sign-up/sent").await;
    assert!(sent.body.contains("We have sent a letter to asha@example.com to finish."));
    assert_eq!(site.count("users").await, 0);
    let link = site.link("asha@example.com").await;
    // Looking at the link changes nothing, however often.
    for _ in 0..2 {
        let page = asha.get(&link).await;
        assert!(
            page.body.contains("/do/account/confirm") && !page.body.contains("type=\"password\"")
        );
    }
    assert!(!asha.is_signed_in().await);
    let (guest, token) = (asha.cookie.clone(), link.split_once("token=").unwrap().1);
    let done = asha.post_and_see("/do/account/confirm", format!("token={token}")).await;
    assert!(done.body.contains("Your account is ready.") && done.body.contains("+91 98765 43210"));
    assert_ne!(asha.cookie, guest, "the session's id changes at sign-in");
    assert_eq!(asha.get(&link).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn another_browser_finishes_with_the_password_only() {
    let site = Site::open().await;
    let mut stranger = site.browser();
    stranger.post("/do/account/sign-up", format!("{SIGN_UP}asha@example.com")).await;
    let link = site.link("asha@example.com").await;
    let token = link.split_once("token=").unwrap().1;
    let mut asha = site.browser();
    assert!(asha.get(&link).await.body.contains("type=\"password\""));
    for wrong in ["", "&password=", "&password=a+guess"] {
        let seen = asha.post_and_see("/do/account/confirm", format!("token={token}{wrong}")).await;
        assert!(seen.body.contains("not the password that was chosen"));
    }
    assert_eq!(site.count("users").await, 0);
    let form = format!("token={token}&password={PASSWORD_TYPED}");
    assert!(asha.post_and_see("/do/account/confirm", form).await.body.contains("Welcome!"));
    // The letter's owner is in; whoever typed the address is not.
    assert!(asha.is_signed_in().await && !stranger.is_signed_in().await);
}

/// What a stranger sees of a form: status, address, and the page behind it without the address.
async fn seen_by_stranger(site: &Site, door: &str, form: &str, email: &str) -> String {
    let mut stranger = site.browser();
    let answer = stranger.post(door, format!("{form}{email}")).await;
    let page = stranger.get(&answer.to).await;
    assert_eq!(page.status, StatusCode::OK);
    format!("{} {} {}", answer.status, answer.to, page.body.replace(email, "…"))
}

#[tokio::test]
async fn strangers_cannot_tell_who_has_an_account() {
    let site = Site::open().await;
    site.account("known@example.com").await;
    let doors = [
        ("/do/account/sign-up", SIGN_UP),
        ("/do/account/forgot", "email="),
        ("/do/account/sign-in", "password=a+wrong+one&email="),
    ];
    for (door, form) in doors {
        let known = seen_by_stranger(&site, door, form, "known@example.com").await;
        let unknown = seen_by_stranger(&site, door, form, "other@example.com").await;
        assert_eq!(known, unknown, "{door}");
    }
    assert!(site.letters("known@example.com").await[0].contains("You have one already"));
    assert_eq!(site.letters("known@example.com").await.len(), 2);
    assert_eq!(site.letters("other@example.com").await.len(), 2);
}

#[tokio::test]
async fn signing_in_leads_back_to_where_one_was() {
    let site = Site::open().await;
    site.account("asha@example.com").await;
    let mut asha = site.browser();
    let away = asha.get("/account/addresses?a=1&b=2").await;
    assert_eq!(away.status, StatusCode::SEE_OTHER);
    assert_eq!(away.to, "/sign-in?next=%2Faccount%2Faddresses%3Fa%3D1%26b%3D2");
    let page = asha.get(&away.to).await;
    assert!(page.body.contains("value=\"/account/addresses?a=1&amp;b=2\""));
    let next = "&next=%2Faccount%2Faddresses%3Fa%3D1%26b%3D2";
    let wrong = format!("email=asha@example.com&password=wrong{next}");
    let wrong = asha.post("/do/account/sign-in", wrong).await;
    assert_eq!(wrong.to, away.to);
    let page = asha.get(&wrong.to).await;
    assert!(page.body.contains("The e-mail address or the password is not right."));
    assert!(page.body.contains("value=\"asha@example.com\"") && !page.body.contains("=\"wrong\""));
    let form = format!("email=ASHA@example.com+&password={PASSWORD_TYPED}{next}");
    let seen = asha.post("/do/account/sign-in", form).await;
    assert_eq!(seen.to, "/account/addresses?a=1&b=2");
    // Already in: straight on.
    assert_eq!(asha.get("/sign-in?next=%2Faccount%2Faddresses").await.to, "/account/addresses");
    assert_eq!(asha.get("/sign-up").await.to, "/account");
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let site = Site::open().await;
    site.account("asha@example.com").await;
    for next in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example", "x"] {
        let mut asha = site.browser();
        let form = format!("email=asha@example.com&password={PASSWORD_TYPED}&next={next}");
        assert_eq!(asha.post("/do/account/sign-in", form).await.to, "/");
        assert_eq!(asha.get(&format!("/sign-in?next={next}")).await.to, "/");
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_for_good() {
    let site = Site::open().await;
    let mut asha = site.customer("asha@example.com").await;
    let mut copy = asha.clone();
    assert!(copy.is_signed_in().await);
    let out = asha.post("/do/account/sign-out", "").await;
    assert_eq!((out.status, out.to.as_str(), &asha.cookie), (StatusCode::SEE_OTHER, "/", &None));
    assert!(!copy.is_signed_in().await);
    assert!(copy.get("/sign-in").await.body.contains("Your last visit has ended."));
    assert!(!asha.get("/sign-in").await.body.contains("Your last visit has ended."));
    // A guest's session, which holds the cart, stays.
    let mut guest = site.browser();
    guest.post("/do/account/forgot", "email=").await;
    let cookie = guest.cookie.clone();
    guest.post("/do/account/sign-out", "").await;
    assert!(cookie.is_some() && guest.cookie == cookie);
}

#[tokio::test]
async fn a_session_past_its_time_says_so() {
    let site = Site::open().await;
    let mut asha = site.customer("asha@example.com").await;
    site.app.clock.advance(61 * DAY);
    assert_eq!(forget_expired(&site.app).await.unwrap(), 1);
    let away = asha.post("/do/account/profile", "name=Asha").await;
    assert_eq!(away.to, "/sign-in?next=%2Ffrom%2Fhere");
    assert!(asha.get(&away.to).await.body.contains("cart is kept"));
    let json = asha.asks_json("/do/account/profile", "name=Asha").await;
    assert_eq!(json.status, StatusCode::UNAUTHORIZED);
    assert!(json.body.contains("Please sign in first."));
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_once() {
    let site = Site::open().await;
    let mut open = site.customer("asha@example.com").await;
    let seen = open.post_and_see("/do/account/forgot", "email=asha@example.com").await;
    assert!(seen.body.contains("We have sent a letter to asha@example.com."));
    let link = site.link("asha@example.com").await;
    let token = link.split_once("token=").unwrap().1;
    assert!(open.get(&link).await.body.contains("Choose a new password"));
    let weak = open.post_and_see("/do/account/reset", format!("token={token}&password=12345678"));
    assert!(weak.await.body.contains("a guesser tries"));
    let form = format!("token={token}&password=black+tea%2C+two+sugars");
    let done = open.post_and_see("/do/account/reset", form.clone()).await;
    assert!(done.body.contains("Your new password is set."));
    assert!(!open.is_signed_in().await);
    let again = open.post_and_see("/do/account/reset", form).await;
    assert!(again.body.contains("used already or has ended"));
    assert_eq!(open.get(&link).await.status, StatusCode::GONE);
    let old = format!("email=asha@example.com&password={PASSWORD_TYPED}");
    assert!(open.post("/do/account/sign-in", old).await.to.starts_with("/sign-in"));
    let new = "email=asha@example.com&password=black+tea%2C+two+sugars";
    assert_eq!(open.post("/do/account/sign-in", new).await.to, "/account");
}

#[tokio::test]
async fn a_changed_password_signs_the_other_browsers_out() {
    let site = Site::open().await;
    let mut here = site.customer("asha@example.com").await;
    let mut there = site.browser();
    there.signs_in("asha@example.com").await;
    let before = here.cookie.clone();
    let wrong = "current=wrong&new_password=black+tea%2C+two+sugars";
    let seen = here.post_and_see("/do/account/password", wrong).await;
    assert!(seen.body.contains("This is not your present password."));
    let weak = format!("current={PASSWORD_TYPED}&new_password=asha%40example.com");
    let seen = here.post_and_see("/do/account/password", weak).await;
    assert!(seen.body.contains("that is not your e-mail address"));
    let form = format!("current={PASSWORD_TYPED}&new_password=black+tea%2C+two+sugars");
    let seen = here.post_and_see("/do/account/password", form).await;
    assert!(seen.body.contains("Your password is changed."));
    assert_ne!(here.cookie, before);
    assert!(here.is_signed_in().await && !there.is_signed_in().await);
    assert!(site.letters("asha@example.com").await[0].contains("was just changed"));
}

#[tokio::test]
async fn guessing_is_slowed_even_with_the_right_password() {
    let site = Site::open().await;
    site.account("asha@example.com").await;
    let mut guesser = site.browser();
    for _ in 0..10 {
        let form = "email=asha@example.com&password=wrong";
        assert_eq!(guesser.post("/do/account/sign-in", form).await.status, StatusCode::SEE_OTHER);
    }
    let form = format!("email=asha@example.com&password={PASSWORD_TYPED}");
    let seen = guesser.post("/do/account/sign-in", form).await;
    assert_eq!(seen.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(seen.retry_after.unwrap().parse::<u64>().unwrap() >= 1);
    for (door, form, times) in [
        ("/do/account/sign-up", "", 5),
        ("/do/account/forgot", "", 5),
        ("/do/account/email-check", "", 20),
    ] {
        for _ in 0..times {
            assert_ne!(guesser.post(door, form).await.status, StatusCode::TOO_MANY_REQUESTS);
        }
        assert_eq!(guesser.post(door, form).await.status, StatusCode::TOO_MANY_REQUESTS);
    }
}

#[tokio::test]
async fn an_address_is_checked_without_asking_who_has_it() {
    let site = Site::open().await;
    site.account("asha@example.com").await;
    let mut visitor = site.browser();
    let known = visitor.asks_json("/do/account/email-check", "email=asha@example.com").await;
    let other = visitor.asks_json("/do/account/email-check", "email=other@example.com").await;
    assert_eq!(known.body, other.body);
    assert!(known.body.contains("\"usable\":true"));
    let slip = visitor.asks_json("/do/account/email-check", "email=a@gmial.com").await;
    assert!(slip.body.contains("\"suggestion\":\"a@gmail.com\""));
    let form = format!("{SIGN_UP}asha@gmial.com");
    let page = visitor.post_and_see("/do/account/sign-up", form.clone()).await;
    assert!(page.body.contains("Did you mean asha@gmail.com?"));
    assert!(page.body.contains("name=\"email_sure\""));
    let seen = visitor.post("/do/account/sign-up", format!("{form}&email_sure=yes")).await;
    assert_eq!(seen.to, "/sign-up/sent");
}

#[tokio::test]
async fn a_profile_changes_only_its_own_fields() {
    let site = Site::open().await;
    let mut asha = site.customer("asha@example.com").await;
    let extra = "name=Asha&admin_since=1&email=evil@example.com&id=x&password_hash=x";
    let seen = asha.post_and_see("/do/account/profile", extra).await;
    assert!(seen.body.contains("Your profile is saved.") && seen.body.contains("value=\"Asha\""));
    assert_eq!(site.count("users where admin_since is not null").await, 0);
    assert_eq!(site.count("users where email = 'asha@example.com'").await, 1);
    asha.post("/do/account/profile", "phone=09876543210").await;
    assert_eq!(site.count("users where name = 'Asha' and phone = '+919876543210'").await, 1);
    let seen = asha.post_and_see("/do/account/profile", "name=&phone=12").await;
    assert!(seen.body.contains("Please give a name.") && seen.body.contains("href=\"#phone\""));
}

#[tokio::test]
async fn what_waits_is_forgotten_in_time() {
    let site = Site::open().await;
    let mut asha = site.browser();
    site.account("asha@example.com").await;
    asha.post("/do/account/sign-up", format!("{SIGN_UP}asha@example.com")).await;
    asha.post("/do/account/forgot", "email=asha@example.com").await;
    let waiting = async || {
        let tables = ["sign_ups", "password_resets", "letter_requests"];
        let mut counts = Vec::new();
        for table in tables {
            counts.push(site.count(table).await);
        }
        counts
    };
    assert_eq!(waiting().await, [1, 1, 2]);
    site.app.clock.advance(31 * MINUTE);
    forget_expired(&site.app).await.unwrap();
    assert_eq!(waiting().await, [1, 0, 2]);
    site.app.clock.advance(DAY);
    forget_expired(&site.app).await.unwrap();
    assert_eq!(waiting().await, [0, 0, 0]);
}
