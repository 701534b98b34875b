//! The return: what a browser claims is only a reason to ask.

use crate::story::{Paid, Shop, Visitor, signed};

async fn is_about_to_pay(buyer: &mut Visitor) -> (String, String) {
    buyer.adds("assam-tea", 2).await.places_the_order().await;
    (buyer.gateway_order(), buyer.callback())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsigned_or_forged_return_changes_nothing_by_itself() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, callback) = is_about_to_pay(&mut asha).await;
    let paid = Paid {
        payment: "pay_AAAAAAAAAAAAAA".into(),
        order: order.clone(),
        signature: "0".repeat(64),
    };
    let no_fields: [(&str, &str); 0] = [];
    asha.comes_back(&callback, &no_fields).await.is_at("/checkout/pay/");
    asha.got(200).sees("We are checking your payment");
    let other = |signature: &str| Paid { signature: signature.into(), ..paid.clone() };
    for forged in [paid.clone(), other(""), other("zz"), other(&"a".repeat(100_000)[..60_000])] {
        asha.comes_back(&callback, &signed(&forged)).await.got(200);
        asha.sees("We are checking your payment");
    }
    assert_eq!(shop.count("orders where state = 'awaiting_payment'").await, 1);
    assert_eq!(shop.count("payments").await, 0);
    // The page looks again by itself, without script and with it.
    assert!(asha.page.texts("noscript").concat().contains("http-equiv=\"refresh\""));
    assert_eq!(asha.page.attributes("script", "src"), ["/look-again.js"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_signature_on_a_true_payment_only_hastens_the_question() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, callback) = is_about_to_pay(&mut asha).await;
    let paid = shop.gateway.pays(&order, "success").await;
    let forged = Paid { signature: "f".repeat(64), ..paid };
    // The gateway is asked whatever is claimed, and the gateway says: paid.
    asha.comes_back(&callback, &signed(&forged)).await.is_at("/orders/K");
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_orders_signed_payment_pays_nothing_here() {
    let shop = Shop::open().await;
    let (mut asha, mut eve) = (shop.visitor(), shop.visitor());
    let (order, _) = is_about_to_pay(&mut asha).await;
    let (_, callback) = is_about_to_pay(&mut eve).await;
    let paid = shop.gateway.pays(&order, "success").await;
    eve.comes_back(&callback, &signed(&paid)).await.sees("We are checking your payment");
    assert_eq!(shop.count("orders where state = 'paid'").await, 0);
    shop.passes(1).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    let eves = eve.page.path.clone();
    eve.opens(&eves).await.is_at("/checkout/pay/");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_needs_the_orders_secret_link() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, callback) = is_about_to_pay(&mut asha).await;
    let paid = shop.gateway.pays(&order, "success").await;
    let (address, _) = callback.split_once("&key=").unwrap();
    asha.comes_back(address, &signed(&paid)).await.got(404);
    for bad in ["", "AAAA", &"A".repeat(32), &"A".repeat(33)] {
        asha.comes_back(&format!("{address}&key={bad}"), &signed(&paid)).await.got(404);
    }
    asha.comes_back("/razorpay/callback", &signed(&paid)).await.got(404);
    assert_eq!(shop.count("payments").await, 0);
    // In another browser, without any cookie, the true return is enough.
    let mut upi_app = shop.visitor();
    upi_app.comes_back(&callback, &signed(&paid)).await.is_at("/orders/K").sees("Thank you, Asha");
}

