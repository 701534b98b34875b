//! Units: nobody gets what another was promised, and every change leaves its movement.

use super::{NOW, category, product, put};
use crate::catalogue::queries::{self, Units};
use crate::catalogue::{NewProduct, StockRefusal, service, stock};
use crate::db::{Connection, Db};
use crate::error::Failed;
use crate::testing::fresh_db;
use crate::transact;

type Held = Result<(), Failed<StockRefusal>>;

async fn units(c: &mut Connection, id: &str) -> (i64, i64) {
    let Units { on_hand, held } = queries::lock_units(c, id).await.unwrap().unwrap();
    (on_hand, held)
}

/// Two products with these units.
async fn shelf(c: &mut Connection, first: i64, second: i64) -> (String, String) {
    let tea = category(c, "tea", 1).await;
    let a = put(c, &NewProduct { stock: first, ..product(&tea, "a", "A") }).await;
    let b = put(c, &NewProduct { stock: second, ..product(&tea, "b", "B") }).await;
    (a, b)
}

/// What the movements say that there must be.
async fn reckoned(c: &mut Connection, id: &str) -> i64 {
    sqlx::query_scalar(
        "select cast(coalesce(sum(case kind when 'sold' then -quantity else quantity end), 0)
                as bigint) from stock_movements where product_id = $1",
    )
    .bind(id)
    .fetch_one(c)
    .await
    .unwrap()
}

fn refused(held: Held) -> StockRefusal {
    match held {
        Err(Failed::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn only_a_known_product_on_the_shelf_is_for_sale() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    let (a, b) = shelf(&mut c, 3, 0).await;
    assert_eq!(stock::for_sale(&mut c, &a).await.unwrap().left, 3);
    assert_eq!(stock::for_sale(&mut c, &b).await.unwrap().left, 0);
    service::withdraw(&mut c, &a, NOW).await.unwrap();
    for id in [a.as_str(), "unknown", "\0", ""] {
        let refusal = stock::for_sale(&mut c, id).await.map(|_| ());
        assert_eq!(refused(refusal), StockRefusal::NotForSale);
    }
}

#[tokio::test]
async fn a_hold_ends_as_one_sale() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    let (a, b) = shelf(&mut c, 10, 5).await;
    let wanted = [(b.clone(), 1), (a.clone(), 2), (a.clone(), 2)];
    stock::hold(&mut c, "try-1", &wanted, NOW).await.unwrap();
    stock::hold(&mut c, "try-1", &wanted, NOW).await.unwrap();
    assert_eq!((units(&mut c, &a).await, units(&mut c, &b).await), ((10, 4), (5, 1)));
    assert_eq!(stock::for_sale(&mut c, &a).await.unwrap().left, 6);
    for _ in 0..3 {
        stock::sell(&mut c, "try-1", "order-1", NOW).await.unwrap();
    }
    assert_eq!((units(&mut c, &a).await, units(&mut c, &b).await), ((6, 0), (4, 0)));
    assert_eq!((reckoned(&mut c, &a).await, reckoned(&mut c, &b).await), (6, 4));
    stock::release(&mut c, "try-1").await.unwrap();
    assert_eq!(units(&mut c, &a).await, (6, 0));
}

#[tokio::test]
async fn a_hold_ends_as_one_release() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    let (a, _) = shelf(&mut c, 10, 5).await;
    stock::hold(&mut c, "try-1", &[(a.clone(), 4)], NOW).await.unwrap();
    stock::hold(&mut c, "try-2", &[(a.clone(), 5)], NOW).await.unwrap();
    for _ in 0..3 {
        stock::release(&mut c, "try-1").await.unwrap();
    }
    assert_eq!(units(&mut c, &a).await, (10, 5));
    assert!(stock::sell(&mut c, "try-1", "order-1", NOW).await.is_err());
    assert_eq!(reckoned(&mut c, &a).await, 10);
}

#[tokio::test]
async fn one_order_and_product_are_sold_once() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    let (a, _) = shelf(&mut c, 10, 5).await;
    stock::hold(&mut c, "try-1", &[(a.clone(), 1)], NOW).await.unwrap();
    stock::sell(&mut c, "try-1", "order-1", NOW).await.unwrap();
    stock::hold(&mut c, "try-2", &[(a.clone(), 1)], NOW).await.unwrap();
    drop(c);
    let second = transact!(db, |tx| stock::sell(&mut tx, "try-2", "order-1", NOW).await);
    assert!(second.is_err());
    let mut c = db.write.acquire().await.unwrap();
    assert_eq!((units(&mut c, &a).await, reckoned(&mut c, &a).await), ((9, 1), 9));
}

