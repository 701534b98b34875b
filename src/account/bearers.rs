//! Who speaks without a cookie: a program with an access token, a guest with a cart token. Neither
//! is sent by a browser on its own, so neither needs to prove which site it comes from.

use super::{Visitor, queries, session, tokens};
use crate::db::Connection;
use crate::error::Fault;
use crate::state::AppState;

impl Visitor {
    /// The account that an access token speaks for; nothing when it is not ours or has ended.
    pub async fn by_access_token(
        app: &AppState,
        connection: &mut Connection,
        token: &str,
    ) -> Result<Option<Visitor>, Fault> {
        let now = app.now();
        let Some(access) = app.token_keys.read(token, now) else { return Ok(None) };
        let user = tokens::sign_in::find_user(connection, &access, now).await?;
        Ok(user.map(Visitor::by_token))
    }

    /// The guest that a cart token belongs to; nothing when it never was or has ended. A browser's
    /// signed-in session is no cart token.
    pub async fn by_cart_token(
        app: &AppState,
        connection: &mut Connection,
        token: &str,
    ) -> Result<Option<Visitor>, Fault> {
        let (id_hash, now) = (session::hash(token), app.now());
        let found = queries::find_visitor(connection, &id_hash, now).await?;
        let Some(found) = found.filter(|found| found.user.is_none()) else { return Ok(None) };
        if now - found.seen_at > session::TOUCH_AFTER {
            app.seen.note(&id_hash);
        }
        Ok(Some(Visitor::guest(id_hash, found.cart)))
    }
}
