//! Adds that come at once from many people: written together, each answered for itself.

use crate::pages::statements_of;
use crate::story::{Shop, Visitor};
use futures_util::future::{join, join_all};
use kirana::cart::LINES_MAX;
use kirana::db::{Kind, Work};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// In a tab of its own; what the shop answers is not followed.
async fn adds(visitor: &Visitor, slug: &str, units: i64) -> Visitor {
    let (mut tab, units) = (visitor.another_tab(), units.to_string());
    let product = match visitor.shop.count(&format!("products where slug = '{slug}'")).await {
        0 => slug.to_owned(),
        _ => visitor.shop.product(slug).await.id,
    };
    tab.posts("/do/cart/add", &[("product", product), ("quantity", units)]).await;
    tab
}

/// The same, and by the time this returns it waits for the turn, which somebody else must have.
async fn waits(visitor: &Visitor, slug: &'static str, units: i64) -> JoinHandle<Visitor> {
    let (visitor, app) = (visitor.clone(), visitor.shop.app());
    let before = app.adding.how_many_wait();
    let begun = tokio::spawn(async move { adds(&visitor, slug, units).await });
    while app.adding.how_many_wait() == before {
        sleep(Duration::from_millis(1)).await;
    }
    begun
}

/// The same, and by the time this returns it adds or waits for that.
async fn begins(visitor: &Visitor, slug: &'static str, units: i64) -> JoinHandle<Visitor> {
    let visitor = visitor.clone();
    let begun = tokio::spawn(async move { adds(&visitor, slug, units).await });
    sleep(Duration::from_millis(200)).await;
    begun
}

/// All of them while somebody else has the turn, so that they gather; then all at once. Returns
/// what each was answered and the statements that they asked.
async fn gathered(
    shop: &Shop,
    all: impl IntoIterator<Item = (&Visitor, &str, i64)>,
) -> (Vec<Visitor>, Vec<String>) {
    let app = shop.app();
    let turn = app.adding.turn().await;
    let adding: Vec<_> =
        all.into_iter().map(|(buyer, slug, units)| adds(buyer, slug, units)).collect();
    let many = adding.len();
    let beginning = async {
        while app.adding.how_many_wait() < many {
            sleep(Duration::from_millis(1)).await;
        }
        drop(turn);
    };
    let mut told = Vec::new();
    let asked = statements_of(async { (told, ()) = join(join_all(adding), beginning).await }).await;
    (told, asked)
}

/// Every version of every cart is told by one change, and the changes, all of them adds, come to
/// what lies in it.
async fn the_carts_are_in_step(shop: &Shop) {
    let untold = "select count(*) from carts c where version <>
                      (select count(*) from cart_changes h where h.cart_id = c.id)";
    assert_eq!(shop.number(untold).await, 0);
    let elsewhere = "select count(*) from cart_lines l where quantity <>
                         (select sum(quantity_after - quantity_before) from cart_changes h
                          where h.cart_id = l.cart_id and h.product_id = l.product_id)
                     or quantity <>
                         (select max(quantity_after) from cart_changes h
                          where h.cart_id = l.cart_id and h.product_id = l.product_id)";
    assert_eq!(shop.number(elsewhere).await, 0);
}

/// Keeps whoever changes the cart with saffron in it waiting, until it is dropped.
async fn keeps_still(shop: &Shop) -> Work {
    let mut work = shop.app().db.begin().await.unwrap();
    let still = "update carts set updated_at = updated_at where id =
                     (select l.cart_id from cart_lines l join products p on p.id = l.product_id
                      where p.slug = 'saffron')";
    let held = sqlx::query(still).execute(&mut *work).await.unwrap();
    assert_eq!(held.rows_affected(), 1);
    work
}

/// The first has saffron, the others cardamom.
async fn guests(shop: &Shop, many: usize) -> Vec<Visitor> {
    let mut guests = Vec::new();
    for number in 0..many {
        let mut guest = shop.visitor();
        guest.adds(if number == 0 { "saffron" } else { "cardamom" }, 1).await;
        guests.push(guest);
    }
    guests
}

fn tea(buyer: &Visitor) -> i64 {
    let cart = buyer.cart_on_page();
    cart.iter().find(|(slug, _)| slug == "assam-tea").map_or(0, |(_, units)| *units)
}

