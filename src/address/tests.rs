//! What must stay true of addresses, on a fresh database.

use super::{ADDRESSES_MAX, Address, AddressRefusal, NewAddress, service};
use crate::account::tests::site::{START, Site};
use crate::db::Db;
use crate::error::{Failed, Fault};
use crate::transact;
use crate::web::Fields;
use axum::http::StatusCode;

const FORM: &str =
    "name=Asha+Rao&phone=9876543210&line1=12+MG+Road&city=Bengaluru&state=29&pin=560001";

fn typed(form: &str) -> NewAddress {
    NewAddress::parse(&Fields::parse(form.as_bytes()).unwrap()).unwrap()
}

async fn add(db: &Db, user: &str, now: i64) -> Result<String, Failed<AddressRefusal>> {
    let address = typed(FORM);
    transact!(db, |tx| service::add(&mut tx, user, &address, now).await)
}

async fn list(db: &Db, user: &str) -> Vec<Address> {
    let mut connection = db.read.acquire().await.unwrap();
    service::list(&mut connection, user).await.unwrap()
}

async fn delete(db: &Db, user: &str, id: &str) -> Result<(), Failed<AddressRefusal>> {
    transact!(db, |tx| service::delete(&mut tx, user, id, START).await)
}

async fn make_default(db: &Db, user: &str, id: &str) -> Result<(), Failed<AddressRefusal>> {
    transact!(db, |tx| service::make_default(&mut tx, user, id, START).await)
}

fn default_of(addresses: &[Address]) -> Vec<&str> {
    addresses.iter().filter(|a| a.is_default).map(|a| a.id.as_str()).collect()
}

#[tokio::test]
async fn exactly_one_address_is_the_default() {
    let site = Site::open().await;
    let (user, db) = (site.account("asha@example.com").await, &site.app.db);
    let first = add(db, &user, START).await.unwrap();
    let second = add(db, &user, START + 1).await.unwrap();
    let third = add(db, &user, START + 2).await.unwrap();
    assert_eq!(default_of(&list(db, &user).await), [first.as_str()]);
    make_default(db, &user, &second).await.unwrap();
    let addresses = list(db, &user).await;
    let order: Vec<&str> = addresses.iter().map(|a| a.id.as_str()).collect();
    assert_eq!(order, [&second, &third, &first]);
    assert_eq!(default_of(&addresses), [second.as_str()]);
    delete(db, &user, &second).await.unwrap();
    assert_eq!(default_of(&list(db, &user).await), [third.as_str()]);
    delete(db, &user, &first).await.unwrap();
    assert_eq!(default_of(&list(db, &user).await), [third.as_str()]);
    delete(db, &user, &third).await.unwrap();
    assert!(list(db, &user).await.is_empty());
}

#[tokio::test]
async fn at_most_twenty_even_when_added_at_once() {
    let site = Site::open().await;
    let user = site.account("asha@example.com").await;
    let tries = (0..30).map(|n| {
        let (app, user) = (site.app.clone(), user.clone());
        tokio::spawn(async move { add(&app.db, &user, START + n).await })
    });
    let mut kept = 0;
    for done in tries.collect::<Vec<_>>() {
        match done.await.unwrap() {
            Ok(_) => kept += 1,
            Err(Failed::Refused(refusal)) => assert_eq!(refusal, AddressRefusal::TooMany),
            Err(Failed::Broke(fault)) => panic!("{fault}"),
        }
    }
    assert_eq!(kept, ADDRESSES_MAX);
    assert_eq!(default_of(&list(&site.app.db, &user).await).len(), 1);
}

#[tokio::test]
async fn another_persons_address_is_not_found_and_not_changed() {
    let site = Site::open().await;
    let (owner, db) = (site.account("asha@example.com").await, &site.app.db);
    let thief = site.account("ravi@example.com").await;
    let id = add(db, &owner, START).await.unwrap();
    let before = list(db, &owner).await;
    let other = typed(&FORM.replace("Asha+Rao", "Ravi"));
    let changed: Result<(), Failed<AddressRefusal>> =
        transact!(db, |tx| service::change(&mut tx, &thief, &id, &other, START).await);
    for done in [changed, delete(db, &thief, &id).await, make_default(db, &thief, &id).await] {
        assert!(matches!(done, Err(Failed::Refused(AddressRefusal::NotFound))));
    }
    let mut connection = db.read.acquire().await.unwrap();
    let found: Result<_, Fault> = service::find(&mut connection, &thief, &id).await;
    assert_eq!(found.unwrap(), None);
    assert_eq!(service::find(&mut connection, &owner, &id).await.unwrap(), Some(before[0].clone()));
    assert_eq!(list(db, &owner).await, before);
}