#[tokio::test(flavor = "multi_thread")]
async fn back_after_paying_says_paid_already() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await;
    let form = asha.checkout_form("asha@example.in", &crate::story::HOME).await;
    asha.sends(form.clone()).await;
    let (pay_page, callback) = (asha.page.path.clone(), asha.callback());
    let order = asha.gateway_order();
    let paid = shop.gateway.pays(&order, "success").await;
    asha.comes_back(&callback, &signed(&paid)).await.is_at("/orders/K");
    asha.opens(&pay_page).await.is_at("/orders/K");
    asha.sends(form).await.is_at("/orders/K").sees("Your payment has arrived");
    asha.comes_back(&callback, &signed(&paid)).await.is_at("/orders/K");
    assert_eq!((shop.count("orders").await, shop.count("attempts").await), (1, 1));
    assert_eq!(shop.gateway.book("orders").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_payment_leaves_the_order_payable() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 2).await.places_the_order().await;
    let pay_page = asha.page.path.clone();
    asha.pays_on_the_hosted_page("failure").await.is_at("/checkout/pay/").got(200);
    asha.sees("Your payment did not go through").sees("Razorpay says:").sees("Pay again");
    assert_eq!(shop.count("payments where status = 'failed'").await, 1);
    assert_eq!(shop.count("stock_holds").await, 1, "the units stay held");
    asha.opens(&pay_page).await.pays_on_the_hosted_page("success").await.is_at("/orders/K");
    assert_eq!(shop.count("payments where role = 'settles'").await, 1);
    assert_eq!(shop.count("payments").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_payment_that_is_captured_after_all_pays_the_order() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, callback) = is_about_to_pay(&mut asha).await;
    let failed = shop.gateway.pays(&order, "failure").await;
    asha.comes_back(&callback, &[("error[code]", "BAD_REQUEST_ERROR")]).await;
    asha.is_at("/checkout/pay/");
    assert_eq!(shop.count("payments where status = 'failed'").await, 1);
    shop.gateway.captures_late(&failed.payment).await;
    shop.passes(1).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    assert_eq!(shop.count("payments where status = 'captured' and role = 'settles'").await, 1);
    assert_eq!(shop.text("select id from payments").await, failed.payment);
}

/// The gateway signed it, gave no answer when it was asked, and its list knows only the first try.
#[tokio::test(flavor = "multi_thread")]
async fn a_signed_payment_is_not_forgotten_for_want_of_an_answer() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, callback) = is_about_to_pay(&mut asha).await;
    shop.gateway.pays(&order, "failure").await;
    shop.passes(20).await;
    shop.gateway.lists_lag(600).await;
    let paid = shop.gateway.pays(&order, "success").await;
    shop.gateway.goes_wrong("/v1/", "500", 50).await;
    asha.comes_back(&callback, &signed(&paid)).await.sees("We are checking your payment");
    shop.gateway.recovers().await;
    shop.passes(1).await;
    let page = asha.page.path.clone();
    asha.opens(&page).await.follows().await.is_at("/orders/K");
    assert_eq!(shop.count("payments where role = 'settles'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_under_way_keeps_its_order_though_the_list_forgets_it() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, callback) = is_about_to_pay(&mut asha).await;
    shop.passes(29).await;
    let pending = shop.gateway.pays(&order, "pending").await;
    asha.comes_back(&callback, &signed(&pending)).await.sees("Your bank has not confirmed it yet");
    shop.gateway.lists_lag(600).await;
    shop.passes(2).await;
    kirana::jobs::expire_due(&shop.app()).await.unwrap();
    assert_eq!(shop.count("orders where state = 'awaiting_payment'").await, 1);
    shop.gateway.captures_late(&pending.payment).await;
    shop.passes(1).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_from_paying_is_led_to_the_truth_whatever_breaks() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, callback) = is_about_to_pay(&mut asha).await;
    let paid = shop.gateway.pays(&order, "success").await;
    shop.meddles("alter table payments rename to lost").await;
    let (path, id) = (callback.replace(&shop.config.public_url, ""), asha.order());
    asha.posts_from_elsewhere(&path, &signed(&paid)).await;
    let next = asha.led_to().to_owned();
    assert!(next.starts_with(&format!("/checkout/pay/{id}?key=")) && next.ends_with("&check=1"));
    // Meanwhile it says nothing that may be untrue.
    asha.opens(&next).await.got(500).sees("If you paid just now, the money is booked or goes back");
    shop.meddles("alter table lost rename to payments").await;
    asha.opens(&next).await.is_at("/orders/K");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pay_page_tells_of_a_payment_that_is_under_way_or_set_aside() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    let (order, callback) = is_about_to_pay(&mut asha).await;
    let page = asha.page.path.clone();
    let pending = shop.gateway.pays(&order, "pending").await;
    asha.comes_back(&callback, &signed(&pending)).await.sees("Your bank has not confirmed it yet");
    asha.opens(&page).await.sees("A payment is under way").sees("Pay now");
    shop.meddles(
        "update payments set status = 'captured', role = 'mismatch', captured_at = seen_at",
    )
    .await;
    asha.opens(&page).await.sees("A person looks at it.").does_not_see("Pay now");
}