#[tokio::test(flavor = "multi_thread")]
async fn adds_that_come_at_once_share_statements_and_each_reaches_its_own_cart() {
    let shop = Shop::open().await;
    let mut buyers = guests(&shop, 18).await;
    for email in ["asha@example.in", "ravi@example.in"] {
        buyers.push(shop.customer(email).await);
    }
    let of_each = buyers.iter().zip(1..).map(|(buyer, units)| (buyer, "assam-tea", units));
    // Some add more than once, and not all of them the same.
    let again = buyers[15..].iter().map(|buyer| (buyer, "assam-tea", 2));
    let other = [(&buyers[16], "cow-ghee", 1), (&buyers[16], "soan-papdi", 3)];
    let (told, asked) = gathered(&shop, of_each.chain(again).chain(other)).await;
    assert!(told.iter().all(|tab| tab.led_to() == "/cart"));
    let one_or_many = ["insert into cart_lines", "with v (cart_id, product_id,"];
    let is_adding = |text: &&String| one_or_many.iter().any(|words| text.contains(words));
    let lines = asked.iter().filter(is_adding).count();
    // Of 27 adds: 16 carts, 4 more, then 5 second adds, a third and a fourth one; some go alone if
    // the machine is so slow that they wait too long.
    assert!((5..=13).contains(&lines), "{lines} of {asked:#?}");
    for (buyer, units) in buyers.iter_mut().zip(1..) {
        let wanted = if units > 15 { units + 2 } else { units };
        assert_eq!(tea(buyer.opens("/cart").await), wanted);
    }
    let ghee = [("cardamom", 1), ("assam-tea", 19), ("cow-ghee", 1), ("soan-papdi", 3)];
    let mut cart = buyers[16].opens("/cart").await.cart_on_page();
    cart.sort_unstable();
    let mut ghee = ghee.map(|(slug, units)| (slug.to_owned(), units));
    ghee.sort_unstable();
    assert_eq!(cart, ghee);
    assert_eq!(shop.count("carts").await, 20);
    the_carts_are_in_step(&shop).await;
}

