//! Orders that end unpaid, and money that comes all the same.

use crate::story::{HOME, Shop, Visitor, signed};

async fn is_about_to_pay(buyer: &mut Visitor, slug: &str) -> (String, String) {
    buyer.adds(slug, 1).await.places_the_order().await;
    (buyer.gateway_order(), buyer.callback())
}

/// The order's half hour passes without a payment.
async fn order_expires(shop: &Shop) {
    shop.passes(31).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'expired'").await, 1);
    assert_eq!(shop.count("stock_holds").await, 0);
    assert_eq!(shop.count("products where held > 0").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unpaid_order_gives_its_units_back() {
    let shop = Shop::open().await;
    let (mut asha, mut ravi) = (shop.visitor(), shop.visitor());
    is_about_to_pay(&mut asha, "saffron").await;
    let pay_page = asha.page.path.clone();
    ravi.adds_from_an_old_page("saffron", 1).await.sees("Kashmir saffron is sold out.");
    shop.passes(29).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'awaiting_payment'").await, 1);
    order_expires(&shop).await;
    asha.opens(&pay_page).await.got(200).sees("This order has ended");
    asha.has_in_the_cart(&[("saffron", 1)]).await;
    ravi.buys("saffron", 1).await;
    asha.opens("/cart").await.sees("Sold out. Please remove it.");
}

#[tokio::test(flavor = "multi_thread")]
async fn expiry_asks_the_gateway_first() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, _) = is_about_to_pay(&mut asha, "saffron").await;
    shop.passes(40).await;
    shop.gateway.pays(&order, "success").await;
    kirana::jobs::expire_due(&shop.app()).await.unwrap();
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    assert_eq!(shop.count("orders where state = 'expired'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_expires_while_the_gateway_does_not_answer() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    is_about_to_pay(&mut asha, "saffron").await;
    shop.gateway.goes_wrong("/v1/orders", "500", 50).await;
    shop.passes(40).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'awaiting_payment'").await, 1);
    assert_eq!(shop.count("stock_holds").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_with_the_goods_still_there_is_booked() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, callback) = is_about_to_pay(&mut asha, "saffron").await;
    order_expires(&shop).await;
    let paid = shop.gateway.pays(&order, "success").await;
    asha.comes_back(&callback, &signed(&paid)).await.is_at("/orders/K").sees("Thank you, Asha");
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    assert_eq!(shop.count("products where slug = 'saffron' and on_hand = 0 and held = 0").await, 1);
    assert_eq!(shop.count("payments where role = 'settles'").await, 1);
    asha.has_in_the_cart(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_on_another_day_is_found_by_the_poller() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, _) = is_about_to_pay(&mut asha, "saffron").await;
    order_expires(&shop).await;
    shop.passes(3 * 24 * 60).await;
    shop.works().await;
    shop.gateway.pays(&order, "success").await;
    shop.passes(61).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_payment_that_nobody_tells_of_is_found_within_a_day() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.buys("saffron", 1).await;
    let order = shop.text("select gateway_order_id from attempts").await;
    for second in 1..=2 {
        shop.passes(2 * 24 * 60 - 60).await;
        shop.works().await;
        shop.gateway.pays_once_more(&order).await;
        shop.passes(25 * 60).await;
        shop.works().await;
        shop.works().await;
        assert_eq!(shop.count("payments where role = 'surplus'").await, second);
        assert_eq!(shop.count("refunds where state = 'processed'").await, second);
    }
    shop.passes(24 * 60).await;
    shop.works().await;
    assert_eq!(shop.count("attempts where next_poll_at is not null").await, 0, "five days");
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_shopper_waits_for_is_asked_about_first() {
    let shop = Shop::open().await;
    let (mut asha, mut ravi) = (shop.visitor(), shop.visitor());
    asha.buys("saffron", 1).await;
    let others = "insert into attempts (id, order_id, receipt, amount_paise, currency, state,
                                        gateway_mode, created_at, next_poll_at)
                  with recursive n(i) as (select 1 union all select i + 1 from n where i < 50)
                  select 'x' || cast(i as text), order_id, 'x' || cast(i as text), amount_paise,
                         currency, state, gateway_mode, created_at, 1
                  from attempts, n";
    assert_eq!(shop.meddles(others).await, 50);
    let (order, _) = is_about_to_pay(&mut ravi, "cardamom").await;
    shop.gateway.pays(&order, "success").await;
    shop.passes(1).await;
    kirana::payment::poll_due(&shop.app()).await.unwrap();
    assert_eq!(shop.count("orders where state = 'paid'").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_without_the_goods_goes_back_in_full_with_a_letter() {
    let shop = Shop::open().await;
    let (mut asha, mut ravi) = (shop.visitor(), shop.visitor());
    let (order, callback) = is_about_to_pay(&mut asha, "saffron").await;
    order_expires(&shop).await;
    ravi.buys("saffron", 1).await;
    let paid = shop.gateway.pays(&order, "success").await;
    asha.comes_back(&callback, &signed(&paid)).await.is_at("/checkout/pay/");
    asha.sees("This order has ended").sees("₹499.00 is being returned to you.");
    assert_eq!(shop.count("payments where role = 'late'").await, 1);
    assert_eq!(shop.count("orders where state = 'expired' and number is null").await, 1);
    for _ in 0..3 {
        shop.works().await;
        shop.passes(5).await;
    }
    assert_eq!(shop.count("refunds where state = 'processed' and amount_paise = 49900").await, 1);
    let refunds = shop.gateway.book("refunds").await;
    assert_eq!(refunds.len(), 1);
    assert_eq!(refunds[0]["payment_id"], paid.payment);
    let (_, text) = shop.letter_to("asha@example.in").await;
    assert!(text.contains("₹499.00"), "{text}");
    asha.opens(&asha.page.path.clone()).await.sees("is on its way to your bank");
    assert_eq!(shop.count("products where on_hand < 0 or held < 0").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_for_an_order_that_gave_way_to_a_changed_cart() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, callback) = is_about_to_pay(&mut asha, "cardamom").await;
    asha.adds("soan-papdi", 1).await.places_the_order().await;
    assert_eq!(shop.count("orders where state = 'expired'").await, 1);
    let second = asha.page.path.clone();
    // The window of the first order was still open, and is paid.
    let paid = shop.gateway.pays(&order, "success").await;
    asha.comes_back(&callback, &signed(&paid)).await.is_at("/orders/K");
    asha.sees("Green cardamom").does_not_see("Soan papdi");
    asha.has_in_the_cart(&[("soan-papdi", 1)]).await;
    // The second window was the same wish once more: it can be paid no longer.
    asha.opens(&second).await.sees("This order has ended");
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    assert_eq!(shop.count("products where slug = 'cardamom' and on_hand = 39").await, 1);
    assert_eq!(shop.count("stock_holds").await, 0);
    // What is left in the cart is bought as ever.
    asha.places_the_order().await.pays().await.is_at("/orders/K").sees("Soan papdi");
    assert_eq!(shop.count("orders where state = 'paid'").await, 2);
}

/// The second order of the cart holds the only unit, and the first one is paid.
#[tokio::test(flavor = "multi_thread")]
async fn late_money_goes_before_what_the_same_cart_only_holds() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (first, callback) = is_about_to_pay(&mut asha, "saffron").await;
    let form = asha.checkout_form("asha@example.in", &HOME).await.with("line1", "9 Other Road");
    asha.sends(form).await;
    let (second, pay_page) = (asha.gateway_order(), asha.page.path.clone());
    assert_ne!(first, second);
    let paid = shop.gateway.pays(&first, "success").await;
    asha.comes_back(&callback, &signed(&paid)).await.is_at("/orders/K").sees("Thank you, Asha");
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    assert_eq!(shop.count("refunds").await, 0);
    assert_eq!(shop.count("products where slug = 'saffron' and on_hand = 0 and held = 0").await, 1);
    asha.opens(&pay_page).await.sees("This order has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_ends_no_other_order_in_vain() {
    let shop = Shop::open().await;
    let (mut asha, mut ravi) = (shop.visitor(), shop.visitor());
    asha.adds("saffron", 1).await;
    let (first, _) = is_about_to_pay(&mut asha, "assam-tea").await;
    asha.opens("/cart").await.removes("saffron").await.places_the_order().await;
    ravi.buys("saffron", 1).await;
    shop.gateway.pays(&first, "success").await;
    shop.passes(2).await;
    shop.works().await;
    assert_eq!(shop.count("payments where role = 'late'").await, 1);
    assert_eq!(shop.count("orders where state = 'awaiting_payment'").await, 1);
    assert_eq!(shop.count("stock_holds").await, 1);
    asha.pays().await.is_at("/orders/K").sees("Assam tea");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_orders_of_one_cart_that_are_both_paid_are_one_order_and_one_refund() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (first, _) = is_about_to_pay(&mut asha, "cardamom").await;
    let form = asha.checkout_form("asha@example.in", &HOME).await.with("line1", "9 Other Road");
    asha.sends(form).await;
    let second = asha.gateway_order();
    assert_ne!(first, second);
    shop.gateway.pays(&second, "success").await;
    shop.gateway.pays(&first, "success").await;
    for _ in 0..4 {
        shop.passes(2).await;
        shop.works().await;
    }
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    assert_eq!(shop.count("payments where role = 'surplus'").await, 1);
    assert_eq!(shop.count("refunds where state = 'processed'").await, 1);
    assert_eq!(shop.gateway.book("refunds").await.len(), 1);
    let (_, text) = shop.letter_to("asha@example.in").await;
    assert!(text.contains("was paid already"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_is_asked_about_for_five_days_and_no_longer() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    is_about_to_pay(&mut asha, "saffron").await;
    for _ in 0..7 {
        shop.passes(24 * 60).await;
        shop.works().await;
    }
    assert_eq!(shop.count("attempts where next_poll_at is not null").await, 0);
    assert_eq!(shop.count("orders where state = 'expired'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_question_is_asked_until_it_is_answered() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, _) = is_about_to_pay(&mut asha, "saffron").await;
    for _ in 0..6 {
        shop.passes(19 * 60).await;
        shop.works().await;
    }
    shop.gateway.pays(&order, "success").await;
    shop.gateway.goes_wrong("/v1/orders", "500", 200).await;
    for _ in 0..8 {
        shop.passes(60).await;
        shop.works().await;
    }
    assert_eq!(shop.count("orders where state = 'expired'").await, 1);
    assert_eq!(shop.count("attempts where next_poll_at is not null").await, 1);
    shop.gateway.recovers().await;
    shop.passes(25 * 60).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    assert_eq!(shop.count("attempts where next_poll_at is not null").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_cannot_be_ended_keeps_no_other_from_its_end() {
    let shop = Shop::open().await;
    is_about_to_pay(&mut shop.visitor(), "saffron").await;
    is_about_to_pay(&mut shop.visitor(), "cardamom").await;
    shop.meddles("update products set held = 0 where slug = 'saffron'").await;
    shop.passes(31).await;
    assert!(kirana::jobs::expire_due(&shop.app()).await.is_err());
    assert_eq!(shop.count("orders where state = 'expired'").await, 1);
    shop.meddles("update products set held = 1 where slug = 'saffron'").await;
    assert_eq!(kirana::jobs::expire_due(&shop.app()).await.unwrap(), 0, "a minute later");
    shop.passes(1).await;
    assert_eq!(kirana::jobs::expire_due(&shop.app()).await.unwrap(), 1);
}
