//! The session cookie and its row. The row is found by the SHA-256 of the cookie's value, so a copy
//! of the database signs nobody in (OWASP ASVS 5.0, chapter 7).
//!
//! A row exists only after the first deed worth remembering: looking around writes nothing.

use super::queries;
use crate::clock::{self, DAY, HOUR, Moment};
use crate::db::Connection;
use crate::error::Fault;
use crate::state::AppState;
use crate::web::Failure;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A guest's cart lives as long as this without a visit; so does a sign-in.
pub const IDLE: i64 = 60 * DAY;
/// The row is touched at most this often by mere reading.
pub const TOUCH_AFTER: i64 = HOUR;

/// What the answer will tell the browser about the cookie; handlers only note it down.
#[derive(Clone, Debug, Default)]
pub struct CookieNote(Arc<Mutex<Option<Change>>>);

#[derive(Clone, Debug)]
enum Change {
    Set(String),
    Clear,
}

/// A session whose row was just written. The browser hears of it once the row is committed.
pub struct Fresh {
    pub id_hash: String,
    token: String,
}

impl fmt::Debug for Fresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fresh(…)")
    }
}

impl CookieNote {
    /// The browser gets this session with the answer.
    pub fn give(&self, fresh: Fresh) {
        self.put(Change::Set(fresh.token));
    }

    /// The browser is told to forget its session.
    pub fn clear(&self) {
        self.put(Change::Clear);
    }

    fn put(&self, change: Change) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(change);
    }

    fn take(&self) -> Option<Change> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The hash under which a session's row is stored.
pub fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// The session token that the browser sent, if it looks like one of ours.
pub fn token(headers: &HeaderMap, secure: bool) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    let token = jar.get(cookie_name(secure))?.value().to_owned();
    (token.len() == 43).then_some(token)
}

fn cookie_name(secure: bool) -> &'static str {
    // The prefix makes browsers insist on Secure, Path=/ and no Domain (RFC 6265bis, 4.1.3).
    if secure { "__Host-kirana" } else { "kirana" }
}

/// Makes a session row. The cookie is given separately, after the commit: a transaction that fails
/// or runs again must not cost the visitor the session that still holds.
pub async fn begin(
    connection: &mut Connection,
    user_id: Option<&str>,
    now: Moment,
) -> Result<Fresh, sqlx::Error> {
    let token = clock::random_token();
    let id_hash = hash(&token);
    queries::insert_session(connection, &id_hash, user_id, now, now + IDLE).await?;
    Ok(Fresh { id_hash, token })
}

/// Removes what is past its time: sessions, unfinished sign-ups, reset links, the count of letters
/// asked for. Returns how many sessions went.
pub async fn forget_expired(app: &AppState) -> Result<u64, Fault> {
    let now = app.now();
    let mut connection = app.db.write.acquire().await?;
    queries::delete_expired_sign_ups(&mut connection, now).await?;
    queries::delete_expired_resets(&mut connection, now).await?;
    queries::delete_letter_requests(&mut connection, now - DAY).await?;
    Ok(queries::delete_expired_sessions(&mut connection, now).await?)
}

/// Writes the cookie that a handler noted down, whatever the handler answered, and keeps a session
/// in use alive.
pub async fn cookie_changes(
    State(app): State<AppState>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let note = CookieNote::default();
    request.extensions_mut().insert(note.clone());
    let mut response = next.run(request).await;
    let secure = app.config.is_https();
    let Some(change) = note.take() else { return Ok(response) };
    let cookie = Cookie::build((cookie_name(secure), ""))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax);
    let cookie = match change {
        Change::Set(token) => {
            let mut cookie = cookie.build();
            cookie.set_value(token);
            cookie.set_max_age(time::Duration::milliseconds(IDLE));
            cookie
        }
        Change::Clear => cookie.removal().build(),
    };
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}
