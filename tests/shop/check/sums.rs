//! Planted faults in money: payments, sums, refunds, events, what is forgotten.

use super::{busy, each_is_named};

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_order_without_its_exact_payment_is_named() {
    let shop = busy().await;
    let faults = [
        (
            "update payments set role = null where role = 'settles'
             and order_id = (select min(id) from orders where state = 'paid')",
            "update payments set role = 'settles' where role is null and status = 'captured'",
            &[1u8, 2, 10][..],
            "0 captured payments",
        ),
        (
            "update payments set amount_paise = amount_paise + 1 where role = 'settles'
             and order_id = (select min(id) from orders where state = 'paid')",
            "update payments set amount_paise = amount_paise - 1 where role = 'settles'
             and order_id = (select min(id) from orders where state = 'paid')",
            &[2],
            "not its captured total",
        ),
        (
            "update payments set order_id = (select min(id) from orders where state = 'expired')
             where role = 'settles'
             and order_id = (select min(id) from orders where state = 'paid')",
            "",
            &[2],
            "the order is not paid",
        ),
    ];
    each_is_named(&shop, &faults).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_booked_twice_is_named() {
    let shop = busy().await;
    shop.loses_the_rules_of(&["attempts", "payments", "refunds", "gateway_events"]).await;
    let faults = [
        (
            "update gateway_events set id = (select min(id) from gateway_events)
             where id = (select max(id) from gateway_events)",
            "",
            &[3u8][..],
            "is an event of the gateway 2 times",
        ),
        (
            "update attempts set gateway_order_id = (select min(gateway_order_id) from attempts)
             where gateway_order_id = (select max(gateway_order_id) from attempts)",
            "",
            &[3],
            "is the gateway order of 2 attempts",
        ),
        (
            "update attempts set receipt = (select min(receipt) from attempts)
             where receipt = (select max(receipt) from attempts)",
            "",
            &[3],
            "is the receipt of 2 attempts",
        ),
        (
            "insert into refunds select * from refunds where state = 'processed'",
            "",
            &[3, 6],
            "is the gateway id of 2 refunds",
        ),
        (
            "insert into payments select * from payments where role = 'surplus'",
            "",
            &[3, 6],
            "is a payment 2 times",
        ),
    ];
    each_is_named(&shop, &faults).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_that_do_not_add_up_are_named() {
    let shop = busy().await;
    shop.loses_the_rules_of(&["orders", "order_lines", "attempts"]).await;
    let faults = [
        (
            "update orders set subtotal_paise = subtotal_paise + 1 where cgst_paise > 1000",
            "update orders set subtotal_paise = subtotal_paise - 1 where cgst_paise > 1000",
            &[5u8][..],
            "do not come to the total",
        ),
        (
            "update order_lines set cgst_paise = cgst_paise + 1 where position = 1",
            "update order_lines set cgst_paise = cgst_paise - 1 where position = 1",
            &[5],
            "tax halves differ",
        ),
        (
            "update orders set igst_paise = 7 where cgst_paise > 1000",
            "update orders set igst_paise = 0 where cgst_paise > 1000",
            &[5],
            "stand beside IGST",
        ),
        (
            "update orders set cgst_paise = cgst_paise - 1000, sgst_paise = sgst_paise - 1000
             where cgst_paise > 1000",
            "update orders set cgst_paise = cgst_paise + 1000, sgst_paise = sgst_paise + 1000
             where cgst_paise > 0",
            &[5],
            "its tax is not that of its lines",
        ),
        (
            "update attempts set amount_paise = amount_paise + 1 where state = 'paid'",
            "update attempts set amount_paise = amount_paise - 1 where state = 'paid'",
            &[5],
            "its order comes to",
        ),
    ];
    each_is_named(&shop, &faults).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refunds_beyond_what_was_paid_are_named() {
    let shop = busy().await;
    shop.loses_the_rules_of(&["payments", "refunds"]).await;
    let faults = [
        (
            "update refunds set amount_paise = amount_paise + 1",
            "update refunds set amount_paise = amount_paise - 1",
            &[6u8][..],
            "go back",
        ),
        (
            "update payments set refunded_paise = 0 where role = 'surplus'",
            "update payments set refunded_paise = amount_paise where role = 'surplus'",
            &[1, 6],
            "0 are promised",
        ),
        (
            "update payments set status = 'failed' where role = 'surplus'",
            "update payments set status = 'captured' where role = 'surplus'",
            &[6],
            "which was not captured",
        ),
        (
            "insert into refunds (id, payment_id, idempotency_key, amount_paise, reason, state,
                 tries, created_at, updated_at, words)
             select 'again', payment_id, idempotency_key, 1, reason, 'failed', 0, 0, 0, ''
             from refunds",
            "delete from refunds where id = 'again'",
            &[6],
            "is the key of 2 refunds",
        ),
        ("update refunds set gateway_refund_id = null", "", &[6], "gave it no id"),
    ];
    each_is_named(&shop, &faults).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_nobody_works_are_named() {
    let shop = busy().await;
    let one = "where id = (select min(id) from gateway_events)";
    let waiting = "update gateway_events set state = 'waiting', next_try_at = null
                   where id = (select min(id) from gateway_events)";
    let late = "update gateway_events set state = 'waiting', next_try_at = 1
                where id = (select min(id) from gateway_events)";
    let parked = "update gateway_events set state = 'parked'
                  where id = (select min(id) from gateway_events)";
    let worked = "update gateway_events set state = 'worked', next_try_at = null
                  where id = (select min(id) from gateway_events)";
    assert!(waiting.ends_with(one));
    let faults = [
        (waiting, worked, &[10u8][..], "without a time for its next try"),
        (late, worked, &[10], "nobody took it in its time"),
        (parked, worked, &[10], "was given up, and no person was asked"),
        (
            "update gateway_events set payment_id = 'lost-' || payment_id
             where name = 'order.paid'",
            "update gateway_events set payment_id = substr(payment_id, 6)
             where name = 'order.paid'",
            &[10],
            "counts as worked, but payment lost-pay_",
        ),
        (
            "update payments set status = 'created', role = null where role = 'surplus'",
            "update payments set status = 'captured', role = 'surplus' where status = 'created'",
            &[6, 10],
            "is not booked",
        ),
        ("update gateway_events set outcome = null", "", &[10], "without a word"),
    ];
    each_is_named(&shop, &faults).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unknown_and_forgotten_is_named() {
    let shop = busy().await;
    let faults = [
        (
            "update attempts set next_poll_at = 1 where state = 'open'",
            "update attempts set next_poll_at = null where next_poll_at = 1",
            &[11u8][..],
            "should have been asked about",
        ),
        (
            "update attempts set polls = 6, polled_at = null, created_at = 1
             where state = 'open'",
            "update attempts set polled_at = 1 where polled_at is null and state = 'open'",
            &[11],
            "was never asked",
        ),
        (
            "update refunds set state = 'unknown', created_at = 1",
            "update refunds set state = 'processed'",
            &[11],
            "still unknown",
        ),
        (
            "update orders set placed_at = 1 where state = 'awaiting_payment'",
            "",
            &[11],
            "more than four days",
        ),
    ];
    each_is_named(&shop, &faults).await;
}
