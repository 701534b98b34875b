//! Forgotten and changed passwords.

use crate::pages::statements_of;
use crate::story::{PASSWORD, Shop, Visitor, all_at_once};

const NEW: &str = "cardamom and ginger";

async fn asks_for_a_reset(visitor: &mut Visitor, email: &str) {
    let form = visitor.opens("/forgot").await.page.form("/do/account/forgot");
    visitor
        .sends(form.with("email", email))
        .await
        .is_at("/forgot")
        .sees("We have sent a letter to");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_set_anew_once() {
    let shop = Shop::open().await;
    let mut elsewhere = shop.customer("asha@example.in").await;
    let mut asha = shop.visitor();
    asks_for_a_reset(&mut asha, "asha@example.in").await;
    let link = shop.link_in_letter_to("asha@example.in").await;
    let token = link.split_once("token=").unwrap().1;
    assert_eq!(shop.count(&format!("password_resets where token_hash = '{token}'")).await, 0);
    let form = asha.opens(&link).await.sees("For asha@example.in").page.form("/do/account/reset");
    // A bad choice costs nothing.
    asha.sends(form.clone().with("password", "short")).await.is_at("/reset");
    asha.sees("Please use at least 8 characters.");
    asha.sends(form.clone().with("password", NEW)).await.is_at("/sign-in");
    asha.sees("Your new password is set. Please sign in with it.");
    assert_eq!(shop.count("sessions where user_id is not null").await, 0);
    elsewhere.opens("/account").await.is_at("/sign-in");
    asha.sends(form.with("password", "one more password")).await.is_at("/forgot");
    asha.sees("This link has been used already or has ended.").opens(&link).await.got(410);
    asha.signs_in_with("asha@example.in", PASSWORD).await.is_at("/sign-in");
    asha.signs_in_with("asha@example.in", NEW).await.is_at("/account");
    let (subject, _) = shop.letter_to("asha@example.in").await;
    assert!(subject.contains("Your password was changed"), "{subject}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_link_works_for_thirty_minutes() {
    let shop = Shop::open().await;
    shop.customer("asha@example.in").await;
    let mut asha = shop.visitor();
    asks_for_a_reset(&mut asha, "asha@example.in").await;
    let link = shop.link_in_letter_to("asha@example.in").await;
    shop.passes(29).await;
    let form = asha.opens(&link).await.got(200).page.form("/do/account/reset");
    shop.passes(2).await;
    asha.opens(&link).await.got(410);
    asha.sends(form.with("password", NEW)).await.is_at("/forgot");
    asha.signs_in_with("asha@example.in", PASSWORD).await.is_at("/account");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_reset_uses_up_all_other_links() {
    let shop = Shop::open().await;
    shop.customer("asha@example.in").await;
    let mut asha = shop.visitor();
    asks_for_a_reset(&mut asha, "asha@example.in").await;
    let first = shop.link_in_letter_to("asha@example.in").await;
    shop.passes(1).await;
    asks_for_a_reset(&mut asha, "asha@example.in").await;
    let second = shop.link_in_letter_to("asha@example.in").await;
    assert_ne!(first, second);
    let form = asha.opens(&second).await.page.form("/do/account/reset").with("password", NEW);
    let deeds = (0..5).map(|_| {
        let (mut tab, form) = (asha.another_tab(), form.clone());
        tab.peer = shop.next_peer();
        async move { tab.posts(&form.action, form.fields()).await.led_to().to_owned() }
    });
    let ends = all_at_once(deeds).await;
    assert_eq!(ends.iter().filter(|to| *to == "/sign-in").count(), 1, "{ends:?}");
    asha.opens(&first).await.got(410);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_gets_the_same_answer() {
    let shop = Shop::open().await;
    shop.customer("asha@example.in").await;
    let (mut one, mut other) = (shop.visitor(), shop.visitor());
    let hashed = || shop.app().metrics.password_hashes.get();
    let before = hashed();
    let known = statements_of(asks_for_a_reset(&mut one, "asha@example.in")).await;
    let between = hashed();
    let unknown = statements_of(asks_for_a_reset(&mut other, "ravi@example.in")).await;
    assert_eq!((between - before, hashed() - between), (0, 0), "neither costs a hash");
    assert_eq!(one.page.text().replace("asha@", "ravi@"), other.page.text());
    assert_eq!(known, unknown, "and costs the same statements");
    let (_, text) = shop.letter_to("ravi@example.in").await;
    assert!(text.contains("There is no account") && !text.contains("token="), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_ends_every_other_session() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    let mut phone = shop.visitor();
    phone.signs_in("asha@example.in").await.is_at("/account");
    let before = asha.session();
    let form = asha.opens("/account").await.page.form("/do/account/password");
    let wrong = form.clone().with("current", "not it").with("new_password", NEW);
    asha.sends(wrong).await.is_at("/account").sees("This is not your present password.");
    phone.opens("/account").await.got(200);
    let right = form.with("current", PASSWORD).with("new_password", NEW);
    asha.sends(right).await.is_at("/account").sees("Your password is changed.");
    assert_ne!(asha.session(), before);
    phone.opens("/account").await.is_at("/sign-in");
    phone.signs_in_with("asha@example.in", NEW).await.is_at("/account");
    let mut old = shop.visitor();
    old.takes_cookie(&before.unwrap());
    old.opens("/account").await.is_at("/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_that_guessers_try_first_are_refused() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    for bad in ["password", "asha@example.in", "12345678", "short", &"x".repeat(129)] {
        let form = asha.opens("/account").await.page.form("/do/account/password");
        asha.sends(form.with("current", PASSWORD).with("new_password", bad)).await;
        assert_eq!(asha.page.attributes("[aria-invalid=true]", "name"), ["new_password"], "{bad}");
        assert!(!asha.page.body.contains(PASSWORD));
    }
    asha.signs_out().await.signs_in("asha@example.in").await.is_at("/account");
}
