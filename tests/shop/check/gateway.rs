//! The gateway's books beside the shop's, over real HTTP.

use super::{all_hold, at_once, busy, check, numbers, with_the_gateway, with_the_gateways_last};
use crate::story::Shop;
use kirana::check::{Outcome, Row, Verdict};
use kirana::razorpay::{NewOrder, Notes, PaymentId};

/// The rows of the comparison with this number; the shop's own look may share it.
fn rows(outcomes: &[Outcome], number: u8) -> Vec<Row> {
    let of_number = outcomes.iter().filter(|one| one.invariant == number);
    of_number.flat_map(|one| one.rows.clone()).collect()
}

async fn broken(shop: &Shop) -> (Vec<u8>, Vec<Outcome>) {
    let outcomes = check(shop, &with_the_gateway()).await;
    assert_eq!(numbers(&outcomes, Verdict::Unknown), [0u8; 0], "{outcomes:#?}");
    (numbers(&outcomes, Verdict::Broken), outcomes)
}

/// Somebody pays an order at the gateway that this shop has never heard of.
async fn pays_an_unknown_order(shop: &Shop) -> String {
    let app = shop.app();
    let notes = Notes::default();
    let new = NewOrder { amount: 12_300, currency: "INR", receipt: "lost-with-it", notes };
    let order = app.gateway.create_order(&new).await.unwrap();
    shop.gateway.pays(order.id.as_str(), "success").await.payment
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_the_shop_has_never_heard_of_is_found_by_the_lists() {
    let shop = busy().await;
    let payment = pays_an_unknown_order(&shop).await;
    assert_eq!(broken(&shop).await.0, [0u8; 0], "lists lag: it is too young to be judged");
    shop.passes(11).await;
    shop.works().await;
    let (found, outcomes) = broken(&shop).await;
    assert_eq!(found, [1]);
    let [row] = &rows(&outcomes, 1)[..] else { panic!("{outcomes:#?}") };
    assert_eq!(row.subject, payment);
    assert!(row.what.contains("₹123.00") && row.what.contains("does not know"), "{}", row.what);
    all_hold(&check(&shop, &at_once()).await);
    // A person looks after it.
    let task = format!(
        "insert into desk_tasks (id, kind, subject, detail, created_at)
         values ('t', 'orphan-payment', '{payment}', '', 0)"
    );
    shop.meddles(&task).await;
    assert_eq!(broken(&shop).await.0, [0u8; 0]);
    // Nobody does any more, though the money is still there.
    shop.meddles("update desk_tasks set done_at = 1").await;
    assert_eq!(broken(&shop).await.0, [1]);
    shop.gateway.gives_back(&payment, None).await;
    assert_eq!(broken(&shop).await.0, [0u8; 0], "it went back");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_page_of_money_is_read() {
    let shop = Shop::open().await;
    let mut last = String::new();
    for _ in 0..103 {
        last = pays_an_unknown_order(&shop).await;
    }
    shop.passes(11).await;
    let (_, outcomes) = broken(&shop).await;
    let named = rows(&outcomes, 1);
    assert_eq!(named.len(), 100, "as many as are told");
    let id = PaymentId::parse(&last).unwrap();
    let all = "insert into desk_tasks (id, kind, subject, detail, created_at) values ";
    let values: Vec<String> = named
        .iter()
        .map(|row| format!("('{0}', 'orphan-payment', '{0}', '', 0)", row.subject))
        .collect();
    shop.meddles(&format!("{all}{}", values.join(", "))).await;
    let rest = rows(&broken(&shop).await.1, 1);
    assert_eq!(rest.len(), 3);
    assert!(rest.iter().any(|row| row.subject == id.as_str()), "{rest:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn captured_money_that_is_not_booked_is_found_by_id() {
    let shop = busy().await;
    let one = "order_id = (select min(id) from orders where state = 'paid')";
    shop.meddles(&format!("update payments set role = null where {one}")).await;
    let (found, outcomes) = broken(&shop).await;
    assert_eq!(found, [1, 2, 10], "also by the shop's own books");
    let by_id = rows(&outcomes, 1).iter().any(|row| row.what.contains("has not booked it"));
    assert!(by_id, "{outcomes:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_counts_as_paid_but_is_not_at_the_gateway_is_found() {
    let shop = busy().await;
    let before = shop.text("select min(id) from payments where role = 'settles'").await;
    let other = "pay_00000000000000";
    shop.loses_the_rules_of(&["payments"]).await;
    for (table, column) in [("payments", "id"), ("gateway_events", "payment_id")] {
        let statement =
            format!("update {table} set {column} = '{other}' where {column} = '{before}'");
        assert!(shop.meddles(&statement).await > 0);
    }
    all_hold(&check(&shop, &at_once()).await);
    let (found, outcomes) = broken(&shop).await;
    assert_eq!(found, [1, 2]);
    assert_eq!(rows(&outcomes, 2)[0].subject, other);
    assert_eq!(rows(&outcomes, 1)[0].subject, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_asks_for_another_sum_is_found() {
    let shop = busy().await;
    // The books of the shop agree with each other, the gateway's do not.
    let to = "set receipt = receipt || 'x' where state = 'paid'";
    shop.meddles(&format!("update attempts {to}")).await;
    all_hold(&check(&shop, &at_once()).await);
    let (found, outcomes) = broken(&shop).await;
    assert_eq!((found, rows(&outcomes, 5).len()), (vec![5], 3));
    assert!(rows(&outcomes, 5)[0].what.contains("the gateway asks for"), "{outcomes:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_order_that_the_gateway_does_not_have_is_found() {
    let shop = busy().await;
    let gone = "update attempts set gateway_order_id = 'order_00000000000000'
                where state = 'ended'";
    shop.meddles(gone).await;
    let (found, outcomes) = broken(&shop).await;
    assert_eq!(found, [5]);
    assert!(rows(&outcomes, 5)[0].what.contains("does not exist"), "{outcomes:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_made_past_the_shop_is_found() {
    let shop = busy().await;
    let payment = shop.text("select min(id) from payments where role = 'settles'").await;
    let refund = shop.gateway.gives_back(&payment, Some(500)).await;
    let (found, outcomes) = broken(&shop).await;
    assert_eq!(found, [6]);
    let [row] = &rows(&outcomes, 6)[..] else { panic!("{outcomes:#?}") };
    assert_eq!(row.subject, refund);
    assert!(row.what.contains("₹5.00"), "{}", row.what);
    kirana::payment::refunds::pick_up(&shop.app(), &payment).await.unwrap().unwrap();
    assert_eq!(broken(&shop).await.0, [0u8; 0]);
}

/// No event tells, and the order's own polls ended long ago.
#[tokio::test(flavor = "multi_thread")]
async fn a_night_finds_what_a_bank_says_days_later() {
    let shop = Shop::open().await;
    shop.visitor().buys("assam-tea", 2).await;
    let payment = shop.text("select id from payments").await;
    shop.shopkeeper().await;
    for _ in 0..20 {
        shop.passes(24 * 60).await;
        shop.works().await;
    }
    let refund = shop.gateway.gives_back(&payment, None).await;
    kirana::payment::refunds::pick_up(&shop.app(), &payment).await.unwrap().unwrap();
    shop.visitor().adds("assam-tea", 1).await.places_the_order().await;
    let order =
        shop.text("select gateway_order_id from attempts order by created_at desc limit 1").await;
    let late = shop.gateway.pays(&order, "failure").await;
    for _ in 0..6 {
        shop.works().await;
        shop.passes(24 * 60).await;
    }
    shop.works().await;
    let night = async || {
        let outcomes = check(&shop, &with_the_gateways_last(3)).await;
        numbers(&outcomes, Verdict::Broken)
    };
    assert_eq!(night().await, [0u8; 0]);
    shop.gateway.fails_refund(&refund).await;
    assert_eq!(night().await, [6]);
    shop.gateway.captures_late(&late.payment).await;
    assert_eq!(night().await, [1, 6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_differs_or_is_not_there_is_found() {
    let shop = busy().await;
    shop.meddles("update refunds set state = 'failed'").await;
    shop.meddles("update payments set refunded_paise = 0").await;
    let (found, outcomes) = broken(&shop).await;
    assert_eq!(found, [1, 6], "what did not go back is kept");
    assert!(rows(&outcomes, 6)[0].what.contains("counts as failed here"), "{outcomes:#?}");
    shop.meddles("update payments set refunded_paise = amount_paise where role = 'surplus'").await;
    let other = "rfnd_00000000000000";
    shop.meddles(&format!(
        "update refunds set state = 'processed', gateway_refund_id = '{other}',
             idempotency_key = 'another'"
    ))
    .await;
    let (found, outcomes) = broken(&shop).await;
    assert_eq!((found, rows(&outcomes, 6).len()), (vec![6], 2), "{outcomes:#?}");
    assert!(rows(&outcomes, 6).iter().any(|row| row.subject == other));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_does_not_answer_gives_no_verdict() {
    let shop = busy().await;
    for mode in ["500", "html502", "429"] {
        shop.gateway.goes_wrong("/v1/", mode, 100).await;
        let outcomes = check(&shop, &with_the_gateway()).await;
        assert_eq!(numbers(&outcomes, Verdict::Broken), [0u8; 0], "{mode}: {outcomes:#?}");
        assert_eq!(numbers(&outcomes, Verdict::Unknown), [1, 2, 5, 6], "{mode}");
        let all = rows(&outcomes, 1);
        assert!(all.iter().all(|row| row.what.contains("could not be compared")), "{all:?}");
        assert!(all.iter().any(|row| row.what.contains("more were not asked about")), "{all:?}");
        shop.gateway.recovers().await;
    }
    // One question in the middle stays without an answer: the rest is compared all the same.
    let order = shop.text("select min(gateway_order_id) from attempts").await;
    shop.gateway.goes_wrong(&format!("/v1/orders/{order}"), "500", 100).await;
    let outcomes = check(&shop, &with_the_gateway()).await;
    assert_eq!(numbers(&outcomes, Verdict::Unknown), [1, 2, 5, 6]);
    assert_eq!(rows(&outcomes, 5).len(), 1, "{outcomes:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_that_passes_is_waited_out() {
    let shop = busy().await;
    shop.passes(11).await;
    shop.works().await;
    for mode in ["429", "500", "cut"] {
        shop.gateway.goes_wrong("/v1/", mode, 3).await;
        all_hold(&check(&shop, &with_the_gateway()).await);
    }
}
