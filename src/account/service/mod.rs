//! The verbs of accounts. Callers own the transaction; where a password must be hashed, that is
//! done before it, so that no connection waits for it.

mod asking;
mod entering;

pub use asking::{
    ask_for_account, ask_for_reset, choose_after_reset, count_confirmation, count_sign_in,
    hash_new, prove, prove_sign_up, wish_for_account,
};
pub use entering::{Entered, Proven, bring_cart_by_token, check_sign_in, sign_in};

use super::letters::{self, Letterhead};
use super::queries::{self, NewUser, SignUp};
use super::session::{self, Fresh};
use super::{AccountRefusal, Email, ProfilePatch, User};
use crate::clock::{self, DAY, HOUR, MINUTE, Moment};
use crate::db::Connection;
use crate::error::{Failed, Fault};
use crate::mail;
use entering::enter;

/// How long a sign-up waits to be confirmed.
const CONFIRM_WITHIN: i64 = DAY;
/// OWASP Forgot Password cheat sheet: short, and once.
const RESET_WITHIN: i64 = 30 * MINUTE;
/// More than this many an hour are not written to one address, whoever asks for them.
const LETTERS_AN_HOUR: i64 = 6;

type Refused = Failed<AccountRefusal>;

/// Somebody asks for an account. Both a new and a known address get a letter and cost the same
/// statements; only the letter says which it was.
pub async fn sign_up(
    connection: &mut Connection,
    head: &Letterhead,
    email: &Email,
    sign_up: &SignUp,
    now: Moment,
) -> Result<(), Fault> {
    let token = clock::random_token();
    let about = session::hash(&token);
    let may_write = may_write_to(connection, email, now).await?;
    let known = queries::find_account(connection, email).await?.is_some();
    queries::insert_sign_up(connection, &about, sign_up, now, now + CONFIRM_WITHIN).await?;
    if may_write {
        let letter = match known {
            true => letters::already_known(head, email, &about),
            false => letters::confirm(head, email, &token, &about),
        };
        mail::queue(connection, letter, now).await?;
    }
    Ok(())
}

/// A sign-up by the token of its letter, while it can be confirmed.
pub async fn waiting_sign_up(
    connection: &mut Connection,
    token: &str,
    now: Moment,
) -> Result<Option<SignUp>, Fault> {
    Ok(queries::find_sign_up(connection, &session::hash(token), now).await?)
}

/// The link of the letter was followed: the account is made and the visitor signed in.
pub async fn confirm_sign_up(
    connection: &mut Connection,
    token: &str,
    old_session: Option<&str>,
    now: Moment,
) -> Result<Entered, Refused> {
    let user = make_account(connection, token, now).await?;
    Ok(enter(connection, user, old_session, now).await?)
}

/// The account that a sign-up asked for, once.
pub async fn make_account(
    connection: &mut Connection,
    token: &str,
    now: Moment,
) -> Result<User, Refused> {
    let waiting = queries::take_sign_up(connection, &session::hash(token), now).await?;
    let waiting = waiting.ok_or(Failed::Refused(AccountRefusal::LinkEnded))?;
    let new = NewUser {
        email: &waiting.email,
        name: &waiting.name,
        phone: &waiting.phone,
        password_hash: &waiting.password_hash,
        admin_since: None,
    };
    let id = queries::insert_user(connection, &new, now).await?;
    let id = id.ok_or(Failed::Refused(AccountRefusal::AlreadyKnown))?;
    queries::delete_sign_ups_of(connection, &waiting.email).await?;
    let SignUp { email, name, phone, .. } = waiting;
    Ok(User { id, email, name, phone, admin_since: None })
}

/// A new password ends every sign-in of the account, in browsers and elsewhere.
async fn end_all(connection: &mut Connection, user_id: &str, now: Moment) -> Result<(), Fault> {
    queries::delete_sessions_of(connection, user_id).await?;
    Ok(queries::end_sign_ins_of(connection, user_id, "password", now).await?)
}

/// Ends one session: the visitor signs out.
pub async fn end_session(connection: &mut Connection, id_hash: &str) -> Result<(), Fault> {
    Ok(queries::delete_session(connection, id_hash).await?)
}

