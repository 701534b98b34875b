//! Many clicks at once: tabs, devices, races. Nothing is lost, nothing is done twice.

use crate::story::{Shop, Visitor, all_at_once};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_parallel_adds_none_is_lost() {
    let shop = Shop::open().await;
    let mut guest = shop.visitor();
    // The session first: fifty first clicks of a browser without a cookie would be fifty browsers.
    guest.adds("cardamom", 1).await;
    let mut customer = shop.customer("asha@example.in").await;
    for buyer in [&mut guest, &mut customer] {
        let product = shop.product("assam-tea").await.id;
        let tabs: Vec<Visitor> = (0..50).map(|_| buyer.another_tab()).collect();
        let deeds = tabs.into_iter().map(|mut tab| {
            let fields = [("product", product.clone()), ("quantity", "1".to_owned())];
            async move { tab.posts("/do/cart/add", &fields).await.led_to().to_owned() }
        });
        let answers = all_at_once(deeds).await;
        assert!(answers.iter().all(|to| to == "/cart"), "{answers:?}");
        let cart = buyer.cart().await;
        assert!(cart.contains(&("assam-tea".to_owned(), 50)), "{cart:?}");
    }
    assert_eq!(shop.count("carts").await, 2);
    let versions = shop.number("select max(version) from carts").await;
    assert_eq!(versions, 51);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_first_adds_of_one_account_make_one_cart() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    let product = shop.product("assam-tea").await.id;
    let deeds = (0..50).map(|_| {
        let mut tab = asha.another_tab();
        let fields = [("product", product.clone()), ("quantity", "1".to_owned())];
        async move { tab.posts("/do/cart/add", &fields).await.page.status }
    });
    assert!(all_at_once(deeds).await.iter().all(|status| *status == 303));
    asha.has_in_the_cart(&[("assam-tea", 50)]).await;
    assert_eq!(shop.count("carts").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_set_different_quantities() {
    let shop = Shop::open().await;
    let mut first = shop.visitor();
    first.adds("assam-tea", 2).await.opens("/cart").await;
    let mut second = first.another_tab();
    first.sets("assam-tea", "5").await.sees("Your cart is updated.");
    second.sets("assam-tea", "9").await.is_at("/cart");
    second.sees("Your cart changed in another place meanwhile, so nothing was done.");
    second.sees("Assam tea: 5 instead of 2.").has_in_the_cart(&[("assam-tea", 5)]).await;
    // With the fresh cart before the eyes the wish counts.
    second.sets("assam-tea", "9").await.has_in_the_cart(&[("assam-tea", 9)]).await;
    first.removes("assam-tea").await.sees("Assam tea: 9 instead of 5.");
    first.has_in_the_cart(&[("assam-tea", 9)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_that_set_at_the_same_moment_agree_on_one() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.opens("/cart").await;
    let deeds = (10..20).map(|units| {
        let mut tab = asha.another_tab();
        async move {
            tab.sets("assam-tea", &units.to_string()).await;
        }
    });
    all_at_once(deeds).await;
    let cart = asha.cart().await;
    let (_, units) = cart[0];
    assert!((10..20).contains(&units), "{cart:?}");
    assert_eq!(shop.number("select version from carts").await, 2, "one of ten counted");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_devices_of_one_user_share_the_cart() {
    let shop = Shop::open().await;
    let mut phone = shop.customer("asha@example.in").await;
    let mut desktop = shop.visitor();
    desktop.signs_in("asha@example.in").await.is_at("/account");
    phone.adds("assam-tea", 2).await;
    desktop.has_in_the_cart(&[("assam-tea", 2)]).await;
    desktop.sets("assam-tea", "3").await.adds("cardamom", 1).await;
    phone.opens("/").await;
    assert_eq!(phone.badge(), 4);
    phone.has_in_the_cart(&[("assam-tea", 3), ("cardamom", 1)]).await;
    assert_eq!(shop.count("carts").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_tab_is_told_what_happened_meanwhile() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.adds("cardamom", 1).await.opens("/cart").await;
    let mut old = asha.another_tab();
    asha.removes("cardamom").await.adds("soan-papdi", 3).await;
    old.empties_the_cart().await.sees("Green cardamom was removed.");
    old.sees("Soan papdi was added: 3.");
    old.has_in_the_cart(&[("assam-tea", 2), ("soan-papdi", 3)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_island_gets_the_fresh_cart_with_every_answer() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let product = shop.product("assam-tea").await.id;
    let fields = [("product", product.as_str()), ("quantity", "2")];
    let (status, told) = asha.asks_for_json("/do/cart/add", &fields).await;
    assert_eq!((status, &told["news"]["units"]), (200, &Value::from(2)));
    assert_eq!(asha.page.header("cache-control"), "no-store");
    asha.opens("/cart").await;
    let form = asha.line_form("/do/cart/set", "assam-tea").await.with("quantity", "4");
    let (status, told) = asha.asks_for_json("/do/cart/set", form.fields()).await;
    assert_eq!((status, &told["bad"]), (200, &Value::from(false)));
    // The same form again carries the version of before.
    let (status, told) = asha.asks_for_json("/do/cart/set", form.fields()).await;
    assert_eq!((status, &told["bad"]), (409, &Value::from(true)));
    assert!(told["notice"].as_str().unwrap().contains("Assam tea: 4 instead of 2."));
    assert_eq!((&told["news"]["version"], &told["news"]["units"]), (&2.into(), &4.into()));
    let html = told["html"]["Fresh"].as_str().unwrap();
    assert!(html.contains("/do/cart/set") && html.contains("Assam tea"), "{html}");
    let nothing = [("product", product.as_str()), ("quantity", "none")];
    assert_eq!(asha.asks_for_json("/do/cart/add", &nothing).await.0, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_that_is_too_old_is_told_no_half_of_what_happened() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.opens("/cart").await;
    let (mut old, product) = (asha.another_tab(), shop.product("assam-tea").await.id);
    for units in (0..205).map(|turn| 3 + turn % 2) {
        asha.sets("assam-tea", &units.to_string()).await.got(200);
    }
    // Its change is not remembered any more, and a change that is would tell of another one.
    let gone = format!("cart_changes where version = 2 and product_id = '{product}'");
    assert_eq!(shop.count(&gone).await, 1, "until the job forgets it, with version 250");
    old.sets("assam-tea", "9").await.is_at("/cart").does_not_see("instead of");
    old.sees("Your cart changed in another place meanwhile, so nothing was done. This is how");
}
