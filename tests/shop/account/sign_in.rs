//! Coming in, going out, and what a session is.

use crate::pages::statements_of;
use crate::story::{PASSWORD, Shop};

#[tokio::test(flavor = "multi_thread")]
async fn the_session_changes_at_sign_in_and_the_old_one_is_dead() {
    let shop = Shop::open().await;
    shop.customer("asha@example.in").await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await;
    let before = asha.session().unwrap();
    asha.signs_in("asha@example.in").await.is_at("/account");
    let after = asha.session().unwrap();
    assert_ne!(before, after);
    let mut thief = shop.visitor();
    thief.takes_cookie(&before);
    thief.opens("/account").await.is_at("/sign-in");
    thief.has_in_the_cart(&[]).await;
    // What is stored opens nothing either.
    assert_eq!(shop.count(&format!("sessions where id_hash = '{after}'")).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_out_ends_the_session_for_good() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    let cookie = asha.session().unwrap();
    asha.opens("/do/account/sign-out").await.got(405);
    asha.opens("/account").await.got(200);
    asha.signs_out().await.is_at("/").sees("Sign in");
    assert_eq!(asha.session(), None);
    asha.takes_cookie(&cookie);
    asha.opens("/account").await.is_at("/sign-in");
    assert_eq!(shop.count("sessions where user_id is not null").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_user_get_the_same_answer() {
    let shop = Shop::open().await;
    shop.customer("asha@example.in").await;
    let (mut one, mut other) = (shop.visitor(), shop.visitor());
    let hashed = || shop.app().metrics.password_hashes.get();
    let before = hashed();
    let known = statements_of(one.signs_in_with("asha@example.in", "wrong password")).await;
    let between = hashed();
    let unknown = statements_of(other.signs_in_with("nobody@example.in", "wrong password")).await;
    assert_eq!((between - before, hashed() - between), (1, 1), "each costs one hash");
    one.is_at("/sign-in").sees("The e-mail address or the password is not right.");
    other.is_at("/sign-in");
    assert_eq!(one.page.text(), other.page.text());
    assert_eq!(known, unknown, "and costs the same statements");
    assert_eq!(one.page.form("/do/account/sign-in").value("password"), "");
    assert_eq!(one.page.form("/do/account/sign-in").value("email"), "asha@example.in");
    let mut blank = shop.visitor();
    blank.signs_in_with("", "").await.sees("The e-mail address or the password is not right.");
}

#[tokio::test(flavor = "multi_thread")]
async fn next_leads_only_to_pages_of_this_shop() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    asha.signs_out().await;
    asha.opens("/account/orders?page=2").await.is_at("/sign-in");
    let form = asha.page.form("/do/account/sign-in");
    assert_eq!(form.value("next"), "/account/orders?page=2");
    for evil in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie:x=1\r\n",
        "\t//evil.example",
        "/a b",
        "",
    ] {
        let mut asha = shop.visitor();
        let form = form.clone().with("email", "asha@example.in").with("password", PASSWORD);
        let fields = form.with("next", evil);
        asha.posts("/do/account/sign-in", fields.fields()).await;
        let to = asha.led_to();
        let home = ["/", "/account", "/%0d%0aSet-Cookie:x=1"].contains(&to);
        assert!(home, "{evil:?} led to {to}");
        // Also for somebody who is signed in already.
        let query = crate::story::encode(&[("next", evil)]);
        asha.looks_at(&format!("/sign-in?{query}")).await;
        let to = asha.led_to();
        assert!(to.starts_with('/') && !to.starts_with("//") && !to.contains('\\'), "{to}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_sixty_days_without_a_visit() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    for _ in 0..4 {
        shop.passes(59 * 24 * 60).await;
        asha.opens("/account").await.got(200).is_at("/account");
        assert!(asha.page.header("set-cookie").contains("Max-Age=5184000"), "the browser keeps it");
        kirana::account::keep_seen(&shop.app()).await.unwrap();
    }
    shop.passes(61 * 24 * 60).await;
    asha.opens("/account").await.is_at("/sign-in").sees("Your last visit has ended.");
}

#[tokio::test(flavor = "multi_thread")]
async fn name_and_number_can_be_changed_and_nothing_else() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    let form = asha.opens("/account").await.page.form("/do/account/profile");
    let smuggled = form.filled(&[
        ("name", "Asha Devi Rao"),
        ("phone", "098765 43210"),
        ("email", "eve@example.in"),
        ("admin_since", "1"),
        ("password_hash", "x"),
        ("id", "x"),
    ]);
    asha.sends(smuggled).await.is_at("/account").sees("Your profile is saved.");
    let row = "users where name = 'Asha Devi Rao' and phone = '+919876543210' \
               and email = 'asha@example.in' and admin_since is null";
    assert_eq!(shop.count(row).await, 1);
    asha.opens("/admin").await.got(404);
    // What is not sent stays (the earlier API's PATCH).
    asha.posts("/do/account/profile", &[("phone", "")]).await.follows().await;
    assert_eq!(shop.count("users where name = 'Asha Devi Rao' and phone = ''").await, 1);
    let form = asha.opens("/account").await.page.form("/do/account/profile");
    asha.sends(form.with("phone", "12345").with("name", " ")).await.is_at("/account");
    assert_eq!(asha.page.attributes("[aria-invalid=true]", "name"), ["name", "phone"]);
}
