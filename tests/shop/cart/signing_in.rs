//! Guests who become somebody: carts are merged once, nothing is lost, nobody gets another's.

use crate::story::{HOME, PASSWORD, Shop, all_at_once};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_signs_in_with_a_full_cart_and_the_users_cart_is_also_full() {
    let shop = Shop::open().await;
    let mut desktop = shop.customer("asha@example.in").await;
    desktop.adds("assam-tea", 2).await.adds("cardamom", 30).await.adds("saffron", 1).await;
    let mut phone = shop.visitor();
    phone.adds("assam-tea", 3).await.adds("soan-papdi", 1).await.adds("cardamom", 25).await;
    phone.signs_in("asha@example.in").await.is_at("/account");
    phone.sees("The 14 items you chose before signing in are now in your cart.");
    phone.sees("Green cardamom: 40 instead of 55, no more are left.");
    let merged = [("assam-tea", 5), ("cardamom", 40), ("saffron", 1), ("soan-papdi", 1)];
    phone.has_in_the_cart(&merged).await;
    desktop.has_in_the_cart(&merged).await;
    assert_eq!((shop.count("carts").await, shop.count("cart_merges").await), (1, 1));
}

/// Of forty the account's open order holds thirty, and somebody else's eight: thirty-two are left
/// to the account, whether it still has the line or took it out.
#[tokio::test(flavor = "multi_thread")]
async fn a_merge_counts_what_the_accounts_own_order_holds_as_left() {
    for (takes_out, comes_to) in [(false, 32), (true, 5)] {
        let shop = Shop::open().await;
        let mut desktop = shop.customer("asha@example.in").await;
        desktop.adds("cardamom", 30).await.places_the_order().await;
        if takes_out {
            desktop.opens("/cart").await.removes("cardamom").await;
        }
        let mut phone = shop.visitor();
        phone.adds("cardamom", 5).await;
        shop.visitor().adds("cardamom", 8).await.places_the_order().await;
        phone.signs_in("asha@example.in").await;
        phone.has_in_the_cart(&[("cardamom", comes_to)]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_keeps_to_the_most_of_one_product() {
    let shop = Shop::open().await;
    let mut desktop = shop.customer("asha@example.in").await;
    desktop.adds("assam-tea", 90).await;
    let mut phone = shop.visitor();
    phone.adds("assam-tea", 20).await.signs_in("asha@example.in").await;
    phone.sees("Assam tea: 99 instead of 110, the most at once.");
    phone.has_in_the_cart(&[("assam-tea", 99)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guests_cart_comes_along_when_the_account_is_made() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await.makes_an_account("asha@example.in").await;
    asha.sees("Your account is ready.").sees("The item you chose before signing in");
    asha.has_in_the_cart(&[("assam-tea", 1)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sign_ins_at_once_merge_once() {
    let shop = Shop::open().await;
    let mut known = shop.customer("asha@example.in").await;
    known.adds("cardamom", 2).await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 3).await.opens("/sign-in").await;
    let form = asha.page.form("/do/account/sign-in");
    let form = form.with("email", "asha@example.in").with("password", PASSWORD);
    let deeds = (0..4).map(|_| {
        let (mut tab, form) = (asha.another_tab(), form.clone());
        async move { tab.posts(&form.action, form.fields()).await.page.status }
    });
    let answers = all_at_once(deeds).await;
    assert!(answers.iter().all(|status| *status == 303), "{answers:?}");
    known.has_in_the_cart(&[("cardamom", 2), ("assam-tea", 3)]).await;
    assert_eq!((shop.count("carts").await, shop.count("cart_merges").await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_out_and_in_again_finds_the_same_cart() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    asha.adds("assam-tea", 2).await.signs_out().await.is_at("/");
    assert_eq!(asha.badge(), 0);
    asha.has_in_the_cart(&[]).await.sees("Your cart is empty");
    // Somebody else at this browser starts with nothing, and what they choose joins at sign-in.
    asha.adds("cardamom", 1).await.signs_in("asha@example.in").await;
    asha.has_in_the_cart(&[("assam-tea", 2), ("cardamom", 1)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_user_at_the_same_browser_gets_none_of_it() {
    let shop = Shop::open().await;
    shop.customer("ravi@example.in").await.adds("soan-papdi", 1).await;
    let mut asha = shop.customer("asha@example.in").await;
    asha.adds("assam-tea", 2).await.signs_out().await.signs_in("ravi@example.in").await;
    asha.has_in_the_cart(&[("soan-papdi", 1)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_who_lost_the_cookie_in_mid_checkout_is_told_that_there_is_no_cart() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    asha.forgets_cookies();
    asha.sends(form).await.is_at("/cart").sees("That cart was not found.");
    assert_eq!(shop.count("orders").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_placed_as_a_guest_is_paid_after_signing_in() {
    let shop = Shop::open().await;
    let mut desktop = shop.customer("asha@example.in").await;
    desktop.adds("cardamom", 1).await;
    let mut phone = shop.visitor();
    phone.adds("assam-tea", 2).await.places_the_order().await;
    let mut tab = phone.another_tab();
    tab.signs_in("asha@example.in").await;
    tab.has_in_the_cart(&[("cardamom", 1), ("assam-tea", 2)]).await;
    // The bought units leave the cart that the guest's one was merged into.
    phone.pays().await.is_at("/orders/K");
    desktop.has_in_the_cart(&[("cardamom", 1)]).await;
}

/// The lines are on their way to the account's cart when the money is booked: that waits, and what
/// was bought leaves the cart in which the lines arrive.
#[tokio::test(flavor = "multi_thread")]
async fn money_that_comes_while_a_sign_in_moves_the_lines_waits_for_it() {
    let shop = Shop::open().await;
    let mut desktop = shop.customer("asha@example.in").await;
    desktop.adds("cardamom", 1).await;
    shop.visitor().adds("assam-tea", 2).await.places_the_order().await;
    let order = shop.text("select gateway_order_id from attempts").await;
    shop.gateway.pays(&order, "success").await;
    let guest = shop.text("select session_hash from carts where user_id is null").await;
    let user = shop.text("select user_id from carts where user_id is not null").await;
    let attempt = shop.text("select id from attempts").await;

    let (app, now) = (shop.app(), shop.clock.now());
    let mut moving = app.db.begin().await.unwrap();
    kirana::cart::merge(&mut moving, &guest, &user, now).await.unwrap();
    let booking = tokio::spawn({
        let app = app.clone();
        async move { kirana::payment::settle(&app, &attempt, "return").await.unwrap() }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!booking.is_finished());
    moving.commit().await.unwrap();
    booking.await.unwrap();
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    desktop.has_in_the_cart(&[("cardamom", 1)]).await;
}
