//! Visits that end in mid-checkout, because the session's time is over or its row is gone. What may
//! be lost is a guest's cart, which nobody else could ever open; an account's cart, an order and
//! money never are, and no order is made twice.

use crate::story::{HOME, PASSWORD, Shop, Visitor};
use kirana::{account, cart};

const SAID: &str = "Your visit has ended, and its cart with it. No order was placed now; please \
                    choose again.";

/// The ways in which a session ends before its visitor does.
#[derive(Clone, Copy, Debug)]
enum End {
    /// Sixty days without a visit.
    ByTheClock,
    /// And then the job that forgets such sessions came by.
    Forgotten,
    /// The row is gone at once, as after a restored backup.
    Lost,
}

const ENDS: [End; 3] = [End::ByTheClock, End::Forgotten, End::Lost];

async fn ends(shop: &Shop, end: End) {
    match end {
        End::ByTheClock => shop.passes(60 * 24 * 60 + 1).await,
        End::Forgotten => {
            shop.passes(60 * 24 * 60 + 1).await;
            assert!(account::forget_expired(&shop.app()).await.unwrap() > 0);
            let mut connection = shop.db.write.acquire().await.unwrap();
            cart::service::forget_orphans(&mut connection).await.unwrap();
        }
        End::Lost => assert!(shop.meddles("delete from sessions").await > 0),
    }
}

/// Buys what is in the cart now; the shop then has this one paid order and no other.
async fn buys_it_once(buyer: &mut Visitor, units: i64) {
    let shop = buyer.shop.clone();
    buyer.places_the_order().await.pays().await.is_at("/orders/K");
    is_bought_once(&shop, units).await;
}

