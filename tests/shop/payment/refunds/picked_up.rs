//! Money that went back at the gateway, by nobody of this shop.

use super::{asks, paid, promised, works_for_some_minutes};
use crate::story::Shop;

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
async fn a_refund_that_comes_back_from_the_bank_is_told_to_the_desk_and_may_be_made_again() {
    for by_event in [true, false] {
        let shop = Shop::open().await;
        let payment = paid(&shop).await;
        let mut mira = shop.shopkeeper().await;
        asks(&mut mira, &payment, "419", "0").await;
        works_for_some_minutes(&shop).await;
        assert_eq!(shop.count("refunds where state = 'processed'").await, 1);
        let refund = shop.text("select gateway_refund_id from refunds").await;
        shop.gateway.webhooks(by_event).await;
        shop.gateway.fails_refund(&refund).await;
        if by_event {
            shop.gateway.passes(60).await;
            shop.until("gateway_events where name = 'refund.failed'", 1).await;
            works_for_some_minutes(&shop).await;
        } else {
            shop.passes(25 * 60).await;
            shop.works().await;
            mira = shop.visitor();
            mira.signs_in("desk@example.in").await;
        }
        assert_eq!(shop.count("refunds where state = 'failed'").await, 1, "{by_event}");
        assert_eq!(promised(&shop).await, "0");
        let back = "desk_tasks where kind = 'refund-returned' and done_at is null";
        assert_eq!(shop.count(back).await, 1);
        mira.opens("/admin").await.sees("A refund came back from the bank");
        let failed = "order_events where detail like 'Refund % failed%'";
        assert_eq!(shop.count(failed).await, 1);
        asks(&mut mira, &payment, "419", "0").await;
        works_for_some_minutes(&shop).await;
        assert_eq!(shop.count("refunds where state = 'processed'").await, 1);
        assert_eq!((promised(&shop).await, shop.count(back).await), ("41900".to_owned(), 0));
    }
}
