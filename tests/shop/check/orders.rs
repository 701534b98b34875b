//! Planted faults in orders, carts, letters, numbers and owners.

use super::{all_hold, at_once, busy, check, each_is_named, numbers};
use kirana::check::Verdict;
use kirana::error::Fault;
use kirana::{order, transact};

#[tokio::test(flavor = "multi_thread")]
async fn two_orders_where_one_may_be_are_named() {
    let shop = busy().await;
    shop.loses_the_rules_of(&["orders", "attempts"]).await;
    let faults = [
        (
            "update attempts set state = 'open' where state = 'ended'",
            "update attempts set state = 'ended' where state = 'open'
             and order_id in (select id from orders where state = 'expired')",
            &[4u8][..],
            "is expired with 1 open attempts",
        ),
        (
            "update attempts set state = 'ended' where state = 'paid'",
            "update attempts set state = 'paid' where state = 'ended'
             and order_id in (select id from orders where state = 'paid')",
            &[4],
            "is paid with 0 paid attempts",
        ),
        (
            "update orders set cart_id = 'one' where state = 'awaiting_payment'",
            "update orders set cart_id = id where cart_id = 'one'",
            &[4],
            "is the cart of 2 orders awaiting payment",
        ),
        (
            "update orders set outrun_by = (select max(id) from orders where state = 'paid')
             where id = (select min(id) from orders where state = 'paid')",
            "update orders set outrun_by = null where outrun_by is not null",
            &[4],
            "was paid for the same wish",
        ),
        (
            "update orders set outrun_by = 'nothing' where state = 'expired'",
            "update orders set outrun_by = null where outrun_by is not null",
            &[4],
            "met by an order that is not paid",
        ),
        ("update orders set placement_key = 'same'", "", &[4], "gave 6 orders"),
    ];
    each_is_named(&shop, &faults).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_the_timeline_does_not_tell_are_named() {
    let shop = busy().await;
    let faults = [
        (
            "update orders set version = version + 1 where state = 'expired'",
            "update orders set version = version - 1 where state = 'expired'",
            &[9u8][..],
            "has version 3 and 2 entries",
        ),
        (
            "update order_events set kind = 'odd' where kind = 'paid'",
            "update order_events set kind = 'paid' where kind = 'odd'",
            &[9],
            "its timeline says otherwise",
        ),
        (
            "delete from order_events where kind = 'expired'",
            "",
            &[9],
            "has version 2 and 1 entries",
        ),
    ];
    each_is_named(&shop, &faults).await;
}

/// With an entry each and the version that goes with it, only the arrow is wrong.
#[tokio::test(flavor = "multi_thread")]
async fn states_that_no_arrow_leads_to_are_named() {
    let shop = busy().await;
    for (state, entry) in [
        ("paid", "cancelled"),
        ("expired", "cancelled"),
        ("expired", "expired"),
        ("awaiting_payment", "cancelled"),
        ("awaiting_payment", "expired"),
    ] {
        let one = format!("(select min(id) from orders where state = '{state}')");
        for statement in [
            format!("update orders set version = version + 1 where id = {one}"),
            format!(
                "insert into order_events (order_id, version, kind, detail, at)
                 select id, version, '{entry}', 'planted', 0 from orders where id = {one}"
            ),
        ] {
            assert_eq!(shop.meddles(&statement).await, 1);
        }
        let broken = numbers(&check(&shop, &at_once()).await, Verdict::Broken);
        assert_eq!(broken, [9], "{state} after {entry}");
        shop.meddles("delete from order_events where detail = 'planted'").await;
        shop.meddles(&format!("update orders set version = version - 1 where id = {one}")).await;
    }
    all_hold(&check(&shop, &at_once()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_and_needless_confirmations_are_named() {
    let shop = busy().await;
    let faults = [
        (
            "update letters set kind = 'lost' where kind = 'order-confirmation'",
            "update letters set kind = 'order-confirmation' where kind = 'lost'",
            &[12u8][..],
            "is paid with 0 letters",
        ),
        (
            "insert into letters (id, kind, about, recipient, subject, text_body, html_body,
                 created_at)
             select 'l', 'order-confirmation', id, '', '', '', '', 0 from orders
             where state = 'expired'",
            "delete from letters where id = 'l'",
            &[12],
            "is expired with 1 letters",
        ),
        (
            "update letters set about = 'nothing' where kind = 'order-confirmation'
             and about = (select min(id) from orders where state = 'paid')",
            "",
            &[12],
            "an order that is not there",
        ),
    ];
    each_is_named(&shop, &faults).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gaps_and_doubles_in_order_numbers_are_named() {
    let shop = busy().await;
    shop.loses_the_rules_of(&["orders"]).await;
    let faults = [
        (
            "update counters set value = value + 1 where name like 'order-____'",
            "update counters set value = value - 1 where name like 'order-____'",
            &[13u8][..],
            "4 numbers were given and 0 of them skipped, but 3 orders have one",
        ),
        (
            "update orders set number = substr(number, 1, 10) || '7' where number like '%00003'",
            "update orders set number = substr(number, 1, 10) || '3' where number like '%00007'",
            &[13],
            "the highest 7",
        ),
        (
            "update orders set number = 'K19' || substr(number, 4) where number like '%00003'",
            "update orders set number = 'K20' || substr(number, 4) where number like '%00003'",
            &[13],
            "is of a year that never gave a number",
        ),
        (
            "update orders set number = number || 'x' where number like '%00003'",
            "update orders set number = substr(number, 1, 11) where number like '%x'",
            &[13],
            "is no number of this shop",
        ),
        (
            "update orders set number = null where number like '%00003'",
            "",
            &[13],
            "is paid without a number",
        ),
    ];
    each_is_named(&shop, &faults).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_are_skipped_on_purpose_are_no_gap() {
    let shop = busy().await;
    let (app, now) = (shop.app(), shop.clock.now());
    for (first, skipped) in [(10, 6), (10, 0), (3, 0)] {
        let done: Result<i64, Fault> =
            transact!(app.db, |tx| order::service::skip_numbers(&mut tx, first, now).await);
        assert_eq!(done.unwrap(), skipped);
        all_hold(&check(&shop, &at_once()).await);
    }
    let mut asha = shop.visitor();
    asha.buys("assam-tea", 1).await;
    assert!(asha.number().ends_with("-00010"), "{}", asha.number());
    all_hold(&check(&shop, &at_once()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_not_what_was_agreed_is_named() {
    let shop = busy().await;
    let faults = [
        (
            "update order_lines set name = 'Gold' where slug = 'cardamom'",
            "update order_lines set name = 'Green cardamom' where slug = 'cardamom'",
            &[14u8][..],
            "is not what was agreed",
        ),
        (
            "update orders set email = 'eve@example.in' where email = 'ravi@example.in'",
            "update orders set email = 'ravi@example.in' where email = 'eve@example.in'",
            &[14],
            "is not what was agreed",
        ),
        (
            "update orders set shipping_paise = shipping_paise + 100,
                 subtotal_paise = subtotal_paise - 100 where state = 'expired'",
            "update orders set shipping_paise = shipping_paise - 100,
                 subtotal_paise = subtotal_paise + 100 where state = 'expired'",
            &[5, 14],
            "is not what was agreed",
        ),
    ];
    each_is_named(&shop, &faults).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn things_without_their_owner_are_named() {
    let shop = busy().await;
    shop.loses_the_rules_of(&["carts", "addresses", "orders"]).await;
    let faults = [
        (
            "update carts set session_hash = 'x' where user_id is not null",
            "update carts set session_hash = null where user_id is not null",
            &[15u8][..],
            "with no owner, or with two",
        ),
        (
            "update carts set user_id = null, session_hash = 'x' where user_id is not null",
            "update carts set user_id = (select id from users), session_hash = null
             where session_hash = 'x'",
            &[15],
            "from a cart that now is somebody else's",
        ),
        (
            "update addresses set user_id = 'nobody'",
            "update addresses set user_id = (select id from users)",
            &[15],
            "is an address of an account that is not there",
        ),
        (
            "insert into carts (id, session_hash, version, created_at, updated_at)
             select cart_id, 'y', 1, 0, 0 from cart_merges",
            "delete from carts where session_hash = 'y'",
            &[15],
            "was merged into another cart",
        ),
        (
            "update orders set user_id = 'nobody' where user_id is not null",
            "",
            &[14, 15],
            "is an order of an account that is not there",
        ),
    ];
    each_is_named(&shop, &faults).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn carts_beyond_their_limits_are_named() {
    let shop = busy().await;
    shop.loses_the_rules_of(&["cart_lines"]).await;
    let faults = [
        (
            "update cart_lines set quantity = 100 where quantity = 2",
            "update cart_lines set quantity = 2 where quantity = 100",
            &[18u8][..],
            "has 100 units",
        ),
        (
            "update cart_changes set version = version + 1000",
            "update cart_changes set version = version - 1000",
            &[18],
            "its changes go up to",
        ),
        ("insert into cart_lines select * from cart_lines", "", &[18], "in 2 lines"),
    ];
    each_is_named(&shop, &faults).await;
}
