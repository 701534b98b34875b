//! "Place order": pressed once, twice, in two tabs, with the same form again, with another cart.

use crate::story::{HOME, Shop, all_at_once};
use kirana::catalogue::service;
use kirana::money::Paise;

#[tokio::test(flavor = "multi_thread")]
async fn placing_the_order_freezes_it_and_holds_its_units() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.adds("cardamom", 1).await.places_the_order().await;
    asha.sees("Pay for your order").sees("₹610.00").sees("Free");
    assert_eq!(shop.count("orders where state = 'awaiting_payment' and number is null").await, 1);
    assert_eq!(shop.count("order_lines").await, 2);
    assert_eq!(shop.count("stock_holds").await, 2);
    assert_eq!(shop.count("products where slug = 'assam-tea' and held = 2").await, 1);
    assert_eq!(shop.count("attempts where state = 'open'").await, 1);
    assert_eq!(shop.count("letters").await, 0, "no letter before the money");
    let gateway = shop.gateway.book("orders").await;
    assert_eq!((gateway.len(), &gateway[0]["amount"]), (1, &61_000.into()));
    assert_eq!(gateway[0]["receipt"], shop.text("select receipt from attempts").await);
    // The cart stays until the money is there.
    asha.has_in_the_cart(&[("assam-tea", 2), ("cardamom", 1)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_form_sent_again_is_the_same_order() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    let first = asha.sends(form.clone()).await.order();
    assert_eq!(asha.sends(form.clone()).await.order(), first);
    let deeds = (0..8).map(|_| {
        let (mut tab, form) = (asha.another_tab(), form.clone());
        async move { tab.sends(form).await.order() }
    });
    assert!(all_at_once(deeds).await.iter().all(|order| *order == first));
    assert_eq!((shop.count("orders").await, shop.count("attempts").await), (1, 1));
    assert_eq!(shop.count("stock_holds where quantity = 2").await, 1);
    assert_eq!(shop.gateway.book("orders").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_press_is_one_order() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    let deeds = (0..8).map(|_| {
        let (mut tab, form) = (asha.another_tab(), form.clone());
        async move { tab.sends(form).await.order() }
    });
    let orders = all_at_once(deeds).await;
    assert!(orders.iter().all(|order| *order == orders[0]), "{orders:?}");
    assert_eq!((shop.count("orders").await, shop.count("attempts").await), (1, 1));
    assert_eq!(shop.gateway.book("orders").await.len(), 1, "at the gateway, too");
    let known = shop.text("select gateway_order_id from attempts").await;
    let mut tab = asha.another_tab();
    tab.places_the_order().await;
    assert_eq!(tab.gateway_order(), known);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_place_the_same_cart_as_one_order() {
    let shop = Shop::open().await;
    let mut first = shop.visitor();
    first.adds("assam-tea", 2).await;
    let one = first.checkout_form("asha@example.in", &HOME).await;
    let mut second = first.another_tab();
    let other = second.checkout_form("asha@example.in", &HOME).await;
    assert_ne!(one.value("key"), other.value("key"));
    let order = first.sends(one).await.order();
    assert_eq!(second.sends(other).await.order(), order);
    first.pays().await.is_at("/orders/K");
    let path = second.page.path.clone();
    second.opens(&path).await.is_at("/orders/K").sees("Your payment has arrived");
    assert_eq!(shop.count("orders").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_cart_supersedes_the_order_that_waits() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("cardamom", 10).await.places_the_order().await;
    let (old, old_page) = (asha.order(), asha.page.path.clone());
    asha.opens("/cart").await.sets("cardamom", "3").await.places_the_order().await;
    assert_ne!(asha.order(), old);
    assert_eq!(shop.count("orders where state = 'awaiting_payment'").await, 1);
    assert_eq!(shop.count("orders where state = 'expired'").await, 1);
    assert_eq!(shop.count("products where slug = 'cardamom' and held = 3").await, 1);
    let mut tab = asha.another_tab();
    tab.opens(&old_page).await.sees("This order has ended").sees("you placed your cart again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_paid_meanwhile_does_not_give_way_to_a_changed_cart() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("cardamom", 10).await.places_the_order().await;
    let order = asha.gateway_order();
    asha.adds("assam-tea", 1).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    // Nobody has told the shop yet.
    shop.gateway.pays(&order, "success").await;
    asha.sends(form).await.is_at("/checkout").sees("Green cardamom: 10 bought.");
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    assert_eq!((shop.count("orders").await, shop.count("refunds").await), (1, 0));
    asha.has_in_the_cart(&[("assam-tea", 1)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_may_be_paid_at_this_moment_does_not_give_way() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("cardamom", 10).await.places_the_order().await;
    let (order, old) = (asha.gateway_order(), asha.order());
    asha.adds("assam-tea", 1).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    let words = "You placed an order from this cart before, and it may be paid at this moment.";
    shop.gateway.goes_wrong("/v1/", "500", 50).await;
    asha.sends(form.clone()).await.is_at(&format!("/checkout/pay/{old}")).sees(words);
    asha.sees("Razorpay does not answer at the moment.");
    shop.gateway.recovers().await;
    let pending = shop.gateway.pays(&order, "pending").await;
    asha.sends(form.clone()).await.sees(words).sees("Your bank has not confirmed it yet.");
    assert_eq!(shop.count("products where slug = 'cardamom' and held = 10").await, 1);
    assert_eq!(shop.count("orders").await, 1);
    // The bank says no: then the changed cart is placed.
    shop.gateway.fails(&pending.payment).await;
    asha.sends(form).await.is_at("/checkout/pay/").sees("Pay now");
    assert_eq!(shop.count("orders where state = 'expired'").await, 1);
    assert_eq!(shop.count("stock_holds").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_sent_for_many_carts_at_once_is_refused_and_breaks_nothing() {
    let shop = Shop::open().await;
    let key = "k".repeat(43);
    let mut forms = Vec::new();
    for _ in 0..8 {
        let mut visitor = shop.visitor();
        visitor.adds("assam-tea", 1).await;
        let form = visitor.checkout_form("asha@example.in", &HOME).await.with("key", &key);
        forms.push((visitor, form));
    }
    let deeds = forms
        .into_iter()
        .map(|(mut visitor, form)| async move { visitor.sends(form).await.page.status });
    let answers = all_at_once(deeds).await;
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
    assert_eq!((shop.count("orders").await, shop.count("attempts").await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_supersedes_too() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await.places_the_order().await;
    let form = asha.checkout_form("asha@example.in", &crate::story::AWAY).await;
    asha.sends(form).await.is_at("/checkout/pay/");
    assert_eq!(shop.count("orders where place_of_supply = '27'").await, 1);
    assert_eq!(shop.count("orders where state = 'expired'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_changed_in_another_tab_is_not_placed_unseen() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    asha.another_tab().adds("soan-papdi", 1).await;
    asha.sends(form).await.is_at("/checkout").sees("Your cart changed in another place meanwhile");
    asha.sees("Soan papdi was added: 1.").sees("1 × Soan papdi");
    assert_eq!(shop.count("orders").await, 0);
    // What was typed is kept: one more press is enough.
    let form = asha.page.form("/do/checkout/place");
    assert_eq!(form.value("line1"), "12, MG Road");
    asha.sends(form).await.is_at("/checkout/pay/").sees("₹518.00");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_moves_between_show_and_press_is_shown_first() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    let (id, now) = (shop.product("assam-tea").await.id, shop.clock.now());
    let mut connection = shop.app().db.write.acquire().await.unwrap();
    let (price, mrp) = (Paise(19_000), Paise(20_000));
    assert!(service::change_price(&mut connection, &id, price, mrp, now).await.unwrap());
    drop(connection);
    // Not even with the box ticked: it was ticked for another price.
    asha.sends(form.with("accept_changes", "yes")).await.is_at("/checkout");
    asha.sees("A price changed while you were looking.").sees("Assam tea: ₹185.00 → ₹190.00");
    assert_eq!(shop.count("orders").await + shop.count("stock_holds").await, 0);
    let form = asha.page.form("/do/checkout/place").with("accept_changes", "yes");
    asha.sends(form).await.is_at("/checkout/pay/").sees("₹429.00");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_cart_cannot_be_checked_out() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.opens("/checkout").await.is_at("/cart").sees("Your cart is empty");
    asha.adds("assam-tea", 1).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    asha.another_tab().opens("/cart").await.removes("assam-tea").await;
    asha.sends(form).await.is_at("/cart").sees("Your cart is empty");
    assert_eq!(shop.count("orders").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named_and_nothing_typed_is_lost() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await;
    let form = asha.checkout_form("not an address", &HOME).await;
    let form = form.with("pin", "400001").with("phone", "123").with("line1", "");
    asha.sends(form).await.is_at("/checkout").sees("Please check the marked fields.");
    let wrong = asha.page.attributes("[aria-invalid=true]", "name");
    assert_eq!(wrong, ["email", "phone", "line1", "pin"]);
    let form = asha.page.form("/do/checkout/place");
    assert_eq!((form.value("city"), form.value("phone")), ("Bengaluru", "123"));
    assert_eq!(shop.count("orders").await, 0);
    asha.sends(form.filled(&HOME).with("email", "asha@example.in")).await.is_at("/checkout/pay/");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_form_after_its_order_ended_says_so_and_leads_to_the_cart() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    asha.sends(form.clone()).await.is_at("/checkout/pay/");
    shop.passes(31).await;
    shop.works().await;
    asha.sends(form).await.sees("This order has ended").sees("Back to your cart");
    asha.places_the_order().await.pays().await.is_at("/orders/K");
    assert_eq!(shop.count("orders").await, 2);
}

/// Razorpay takes nothing below one rupee.
#[tokio::test(flavor = "multi_thread")]
async fn a_sum_too_small_to_be_paid_is_refused_before_it_is_an_order() {
    let shop = Shop::open_with(&[("KIRANA_SHIPPING_PAISE", "0")]).await;
    shop.meddles("update products set price_paise = 50 where slug = 'soan-papdi'").await;
    let mut asha = shop.visitor();
    asha.adds("soan-papdi", 1).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    asha.sends(form).await.got(200).sees("₹1.00");
    assert_eq!(shop.count("orders").await, 0);
    asha.adds("soan-papdi", 1).await.places_the_order().await.pays().await.is_at("/orders/K");
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_leave_after_the_money_came_as_files_where_no_mail_is_set() {
    let shop = Shop::open().await;
    shop.visitor().buys("assam-tea", 1).await;
    assert_eq!(shop.count("letters where sent_at is null").await, 1);
    shop.works().await;
    assert_eq!(shop.count("letters where sent_at is not null and next_try_at is null").await, 1);
    let files = std::fs::read_dir(shop.config.data.join("mail")).unwrap().count();
    assert_eq!(files, 1);
    shop.works().await;
    assert_eq!(std::fs::read_dir(shop.config.data.join("mail")).unwrap().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_page_with_another_address_does_not_place_the_old_one() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    asha.sends(form.clone()).await;
    let first = asha.order();
    // A browser that kept the page: back, the street mended, sent again.
    asha.sends(form.with("line1", "9 Other Road")).await.is_at("/checkout");
    asha.sees("This page was too old. Please press “Place order” again.");
    let kept = asha.page.form("/do/checkout/place");
    assert_eq!(kept.value("line1"), "9 Other Road");
    asha.sends(kept).await;
    assert_ne!(asha.order(), first);
    let to = "select ship_to from orders where state = 'awaiting_payment'";
    assert!(shop.text(to).await.contains("9 Other Road"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_too_late_for_the_last_units_reads_why_and_keeps_what_was_typed() {
    let shop = Shop::open().await;
    let (mut asha, mut ravi) = (shop.visitor(), shop.visitor());
    asha.adds("saffron", 1).await;
    ravi.adds("saffron", 1).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    ravi.places_the_order().await;
    asha.sends(form).await.is_at("/cart").sees("Kashmir saffron: Sold out. Please remove it.");
    // With the line removed the checkout still holds what was typed.
    asha.adds("assam-tea", 1).await.removes("saffron").await;
}
