//! The session cookie and its row. The row is found by the SHA-256 of the cookie's value, so a copy
//! of the database signs nobody in (OWASP ASVS 5.0, chapter 7).
//!
//! A row exists only after the first deed worth remembering: looking around writes nothing.

use super::queries;
use crate::clock::{self, DAY, HOUR, Moment};
use crate::db::Connection;
use crate::error::Fault;
use crate::state::AppState;
use crate::transact;
use crate::web::Failure;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A guest's cart lives as long as this without a visit; so does a sign-in.
pub const IDLE: i64 = 60 * DAY;
/// The row is touched at most this often by mere reading.
pub const TOUCH_AFTER: i64 = HOUR;

/// Names over http and https. The prefix makes browsers insist on Secure, Path=/ and no Domain
/// (RFC 6265bis, 4.1.3).
const SESSION: [&str; 2] = ["kirana", "__Host-kirana"];
const FLASH: [&str; 2] = ["kirana-flash", "__Host-kirana-flash"];

/// What the answer will tell the browser about its cookies; handlers only note it down.
#[derive(Clone, Debug, Default)]
pub struct CookieNote(Arc<Mutex<Changes>>);

#[derive(Debug, Default)]
struct Changes {
    session: Option<Change>,
    flash: Option<Change>,
}

#[derive(Debug)]
enum Change {
    Set(String),
    Clear,
}

/// Sessions that came by with a page only: reading writes nothing, a job keeps them alive.
#[derive(Debug, Default)]
pub struct Seen(Mutex<HashSet<String>>);

/// A session whose row is written with its first deed. The browser hears of it once that is
/// committed.
pub struct Fresh {
    pub id_hash: String,
    token: String,
}

impl Fresh {
    /// One that nobody has; there is no row yet.
    pub fn draw() -> Fresh {
        let token = clock::random_token();
        Fresh { id_hash: hash(&token), token }
    }

    /// Writes its row: a guest's, or that of whoever signed in.
    pub async fn write(
        &self,
        connection: &mut Connection,
        user_id: Option<&str>,
        now: Moment,
    ) -> Result<(), sqlx::Error> {
        queries::insert_session(connection, &self.id_hash, user_id, now, now + IDLE).await
    }

    /// For a guest without cookies, who sends it in a header.
    pub fn into_token(self) -> String {
        self.token
    }
}

impl fmt::Debug for Fresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fresh(…)")
    }
}

impl CookieNote {
    /// The browser gets this session with the answer.
    pub fn give(&self, fresh: Fresh) {
        self.changes().session = Some(Change::Set(fresh.token));
    }

    /// The browser is told to forget its session.
    pub fn clear(&self) {
        self.changes().session = Some(Change::Clear);
    }

    /// The browser keeps the session it has for its full time again.
    pub fn keep(&self, token: String) {
        self.changes().session.get_or_insert(Change::Set(token));
    }

    /// The next page shall show the flash with this mark.
    pub fn show_flash(&self, mark: String) {
        self.changes().flash = Some(Change::Set(mark));
    }

    /// The flash is shown on this page and on no other.
    pub fn flash_shown(&self) {
        self.changes().flash = Some(Change::Clear);
    }

    /// The flash was not shown after all.
    pub fn keep_flash(&self) {
        let mut changes = self.changes();
        if matches!(changes.flash, Some(Change::Clear)) {
            changes.flash = None;
        }
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    pub(super) fn note(&self, id_hash: &str) {
        self.sessions().insert(id_hash.to_owned());
    }

    fn sessions(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The hash under which a session's row is stored.
pub fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// What stands in a browser's flash cookie for this flash: enough to know it by, nothing to read.
pub fn flash_mark(flash: &str) -> String {
    hash(flash)[..16].to_owned()
}

/// The session token that the browser sent, if it looks like one of ours.
pub fn token(jar: &CookieJar, secure: bool) -> Option<String> {
    let token = jar.get(SESSION[usize::from(secure)])?.value().to_owned();
    (token.len() == 43).then_some(token)
}

/// The mark of the flash that this browser has yet to show.
pub fn waiting_flash(jar: &CookieJar, secure: bool) -> Option<&str> {
    jar.get(FLASH[usize::from(secure)]).map(Cookie::value)
}

/// Makes a session row. The cookie is given separately, after the commit: a transaction that fails
/// or runs again must not cost the visitor the session that still holds.
pub async fn begin(
    connection: &mut Connection,
    user_id: Option<&str>,
    now: Moment,
) -> Result<Fresh, sqlx::Error> {
    let fresh = Fresh::draw();
    fresh.write(connection, user_id, now).await?;
    Ok(fresh)
}

/// Removes what is past its time: sessions, sign-ins of programs, unfinished sign-ups, reset links,
/// the count of letters asked for. Returns how many sessions went.
pub async fn forget_expired(app: &AppState) -> Result<u64, Fault> {
    let now = app.now();
    let mut connection = app.db.write.acquire().await?;
    queries::delete_expired_sign_ups(&mut connection, now).await?;
    queries::delete_expired_resets(&mut connection, now).await?;
    queries::delete_letter_requests(&mut connection, now - DAY).await?;
    queries::delete_expired_sign_ins(&mut connection, now).await?;
    queries::delete_used_refresh_tokens(&mut connection, now - IDLE).await?;
    Ok(queries::delete_expired_sessions(&mut connection, now).await?)
}

/// Gives the sessions that were seen since the last round their full time again.
pub async fn keep_seen(app: &AppState) -> Result<(), Fault> {
    let seen = std::mem::take(&mut *app.seen.sessions());
    if seen.is_empty() {
        return Ok(());
    }
    let now = app.now();
    transact!(app.db, |tx| touch_all(&mut tx, &seen, now).await)
}

/// In one transaction: each commit waits for the disk.
async fn touch_all(
    connection: &mut Connection,
    seen: &HashSet<String>,
    now: Moment,
) -> Result<(), Fault> {
    for id_hash in seen {
        queries::touch_session(connection, id_hash, now, now + IDLE).await?;
    }
    Ok(())
}

/// Writes the cookies that a handler noted down, whatever the handler answered.
pub async fn cookie_changes(
    State(app): State<AppState>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let note = CookieNote::default();
    request.extensions_mut().insert(note.clone());
    let mut response = next.run(request).await;
    let secure = app.config.is_https();
    let changes = std::mem::take(&mut *note.changes());
    let lifetime = Some(time::Duration::milliseconds(IDLE));
    for (names, change, max_age) in
        [(SESSION, changes.session, lifetime), (FLASH, changes.flash, None)]
    {
        let Some(change) = change else { continue };
        let cookie = cookie(names[usize::from(secure)], secure, change, max_age);
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    Ok(response)
}

fn cookie(
    name: &'static str,
    secure: bool,
    change: Change,
    max_age: Option<time::Duration>,
) -> Cookie<'static> {
    let mut cookie = Cookie::build((name, ""))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .build();
    match change {
        Change::Set(value) => {
            cookie.set_value(value);
            cookie.set_max_age(max_age);
        }
        Change::Clear => cookie.make_removal(),
    }
    cookie
}