/// With as many lines as a cart may have.
async fn full_cart(shop: &Shop) -> Visitor {
    let mut full = shop.visitor();
    full.adds("cow-ghee", 1).await;
    let cart = shop.text("select max(id) from carts").await;
    for number in 1..LINES_MAX {
        shop.sells_also(&format!("thing-{number}")).await;
    }
    let lines = format!(
        "insert into cart_lines (cart_id, product_id, quantity, seen_price_paise, added_at)
         select '{cart}', id, 1, price_paise, 0 from products where slug like 'thing-%'"
    );
    assert_eq!(shop.meddles(&lines).await, LINES_MAX.unsigned_abs() - 1);
    full
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_refused_is_told_why_and_takes_no_other_along() {
    let shop = Shop::open().await;
    let (buyers, full) = (guests(&shop, 3).await, full_cart(&shop).await);
    shop.sells_also("gone").await;
    shop.meddles("update products set withdrawn_at = 1 where slug = 'gone'").await;
    let (first, many, last) = (&buyers[1], &buyers[0], &buyers[2]);
    many.another_tab().adds("assam-tea", 98).await;
    for (round, (buyer, slug, units, said)) in (1..).zip([
        (many, "gone", 1, "not sold any more"),
        (many, "saffron", 1, "Only 1 left of Kashmir saffron"),
        (many, "no thing", 1, "not sold any more"),
        (many, "assam-tea", 2, "at most 99"),
        (&full, "assam-tea", 1, "at most 100"),
    ]) {
        let all = [(first, "assam-tea", 1), (buyer, slug, units), (last, "assam-tea", 2)];
        let (mut told, _) = gathered(&shop, all).await;
        for tab in &mut told {
            tab.follows().await;
        }
        told[0].sees("1 × Assam tea is in your cart.");
        told[2].sees("2 × Assam tea is in your cart.");
        told[1].sees(said);
        assert_eq!(tea(first.another_tab().opens("/cart").await), round);
        assert_eq!(tea(last.another_tab().opens("/cart").await), 2 * round);
    }
    assert_eq!(tea(many.another_tab().opens("/cart").await), 98);
    assert_eq!(full.another_tab().opens("/cart").await.cart_on_page().len(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leads_may_go_away_and_the_others_units_count_once() {
    let shop = Shop::open().await;
    let mut buyers = guests(&shop, 4).await;
    let (kept, turn) = (keeps_still(&shop).await, shop.app().adding.turn().await);
    let leader = waits(&buyers[0], "assam-tea", 1).await;
    let mut others = Vec::new();
    for buyer in &buyers[1..] {
        others.push(waits(buyer, "assam-tea", 2).await);
    }
    drop(turn);
    while shop.app().adding.how_many_wait() > 0 {
        sleep(Duration::from_millis(1)).await;
    }
    leader.abort();
    assert!(leader.await.is_err_and(|gone| gone.is_cancelled()));
    // Longer than anybody waits to be taken along: who was taken must not add by themselves.
    sleep(Duration::from_millis(2_500)).await;
    // SQLite has one writer, who keeps all. Else they gave up, and the leader has gone.
    let is_sqlite = shop.app().db.kind == Kind::Sqlite;
    let still_kept = (!is_sqlite).then_some(kept);
    for told in others {
        let soon = timeout(Duration::from_secs(20), told).await;
        assert_eq!(soon.expect("not kept for as long as that").unwrap().led_to(), "/cart");
    }
    drop(still_kept);
    for (buyer, units) in buyers.iter_mut().zip([i64::from(is_sqlite), 2, 2, 2]) {
        assert_eq!(tea(buyer.opens("/cart").await), units);
    }
    the_carts_are_in_step(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_ends_meanwhile_takes_no_other_along() {
    let shop = Shop::open().await;
    let mut buyers = guests(&shop, 3).await;
    let turn = shop.app().adding.turn().await;
    let mut adding = Vec::new();
    for buyer in &buyers {
        adding.push(waits(buyer, "assam-tea", 1).await);
    }
    let ends = "delete from sessions where id_hash =
                    (select c.session_hash from carts c join cart_lines l on l.cart_id = c.id
                     join products p on p.id = l.product_id where p.slug = 'saffron')";
    assert_eq!(shop.meddles(ends).await, 1);
    drop(turn);
    let told: Vec<Visitor> = join_all(adding).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(told[0].page.status, 401);
    for (buyer, told) in buyers.iter_mut().zip(&told).skip(1) {
        assert_eq!(told.led_to(), "/cart");
        assert_eq!(tea(buyer.opens("/cart").await), 1);
    }
    the_carts_are_in_step(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_stuck_keeps_the_others_two_seconds() {
    let shop = Shop::open().await;
    let buyers = guests(&shop, 2).await;
    let kept = keeps_still(&shop).await;
    let stuck = begins(&buyers[0], "assam-tea", 1).await;
    let other = begins(&buyers[1], "assam-tea", 1).await;
    // SQLite has one writer: there whoever stands in the middle keeps all, alone or together.
    if shop.app().db.kind == Kind::Postgres {
        let soon = timeout(Duration::from_secs(20), other).await;
        assert_eq!(soon.expect("not kept for as long as that").unwrap().led_to(), "/cart");
        assert!(!stuck.is_finished());
        drop(kept);
    } else {
        sleep(Duration::from_secs(3)).await;
        drop(kept);
        assert_eq!(other.await.unwrap().led_to(), "/cart");
    }
    assert_eq!(stuck.await.unwrap().led_to(), "/cart");
    the_carts_are_in_step(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_answered_is_in_the_cart_once_however_many_others_go_away() {
    let shop = Shop::open().await;
    let mut buyers = guests(&shop, 6).await;
    let mut all = Vec::new();
    for number in 0..120_usize {
        let buyer = buyers[number % 6].clone();
        let adding = tokio::spawn(async move { adds(&buyer, "assam-tea", 1).await });
        let (goes, leaver) = (number % 3 == 0, adding.abort_handle());
        tokio::spawn(async move {
            sleep(Duration::from_micros(number as u64 * 997 % 100_000)).await;
            if goes {
                leaver.abort();
            }
        });
        all.push((number % 6, goes, adding));
    }
    let mut answered = [0; 6];
    let mut gone = [0; 6];
    for (buyer, goes, adding) in all {
        match adding.await {
            Ok(tab) => {
                assert_eq!(tab.led_to(), "/cart");
                answered[buyer] += 1;
            }
            Err(error) => {
                assert!(goes && error.is_cancelled(), "{error}");
                gone[buyer] += 1;
            }
        }
    }
    assert!(answered.iter().sum::<i64>() >= 80, "{answered:?}");
    for (number, buyer) in buyers.iter_mut().enumerate() {
        let units = tea(buyer.opens("/cart").await);
        let most = answered[number] + gone[number];
        assert!((answered[number]..=most).contains(&units), "{units} of {answered:?}, {gone:?}");
    }
    the_carts_are_in_step(&shop).await;
}
