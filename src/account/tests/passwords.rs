//! The verbs that ask for a password or set one, on a fresh database.

use super::deeds::{Done, admin, email, head, last_token, refusal, texts};
use super::site::START;
use crate::account::passwords::PasswordHasher;
use crate::account::service::{self, Entered};
use crate::account::{AccountRefusal, queries, session};
use crate::clock::{HOUR, MINUTE};
use crate::error::{Failed, Fault};
use crate::testing::{TestDb, fresh_db};
use crate::transact;

#[tokio::test]
async fn only_the_right_password_is_let_in_and_an_old_hash_is_renewed() {
    let (db, hasher) = (fresh_db().await, PasswordHasher::default());
    // argon2id, m=4096, t=1: "old and weak".
    let weak = weak_hash("green tea, no sugar");
    admin(&db, "asha@example.com", &weak, START).await;
    for (address, password) in
        [("asha@example.com", "green tea"), ("nobody@example.com", "green tea, no sugar")]
    {
        let done = service::check_sign_in(&db, &hasher, &email(address), password, START).await;
        assert!(matches!(done, Err(Failed::Refused(AccountRefusal::NotRight))));
    }
    let address = email("asha@example.com");
    let password = "green tea, no sugar";
    let proven = service::check_sign_in(&db, &hasher, &address, password, START).await.unwrap();
    let mut c = db.write.acquire().await.unwrap();
    let stored = queries::find_account(&mut c, &address).await.unwrap().unwrap().password_hash;
    assert!(stored.contains("m=19456,t=2,p=1"));
    drop(c);
    // The renewed hash is the one that was proven.
    let entered: Done<Entered> =
        transact!(db, |tx| service::sign_in(&mut tx, &proven, None, START).await);
    entered.unwrap();
}

fn weak_hash(password: &str) -> String {
    use argon2::password_hash::{PasswordHasher as _, SaltString};
    let params = argon2::Params::new(4096, 1, 1, None).unwrap();
    let weak = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let salt = SaltString::encode_b64(b"a fixed salt").unwrap();
    weak.hash_password(password.as_bytes(), &salt).unwrap().to_string()
}

/// An account with a real hash, and the proof of its password.
async fn proven(db: &TestDb, hasher: &PasswordHasher) -> service::Proven {
    let hash = hasher.hash("green tea, no sugar").await.unwrap();
    admin(db, "asha@example.com", &hash, START).await;
    let address = email("asha@example.com");
    service::check_sign_in(db, hasher, &address, "green tea, no sugar", START).await.unwrap()
}

#[tokio::test]
async fn signing_in_changes_the_session() {
    let (db, hasher) = (fresh_db().await, PasswordHasher::default());
    let proven = proven(&db, &hasher).await;
    let mut c = db.write.acquire().await.unwrap();
    let guest = session::begin(&mut c, None, START).await.unwrap().id_hash;
    drop(c);
    let entered: Done<Entered> =
        transact!(db, |tx| service::sign_in(&mut tx, &proven, Some(&guest), START).await);
    let entered = entered.unwrap();
    assert_ne!(entered.session.id_hash, guest);
    let mut c = db.write.acquire().await.unwrap();
    assert!(queries::find_visitor(&mut c, &guest, START).await.unwrap().is_none());
    service::end_session(&mut c, &entered.session.id_hash).await.unwrap();
    let gone = queries::find_visitor(&mut c, &entered.session.id_hash, START).await.unwrap();
    assert!(gone.is_none());
}

