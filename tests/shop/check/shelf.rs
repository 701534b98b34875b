//! Planted faults in stock: units that came from nowhere, promises that nobody waits for.

use super::{busy, each_is_named};

#[tokio::test(flavor = "multi_thread")]
async fn units_without_a_movement_are_named() {
    let shop = busy().await;
    let faults = [
        (
            "update products set on_hand = on_hand + 1 where slug = 'assam-tea'",
            "update products set on_hand = on_hand - 1 where slug = 'assam-tea'",
            &[7u8][..],
            "Assam tea: 998 on hand, its movements come to 997",
        ),
        (
            "update stock_movements set quantity = quantity + 1 where kind = 'opening'
             and product_id = (select id from products where slug = 'cardamom')",
            "",
            &[7],
            "Green cardamom: 37 on hand, its movements come to 38",
        ),
    ];
    each_is_named(&shop, &faults).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn promises_that_nobody_waits_for_are_named() {
    let shop = busy().await;
    shop.loses_the_rules_of(&["products"]).await;
    let faults = [
        (
            "update products set held = held + 1 where slug = 'cardamom'",
            "update products set held = held - 1 where slug = 'cardamom'",
            &[7u8][..],
            "1 of 37 units count as promised, its holds come to 0",
        ),
        (
            "update products set held = on_hand + 1 where slug = 'cardamom'",
            "update products set held = 0 where slug = 'cardamom'",
            &[7],
            "38 of 37 units count as promised",
        ),
        (
            "update stock_holds set attempt_id = attempt_id || '-lost'",
            "update stock_holds set attempt_id = substr(attempt_id, 1, 36)",
            &[7],
            "no order waits for it",
        ),
        (
            "update attempts set state = 'ended' where state = 'open'",
            "update attempts set state = 'open' where state = 'ended'
             and order_id in (select id from orders where state = 'awaiting_payment')",
            &[4, 7],
            "no order waits for it",
        ),
        ("delete from stock_holds", "", &[7], "without holding its Kashmir saffron"),
    ];
    each_is_named(&shop, &faults).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sales_that_are_not_the_lines_of_a_paid_order_are_named() {
    let shop = busy().await;
    let faults = [
        (
            "update stock_movements set order_id = (select min(id) from orders
                 where state = 'expired')
             where kind = 'sold' and product_id = (select id from products
                 where slug = 'cardamom')",
            "update stock_movements set order_id = (select l.order_id from order_lines l
                 join orders o on o.id = l.order_id
                 where o.state = 'paid' and l.slug = 'cardamom')
             where kind = 'sold' and product_id = (select id from products
                 where slug = 'cardamom')",
            &[7u8][..],
            "0 were sold with it",
        ),
        (
            "update stock_movements set order_id = null where kind = 'sold'",
            "",
            &[7],
            "in 0 movements",
        ),
    ];
    each_is_named(&shop, &faults).await;
}
