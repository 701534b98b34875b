//! What an order costs: goods, shipping, tax split by place of supply; and for whom it is placed.

use crate::story::{AWAY, HOME, Shop, Visitor};

async fn places(buyer: &mut Visitor, address: &[(&str, &str)]) {
    let form = buyer.checkout_form("asha@example.in", address).await;
    buyer.sends(form).await.is_at("/checkout/pay/");
}

#[tokio::test(flavor = "multi_thread")]
async fn inside_the_sellers_state_the_tax_is_halved() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await.adds("soan-papdi", 1).await;
    places(&mut asha, &HOME).await;
    asha.sees("CGST included").sees("SGST included").does_not_see("IGST");
    asha.sees("Place of supply: Karnataka (29)");
    let whole = "select cgst_paise + sgst_paise from orders where cgst_paise = sgst_paise \
                 and igst_paise = 0";
    // ₹284.00 of goods at 5 % and ₹49.00 of shipping at 18 %, each line for itself.
    let (goods, shipping) = (tax(18_500, 500) + tax(9_900, 500), tax(4_900, 1_800));
    let halves = shop.number(whole).await;
    assert!((halves - goods - shipping).abs() <= 3, "{halves} is not {goods} + {shipping}");
    let lines = "select cast(sum(cgst_paise + sgst_paise + igst_paise) as bigint) from order_lines";
    assert!((shop.number(lines).await - goods).abs() <= 2);
}

/// The tax inside an inclusive price, to the nearest paisa.
fn tax(gross: i64, rate_bp: i64) -> i64 {
    (2 * gross * rate_bp + 10_000 + rate_bp) / (2 * (10_000 + rate_bp))
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_it_the_tax_is_integrated() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("cow-ghee", 1).await;
    places(&mut asha, &AWAY).await;
    asha.sees("IGST included").does_not_see("CGST").does_not_see("SGST");
    asha.sees("Place of supply: Maharashtra (27)");
    assert_eq!(shop.number("select igst_paise from orders").await, tax(62_000, 1_200));
    assert_eq!(shop.count("orders where cgst_paise = 0 and sgst_paise = 0").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn shipping_is_free_from_the_threshold() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.opens("/checkout").await.sees("₹49.00").sees("₹419.00");
    asha.adds("soan-papdi", 1).await.opens("/checkout").await.sees("₹518.00");
    asha.adds("soan-papdi", 1).await.opens("/checkout").await.sees("Free").sees("₹568.00");
    places(&mut asha, &HOME).await;
    assert_eq!(shop.count("orders where shipping_paise = 0 and total_paise = 56800").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn fee_and_threshold_are_settings() {
    let settings =
        [("KIRANA_SHIPPING_PAISE", "10000"), ("KIRANA_SHIPPING_FREE_FROM_PAISE", "18500")];
    let shop = Shop::open_with(&settings).await;
    let mut asha = shop.visitor();
    asha.adds("soan-papdi", 1).await.opens("/checkout").await.sees("₹100.00").sees("₹199.00");
    asha.opens("/cart").await.removes("soan-papdi").await;
    asha.adds("assam-tea", 1).await.opens("/checkout").await.sees("Free").sees("₹185.00");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_gives_an_address_and_a_user_chooses_one() {
    let shop = Shop::open().await;
    let mut guest = shop.visitor();
    guest.adds("assam-tea", 1).await;
    places(&mut guest, &HOME).await;
    assert_eq!(shop.count("orders where user_id is null and email = 'asha@example.in'").await, 1);

    let mut ravi = shop.customer("ravi@example.in").await;
    ravi.keeps_an_address(&AWAY).await;
    ravi.adds("assam-tea", 1).await.opens("/checkout").await.sees("ravi@example.in");
    let form = ravi.page.form("/do/checkout/place");
    assert!(!form.has("email"), "the account's address is taken");
    assert_eq!(form.value("address").len(), 36, "the saved address is chosen already");
    // An e-mail address smuggled in beside it changes nothing.
    ravi.sends(form.with("email", "eve@example.in")).await.is_at("/checkout/pay/");
    let his = "orders where email = 'ravi@example.in' and user_id is not null \
               and place_of_supply = '27'";
    assert_eq!(shop.count(his).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_users_address_is_refused() {
    let shop = Shop::open().await;
    let (mut asha, mut eve) =
        (shop.customer("asha@example.in").await, shop.customer("eve@example.in").await);
    asha.keeps_an_address(&HOME).await;
    let id = shop.text("select id from addresses").await;
    eve.adds("assam-tea", 1).await;
    let form = eve.checkout_form("", &[]).await;
    eve.sends(form.with("address", &id)).await.is_at("/checkout");
    eve.does_not_see("MG Road").sees("Please choose an address.");
    let mut guest = shop.visitor();
    guest.adds("assam-tea", 1).await;
    let form = guest.checkout_form("guest@example.in", &[]).await;
    guest.sends(form.with("address", &id)).await.is_at("/checkout").does_not_see("MG Road");
    assert_eq!(shop.count("orders").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_and_sums_from_the_browser_are_not_read() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await;
    let form = asha.checkout_form("asha@example.in", &HOME).await;
    let tampered = form.filled(&[
        ("price", "1"),
        ("total", "100"),
        ("total_paise", "100"),
        ("amount", "100"),
        ("currency", "USD"),
        ("state_of_order", "paid"),
        ("user_id", "x"),
        ("number", "K1"),
    ]);
    asha.sends(tampered).await.is_at("/checkout/pay/").sees("To pay ₹419.00");
    assert_eq!(shop.gateway.book("orders").await[0]["amount"], 41_900);
    assert_eq!(shop.count("orders where total_paise = 41900 and number is null").await, 1);
}