#[tokio::test]
async fn a_failed_change_of_default_leaves_the_old_one() {
    let site = Site::open().await;
    let (user, db) = (site.account("asha@example.com").await, &site.app.db);
    let id = add(db, &user, START).await.unwrap();
    assert!(make_default(db, &user, "no such address").await.is_err());
    assert_eq!(default_of(&list(db, &user).await), [id.as_str()]);
}

#[tokio::test]
async fn the_pages_keep_change_and_delete() {
    let site = Site::open().await;
    let mut asha = site.customer("asha@example.com").await;
    assert!(asha.get("/account/addresses").await.body.contains("No address yet"));
    assert!(asha.get("/account/addresses/new").await.body.contains("Karnataka"));
    let seen = asha.post_and_see("/do/address/add", FORM).await;
    assert!(seen.body.contains("Your address is saved.") && seen.body.contains("+91 98765 43210"));
    assert!(seen.body.contains("12 MG Road") && seen.body.contains("Bengaluru 560001"));
    let (id,): (String,) =
        sqlx::query_as("select id from addresses").fetch_one(&site.app.db.read).await.unwrap();
    let page = asha.get(&format!("/account/addresses/{id}")).await;
    assert!(page.body.contains("value=\"12 MG Road\"") && page.body.contains(&id));
    let wrong = format!("id={id}&{}", FORM.replace("560001", "110001"));
    let seen = asha.post_and_see("/do/address/change", wrong).await;
    assert!(seen.body.contains("PIN codes of Karnataka begin with 56 to 59."));
    assert!(seen.body.contains("value=\"110001\""), "what was typed is shown again");
    let moved = format!("id={id}&{}", FORM.replace("12+MG+Road", "%3Cscript%3Ealert%281%29"));
    let seen = asha.post_and_see("/do/address/change", moved).await;
    assert!(seen.body.contains("&lt;script&gt;alert(1)") && !seen.body.contains("<script>alert"));
    let mut ravi = site.customer("ravi@example.com").await;
    for (door, form) in [
        ("/do/address/change", format!("id={id}&{FORM}")),
        ("/do/address/change", format!("id={id}")),
        ("/do/address/delete", format!("id={id}")),
        ("/do/address/default", format!("id={id}")),
    ] {
        assert_eq!(ravi.post(door, form).await.status, StatusCode::NOT_FOUND, "{door}");
    }
    assert_eq!(ravi.get(&format!("/account/addresses/{id}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.count("addresses where line1 = '<script>alert(1)'").await, 1);
    let seen = asha.post_and_see("/do/address/default", format!("id={id}")).await;
    assert!(seen.body.contains("Your default address is changed."));
    let seen = asha.post_and_see("/do/address/delete", format!("id={id}")).await;
    assert!(seen.body.contains("The address is deleted.") && seen.body.contains("No address yet"));
}

#[tokio::test]
async fn bad_forms_are_answered_and_keep_nothing() {
    let site = Site::open().await;
    let mut asha = site.customer("asha@example.com").await;
    let long = format!("{FORM}&line2={}", "x".repeat(2_000));
    for door in ["/do/address/add", "/do/address/change", "/do/address/delete"] {
        for form in ["", "id=", "id=..%2F..&name=%22%3E", "id=-1&pin=1e9&state=-1", &long] {
            let seen = asha.post(door, form).await;
            assert!(matches!(seen.status.as_u16(), 303 | 404), "{door} {form} {}", seen.status);
        }
        assert_eq!(asha.post(door, "id=1&id=2").await.status, StatusCode::BAD_REQUEST);
        assert_eq!(asha.get(door).await.status, StatusCode::METHOD_NOT_ALLOWED);
        let mut guest = site.browser();
        assert_eq!(guest.post(door, FORM).await.to, "/sign-in?next=%2Ffrom%2Fhere");
    }
    assert_eq!(site.count("addresses").await, 0);
}
