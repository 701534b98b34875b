//! A database that was put back from an older backup.

use super::{all_hold, busy, check, with_the_gateway};
use crate::story::{HOME, Shop, Visitor};
use kirana::error::Fault;
use kirana::payment::reconcile::{self, Difference};
use kirana::razorpay::{NewOrder, Notes, Pace};
use kirana::{order, payment, transact};
use std::time::Duration;

/// Every table, in an order in which rows can be put back.
const TABLES: [&str; 26] = [
    "categories",
    "products",
    "product_words",
    "users",
    "sessions",
    "password_resets",
    "sign_ups",
    "letter_requests",
    "carts",
    "cart_lines",
    "cart_changes",
    "cart_merges",
    "addresses",
    "orders",
    "order_lines",
    "order_events",
    "counters",
    "attempts",
    "payments",
    "refunds",
    "gateway_events",
    "desk_tasks",
    "letters",
    "stock_holds",
    "stock_movements",
    "check_runs",
];

async fn is_backed_up(shop: &Shop) {
    for table in TABLES {
        shop.meddles(&format!("create table backup_{table} as select * from {table}")).await;
    }
}

async fn is_restored(shop: &Shop) {
    for table in TABLES.iter().rev() {
        shop.meddles(&format!("delete from {table}")).await;
    }
    for table in TABLES {
        shop.meddles(&format!("insert into {table} select * from backup_{table}")).await;
    }
}

async fn differences(shop: &Shop) -> Vec<Difference> {
    let pace = Pace::per_second(10_000).pausing(Duration::from_millis(1));
    let since = shop.clock.now() - 24 * 60 * 60 * 1000;
    let bar = indicatif::ProgressBar::hidden();
    reconcile::find_differences(&shop.app(), &pace, since, &bar).await.unwrap()
}

