//! One visitor, one cart: adding, setting, removing, and what no cart takes.

use crate::story::Shop;

#[tokio::test(flavor = "multi_thread")]
async fn first_visit_has_an_empty_cart_and_writes_nothing() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.opens("/cart").await.got(200).sees("Your cart is empty");
    asha.opens("/").await.got(200);
    assert_eq!(asha.badge(), 0);
    assert_eq!(asha.session(), None, "looking around needs no cookie");
    assert_eq!(shop.count("sessions").await + shop.count("carts").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn add_when_no_cart_exists() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.is_at("/cart").sees("2 × Assam tea is in your cart.");
    asha.sees("₹185.00 × 2 = ₹370.00").has_in_the_cart(&[("assam-tea", 2)]).await;
    assert_eq!(asha.badge(), 2);
    assert_eq!((shop.count("sessions").await, shop.count("carts").await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn add_after_an_order_completed() {
    let shop = Shop::open().await;
    for mut buyer in [shop.visitor(), shop.customer("asha@example.in").await] {
        buyer.buys("assam-tea", 2).await;
        buyer.has_in_the_cart(&[]).await.sees("Your cart is empty");
        buyer.adds("cardamom", 1).await.has_in_the_cart(&[("cardamom", 1)]).await;
        let first = buyer.places_the_order().await.pays().await.number();
        buyer.buys("assam-tea", 1).await;
        assert_ne!(first, buyer.number());
    }
    assert_eq!(shop.count("orders where state = 'paid'").await, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_product_twice_is_one_line() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.adds("assam-tea", 3).await;
    asha.has_in_the_cart(&[("assam-tea", 5)]).await;
    assert_eq!(shop.number("select version from carts").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_set_and_removed_and_the_cart_is_emptied() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.adds("cardamom", 1).await.adds("soan-papdi", 4).await;
    asha.opens("/cart").await.sets("cardamom", "7").await.sees("Your cart is updated.");
    asha.removes("assam-tea").await.sees("It is out of your cart.");
    asha.has_in_the_cart(&[("cardamom", 7), ("soan-papdi", 4)]).await;
    asha.sees("₹2,076.00").empties_the_cart().await.sees("Your cart is empty.");
    asha.has_in_the_cart(&[]).await;
    assert_eq!(shop.count("cart_lines").await, 0);
    asha.adds("assam-tea", 1).await.has_in_the_cart(&[("assam-tea", 1)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quantities_that_are_none_are_refused_and_change_nothing() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let want = "Please give the quantity as a whole number from 1 to 99.";
    for quantity in ["0", "-1", "1000000000", "1e9", "two", "", "1.5", "100", "٣", "2 3"] {
        asha.adds_typed("assam-tea", quantity).await.is_at("/products/assam-tea").sees(want);
    }
    let form = asha.opens("/products/assam-tea").await.page.form("/do/cart/add");
    asha.sends(form.without("quantity")).await.sees(want);
    assert_eq!(shop.count("cart_lines").await + shop.count("carts").await, 0);

    asha.adds("assam-tea", 2).await;
    for quantity in ["0", "-1", "1000000000", "1e9", "two", "", "1.5", "100"] {
        asha.sets("assam-tea", quantity).await.is_at("/cart").sees(want);
    }
    let form = asha.line_form("/do/cart/set", "assam-tea").await;
    asha.sends(form.without("quantity")).await.sees(want);
    asha.has_in_the_cart(&[("assam-tea", 2)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ninety_nine_of_one_product_are_the_most() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 99).await.has_in_the_cart(&[("assam-tea", 99)]).await;
    asha.adds("assam-tea", 1).await.sees("You can buy at most 99 of Assam tea at once.");
    asha.has_in_the_cart(&[("assam-tea", 99)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_never_was_cannot_be_added() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    for product in ["", "no-such-id", "019aa0f0-0000-7000-8000-000000000000"] {
        asha.posts("/do/cart/add", &[("product", product), ("quantity", "1")]).await.got(404);
    }
    assert_eq!(shop.count("carts").await, 0);
}

/// The whole of it in one process, which ends without a farewell. The real program is killed by
/// SIGKILL at the same place in `tests/kill/cart.rs`.
#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_killed_and_started_between_two_clicks() {
    let shop = Shop::open().await;
    let (mut asha, mut ravi) = (shop.visitor(), shop.customer("ravi@example.in").await);
    asha.adds("assam-tea", 2).await;
    ravi.adds("cardamom", 3).await;
    shop.is_killed_and_started().await;
    // The page from before the fall is still good for its forms.
    asha.sets("assam-tea", "4").await.has_in_the_cart(&[("assam-tea", 4)]).await;
    ravi.adds("cardamom", 1).await.has_in_the_cart(&[("cardamom", 4)]).await;
    let form = asha.checkout_form("asha@example.in", &crate::story::HOME).await;
    shop.is_killed_and_started().await;
    asha.sends(form).await.is_at("/checkout/pay/");
    shop.is_killed_and_started().await;
    asha.pays().await.is_at("/orders/K");
    asha.has_in_the_cart(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_different_products_are_the_most() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    for number in 0..101 {
        shop.sells_also(&format!("spice-{number}")).await;
    }
    for number in 0..100 {
        asha.adds_from_an_old_page(&format!("spice-{number}"), 1).await.is_at("/cart");
    }
    asha.adds_from_an_old_page("spice-100", 1).await.is_at("/products/spice-100");
    asha.sees("A cart holds at most 100 different products.");
    asha.adds_from_an_old_page("spice-7", 1).await.is_at("/cart");
    assert_eq!((shop.count("cart_lines").await, asha.badge()), (100, 101));
}
