//! The verbs that make accounts and change them, on a fresh database.

use super::deeds::{Done, admin, email, head, last_token, refusal, texts};
use super::site::START;
use crate::account::queries::{self, SignUp};
use crate::account::service::{self, Entered};
use crate::account::{AccountRefusal, ProfilePatch, session};
use crate::clock::{DAY, HOUR, MINUTE};
use crate::error::Fault;
use crate::testing::{TestDb, fresh_db};
use crate::transact;

async fn asks_for_account(db: &TestDb, address: &str, now: i64) {
    let wish = SignUp {
        email: address.to_owned(),
        name: "Asha Rao".to_owned(),
        phone: String::new(),
        password_hash: "a hash".to_owned(),
        session_hash: "a browser".to_owned(),
    };
    let (head, address) = (head(), email(address));
    let done: Result<(), Fault> =
        transact!(db, |tx| { service::sign_up(&mut tx, &head, &address, &wish, now).await });
    done.unwrap();
}

async fn confirms(db: &TestDb, token: &str, old: Option<&str>, now: i64) -> Done<Entered> {
    transact!(db, |tx| service::confirm_sign_up(&mut tx, token, old, now).await)
}

#[tokio::test]
async fn an_account_is_made_once_by_its_letter() {
    let db = fresh_db().await;
    asks_for_account(&db, "asha@example.com", START).await;
    let token = last_token(&db).await;
    let mut c = db.write.acquire().await.unwrap();
    assert!(queries::find_account(&mut c, &email("asha@example.com")).await.unwrap().is_none());
    let waiting = service::waiting_sign_up(&mut c, &token, START + DAY - 1).await.unwrap();
    assert_eq!(waiting.unwrap().name, "Asha Rao");
    assert!(service::waiting_sign_up(&mut c, &token, START + DAY).await.unwrap().is_none());
    drop(c);
    let late = confirms(&db, &token, None, START + DAY).await;
    assert_eq!(refusal(late), AccountRefusal::LinkEnded);
    let entered = confirms(&db, &token, None, START + 1).await.unwrap();
    assert_eq!(entered.user.email, "asha@example.com");
    let mut c = db.write.acquire().await.unwrap();
    let id = &entered.session.id_hash;
    let found = queries::find_visitor(&mut c, id, START).await.unwrap().unwrap();
    assert_eq!(found.user.unwrap().id, entered.user.id);
    drop(c);
    let again = confirms(&db, &token, None, START + 2).await;
    assert_eq!(refusal(again), AccountRefusal::LinkEnded);
}

#[tokio::test]
async fn of_ten_confirmations_at_once_one_makes_the_account() {
    let db = std::sync::Arc::new(fresh_db().await);
    asks_for_account(&db, "asha@example.com", START).await;
    let token = last_token(&db).await;
    let tries = (0..10).map(|_| {
        let (db, token) = (db.clone(), token.clone());
        tokio::spawn(async move { confirms(&db, &token, None, START).await })
    });
    let mut made = 0;
    for done in tries.collect::<Vec<_>>() {
        match done.await.unwrap() {
            Ok(_) => made += 1,
            refused => assert_eq!(refusal(refused), AccountRefusal::LinkEnded),
        }
    }
    assert_eq!(made, 1);
}

#[tokio::test]
async fn a_known_address_gets_another_letter_and_nothing_else() {
    let db = fresh_db().await;
    admin(&db, "asha@example.com", "a hash", START).await;
    asks_for_account(&db, "asha@example.com", START).await;
    let letters = texts(&db).await;
    assert!(letters[0].contains("You have one already") && !letters[0].contains("token="));
    // What waits in the table is the same for both.
    let mut c = db.write.acquire().await.unwrap();
    let gone = queries::delete_expired_sign_ups(&mut c, START + DAY).await.unwrap();
    assert_eq!(gone, 1);
}

#[tokio::test]
async fn an_account_made_meanwhile_is_told_to_the_letter_only() {
    let db = fresh_db().await;
    asks_for_account(&db, "asha@example.com", START).await;
    let token = last_token(&db).await;
    admin(&db, "asha@example.com", "a hash", START).await;
    let done = confirms(&db, &token, None, START).await;
    assert_eq!(refusal(done), AccountRefusal::AlreadyKnown);
}