async fn is_bought_once(shop: &Shop, units: i64) {
    assert_eq!(
        (shop.count("orders").await, shop.count("orders where state = 'paid'").await),
        (1, 1)
    );
    assert_eq!((shop.count("payments").await, shop.gateway.book("orders").await.len()), (1, 1));
    let left = "select on_hand * 1000 + held from products where slug = 'assam-tea'";
    assert_eq!(shop.number(left).await, (1_000 - units) * 1_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guests_visit_ends_before_the_order_is_placed() {
    for end in ENDS {
        let shop = Shop::open().await;
        let mut asha = shop.visitor();
        asha.adds("assam-tea", 2).await;
        let form = asha.checkout_form("asha@example.in", &HOME).await;
        ends(&shop, end).await;
        asha.sends(form.clone())
            .await
            .got(200)
            .is_at("/cart")
            .sees(SAID)
            .sees("Your cart is empty");
        assert_eq!(shop.count("orders").await + shop.count("stock_holds").await, 0, "{end:?}");
        // The old page finds no cart in the new visit either, whatever is in that one.
        asha.adds("assam-tea", 1).await;
        asha.sends(form).await.got(200).is_at("/cart").sees("That cart was not found.");
        asha.has_in_the_cart(&[("assam-tea", 1)]).await;
        assert_eq!(shop.count("orders").await, 0, "{end:?}");
        buys_it_once(&mut asha, 1).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_whose_visit_ended_is_told_so_by_the_carts_own_forms() {
    for end in ENDS {
        let shop = Shop::open().await;
        let mut asha = shop.visitor();
        asha.adds("assam-tea", 2).await.opens("/cart").await;
        ends(&shop, end).await;
        asha.sets("assam-tea", "3").await.got(200).is_at("/cart").sees(SAID);
        asha.adds("assam-tea", 1).await.has_in_the_cart(&[("assam-tea", 1)]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guests_visit_ends_on_the_pay_page() {
    for end in [End::Lost, End::ByTheClock] {
        let shop = Shop::open().await;
        let mut asha = shop.visitor();
        asha.adds("assam-tea", 2).await;
        let form = asha.checkout_form("asha@example.in", &HOME).await;
        asha.sends(form.clone()).await.is_at("/checkout/pay/");
        let (page, callback, order) =
            (asha.page.path.clone(), asha.callback(), asha.gateway_order());
        match end {
            // The order itself waits for half an hour only; the visit alone is over.
            End::ByTheClock => drop(shop.meddles("update sessions set expires_at = 1").await),
            _ => ends(&shop, end).await,
        }
        // "Back", and the same press again: no second order, the first one is as it was.
        asha.sends(form).await.is_at(&page).got(200).sees("To pay ₹419.00");
        assert_eq!(shop.count("orders where state = 'awaiting_payment'").await, 1, "{end:?}");
        asha.opens(&page).await.got(200).sees("To pay ₹419.00");
        assert_eq!(asha.gateway_order(), order);
        let paid = shop.gateway.pays(&order, "success").await;
        asha.comes_back(&callback, &crate::story::signed(&paid)).await.is_at("/orders/K");
        asha.sees("Thank you, Asha");
        is_bought_once(&shop, 2).await;
        let link = shop.link_in_letter_to("asha@example.in").await;
        shop.visitor().opens(&link).await.got(200).sees("₹419.00");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accounts_sign_in_ends_before_the_order_is_placed() {
    for end in ENDS {
        let shop = Shop::open().await;
        let mut asha = shop.customer("asha@example.in").await;
        asha.adds("assam-tea", 2).await;
        let form = asha.checkout_form("", &HOME).await;
        ends(&shop, end).await;
        asha.sends(form.clone()).await.is_at("/sign-in").got(200);
        asha.sees("Your sign-in has ended. Please sign in again; your cart is kept.");
        assert_eq!(shop.count("orders").await, 0, "{end:?}");
        let sign_in = asha.page.form("/do/account/sign-in");
        let sign_in = sign_in.with("email", "asha@example.in").with("password", PASSWORD);
        // A slip of the password loses nothing either.
        asha.sends(sign_in.clone().with("password", "chai, no milk")).await.is_at("/sign-in");
        let sign_in = asha.page.form("/do/account/sign-in").with("password", PASSWORD);
        asha.sends(sign_in).await.is_at("/checkout").sees("2 × Assam tea");
        let again = asha.page.form("/do/checkout/place");
        for (name, typed) in HOME {
            assert_eq!(again.value(name), typed, "{name}, {end:?}");
        }
        // The page from before is still true: pressed there, twice even, it is the one order.
        asha.sends(form.clone()).await.is_at("/checkout/pay/");
        let order = asha.order();
        asha.sends(form).await.is_at("/checkout/pay/");
        assert_eq!(asha.order(), order);
        asha.pays().await.is_at("/orders/K");
        is_bought_once(&shop, 2).await;
        asha.has_in_the_cart(&[]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_account_typed_is_shown_to_no_other() {
    let shop = Shop::open().await;
    shop.customer("ravi@example.in").await.adds("soan-papdi", 1).await;
    let mut asha = shop.customer("asha@example.in").await;
    asha.adds("assam-tea", 2).await;
    let form = asha.checkout_form("", &HOME).await;
    ends(&shop, End::Lost).await;
    asha.sends(form).await.is_at("/sign-in");
    let sign_in = asha.page.form("/do/account/sign-in");
    let as_ravi = sign_in.with("email", "ravi@example.in").with("password", PASSWORD);
    asha.sends(as_ravi).await.is_at("/checkout").sees("1 × Soan papdi");
    assert_eq!(asha.page.form("/do/checkout/place").value("line1"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accounts_sign_in_ends_on_the_pay_page() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    asha.adds("assam-tea", 2).await;
    let form = asha.checkout_form("", &HOME).await;
    asha.sends(form.clone()).await.is_at("/checkout/pay/");
    let (page, order) = (asha.page.path.clone(), asha.order());
    ends(&shop, End::Lost).await;
    asha.sends(form.clone()).await.is_at("/sign-in").sees("Your sign-in has ended.");
    asha.opens(&page).await.got(200).sees("To pay ₹419.00");
    asha.signs_in("asha@example.in").await.is_at("/account");
    asha.sends(form).await.is_at("/checkout/pay/");
    assert_eq!(asha.order(), order, "the same order");
    asha.pays().await.is_at("/orders/K");
    is_bought_once(&shop, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accounts_sign_in_ends_before_the_carts_own_forms() {
    for end in ENDS {
        let shop = Shop::open().await;
        let mut asha = shop.customer("asha@example.in").await;
        asha.adds("assam-tea", 2).await.opens("/cart").await;
        let set = asha.line_form("/do/cart/set", "assam-tea").await.with("quantity", "3");
        let forms = [set, asha.page.form("/do/cart/remove"), asha.page.form("/do/cart/empty")];
        ends(&shop, end).await;
        for form in forms {
            let mut island = asha.another_tab();
            let (status, told) = island.asks_for_json(&form.action, form.fields()).await;
            assert_eq!((status, &told["html"]), (401, &"Unasked".into()), "the lines stay there");
            assert!(told["notice"].as_str().unwrap().contains("your cart is kept"), "{told}");
            asha.sends(form).await.is_at("/sign-in");
            asha.sees("Your sign-in has ended. Please sign in again; your cart is kept.");
        }
        let sign_in = asha.page.form("/do/account/sign-in");
        let sign_in = sign_in.with("email", "asha@example.in").with("password", PASSWORD);
        asha.sends(sign_in).await.is_at("/cart");
        asha.has_in_the_cart(&[("assam-tea", 2)]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_whose_visit_ended_is_told_so_by_the_island_too() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.opens("/cart").await;
    let form = asha.line_form("/do/cart/set", "assam-tea").await.with("quantity", "3");
    ends(&shop, End::Lost).await;
    let (status, told) = asha.asks_for_json("/do/cart/set", form.fields()).await;
    assert_eq!((status, told["notice"].as_str()), (404, Some(SAID)));
}
