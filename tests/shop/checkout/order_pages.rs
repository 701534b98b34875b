//! Who may see an order: its owner, or whoever holds its secret link; nobody else.

use crate::story::Shop;

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_order_is_shown_to_its_owner_and_by_its_link_alone() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    asha.buys("assam-tea", 2).await.sees("Thank you, Asha");
    let (number, link) = (asha.number(), asha.page.path.clone());
    let plain = format!("/orders/{number}");
    asha.opens(&plain).await.got(200).sees(&number);
    asha.opens("/account/orders").await.sees(&number);

    let (mut nobody, mut eve) = (shop.visitor(), shop.customer("eve@example.in").await);
    let (_, key) = link.split_once("key=").unwrap();
    assert!(key.len() >= 22, "128 bits or more");
    for stranger in [&mut nobody, &mut eve] {
        stranger.opens(&plain).await.got(404).does_not_see("MG Road");
        for wrong in ["", "x", &key[1..], &key.replace(&key[..1], "~"), &"A".repeat(32)] {
            stranger.opens(&format!("{plain}?key={wrong}")).await.got(404);
        }
        stranger.opens(&link).await.got(200).sees("Thank you, Asha");
        stranger.opens("/account/orders").await.does_not_see(&number);
    }
    shop.shopkeeper().await.opens(&plain).await.got(404);
    let missing = shop.visitor().opens("/orders/K2026-99999").await.page.text();
    let hidden = shop.visitor().opens(&plain).await.page.text();
    assert_eq!(missing, hidden, "hidden looks like missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pay_page_is_nobody_elses() {
    let shop = Shop::open().await;
    let (mut asha, mut guest) = (shop.customer("asha@example.in").await, shop.visitor());
    let mut eve = shop.customer("eve@example.in").await;
    for buyer in [&mut asha, &mut guest] {
        buyer.adds("assam-tea", 1).await.places_the_order().await;
        let plain = format!("/checkout/pay/{}", buyer.order());
        // The buyer's own browser needs no key.
        buyer.opens(&plain).await.got(200).sees("Pay for your order");
        for path in [plain.clone(), format!("{plain}?key=x"), format!("{plain}?check=1")] {
            eve.opens(&path).await.got(404).does_not_see("MG Road");
            shop.visitor().opens(&path).await.got(404);
        }
    }
    for odd in ["x", "%00", "..%2F..", "'", "%F0%9F%8D%B5"] {
        eve.opens(&format!("/checkout/pay/{odd}")).await;
        assert!(matches!(eve.page.status, 400 | 404), "{odd}: {}", eve.page.status);
        eve.opens(&format!("/orders/{odd}")).await;
        assert!(matches!(eve.page.status, 400 | 404), "{odd}: {}", eve.page.status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unpaid_order_is_no_sale_and_has_no_order_page() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    asha.adds("assam-tea", 1).await.places_the_order().await;
    let order = asha.order();
    asha.opens(&format!("/orders/{order}")).await.got(404);
    asha.opens("/account/orders").await.sees("Waiting for your payment");
    let pay = asha.page.attributes("main .card a", "href");
    asha.opens(&pay[0]).await.got(200).sees("Pay for your order");
    // A page opened by hand changes nothing and shows the true state.
    let (key, page) = (asha.page.path.clone(), asha.page.status);
    asha.opens(&format!("{key}?check=1")).await.got(page).sees("We are checking your payment");
    assert_eq!(shop.count("orders where state = 'paid'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orders_page_tells_what_was_given_back() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.buys("assam-tea", 2).await.does_not_see("given back");
    let page = asha.page.path.clone();
    let payment = shop.text("select id from payments").await;
    shop.gateway.leaves_refunds_pending().await;
    let refund = shop.gateway.gives_back(&payment, Some(5_000)).await;
    kirana::payment::refunds::pick_up(&shop.app(), &payment).await.unwrap().unwrap();
    asha.opens(&page).await.sees("₹50.00 is on its way back to you.");
    shop.gateway.processes_refund(&refund).await;
    for _ in 0..3 {
        shop.passes(6 * 60).await;
        shop.works().await;
    }
    asha.opens(&page).await.sees("₹50.00 was given back to you").does_not_see("on its way");
}