/// Somebody forgot a password. Every address gets a letter at the same cost.
pub async fn start_reset(
    connection: &mut Connection,
    head: &Letterhead,
    email: &Email,
    now: Moment,
) -> Result<(), Fault> {
    let token = clock::random_token();
    let about = session::hash(&token);
    let may_write = may_write_to(connection, email, now).await?;
    let until = now + RESET_WITHIN;
    let known = queries::find_account(connection, email).await?.is_some();
    queries::insert_reset(connection, &about, email, now, until).await?;
    if may_write {
        let letter = match known {
            true => letters::reset(head, email, &token, &about),
            false => letters::reset_unknown(head, email, &about),
        };
        mail::queue(connection, letter, now).await?;
    }
    Ok(())
}

/// Whose password a reset link sets, while it can be used.
pub async fn reset_email(
    connection: &mut Connection,
    token: &str,
    now: Moment,
) -> Result<Option<Email>, Fault> {
    let found = queries::find_reset_email(connection, &session::hash(token), now).await?;
    Ok(found.and_then(|email| Email::parse(&email)))
}

/// Sets the new password, uses up every reset link of the account and ends all its sessions. Signs
/// nobody in. Returns the account's id.
pub async fn finish_reset(
    connection: &mut Connection,
    head: &Letterhead,
    token: &str,
    new_hash: &str,
    now: Moment,
) -> Result<String, Refused> {
    let about = session::hash(token);
    let ended = || Failed::Refused(AccountRefusal::LinkEnded);
    let email = queries::use_reset(connection, &about, now).await?.ok_or_else(ended)?;
    let user_id = queries::update_password(connection, &email, new_hash, now).await?;
    let user_id = user_id.ok_or_else(ended)?;
    queries::use_resets_of(connection, &email, now).await?;
    end_all(connection, &user_id, now).await?;
    if let Some(email) = Email::parse(&email) {
        mail::queue(connection, letters::password_changed(head, &email, &about), now).await?;
    }
    Ok(user_id)
}

/// Sets a new password and ends every session of the account; the visitor goes on with a new one.
pub async fn change_password(
    connection: &mut Connection,
    head: &Letterhead,
    proven: &Proven,
    new_hash: &str,
    now: Moment,
) -> Result<Fresh, Refused> {
    let Proven { user, password_hash: old } = proven;
    if !queries::update_password_if(connection, &user.id, old, new_hash, now).await? {
        return Err(Failed::Refused(AccountRefusal::CurrentNotRight));
    }
    queries::use_resets_of(connection, &user.email, now).await?;
    end_all(connection, &user.id, now).await?;
    let fresh = session::begin(connection, Some(&user.id), now).await?;
    if let Some(email) = Email::parse(&user.email) {
        let letter = letters::password_changed(head, &email, &fresh.id_hash);
        mail::queue(connection, letter, now).await?;
    }
    Ok(fresh)
}

/// Changes what was given and leaves the rest.
pub async fn update_profile(
    connection: &mut Connection,
    user_id: &str,
    patch: &ProfilePatch,
    now: Moment,
) -> Result<(), Fault> {
    queries::update_profile(connection, user_id, patch, now).await?;
    Ok(())
}

/// Makes a shopkeeper: a new account, or one that exists, which then gets this password and loses
/// its sessions. Returns the account's id.
pub async fn create_admin(
    connection: &mut Connection,
    email: &Email,
    name: &str,
    password_hash: &str,
    now: Moment,
) -> Result<String, Fault> {
    let admin_since = Some(now);
    let new = NewUser { email: email.as_str(), name, phone: "", password_hash, admin_since };
    if let Some(id) = queries::insert_user(connection, &new, now).await? {
        return Ok(id);
    }
    let id = queries::update_to_admin(connection, email, password_hash, now).await?;
    let id = id.ok_or_else(|| Fault::new("making an admin", "the account vanished meanwhile"))?;
    end_all(connection, &id, now).await?;
    Ok(id)
}

/// Holds an account until the transaction ends, so that what belongs to it is counted in peace.
pub async fn hold(connection: &mut Connection, user_id: &str) -> Result<bool, Fault> {
    Ok(queries::lock_user(connection, user_id).await?)
}

/// False while the address has got its share of the hour. Only letters that are written count, so
/// that nobody can keep them from somebody else for longer than that by asking on and on.
async fn may_write_to(
    connection: &mut Connection,
    email: &Email,
    now: Moment,
) -> Result<bool, Fault> {
    let written = queries::count_letter_requests(connection, email, now - HOUR).await?;
    if written >= LETTERS_AN_HOUR {
        return Ok(false);
    }
    queries::insert_letter_request(connection, email, now).await?;
    Ok(true)
}