#[tokio::test]
async fn the_first_confirmation_uses_up_the_other_sign_ups() {
    let db = fresh_db().await;
    asks_for_account(&db, "asha@example.com", START).await;
    let first = last_token(&db).await;
    asks_for_account(&db, "asha@example.com", START + 1).await;
    confirms(&db, &last_token(&db).await, None, START + 2).await.unwrap();
    assert_eq!(refusal(confirms(&db, &first, None, START + 3).await), AccountRefusal::LinkEnded);
}

#[tokio::test]
async fn no_address_gets_more_than_six_letters_an_hour() {
    let db = fresh_db().await;
    for n in 0..10 {
        asks_for_account(&db, "asha@example.com", START + n).await;
    }
    assert_eq!(texts(&db).await.len(), 6);
    asks_for_account(&db, "other@example.com", START).await;
    assert_eq!(texts(&db).await.len(), 7);
    asks_for_account(&db, "asha@example.com", START + HOUR + MINUTE).await;
    assert_eq!(texts(&db).await.len(), 8);
    let mut c = db.write.acquire().await.unwrap();
    assert_eq!(queries::delete_letter_requests(&mut c, START + HOUR).await.unwrap(), 7);
}

#[tokio::test]
async fn a_profile_keeps_what_was_not_given() {
    let db = fresh_db().await;
    let id = admin(&db, "asha@example.com", "a hash", START).await;
    let mut c = db.write.acquire().await.unwrap();
    let patches = [
        (
            ProfilePatch { phone: Some("+919876543210".into()), name: None },
            "Asha Rao",
            "+919876543210",
        ),
        (ProfilePatch { name: Some("Asha".into()), phone: None }, "Asha", "+919876543210"),
        (ProfilePatch { name: None, phone: Some(String::new()) }, "Asha", ""),
        (ProfilePatch::default(), "Asha", ""),
    ];
    for (patch, name, phone) in patches {
        service::update_profile(&mut c, &id, &patch, START).await.unwrap();
        let found = queries::find_account(&mut c, &email("asha@example.com")).await.unwrap();
        let user = found.unwrap().user;
        assert_eq!((user.name.as_str(), user.phone.as_str()), (name, phone));
    }
    assert!(service::hold(&mut c, &id).await.unwrap());
    assert!(!service::hold(&mut c, "nobody").await.unwrap());
}

#[tokio::test]
async fn an_admin_is_made_new_or_out_of_an_account() {
    let db = fresh_db().await;
    asks_for_account(&db, "asha@example.com", START).await;
    let entered = confirms(&db, &last_token(&db).await, None, START).await.unwrap();
    let made = admin(&db, "asha@example.com", "another hash", START + 5).await;
    assert_eq!(made, entered.user.id);
    let mut c = db.write.acquire().await.unwrap();
    let found = queries::find_account(&mut c, &email("asha@example.com")).await.unwrap().unwrap();
    assert_eq!(found.user.admin_since, Some(START + 5));
    assert_eq!(found.password_hash, "another hash");
    let session = &entered.session.id_hash;
    assert!(queries::find_visitor(&mut c, session, START).await.unwrap().is_none());
    drop(c);
    // Once more: since when stays.
    assert_eq!(admin(&db, "asha@example.com", "third", START + 9).await, made);
    let mut c = db.write.acquire().await.unwrap();
    let found = queries::find_account(&mut c, &email("asha@example.com")).await.unwrap().unwrap();
    assert_eq!(found.user.admin_since, Some(START + 5));
}

#[tokio::test]
async fn sessions_are_kept_alive_carry_a_flash_and_end() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    let id = session::begin(&mut c, None, START).await.unwrap().id_hash;
    queries::update_flash(&mut c, &id, "one").await.unwrap();
    let found = queries::find_visitor(&mut c, &id, START).await.unwrap().unwrap();
    assert_eq!((found.flash.as_deref(), found.seen_at), (Some("one"), START));
    queries::touch_session(&mut c, &id, START + 1, START + HOUR).await.unwrap();
    let found = queries::find_visitor(&mut c, &id, START).await.unwrap().unwrap();
    assert_eq!(found.seen_at, START + 1);
    assert!(queries::find_visitor(&mut c, &id, START + HOUR).await.unwrap().is_none());
    assert_eq!(queries::delete_expired_sessions(&mut c, START + HOUR).await.unwrap(), 1);
}
