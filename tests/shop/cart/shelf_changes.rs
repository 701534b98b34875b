//! The shelf changes while something is in the cart: withdrawn, fewer left, another price, paid.

use crate::pages::statements_of;
use crate::story::{HOME, Shop};
use kirana::catalogue::service;
use kirana::money::Paise;

async fn price_becomes(shop: &Shop, slug: &str, price: i64) {
    let (id, now) = (shop.product(slug).await.id, shop.clock.now());
    let mut connection = shop.app().db.write.acquire().await.unwrap();
    let (price, mrp) = (Paise(price), Paise(price.max(99_900)));
    assert!(service::change_price(&mut connection, &id, price, mrp, now).await.unwrap());
}

async fn stock_becomes(shop: &Shop, slug: &str, units: i64) {
    let (id, now) = (shop.product(slug).await.id, shop.clock.now());
    let mut connection = shop.app().db.write.acquire().await.unwrap();
    assert!(service::set_stock(&mut connection, &id, units, now).await.unwrap());
}

async fn is_withdrawn(shop: &Shop, slug: &str) {
    let (id, now) = (shop.product(slug).await.id, shop.clock.now());
    let mut connection = shop.app().db.write.acquire().await.unwrap();
    assert!(service::withdraw(&mut connection, &id, now).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_product_stops_the_checkout_until_it_is_removed() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.adds("cardamom", 1).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    is_withdrawn(&shop, "cardamom").await;
    asha.sends(form).await.is_at("/cart").sees("No longer sold. Please remove it.");
    assert_eq!(shop.count("orders").await, 0);
    asha.opens("/cart").await.sees("₹185.00 × 2").does_not_see("Go to checkout");
    asha.opens("/checkout").await.is_at("/cart").sees("Please mend the marked lines first.");
    asha.adds_from_an_old_page("cardamom", 1).await.got(404).sees("not sold any more");
    asha.opens("/cart").await.removes("cardamom").await.places_the_order().await;
    assert_eq!(shop.count("order_lines").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_that_fell_below_the_quantity_is_said_on_the_line() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("cardamom", 10).await.adds("assam-tea", 1).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    stock_becomes(&shop, "cardamom", 4).await;
    asha.sends(form).await.is_at("/cart").sees("Only 4 left. Please lower the quantity.");
    asha.opens("/cart").await.does_not_see("Go to checkout");
    asha.sets("cardamom", "11").await.sees("Only 4 left of Green cardamom.");
    asha.adds_from_an_old_page("cardamom", 1).await.is_at("/products/cardamom");
    asha.sees("Only 4 left of Green cardamom.");
    // Lowering is always allowed, even if it is still too much.
    asha.opens("/cart").await.sets("cardamom", "6").await.sees("Your cart is updated.");
    asha.sets("cardamom", "4").await.sees("Go to checkout").places_the_order().await;
    asha.opens("/cart").await.does_not_see("left. Please lower");

    stock_becomes(&shop, "assam-tea", 1).await;
    let mut ravi = shop.visitor();
    ravi.opens("/products/assam-tea").await.sees("This product is sold out at the moment.");
    ravi.adds_from_an_old_page("assam-tea", 1).await.sees("Assam tea is sold out.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_price_is_said_and_confirmed_once() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await;
    price_becomes(&shop, "assam-tea", 19_900).await;
    asha.opens("/cart").await;
    asha.sees("The price changed from ₹185.00 to ₹199.00 since you added it.").sees("₹398.00");
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    asha.sees("Assam tea: ₹185.00 → ₹199.00").sees("I have seen the changed prices");
    asha.sends(form).await.is_at("/checkout").sees("Please confirm the changed prices.");
    asha.sees("Please accept the changed prices to go on.");
    assert_eq!(shop.count("orders").await, 0);
    // What was typed is still there; only the box is missing.
    let form = asha.page.form("/do/checkout/place").with("accept_changes", "yes");
    assert_eq!((form.value("email"), form.value("pin")), ("asha@example.in", "560001"));
    asha.sends(form).await.is_at("/checkout/pay/").sees("₹398.00").sees("₹447.00");
    assert_eq!(shop.number("select total_paise from orders").await, 44_700);
    // Once confirmed it is not asked again.
    asha.opens("/cart").await.does_not_see("The price changed");
    asha.opens("/checkout").await.does_not_see("I have seen the changed prices");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_moves_after_the_order_does_not_touch_it() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.places_the_order().await;
    price_becomes(&shop, "assam-tea", 30_000).await;
    let pay = asha.page.path.clone();
    asha.opens(&pay).await.sees("₹419.00").pays().await.is_at("/orders/K").sees("₹419.00");
    assert_eq!(shop.gateway.book("payments").await[0]["amount"], 41_900);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_paid_in_another_tab_while_this_one_changes_it() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.adds("cardamom", 1).await.opens("/cart").await;
    let mut other = asha.another_tab();
    asha.places_the_order().await;
    // While the first tab pays, the second makes the cart another one.
    other.sets("assam-tea", "5").await.adds("soan-papdi", 1).await;
    asha.pays().await.is_at("/orders/K").sees("Assam tea").does_not_see("Soan papdi");
    asha.has_in_the_cart(&[("assam-tea", 3), ("soan-papdi", 1)]).await;
    // A tab from before the payment is told what was bought.
    other.opens("/cart").await;
    let mut stale = other.another_tab();
    other.places_the_order().await.pays().await.is_at("/orders/K");
    stale.sets("assam-tea", "4").await.sees("Assam tea: 3 bought.");
    asha.has_in_the_cart(&[]).await;
    let sold = "select cast(sum(quantity) as bigint) from stock_movements where kind = 'sold'";
    assert_eq!(shop.number(sold).await, 2 + 1 + 3 + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkout_that_is_not_ready_asks_no_more() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    asha.keeps_an_address(&HOME).await.got(200);
    asha.adds("assam-tea", 1).await.opens("/").await;
    shop.meddles("update products set withdrawn_at = 1 where slug = 'assam-tea'").await;
    let asked = statements_of(asha.looks_at("/checkout")).await;
    assert!(asked.len() <= 3, "{asked:#?}");
    assert_eq!(asha.led_to(), "/cart");
}
