//! The last unit, and holds.

use crate::story::{HOME, Shop, all_at_once};

/// So many shoppers have the one packet of saffron in their carts and press at the same moment. How
/// many stand on a pay page then, and what the others read.
async fn press_at_once(shop: &Shop, shoppers: usize) -> (usize, Vec<String>) {
    let mut ready = Vec::new();
    for number in 0..shoppers {
        let mut shopper = shop.visitor();
        shopper.adds("saffron", 1).await;
        let form = shopper.checkout_form(&format!("s{number}@example.in"), &HOME).await;
        ready.push((shopper, form));
    }
    let deeds = ready.into_iter().map(|(mut shopper, form)| async move {
        shopper.sends(form).await.got(200);
        (shopper.page.path.starts_with("/checkout/pay/"), shopper.page.text())
    });
    let ends = all_at_once(deeds).await;
    let winners = ends.iter().filter(|(won, _)| *won).count();
    (winners, ends.into_iter().filter(|(won, _)| !won).map(|(_, text)| text).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_shoppers_exactly_one_gets_the_last_unit() {
    let shop = Shop::open().await;
    let (winners, others) = press_at_once(&shop, 20).await;
    assert_eq!(winners, 1);
    for text in &others {
        assert!(text.contains("sold out") || text.contains("Sold out"), "{text}");
    }
    assert_eq!(shop.count("orders").await, 1);
    assert_eq!(shop.count("stock_holds").await, 1);
    assert_eq!(shop.count("products where slug = 'saffron' and on_hand = 1 and held = 1").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_presses_exactly_one_holds_the_last_unit() {
    let shop = Shop::open().await;
    let (winners, _) = press_at_once(&shop, 200).await;
    assert_eq!(winners, 1);
    assert_eq!((shop.count("orders").await, shop.count("stock_holds").await), (1, 1));
    assert_eq!(shop.count("products where held > on_hand or held < 0").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shoppers_own_hold_is_used_again() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("saffron", 1).await.places_the_order().await;
    let order = asha.order();
    // The unit is held, but for this very cart.
    asha.opens("/cart").await.does_not_see("Sold out").sees("Go to checkout");
    asha.places_the_order().await;
    assert_eq!(asha.order(), order);
    // Even with more beside it: the old order gives its unit to the new one.
    asha.adds("assam-tea", 1).await.places_the_order().await;
    assert_ne!(asha.order(), order);
    assert_eq!(shop.count("stock_holds").await, 2);
    asha.pays().await.is_at("/orders/K").sees("Kashmir saffron");
    assert_eq!(shop.count("products where on_hand = 0 and held = 0").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_of_many_products_at_once_do_not_wait_for_each_other_for_ever() {
    let shop = Shop::open().await;
    let mut ready = Vec::new();
    for number in 0..8 {
        let mut shopper = shop.visitor();
        let mut slugs = vec!["assam-tea", "cardamom", "soan-papdi", "cow-ghee"];
        slugs.rotate_left(number % 4);
        for slug in slugs {
            shopper.adds(slug, 2).await;
        }
        let form = shopper.checkout_form("asha@example.in", &HOME).await;
        ready.push((shopper, form));
    }
    let deeds = ready.into_iter().map(|(mut shopper, form)| async move {
        shopper.sends(form).await.is_at("/checkout/pay/").pays().await.is_at("/orders/K");
    });
    all_at_once(deeds).await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 8);
    assert_eq!(shop.count("products where slug = 'soan-papdi' and on_hand = 9").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn buyers_of_scarce_goods_never_drive_the_stock_below_nothing() {
    let shop = Shop::open().await;
    // Twenty-five boxes; ten shoppers want four each.
    let mut ready = Vec::new();
    for _ in 0..10 {
        let mut shopper = shop.visitor();
        shopper.adds("soan-papdi", 4).await;
        let form = shopper.checkout_form("asha@example.in", &HOME).await;
        ready.push((shopper, form));
    }
    let deeds = ready.into_iter().map(|(mut shopper, form)| async move {
        shopper.sends(form).await;
        let won = shopper.page.path.starts_with("/checkout/pay/");
        if won {
            shopper.pays().await.is_at("/orders/K");
        }
        won
    });
    let winners = all_at_once(deeds).await.into_iter().filter(|won| *won).count();
    assert_eq!(winners, 6);
    assert_eq!(
        shop.count("products where slug = 'soan-papdi' and on_hand = 1 and held = 0").await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guests_own_hold_is_used_again_after_signing_in() {
    let shop = Shop::open().await;
    shop.customer("asha@example.in").await;
    let mut asha = shop.visitor();
    asha.adds("saffron", 1).await.places_the_order().await;
    let guests_page = asha.page.path.clone();
    asha.signs_in("asha@example.in").await.opens("/cart").await.does_not_see("Sold out");
    asha.places_the_order().await;
    assert_eq!(shop.count("orders where state = 'expired' and user_id is null").await, 1);
    assert_eq!(shop.count("stock_holds").await, 1);
    let mut tab = asha.another_tab();
    tab.opens(&guests_page).await.sees("This order has ended");
    asha.pays().await.is_at("/orders/K").sees("Kashmir saffron").has_in_the_cart(&[]).await;
}
