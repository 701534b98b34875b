//! Asking for an account: a letter decides, and a stranger cannot tell who has one.

use crate::pages::statements_of;
use crate::story::{PASSWORD, Shop, all_at_once};

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_made_by_the_letters_link_and_its_button() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.asks_for_an_account("Asha@Example.in").await.is_at("/sign-up/sent");
    asha.sees("We have sent a letter to asha@example.in to finish.");
    assert_eq!(shop.count("users").await, 0);
    let before = asha.session();
    let link = shop.link_in_letter_to("asha@example.in").await;
    asha.opens(&link).await.got(200).sees("Finish your account");
    assert_eq!(shop.count("users").await, 0, "following a link makes nothing");
    let form = asha.page.form("/do/account/confirm");
    asha.sends(form).await.is_at("/account").sees("Your account is ready. Welcome!");
    assert_ne!(asha.session(), before, "a new session from now on");
    assert_eq!(
        shop.count("users where email = 'asha@example.in' and admin_since is null").await,
        1
    );
    let stored = shop.text("select password_hash from users").await;
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
    asha.opens(&link).await.got(410).sees("This link has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_address_gets_the_same_answer_and_another_letter() {
    let shop = Shop::open().await;
    shop.customer("asha@example.in").await;
    let (mut one, mut other) = (shop.visitor(), shop.visitor());
    let hashed = || shop.app().metrics.password_hashes.get();
    let before = hashed();
    let known = statements_of(one.asks_for_an_account("asha@example.in")).await;
    let between = hashed();
    let unknown = statements_of(other.asks_for_an_account("ravi@example.in")).await;
    assert_eq!((between - before, hashed() - between), (1, 1), "each costs one hash");
    let told = one.page.text().replace("asha@", "ravi@");
    assert_eq!((told, one.page.status), (other.page.text(), other.page.status));
    assert_eq!(known, unknown, "and costs the same statements");
    let (subject, text) = shop.letter_to("asha@example.in").await;
    assert!(subject.contains("You already have an account") && !text.contains("token="), "{text}");
    assert_eq!(shop.count("users").await, 1);
    one.signs_in("asha@example.in").await.is_at("/account");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_works_for_a_day() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.asks_for_an_account("asha@example.in").await;
    let link = shop.link_in_letter_to("asha@example.in").await;
    shop.passes(24 * 60 - 1).await;
    let form = asha.opens(&link).await.got(200).page.form("/do/account/confirm");
    shop.passes(2).await;
    asha.opens(&link).await.got(410);
    asha.sends(form).await.is_at("/sign-up").sees("This link has been used already or has ended.");
    assert_eq!(shop.count("users").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_another_browser_the_password_is_asked_for() {
    let shop = Shop::open().await;
    shop.visitor().asks_for_an_account("asha@example.in").await;
    let link = shop.link_in_letter_to("asha@example.in").await;
    let mut phone = shop.visitor();
    let form = phone.opens(&link).await.page.form("/do/account/confirm");
    assert!(form.has("password"));
    phone.sends(form.clone().with("password", "another one")).await.is_at("/sign-up/confirm");
    phone.sees("This is not the password that was chosen at sign-up.");
    assert_eq!(shop.count("users").await, 0);
    phone.sends(form.with("password", PASSWORD)).await.is_at("/account");
    assert_eq!(shop.count("users").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn pressed_many_times_at_once_it_is_one_account() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.asks_for_an_account("asha@example.in").await;
    let link = shop.link_in_letter_to("asha@example.in").await;
    let form = asha.opens(&link).await.page.form("/do/account/confirm");
    let deeds = (0..6).map(|_| {
        let (mut tab, form) = (asha.another_tab(), form.clone());
        async move { tab.posts(&form.action, form.fields()).await.page.status }
    });
    assert!(all_at_once(deeds).await.iter().all(|status| *status == 303));
    assert_eq!(shop.count("users").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_beside_the_fields_and_the_password_is_not_shown_again() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let form = asha.opens("/sign-up").await.page.form("/do/account/sign-up");
    let typed =
        [("name", ""), ("email", "asha@example.in"), ("phone", "12"), ("password", "short")];
    asha.sends(form.filled(&typed)).await.is_at("/sign-up").sees("Please check the marked fields.");
    assert_eq!(asha.page.attributes("[aria-invalid=true]", "name"), ["name", "phone", "password"]);
    let form = asha.page.form("/do/account/sign-up");
    assert_eq!((form.value("phone"), form.value("password")), ("12", ""));
    assert!(!asha.page.body.contains("short\""));
    // Each message is bound to its field, and the summary leads there.
    for id in asha.page.attributes("[aria-invalid=true]", "aria-describedby") {
        assert!(id.split(' ').all(|id| asha.page.count(&format!("[id='{id}']")) == 1), "{id}");
    }
    let links = asha.page.attributes(".error-summary a", "href");
    assert_eq!(links, ["#name", "#phone", "#password"]);
    // Once read, it is gone.
    asha.opens("/sign-up").await.does_not_see("Please check the marked fields.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_in_the_address_comes_back_once() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.asks_for_an_account("asha@gmial.com").await.sees("Did you mean asha@gmail.com?");
    let form = asha.page.form("/do/account/sign-up").with("email_sure", "yes");
    asha.sends(form.with("password", PASSWORD)).await.is_at("/sign-up/sent");
    asha.asks_for_an_account("asha@mailinator.com").await.is_at("/sign-up");
    asha.sees("Addresses at this host soon stop working");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_email_check_tells_form_and_slips_but_nothing_of_accounts() {
    let shop = Shop::open().await;
    shop.customer("asha@gmail.com").await;
    let mut form = shop.visitor();
    let door = "/do/account/email-check";
    let mut check = async |email: &str| form.asks_for_json(door, &[("email", email)]).await;
    let (status, known) = check("asha@gmail.com").await;
    let (_, unknown) = check("ravi@gmail.com").await;
    assert_eq!((status, &known), (200, &unknown));
    assert_eq!(known["usable"], true);
    assert_eq!(check("asha@gmial.com").await.1["suggestion"], "asha@gmail.com");
    for bad in ["", "asha", "a@yopmail.com", "a b@example.in"] {
        assert_eq!(check(bad).await.1["usable"], false, "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_than_six_letters_an_hour_go_to_one_address() {
    let shop = Shop::open().await;
    for _ in 0..9 {
        shop.visitor().asks_for_an_account("asha@example.in").await.is_at("/sign-up/sent");
    }
    assert_eq!(shop.count("letters").await, 6);
    shop.passes(61).await;
    shop.visitor().asks_for_an_account("asha@example.in").await;
    assert_eq!(shop.count("letters").await, 7);
}
