//! Signing in, going on and signing out as programs do it: with refresh tokens that are used once.
//! Stored as hashes, so that a copy of the database signs nobody in. Callers own the transaction.

use super::Access;
use crate::account::service::{Proven, bring_cart_by_token};
use crate::account::{AccountRefusal, User, queries, session};
use crate::clock::{self, Moment};
use crate::db::Connection;
use crate::error::{Failed, Fault};

type Refused = Failed<AccountRefusal>;

/// A sign-in that goes on: what the next access token says, and the next refresh token.
pub struct Begun {
    pub access: Access,
    pub refresh: String,
}

/// What became of a refresh token.
pub enum Refreshed {
    Anew(Begun),
    /// It was used before, so two have it: the sign-in is ended for both.
    Reused,
}

/// Signs in, as [`crate::account::service::sign_in`] does for browsers. A guest's cart joins the
/// account's; what became of it is told in words.
pub async fn sign_in(
    connection: &mut Connection,
    proven: &Proven,
    cart_token: Option<&str>,
    now: Moment,
) -> Result<(Begun, Option<String>), Refused> {
    if !proven.hold(connection).await? {
        return Err(Failed::Refused(AccountRefusal::NotRight));
    }
    let user_id = proven.user().id.clone();
    let notice = match cart_token {
        Some(token) => bring_cart_by_token(connection, token, &user_id, now).await?,
        None => None,
    };
    let sign_in_id = clock::new_id();
    let until = now + session::IDLE;
    queries::insert_sign_in(connection, &sign_in_id, &user_id, now, until).await?;
    let access = Access { user_id, sign_in_id };
    Ok((hand_on(connection, access, now).await?, notice))
}

/// Uses a refresh token up and gives the next one. The caller commits also when it was
/// [`Refreshed::Reused`]: the end of that sign-in is what has to be kept.
pub async fn refresh(
    connection: &mut Connection,
    token: &str,
    now: Moment,
) -> Result<Refreshed, Refused> {
    let hash = session::hash(token);
    let until = now + session::IDLE;
    if let Some(access) = queries::use_refresh_token(connection, &hash, now).await? {
        queries::touch_sign_in(connection, &access.sign_in_id, until).await?;
        return Ok(Refreshed::Anew(hand_on(connection, access, now).await?));
    }
    match queries::find_used_by(connection, &hash).await? {
        Some(sign_in_id) => {
            queries::end_sign_in(connection, &sign_in_id, "reuse", now).await?;
            Ok(Refreshed::Reused)
        }
        None => Err(Failed::Refused(AccountRefusal::TokenEnded)),
    }
}

/// Ends the sign-in that a refresh token belongs to; one that nobody knows has ended already
/// (RFC 7009, 2.2).
pub async fn sign_out(connection: &mut Connection, token: &str, now: Moment) -> Result<(), Fault> {
    let hash = session::hash(token);
    if let Some(sign_in_id) = queries::find_sign_in_of(connection, &hash).await? {
        queries::end_sign_in(connection, &sign_in_id, "sign-out", now).await?;
    }
    Ok(())
}

/// Who an access token speaks for, while its sign-in holds: a sign-out or a new password is felt at
/// once, not when the token runs out.
pub async fn find_user(
    connection: &mut Connection,
    access: &Access,
    now: Moment,
) -> Result<Option<User>, Fault> {
    Ok(queries::find_signed_in(connection, access, now).await?)
}

async fn hand_on(
    connection: &mut Connection,
    access: Access,
    now: Moment,
) -> Result<Begun, sqlx::Error> {
    let refresh = clock::random_token();
    let hash = session::hash(&refresh);
    queries::insert_refresh_token(connection, &hash, &access.sign_in_id, now).await?;
    Ok(Begun { access, refresh })
}
