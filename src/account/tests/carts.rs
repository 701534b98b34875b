//! A guest's cart and the sign-in: nothing lost, nothing doubled.

use super::deeds::{Done, admin, email};
use super::site::{PASSWORD, START, Site};
use crate::account::service::{self, Entered, Proven};
use crate::account::{Owner, session};
use crate::cart::{self, Quantity};
use crate::catalogue::{self, NewProduct};
use crate::db::Db;
use crate::error::Failed;
use crate::money::{Paise, TaxRate};
use crate::transact;
use std::time::Duration;

/// A product that is on sale; its id.
async fn tea(db: &Db) -> String {
    let mut connection = db.write.acquire().await.unwrap();
    let category = catalogue::service::put_category(&mut connection, "tea", "Tea", "", 1).await;
    let product = NewProduct {
        category_id: category.unwrap().unwrap(),
        slug: "assam-tea".to_owned(),
        name: "Assam tea".to_owned(),
        description: "Strong.".to_owned(),
        pack: "250 g".to_owned(),
        pictures: vec!["/pictures/assam-tea.svg".to_owned()],
        price: Paise(24_900),
        mrp: Paise(27_500),
        tax_rate: TaxRate(500),
        hsn: "0902".to_owned(),
        stock: 50,
    };
    catalogue::service::put_product(&mut connection, &product, START).await.unwrap()
}

async fn adds(db: &Db, owner: &Owner, product: &str, units: &str) {
    tries_to_add(db, owner, product, units).await.unwrap();
}

async fn tries_to_add(
    db: &Db,
    owner: &Owner,
    product: &str,
    units: &str,
) -> Result<String, Failed<cart::Refused>> {
    let quantity = Quantity::parse(units).unwrap();
    transact!(db, |tx| cart::service::add(&mut tx, owner, product, quantity, START).await)
}

async fn units(db: &Db, owner: &Owner) -> i64 {
    let mut connection = db.read.acquire().await.unwrap();
    let cart = cart::service::view(&mut connection, Some(owner)).await.unwrap();
    cart.lines.iter().map(|line| line.quantity).sum()
}

async fn guest(db: &Db) -> String {
    let mut connection = db.write.acquire().await.unwrap();
    session::begin(&mut connection, None, START).await.unwrap().id_hash
}

async fn proven(site: &Site) -> Proven {
    let hash = site.app.passwords.hash(PASSWORD).await.unwrap();
    admin(&site.app.db, "asha@example.com", &hash, START).await;
    let (db, hasher) = (&site.app.db, &site.app.passwords);
    let address = email("asha@example.com");
    service::check_sign_in(db, hasher, &address, PASSWORD, START).await.unwrap()
}

#[tokio::test]
async fn a_guests_cart_joins_the_accounts_at_sign_in() {
    let site = Site::open().await;
    let (db, proven) = (&site.app.db, proven(&site).await);
    let (product, guest) = (tea(db).await, guest(db).await);
    let owner = Owner::User(proven.user().id.clone());
    adds(db, &owner, &product, "3").await;
    adds(db, &Owner::Guest(guest.clone()), &product, "2").await;
    let entered: Done<Entered> =
        transact!(db, |tx| service::sign_in(&mut tx, &proven, Some(&guest), START).await);
    let entered = entered.unwrap();
    assert!(entered.notice.unwrap().contains("in your cart"));
    assert_eq!(units(db, &owner).await, 5);
    assert_eq!(units(db, &Owner::Guest(guest)).await, 0);
    // Signing in once more, from the session that is now the account's, adds nothing.
    let again = Some(entered.session.id_hash.as_str());
    let entered: Done<Entered> =
        transact!(db, |tx| service::sign_in(&mut tx, &proven, again, START).await);
    assert_eq!(entered.unwrap().notice, None);
    assert_eq!(units(db, &owner).await, 5);
}

#[tokio::test]
async fn ten_sign_ins_at_once_merge_once() {
    let site = Site::open().await;
    let (app, proven) = (site.app.clone(), proven(&site).await);
    let (product, guest) = (tea(&app.db).await, guest(&app.db).await);
    adds(&app.db, &Owner::Guest(guest.clone()), &product, "4").await;
    let owner = Owner::User(proven.user().id.clone());
    let tries = (0..10).map(|_| {
        let (app, proven, guest) = (app.clone(), proven.clone(), guest.clone());
        tokio::spawn(async move {
            let entered: Done<Entered> = transact!(app.db, |tx| {
                service::sign_in(&mut tx, &proven, Some(&guest), START).await
            });
            entered.unwrap().notice.is_some()
        })
    });
    let mut told = 0;
    for one in tries.collect::<Vec<_>>() {
        told += i32::from(one.await.unwrap());
    }
    assert_eq!((told, units(&app.db, &owner).await), (1, 4));
}

#[tokio::test]
async fn what_a_tab_adds_while_another_signs_in_is_in_the_accounts_cart_or_refused() {
    let site = Site::open().await;
    let (db, proven) = (&site.app.db, proven(&site).await);
    let (product, owner) = (tea(db).await, Owner::User(proven.user().id.clone()));
    // The cart is just being made when the sign-in begins, which must wait for it.
    let session = guest(db).await;
    let mut first = db.begin().await.unwrap();
    let tab = Owner::Guest(session.clone());
    let two = Quantity::parse("2").unwrap();
    cart::service::add(&mut first, &tab, &product, two, START).await.unwrap();
    let signing_in = async {
        let entered: Done<Entered> =
            transact!(db, |tx| service::sign_in(&mut tx, &proven, Some(&session), START).await);
        entered.unwrap()
    };
    let committing = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        first.commit().await.unwrap();
    };
    let (entered, ()) = tokio::join!(signing_in, committing);
    assert!(entered.notice.is_some());
    assert_eq!(units(db, &owner).await, 2);
    // Whoever comes after it is told, and no cart is left that nobody could find.
    let late = tries_to_add(db, &tab, &product, "1").await;
    assert!(matches!(late, Err(Failed::Refused(cart::Refused::VisitEnded))), "{late:?}");
    assert_eq!((units(db, &owner).await, units(db, &tab).await), (2, 0));
}
