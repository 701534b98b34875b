//! A cart id is no key: another person's cart is not found, whatever way it is tried.

use crate::story::{HOME, Shop, Visitor};

/// Sets, removes, empties and adds with the id, version and product of somebody's cart.
async fn tries_everything(stranger: &mut Visitor, cart: &str, version: &str, product: &str) {
    let known = [("cart", cart), ("version", version), ("product", product), ("quantity", "9")];
    for action in ["/do/cart/set", "/do/cart/remove", "/do/cart/empty"] {
        stranger.posts(action, &known).await.follows().await;
        stranger.is_at("/cart").sees("That cart was not found. This is your cart now.");
        let (status, told) = stranger.asks_for_json(action, &known).await;
        assert_eq!(status, 404, "{told}");
        assert!(!told.to_string().contains("saffron"), "{told}");
    }
    let own = stranger.shop.product("soan-papdi").await.id;
    let add = [("cart", cart), ("version", version), ("product", &own), ("quantity", "1")];
    stranger.posts("/do/cart/add", &add).await.follows().await.is_at("/cart");
}

async fn tries_to_order(stranger: &mut Visitor, cart: &str, version: &str) {
    let form = stranger.checkout_form("eve@example.in", &HOME).await;
    let form = form.with("cart", cart).with("version", version);
    stranger.sends(form).await.is_at("/cart").sees("That cart was not found.");
    stranger.does_not_see("Kashmir saffron");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cart_id_of_another_person_is_tried_in_every_way() {
    let shop = Shop::open().await;
    let (mut guest, mut user) = (shop.visitor(), shop.customer("asha@example.in").await);
    let (mut nobody, mut eve) = (shop.visitor(), shop.customer("eve@example.in").await);
    for owner in [&mut guest, &mut user] {
        owner.adds("saffron", 1).await.opens("/cart").await;
        let form = owner.line_form("/do/cart/set", "saffron").await;
        let (cart, version) = (form.value("cart"), form.value("version"));
        for stranger in [&mut nobody, &mut eve] {
            tries_everything(stranger, cart, version, form.value("product")).await;
            tries_to_order(stranger, cart, version).await;
            stranger.opens(&format!("/cart?cart={cart}")).await.does_not_see("saffron");
        }
        owner.has_in_the_cart(&[("saffron", 1)]).await;
        let now = shop.count(&format!("carts where id = '{cart}' and version = {version}")).await;
        assert_eq!(now, 1, "nothing has changed");
    }
    assert_eq!(shop.count("orders").await, 0);
    for stranger in [&mut nobody, &mut eve] {
        stranger.has_in_the_cart(&[("soan-papdi", 2)]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_cookie_that_was_never_given_opens_nothing() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await;
    let hash = shop.text("select id_hash from sessions").await;
    let mut eve = shop.visitor();
    for cookie in [hash.as_str(), &hash[..43], "x", "'or'1'='1", &"A".repeat(43)] {
        eve.takes_cookie(cookie);
        eve.has_in_the_cart(&[]).await;
    }
}
