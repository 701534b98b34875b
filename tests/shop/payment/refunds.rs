//! Money on its way back: asked for at the desk, made at the gateway, unanswered, refused.

use crate::story::{Shop, Visitor};

mod ending;
mod picked_up;

/// An order of ₹419.00 that is paid, and its payment.
async fn paid(shop: &Shop) -> String {
    shop.visitor().buys("assam-tea", 2).await;
    shop.text("select id from payments where role = 'settles'").await
}

async fn asks(mira: &mut Visitor, payment: &str, amount: &str, seen: &str) {
    let of_it = format!("select order_id from payments order by id = '{payment}' desc limit 1");
    let order = mira.shop.text(&of_it).await;
    let fields = [
        ("order", order.as_str()),
        ("payment", payment),
        ("amount", amount),
        ("seen", seen),
        ("words", "One jar was broken"),
    ];
    mira.posts("/do/admin/refund", &fields).await;
}

async fn promised(shop: &Shop) -> String {
    shop.text("select cast(refunded_paise as text) from payments where role = 'settles'").await
}

async fn works_for_some_minutes(shop: &Shop) {
    for _ in 0..4 {
        shop.works().await;
        shop.passes(3).await;
    }
    shop.works().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_gives_part_of_a_payment_back_and_then_the_rest() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    let mut mira = shop.shopkeeper().await;
    asks(&mut mira, &payment, "50", "0").await;
    mira.follows().await.sees("₹50.00 goes back.").sees("“One jar was broken”");
    assert_eq!(shop.gateway.book("refunds").await.len(), 0, "the intent is written first");
    works_for_some_minutes(&shop).await;
    assert_eq!(shop.count("refunds where state = 'processed' and amount_paise = 5000").await, 1);
    // What the page offers next is what is left.
    let page = mira.page.path.clone();
    mira.opens(&page).await.sees("In rupees, at most ₹369.00.");
    asks(&mut mira, &payment, "₹369.00", "5000").await;
    works_for_some_minutes(&shop).await;
    assert_eq!(promised(&shop).await, "41900");
    mira.opens(&page).await.does_not_see("Give money back");
    let at_gateway: Vec<i64> =
        shop.gateway.book("refunds").await.iter().map(|r| r["amount"].as_i64().unwrap()).collect();
    assert_eq!(at_gateway.iter().sum::<i64>(), 41_900, "{at_gateway:?}");
    assert_eq!(shop.count("letters where kind = 'refund'").await, 2);
    let through = "order_events where kind = 'refund' and detail like '%is through%'";
    assert_eq!(shop.count(through).await, 2);
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_press_twice_gives_back_once() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    let mut mira = shop.shopkeeper().await;
    let mut other_tab = mira.another_tab();
    tokio::join!(asks(&mut mira, &payment, "50", "0"), asks(&mut other_tab, &payment, "50", "0"));
    asks(&mut mira, &payment, "50", "0").await;
    mira.follows().await.sees("Meanwhile ₹50.00 of this payment is given back or on its way.");
    assert_eq!((shop.count("refunds").await, promised(&shop).await), (1, "5000".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_was_paid_is_never_given_back() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    let mut mira = shop.shopkeeper().await;
    for (amount, words) in [
        ("419.01", "At most ₹419.00 can be given back."),
        ("0.99", "At least ₹1.00 can be given back."),
        ("-1", "At least ₹1.00 can be given back."),
        ("two", "Write an amount of rupees, such as 120.50."),
    ] {
        asks(&mut mira, &payment, amount, "0").await;
        mira.follows().await.sees(words);
    }
    asks(&mut mira, "pay_of_nobody", "1", "0").await;
    mira.got(404);
    assert_eq!((shop.count("refunds").await, promised(&shop).await), (0, "0".to_owned()));
    // And were the shop to forget its own rule, the database would not.
    let over = "update payments set refunded_paise = amount_paise + 1";
    let broken = sqlx::query(over).execute(&shop.db.write).await;
    assert!(broken.is_err_and(|e| e.to_string().contains("payments_refunds_within_amount")));
}

#[tokio::test(flavor = "multi_thread")]
async fn to_a_customer_the_desks_refund_does_not_exist() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    let mut ravi = shop.customer("ravi@example.in").await;
    asks(&mut ravi, &payment, "50", "0").await;
    ravi.got(404);
    let mut nobody = shop.visitor();
    asks(&mut nobody, &payment, "50", "0").await;
    assert!(nobody.led_to().starts_with("/sign-in"));
    assert_eq!(shop.count("refunds").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_leaves_a_refund_unknown_until_the_same_key_tells() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    let mut mira = shop.shopkeeper().await;
    asks(&mut mira, &payment, "50", "0").await;
    // Done at the gateway, and the connection breaks in the middle of the answer; twice.
    shop.gateway.goes_wrong("/v1/payments/", "cut", 2).await;
    shop.works().await;
    assert_eq!(shop.count("refunds where state = 'unknown'").await, 1);
    assert_eq!(promised(&shop).await, "5000", "what is unknown stays promised");
    works_for_some_minutes(&shop).await;
    assert_eq!(shop.count("refunds where state = 'processed' and tries >= 2").await, 1);
    assert_eq!(shop.gateway.book("refunds").await.len(), 1, "the same key gives the same refund");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_waits_while_the_gateway_refuses_the_key() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    let mut mira = shop.shopkeeper().await;
    asks(&mut mira, &payment, "50", "0").await;
    shop.gateway.goes_wrong("/v1/payments/", "401", 1).await;
    shop.works().await;
    assert_eq!(shop.count("refunds where state = 'intended' and tries = 1").await, 1);
    mira.opens("/admin").await.sees("The gateway refuses the key");
    works_for_some_minutes(&shop).await;
    assert_eq!(shop.count("refunds where state = 'processed'").await, 1);
    assert_eq!(shop.gateway.book("refunds").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_whose_twin_still_runs_at_the_gateway_is_made_once() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    let mut mira = shop.shopkeeper().await;
    asks(&mut mira, &payment, "50", "0").await;
    shop.gateway.goes_wrong("/v1/payments/", "409", 1).await;
    shop.works().await;
    assert_eq!(shop.count("refunds where state = 'unknown' and tries = 1").await, 1);
    assert_eq!(promised(&shop).await, "5000");
    works_for_some_minutes(&shop).await;
    assert_eq!(shop.count("refunds where state = 'processed'").await, 1);
    assert_eq!(shop.gateway.book("refunds").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_gives_back_once_though_the_gateway_forgets_its_keys() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    let mut mira = shop.shopkeeper().await;
    shop.gateway.forgets_refund_keys().await;
    asks(&mut mira, &payment, "50", "0").await;
    shop.gateway.goes_wrong("/v1/payments/", "cut", 1).await;
    shop.works().await;
    works_for_some_minutes(&shop).await;
    assert_eq!(shop.count("refunds where state = 'processed'").await, 1);
    assert_eq!(shop.gateway.book("refunds").await.len(), 1, "it is looked for before it is asked");
    assert_eq!(promised(&shop).await, "5000");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_of_ours_that_was_taken_for_one_of_the_gateway_counts_once() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    let mut mira = shop.shopkeeper().await;
    asks(&mut mira, &payment, "50", "0").await;
    shop.gateway.goes_wrong("/v1/payments/", "cut", 2).await;
    shop.works().await;
    // As though the gateway's list left our receipt out.
    shop.meddles("update refunds set idempotency_key = 'other-' || idempotency_key").await;
    kirana::payment::refunds::pick_up(&shop.app(), &payment).await.unwrap().unwrap();
    let ours = "update refunds set idempotency_key = substr(idempotency_key, 7)";
    shop.meddles(&format!("{ours} where reason = 'desk'")).await;
    assert_eq!(promised(&shop).await, "10000", "both are promised while ours is unknown");
    works_for_some_minutes(&shop).await;
    assert_eq!(shop.count("refunds where reason = 'desk' and state = 'failed'").await, 1);
    assert_eq!(shop.count("refunds where reason = 'gateway' and state = 'processed'").await, 1);
    assert_eq!(promised(&shop).await, "5000");
    assert_eq!(shop.gateway.book("refunds").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_refund_of_the_desk_fails_with_its_reason_and_may_be_asked_again() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    let mut mira = shop.shopkeeper().await;
    // Banks take nothing back after six months.
    shop.passes(200 * 24 * 60).await;
    let mut mira_later = shop.visitor();
    mira_later.signs_in("desk@example.in").await;
    asks(&mut mira_later, &payment, "50", "0").await;
    shop.works().await;
    let why = "refunds where state = 'failed' and problem like '%6 months%'";
    assert_eq!((shop.count(why).await, promised(&shop).await), (1, "0".to_owned()));
    assert_eq!(shop.count("desk_tasks where kind = 'refund' and done_at is null").await, 1);
    assert_eq!(shop.count("letters where kind = 'refund'").await, 0, "no promise to the shopper");
    mira.opens("/sign-in").await;
    asks(&mut mira_later, &payment, "50", "0").await;
    assert_eq!(shop.count("refunds where state = 'intended'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_cannot_be_booked_keeps_no_other_from_its_turn() {
    let shop = Shop::open().await;
    let old = paid(&shop).await;
    shop.shopkeeper().await;
    // Banks take nothing back after six months, so this one fails.
    shop.passes(200 * 24 * 60).await;
    shop.visitor().buys("cardamom", 1).await;
    let new = format!("select id from payments where role = 'settles' and id <> '{old}'");
    let new = shop.text(&new).await;
    let mut mira = shop.visitor();
    mira.signs_in("desk@example.in").await;
    asks(&mut mira, &old, "50", "0").await;
    asks(&mut mira, &new, "60", "0").await;
    // What was promised cannot be taken back from less, which the database refuses.
    shop.meddles(&format!("update payments set refunded_paise = 0 where id = '{old}'")).await;
    kirana::payment::refunds::work_due(&shop.app()).await.unwrap_err();
    let tried = |id: &str| format!("refunds where payment_id = '{id}' and tries = 1");
    assert_eq!((shop.count(&tried(&old)).await, shop.count(&tried(&new)).await), (1, 1));
    assert_eq!(shop.count("refunds where state = 'intended'").await, 1, "as it was");
    assert_eq!(shop.gateway.book("refunds").await.len(), 1, "the other's was made");
    shop.meddles(&format!("update payments set refunded_paise = 5000 where id = '{old}'")).await;
    works_for_some_minutes(&shop).await;
    assert_eq!(shop.count("refunds where state = 'failed'").await, 1);
    assert_eq!(shop.count("refunds where state = 'processed'").await, 1);
}
