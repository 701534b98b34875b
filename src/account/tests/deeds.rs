//! What the tests of the verbs do again and again.

use crate::account::letters::Letterhead;
use crate::account::{AccountRefusal, Email, service};
use crate::db::Db;
use crate::error::{Failed, Fault};
use crate::transact;

pub type Done<T> = Result<T, Failed<AccountRefusal>>;

pub fn head() -> Letterhead {
    Letterhead { shop: "Kirana".to_owned(), base: "http://shop.test".to_owned() }
}

pub fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

pub async fn admin(db: &Db, address: &str, hash: &str, now: i64) -> String {
    let address = email(address);
    let made: Result<String, Fault> = transact!(db, |tx| {
        service::create_admin(&mut tx, &address, "Asha Rao", hash, now).await
    });
    made.unwrap()
}

pub async fn texts(db: &Db) -> Vec<String> {
    let rows: Vec<(String,)> = sqlx::query_as("select text_body from letters order by id")
        .fetch_all(&db.read)
        .await
        .unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

pub async fn last_token(db: &Db) -> String {
    let text = texts(db).await.pop().unwrap();
    let (_, rest) = text.split_once("token=").expect("a link");
    rest.split_whitespace().next().unwrap().to_owned()
}

pub fn refusal<T: std::fmt::Debug>(done: Done<T>) -> AccountRefusal {
    match done.expect_err("a refusal") {
        Failed::Refused(refusal) => refusal,
        Failed::Broke(fault) => panic!("{fault}"),
    }
}