#[tokio::test]
async fn a_refused_hold_takes_nothing_even_if_the_transaction_goes_on() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    let (a, b) = shelf(&mut c, 10, 2).await;
    let wanted = [(a.clone(), 3), (b.clone(), 3)];
    let only = StockRefusal::OnlyLeft { name: "B".into(), left: 2 };
    assert_eq!(refused(stock::hold(&mut c, "try-1", &wanted, NOW).await), only);
    assert_eq!(refused(stock::hold_again(&mut c, "try-1", &wanted, NOW).await), only);
    assert_eq!((units(&mut c, &a).await, units(&mut c, &b).await), ((10, 0), (2, 0)));
    let unknown = [(a.clone(), 1), ("zzz".to_owned(), 1)];
    assert_eq!(
        refused(stock::hold(&mut c, "try-1", &unknown, NOW).await),
        StockRefusal::NotForSale
    );
    assert_eq!(units(&mut c, &a).await, (10, 0));
}

#[tokio::test]
async fn what_was_withdrawn_goes_only_to_whoever_paid() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    let (a, _) = shelf(&mut c, 2, 0).await;
    service::withdraw(&mut c, &a, NOW).await.unwrap();
    let wanted = [(a.clone(), 2)];
    assert_eq!(refused(stock::hold(&mut c, "t", &wanted, NOW).await), StockRefusal::NotForSale);
    stock::hold_again(&mut c, "t", &wanted, NOW).await.unwrap();
    let held = stock::hold_again(&mut c, "t2", &wanted, NOW).await;
    assert_eq!(refused(held), StockRefusal::OnlyLeft { name: "A".into(), left: 0 });
    stock::sell(&mut c, "t", "order-1", NOW).await.unwrap();
    assert_eq!(units(&mut c, &a).await, (0, 0));
}

#[tokio::test]
async fn stock_is_received_and_counted_with_its_movements() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    let (a, _) = shelf(&mut c, 10, 0).await;
    assert!(service::receive(&mut c, &a, 5, NOW).await.unwrap());
    stock::hold(&mut c, "try-1", &[(a.clone(), 4)], NOW).await.unwrap();
    assert!(!service::set_stock(&mut c, &a, 3, NOW).await.unwrap());
    assert_eq!((units(&mut c, &a).await, reckoned(&mut c, &a).await), ((15, 4), 15));
    for counted in [4, 4, 20] {
        assert!(service::set_stock(&mut c, &a, counted, NOW).await.unwrap());
        assert_eq!(units(&mut c, &a).await, (counted, 4));
        assert_eq!(reckoned(&mut c, &a).await, counted);
    }
    assert!(!service::set_stock(&mut c, "unknown", 1, NOW).await.unwrap());
    assert!(!service::receive(&mut c, "unknown", 1, NOW).await.unwrap());
}

async fn hold(db: &Db, attempt: &str, wanted: &[(String, i64)]) -> Held {
    transact!(db, |tx| stock::hold(&mut tx, attempt, wanted, NOW).await)
}

#[tokio::test]
async fn fifty_want_the_last_unit_and_one_gets_it() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    let (a, b) = shelf(&mut c, 1, 100).await;
    drop(c);
    let tries: Vec<_> = (0..50)
        .map(|number| {
            let (db, a, b) = ((*db).clone(), a.clone(), b.clone());
            // Half of them name the products the other way round: nobody waits in a circle.
            let mut wanted = vec![(a, 1), (b, 1)];
            if number % 2 == 0 {
                wanted.reverse();
            }
            tokio::spawn(async move { hold(&db, &format!("try-{number}"), &wanted).await })
        })
        .collect();
    let mut got = 0;
    for one in tries {
        match one.await.unwrap() {
            Ok(()) => got += 1,
            Err(Failed::Refused(StockRefusal::OnlyLeft { left: 0, .. })) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(got, 1);
    let mut c = db.write.acquire().await.unwrap();
    assert_eq!((units(&mut c, &a).await, units(&mut c, &b).await), ((1, 1), (100, 1)));
}
