//! What an order costs: goods, shipping, tax split by place of supply; and for whom it is placed.

use crate::story::{AWAY, HOME, Shop, Visitor};
use kirana::money::{Paise, TaxRate};

async fn places(buyer: &mut Visitor, address: &[(&str, &str)]) {
    let form = buyer.checkout_form("asha@example.in", address).await;
    buyer.sends(form).await.is_at("/checkout/pay/");
}

/// One half of the tax inside an inclusive price, to the nearest paisa: CGST and SGST are each
/// rounded by themselves, line by line, and so always equal.
fn half(gross: i64, rate_bp: i64) -> i64 {
    let whole = 10_000 + rate_bp;
    (gross * rate_bp + whole) / (2 * whole)
}

/// All of it, to the nearest paisa.
fn tax(gross: i64, rate_bp: i64) -> i64 {
    let whole = 10_000 + rate_bp;
    (2 * gross * rate_bp + whole) / (2 * whole)
}

/// Paise and basis points of what the shelf sells, and of carrying it.
const TEA: (i64, i64) = (18_500, 500);
const PAPDI: (i64, i64) = (9_900, 500);
const GHEE: (i64, i64) = (62_000, 1_200);
const CARRYING: (i64, i64) = (4_900, 1_800);

/// CGST, SGST and IGST of one row.
async fn gst(shop: &Shop, row: &str) -> [i64; 3] {
    let mut parts = [0; 3];
    for (part, column) in parts.iter_mut().zip(["cgst_paise", "sgst_paise", "igst_paise"]) {
        *part = shop.number(&format!("select {column} from {row}")).await;
    }
    parts
}

#[tokio::test(flavor = "multi_thread")]
async fn inside_the_sellers_state_the_tax_is_halved() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await.adds("soan-papdi", 1).await;
    places(&mut asha, &HOME).await;
    let [tea, papdi, carrying] = [TEA, PAPDI, CARRYING].map(|(gross, rate)| half(gross, rate));
    assert_eq!([tea, papdi, carrying], [440, 236, 374]);
    let whole = tea + papdi + carrying;
    assert_eq!(gst(&shop, "orders").await, [whole, whole, 0]);
    assert_eq!(gst(&shop, "order_lines where slug = 'assam-tea'").await, [tea, tea, 0]);
    assert_eq!(gst(&shop, "order_lines where slug = 'soan-papdi'").await, [papdi, papdi, 0]);
    assert_eq!(shop.count("orders where total_paise = 33300 and shipping_paise = 4900").await, 1);
    asha.sees("CGST included ₹10.50").sees("SGST included ₹10.50").does_not_see("IGST");
    asha.sees("₹7.48 of the GST is on shipping.").sees("Place of supply: Karnataka (29)");
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_it_the_tax_is_integrated() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("cow-ghee", 1).await;
    places(&mut asha, &AWAY).await;
    let ghee = tax(GHEE.0, GHEE.1);
    assert_eq!(ghee, 6_643);
    assert_eq!(gst(&shop, "orders").await, [0, 0, ghee]);
    assert_eq!(gst(&shop, "order_lines").await, [0, 0, ghee]);
    asha.sees("IGST included ₹66.43").does_not_see("CGST").does_not_see("SGST");
    asha.sees("Place of supply: Maharashtra (27)");
}

/// Many units, two rates, both places: every row holds what its own lines come to, to the paisa.
#[tokio::test(flavor = "multi_thread")]
async fn the_tax_of_many_units_is_reckoned_line_by_line() {
    for (tea, papdi, ghee) in [(1, 0, 0), (0, 1, 0), (3, 2, 1), (7, 13, 9), (99, 25, 30)] {
        for (address, inside) in [(&HOME, true), (&AWAY, false)] {
            let shop = Shop::open().await;
            let mut asha = shop.visitor();
            let (mut goods, mut halves, mut integrated) = (0, 0, 0);
            for (slug, (price, rate), units) in
                [("assam-tea", TEA, tea), ("soan-papdi", PAPDI, papdi), ("cow-ghee", GHEE, ghee)]
            {
                if units > 0 {
                    asha.adds(slug, units).await;
                    goods += price * units;
                    halves += half(price * units, rate);
                    integrated += tax(price * units, rate);
                }
            }
            let fee = if goods >= 49_900 { 0 } else { CARRYING.0 };
            halves += half(fee, CARRYING.1);
            integrated += tax(fee, CARRYING.1);
            places(&mut asha, address).await;
            let expected = if inside { [halves, halves, 0] } else { [0, 0, integrated] };
            let what = format!("{tea} of tea, {papdi} of papdi, {ghee} of ghee, {inside}");
            assert_eq!(gst(&shop, "orders").await, expected, "{what}");
            let sum = "select cast(sum(cgst_paise + sgst_paise + igst_paise) as bigint) \
                       from order_lines";
            let carrying = if inside { 2 * half(fee, CARRYING.1) } else { tax(fee, CARRYING.1) };
            let lines = expected.iter().sum::<i64>() - carrying;
            assert_eq!(shop.number(sum).await, lines, "{what}");
            assert_eq!(shop.number("select total_paise from orders").await, goods + fee, "{what}");
        }
    }
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
async fn rates_and_fees_that_change_after_the_order_do_not_touch_it() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("soan-papdi", 1).await;
    places(&mut asha, &HOME).await;
    let agreed = "select total_paise || ' ' || shipping_paise || ' ' || cgst_paise from orders";
    let before = shop.text(agreed).await;
    shop.meddles("update products set tax_rate_bp = 1800, hsn = '9999'").await;
    let mut dearer = shop.config.clone();
    dearer.shop.shipping = Paise(99_900);
    dearer.shop.shipping_tax = TaxRate(2_800);
    dearer.shop.shipping_free_from = Paise(0);
    shop.starts_with(&dearer).await;
    let pay = asha.page.path.clone();
    asha.opens(&pay).await.sees("₹148.00").pays().await.is_at("/orders/K").sees("₹148.00");
    assert_eq!(shop.text(agreed).await, before);
    let papdi = half(PAPDI.0, PAPDI.1);
    assert_eq!(gst(&shop, "order_lines where hsn <> '9999'").await, [papdi, papdi, 0]);
    assert_eq!(shop.gateway.book("payments").await[0]["amount"], 14_800);
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
