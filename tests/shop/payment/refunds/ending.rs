//! Refunds that end badly, and who hears of it.

use super::{asks, paid, promised, works_for_some_minutes};
use crate::story::Shop;

const TOLD: &str = "desk_tasks where kind = 'refund' and done_at is null";

/// A refund of the desk that was tried until a person was told, and was taken up then.
async fn is_taken_up_late(shop: &Shop, payment: &str, amount: &str) {
    let mut mira = shop.shopkeeper().await;
    asks(&mut mira, payment, amount, "0").await;
    shop.gateway.goes_wrong("/v1/payments/", "500", 100).await;
    for _ in 0..5 {
        shop.works().await;
        shop.passes(10).await;
    }
    assert_eq!(shop.count(TOLD).await, 1);
    shop.gateway.leaves_refunds_pending().await;
    shop.gateway.recovers().await;
    shop.passes(60).await;
    shop.works().await;
    assert_eq!(shop.count("refunds where state = 'pending'").await, 1);
}

/// What was told, and what somebody called done, is that it was not taken up; that the bank refuses
/// it is another matter.
#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_fails_in_the_end_is_told_whatever_was_told_before() {
    for said_done in [true, false] {
        let shop = Shop::open().await;
        let payment = paid(&shop).await;
        is_taken_up_late(&shop, &payment, "419").await;
        if said_done {
            let done = "update desk_tasks set done_at = created_at + 1 where kind = 'refund'";
            assert_eq!(shop.meddles(done).await, 1);
        }
        let refund = shop.text("select gateway_refund_id from refunds").await;
        shop.gateway.fails_refund(&refund).await;
        shop.passes(6 * 60).await;
        shop.works().await;
        assert_eq!(shop.count("refunds where state = 'failed'").await, 1);
        let failed = format!("{TOLD} and detail like '%it failed at the bank%'");
        assert_eq!((shop.count(&failed).await, promised(&shop).await), (1, "0".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_matter_does_not_end_while_some_of_the_money_is_only_on_its_way() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    is_taken_up_late(&shop, &payment, "100").await;
    let slow = shop.text("select gateway_refund_id from refunds").await;
    let mut mira = shop.visitor();
    mira.signs_in("desk@example.in").await;
    asks(&mut mira, &payment, "319", "10000").await;
    shop.works().await;
    let others = "select gateway_refund_id from refunds where amount_paise = 31900";
    shop.gateway.processes_refund(&shop.text(others).await).await;
    works_for_some_minutes(&shop).await;
    assert_eq!(shop.count("refunds where state = 'processed'").await, 1);
    assert_eq!((shop.count(TOLD).await, promised(&shop).await), (1, "41900".to_owned()));
    shop.gateway.processes_refund(&slow).await;
    shop.passes(6 * 60).await;
    shop.works().await;
    assert_eq!(shop.count("refunds where state = 'processed'").await, 2);
    assert_eq!(shop.count(TOLD).await, 0);
}

/// Its first call got no answer; the list shows that it was never made, and a plain refusal that it
/// never will be.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_refund_that_the_gateway_refuses_and_does_not_have_ends() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    shop.shopkeeper().await;
    shop.passes(200 * 24 * 60).await;
    let mut mira = shop.visitor();
    mira.signs_in("desk@example.in").await;
    asks(&mut mira, &payment, "50", "0").await;
    shop.gateway.goes_wrong("/v1/payments/", "500", 100).await;
    shop.works().await;
    assert_eq!(shop.count("refunds where state = 'unknown'").await, 1);
    shop.gateway.recovers().await;
    works_for_some_minutes(&shop).await;
    let why = "refunds where state = 'failed' and problem like '%6 months%'";
    assert_eq!((shop.count(why).await, promised(&shop).await), (1, "0".to_owned()));
    assert_eq!(shop.count(TOLD).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_the_bank_has_had_for_two_weeks_is_told() {
    let shop = Shop::open().await;
    let payment = paid(&shop).await;
    let mut mira = shop.shopkeeper().await;
    shop.gateway.leaves_refunds_pending().await;
    asks(&mut mira, &payment, "419", "0").await;
    for day in 0..16 {
        shop.works().await;
        assert_eq!(shop.count(TOLD).await, i64::from(day >= 14), "day {day}");
        shop.passes(24 * 60).await;
    }
    let refund = shop.text("select gateway_refund_id from refunds").await;
    shop.gateway.processes_refund(&refund).await;
    shop.works().await;
    assert_eq!(shop.count("refunds where state = 'processed'").await, 1);
    assert_eq!(shop.count(TOLD).await, 0);
}
