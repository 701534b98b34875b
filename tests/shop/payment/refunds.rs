//! Money on its way back: asked for at the desk, made at the gateway, unanswered, refused.

use crate::story::{Shop, Visitor};

/// An order of ₹419.00 that is paid, and its payment.
async fn paid(shop: &Shop) -> String {
    shop.visitor().buys("assam-tea", 2).await;
    shop.text("select id from payments where role = 'settles'").await
}

async fn asks(mira: &mut Visitor, payment: &str, amount: &str, seen: &str) {
    let order = mira.shop.text("select order_id from payments limit 1").await;
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
async fn a_refund_made_at_the_gateway_is_picked_up_by_its_event() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    shop.gateway.webhooks(true).await;
    shop.gateway.gives_back(&payment, Some(10_000)).await;
    shop.gateway.passes(60).await;
    shop.until("gateway_events where name = 'refund.processed'", 1).await;
    works_for_some_minutes(&shop).await;
    let row = "refunds where reason = 'gateway' and state = 'processed' and amount_paise = 10000";
    assert_eq!((shop.count(row).await, promised(&shop).await), (1, "10000".to_owned()));
    let (subject, text) = shop.letter_to("asha@example.in").await;
    assert!(subject.contains("₹100.00") && text.contains("rfnd_"), "{subject} {text}");
    let told = "order_events where detail like '%was given back at the gateway%'";
    assert_eq!(shop.count(told).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_made_at_the_gateway_is_seen_by_asking_about_the_order() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    shop.gateway.gives_back(&payment, None).await;
    let attempt = shop.text("select id from attempts").await;
    for _ in 0..2 {
        kirana::payment::settle(&shop.app(), &attempt, "reconcile").await.unwrap();
    }
    assert_eq!((shop.count("refunds").await, promised(&shop).await), (1, "41900".to_owned()));
    assert_eq!(shop.count("letters where kind = 'refund'").await, 1);
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_made_at_the_gateway_is_found_within_a_day_without_its_event() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    shop.passes(90).await;
    shop.gateway.gives_back(&payment, Some(10_000)).await;
    shop.passes(24 * 60).await;
    shop.works().await;
    let row = "refunds where reason = 'gateway' and state = 'processed' and amount_paise = 10000";
    assert_eq!((shop.count(row).await, promised(&shop).await), (1, "10000".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn refunds_that_do_not_come_to_what_went_back_are_not_believed() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    shop.gateway.gives_back(&payment, Some(10_000)).await;
    let pick_up = async || kirana::payment::refunds::pick_up(&shop.app(), &payment).await.unwrap();
    // Each answer tells a rupee too much, and is asked for once more.
    shop.gateway.goes_wrong("/v1/payments", "odd_200", 4).await;
    let why = pick_up().await.unwrap_err().to_string();
    assert!(why.contains("do not come to what went back"), "{why}");
    assert_eq!((shop.count("refunds").await, promised(&shop).await), (0, "0".to_owned()));
    shop.gateway.goes_wrong("/v1/payments", "odd_200", 1).await;
    assert_eq!(pick_up().await.unwrap(), 1);
    let row = "refunds where state = 'processed' and amount_paise = 10000";
    assert_eq!((shop.count(row).await, promised(&shop).await), (1, "10000".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_was_not_sent_gives_way_to_one_made_at_the_gateway() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    let mut mira = shop.shopkeeper().await;
    asks(&mut mira, &payment, "419", "0").await;
    shop.gateway.gives_back(&payment, Some(10_000)).await;
    kirana::payment::refunds::pick_up(&shop.app(), &payment).await.unwrap().unwrap();
    assert_eq!(promised(&shop).await, "10000");
    works_for_some_minutes(&shop).await;
    assert_eq!(shop.count("refunds where reason = 'desk' and state = 'failed'").await, 1);
    assert_eq!(shop.gateway.book("refunds").await.len(), 1, "nothing was sent after it");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_refund_for_which_nothing_is_left_ends_and_theirs_is_taken_in() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    let mut mira = shop.shopkeeper().await;
    asks(&mut mira, &payment, "419", "0").await;
    shop.gateway.goes_wrong("/v1/payments/", "500", 1).await;
    shop.works().await;
    assert_eq!(shop.count("refunds where state = 'unknown'").await, 1);
    shop.gateway.gives_back(&payment, None).await;
    works_for_some_minutes(&shop).await;
    assert_eq!(shop.count("refunds where reason = 'desk' and state = 'failed'").await, 1);
    assert_eq!(shop.count("refunds where reason = 'gateway' and state = 'processed'").await, 1);
    assert_eq!(promised(&shop).await, "41900");
    assert_eq!(shop.count("desk_tasks where kind = 'refund' and done_at is null").await, 0);
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