/// The gateway makes the order, but the answer is lost: the attempt has no name for it.
async fn places_without_an_answer(visitor: &mut Visitor, slug: &str) {
    visitor.adds(slug, 1).await;
    visitor.shop.gateway.goes_wrong("/v1/orders", "cut", 1).await;
    let form = visitor.checkout_form("mira@example.in", &HOME).await;
    visitor.sends(form).await.sees("Payment is not available right now");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_after_the_backup_is_shown_and_brought_back() {
    let shop = Shop::open().await;
    let (mut asha, mut ravi) = (shop.visitor(), shop.visitor());
    let (mut mira, mut neela) = (shop.visitor(), shop.visitor());
    asha.buys("assam-tea", 1).await;
    ravi.adds("cardamom", 2).await.places_the_order().await;
    places_without_an_answer(&mut mira, "cow-ghee").await;
    is_backed_up(&shop).await;
    shop.passes(2).await;
    ravi.pays().await.is_at("/orders/K");
    let retry = mira.page.form("/do/checkout/retry");
    mira.sends(retry).await.pays().await.is_at("/orders/K");
    neela.buys("soan-papdi", 1).await;
    let oldest = shop.text("select min(id) from payments where role = 'settles'").await;
    shop.gateway.gives_back(&oldest, Some(1_000)).await;
    payment::refunds::pick_up(&shop.app(), &oldest).await.unwrap().unwrap();
    let told = [asha.number(), ravi.number(), mira.number(), neela.number()];
    shop.passes(15).await;
    all_hold(&check(&shop, &with_the_gateway()).await);
    is_restored(&shop).await;
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);

    let found = differences(&shop).await;
    let says = |words: &str| found.iter().filter(|one| one.what.contains(words)).count();
    assert_eq!(found.len(), 5, "{found:#?}");
    assert_eq!(says("the gateway's order of an attempt here is not known"), 1);
    assert_eq!(says("captured (upi"), 3);
    assert_eq!(says("refund of ₹10.00, processed: not known here"), 1);
    let lost: Vec<_> = found.iter().filter(|one| one.needs_a_person()).collect();
    assert_eq!(lost.len(), 1, "{lost:?}");
    assert!(lost[0].what.contains("₹148.00") && lost[0].what.contains("not known here"));
    assert_eq!(shop.count("orders where state = 'paid'").await, 1, "looking changes nothing");

    let (app, now) = (shop.app(), shop.clock.now());
    let first = i64::try_from(told.len()).unwrap() + 1;
    let skipped: Result<i64, Fault> =
        transact!(app.db, |tx| order::service::skip_numbers(&mut tx, first, now).await);
    assert_eq!(skipped.unwrap(), 3);
    for _ in 0..2 {
        let problems = reconcile::apply(&app, &found).await.unwrap();
        assert_eq!(problems, [""; 0]);
        assert_eq!(differences(&shop).await, []);
        assert_eq!(shop.count("orders where state = 'paid'").await, 3);
        assert_eq!(shop.count("payments where role = 'settles'").await, 3);
        assert_eq!(shop.count("refunds where amount_paise = 1000").await, 1);
        assert_eq!(shop.count("desk_tasks where kind = 'orphan-payment'").await, 1);
    }
    let numbers = shop.texts("select number from orders where number is not null").await;
    assert!(!numbers.iter().any(|number| told[1..].contains(number)), "{numbers:?} of {told:?}");
    shop.works().await;
    all_hold(&check(&shop, &with_the_gateway()).await);
    let mut desk = shop.shopkeeper().await;
    desk.opens("/admin").await.sees("A payment whose order was lost").sees("upi");
    // Done, and the money is still here: as the check, so this.
    shop.meddles("update desk_tasks set done_at = 0 where kind = 'orphan-payment'").await;
    let again = differences(&shop).await;
    assert_eq!((again.len(), again.iter().filter(|one| one.needs_a_person()).count()), (1, 1));
    assert_eq!(reconcile::apply(&app, &again).await.unwrap(), [""; 0]);
    assert_eq!(differences(&shop).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn money_for_an_order_that_ended_meanwhile_is_settled_like_any_late_money() {
    let shop = Shop::open().await;
    let (mut asha, mut ravi) = (shop.visitor(), shop.visitor());
    asha.adds("saffron", 1).await.places_the_order().await;
    is_backed_up(&shop).await;
    asha.pays().await.is_at("/orders/K");
    is_restored(&shop).await;
    // The restored shop does not ask in time, and the last unit goes to somebody else.
    shop.meddles("update attempts set gateway_order_id = null").await;
    shop.passes(40).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'expired'").await, 1);
    ravi.buys("saffron", 1).await;
    let found = differences(&shop).await;
    assert_eq!(found.len(), 2, "{found:#?}");
    reconcile::apply(&shop.app(), &found).await.unwrap();
    assert_eq!(shop.count("payments where role = 'late'").await, 1);
    assert_eq!(shop.count("refunds where reason = 'late'").await, 1);
    assert_eq!(differences(&shop).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_failed_here_alone_is_brought_back() {
    let shop = busy().await;
    all_hold(&check(&shop, &with_the_gateway()).await);
    assert_eq!(differences(&shop).await, []);
    // One of ours that gave way to it carries the same key, and is none of its own.
    shop.meddles("update refunds set idempotency_key = 'taken-in-' || idempotency_key").await;
    shop.meddles(
        "insert into refunds (id, payment_id, idempotency_key, amount_paise, reason, state, tries,
             created_at, updated_at, words)
         select '0', payment_id, substr(idempotency_key, 10), amount_paise, 'desk', 'failed', 1,
                0, 0, '' from refunds",
    )
    .await;
    assert_eq!(differences(&shop).await, []);
    all_hold(&check(&shop, &with_the_gateway()).await);
    shop.meddles("delete from refunds where id = '0'").await;
    shop.meddles("update refunds set idempotency_key = substr(idempotency_key, 10)").await;
    // Given up before the gateway said that it was made.
    shop.meddles("update refunds set state = 'failed', gateway_refund_id = null").await;
    shop.meddles("update payments set refunded_paise = 0").await;
    let found = differences(&shop).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].what.ends_with("processed: failed here"), "{}", found[0].what);
    assert_eq!(reconcile::apply(&shop.app(), &found).await.unwrap(), [""; 0]);
    assert_eq!(differences(&shop).await, []);
    all_hold(&check(&shop, &with_the_gateway()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_the_backup_knows_as_a_wish_is_under_way_at_the_gateway() {
    let shop = Shop::open().await;
    shop.visitor().buys("assam-tea", 1).await;
    let order = shop.text("select id from orders").await;
    let payment = shop.text("select id from payments").await;
    shop.gateway.leaves_refunds_pending().await;
    let [order, payment] = [("order", order.as_str()), ("payment", payment.as_str())];
    let wish = [order, payment, ("amount", "10"), ("seen", "0"), ("words", "")];
    shop.shopkeeper().await.posts("/do/admin/refund", &wish).await;
    shop.works().await;
    let refund = shop.text("select gateway_refund_id from refunds where state = 'pending'").await;
    shop.passes(1).await;
    assert_eq!(differences(&shop).await, []);
    // As it was before it was sent.
    shop.meddles("update refunds set state = 'intended', gateway_refund_id = null, tries = 0")
        .await;
    let found = differences(&shop).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].what.ends_with("pending: intended here"), "{}", found[0].what);
    assert_eq!(reconcile::apply(&shop.app(), &found).await.unwrap(), [""; 0]);
    assert_eq!(differences(&shop).await, []);
    let known = format!("refunds where state = 'pending' and gateway_refund_id = '{refund}'");
    assert_eq!((shop.count(&known).await, shop.count("refunds").await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_failed_on_both_sides_is_no_difference() {
    let shop = Shop::open().await;
    shop.visitor().buys("assam-tea", 1).await;
    let payment = shop.text("select id from payments").await;
    shop.gateway.leaves_refunds_pending().await;
    let refund = shop.gateway.gives_back(&payment, Some(1_000)).await;
    payment::refunds::pick_up(&shop.app(), &payment).await.unwrap().unwrap();
    shop.gateway.fails_refund(&refund).await;
    // The gateway's clock went on while the shop's stood still.
    shop.passes(1).await;
    let found = differences(&shop).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(reconcile::apply(&shop.app(), &found).await.unwrap(), [""; 0]);
    assert_eq!(shop.count("refunds where state = 'failed'").await, 1);
    assert_eq!(differences(&shop).await, []);
}

/// A lost answer and a second try can leave two of the gateway's orders with one receipt.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_orders_with_one_receipt_the_paid_one_is_brought_back() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await.places_the_order().await;
    is_backed_up(&shop).await;
    let (app, paid) = (shop.app(), shop.text("select gateway_order_id from attempts").await);
    asha.pays().await.is_at("/orders/K");
    let receipt = shop.text("select receipt from attempts").await;
    let amount = shop.number("select total_paise from orders").await;
    let again = NewOrder { amount, currency: "INR", receipt: &receipt, notes: Notes::default() };
    shop.passes(1).await;
    app.gateway.create_order(&again).await.unwrap();
    shop.passes(15).await;
    is_restored(&shop).await;
    shop.meddles("update attempts set gateway_order_id = null").await;

    let found = differences(&shop).await;
    let orders: Vec<_> = found.iter().filter(|one| one.what.contains("gateway's order")).collect();
    assert_eq!(orders.len(), 1, "{found:#?}");
    assert_eq!(orders[0].subject, paid);
    assert_eq!(reconcile::apply(&app, &found).await.unwrap(), [""; 0]);
    assert_eq!(shop.count("orders where state = 'paid'").await, 1);
    assert_eq!(differences(&shop).await, []);
}