#[tokio::test]
async fn a_changed_password_ends_all_else() {
    let (db, hasher) = (fresh_db().await, PasswordHasher::default());
    let proven = proven(&db, &hasher).await;
    let entered: Done<Entered> =
        transact!(db, |tx| service::sign_in(&mut tx, &proven, None, START).await);
    let other = entered.unwrap().session.id_hash;
    let head = head();
    let fresh: Done<_> = transact!(db, |tx| {
        service::change_password(&mut tx, &head, &proven, "new hash", START).await
    });
    let fresh = fresh.unwrap();
    let mut c = db.write.acquire().await.unwrap();
    assert!(queries::find_visitor(&mut c, &other, START).await.unwrap().is_none());
    assert!(queries::find_visitor(&mut c, &fresh.id_hash, START).await.unwrap().is_some());
    drop(c);
    assert!(texts(&db).await[0].contains("was just changed"));
    // What was proven before is proven no more.
    let late: Done<Entered> =
        transact!(db, |tx| service::sign_in(&mut tx, &proven, None, START).await);
    assert_eq!(refusal(late), AccountRefusal::NotRight);
    let late: Done<_> =
        transact!(db, |tx| { service::change_password(&mut tx, &head, &proven, "x", START).await });
    assert_eq!(refusal(late), AccountRefusal::CurrentNotRight);
}

async fn asks_for_reset(db: &TestDb, address: &str, now: i64) {
    let (head, address) = (head(), email(address));
    let done: Result<(), Fault> =
        transact!(db, |tx| service::start_reset(&mut tx, &head, &address, now).await);
    done.unwrap();
}

async fn resets(db: &TestDb, token: &str, hash: &str, now: i64) -> Done<String> {
    let head = head();
    transact!(db, |tx| service::finish_reset(&mut tx, &head, token, hash, now).await)
}

#[tokio::test]
async fn a_reset_link_works_once_for_half_an_hour() {
    let (db, hasher) = (fresh_db().await, PasswordHasher::default());
    let proven = proven(&db, &hasher).await;
    let entered: Done<Entered> =
        transact!(db, |tx| service::sign_in(&mut tx, &proven, None, START).await);
    let open = entered.unwrap().session.id_hash;
    asks_for_reset(&db, "asha@example.com", START).await;
    let first = last_token(&db).await;
    asks_for_reset(&db, "asha@example.com", START + 1).await;
    let token = last_token(&db).await;
    let mut c = db.write.acquire().await.unwrap();
    let whose = service::reset_email(&mut c, &token, START).await.unwrap();
    assert_eq!(whose, Some(email("asha@example.com")));
    let late = service::reset_email(&mut c, &token, START + 1 + 30 * MINUTE).await.unwrap();
    assert_eq!(late, None);
    drop(c);
    let late = resets(&db, &token, "new hash", START + 1 + 30 * MINUTE).await;
    assert_eq!(refusal(late), AccountRefusal::LinkEnded);
    let id = resets(&db, &token, "new hash", START + 30 * MINUTE).await.unwrap();
    assert_eq!(id, proven.user().id);
    for used in [&token, &first] {
        let done = resets(&db, used, "x", START + 30 * MINUTE).await;
        assert_eq!(refusal(done), AccountRefusal::LinkEnded);
    }
    let mut c = db.write.acquire().await.unwrap();
    let account = queries::find_account(&mut c, &email("asha@example.com")).await.unwrap();
    assert_eq!(account.unwrap().password_hash, "new hash");
    assert!(queries::find_visitor(&mut c, &open, START).await.unwrap().is_none());
    assert_eq!(queries::delete_expired_resets(&mut c, START + HOUR).await.unwrap(), 2);
}

#[tokio::test]
async fn of_ten_resets_at_once_one_counts() {
    let db = std::sync::Arc::new(fresh_db().await);
    admin(&db, "asha@example.com", "a hash", START).await;
    asks_for_reset(&db, "asha@example.com", START).await;
    let token = last_token(&db).await;
    let tries = (0..10).map(|n| {
        let (db, token) = (db.clone(), token.clone());
        tokio::spawn(async move { resets(&db, &token, &format!("hash {n}"), START).await.is_ok() })
    });
    let mut done = 0;
    for won in tries.collect::<Vec<_>>() {
        done += i32::from(won.await.unwrap());
    }
    assert_eq!(done, 1);
}

#[tokio::test]
async fn an_unknown_address_gets_a_letter_without_a_link_to_anything() {
    let db = fresh_db().await;
    asks_for_reset(&db, "nobody@example.com", START).await;
    let letter = texts(&db).await.pop().unwrap();
    assert!(letter.contains("no account with") && !letter.contains("token="));
}
