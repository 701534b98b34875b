//! Guards: values that only exist when their condition holds. A verb that needs a right takes the
//! value, so forgetting the check does not compile.

use super::session::{self, CookieNote, Fresh};
use super::{CartHead, User, queries};
use crate::db::Connection;
use crate::error::{Fault, Refusal};
use crate::state::AppState;
use crate::web::{Failure, Flash, FormState, see_other, wants_json};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;

/// Longest encoded page to come back to.
const NEXT_MAX: usize = 900;

/// Whoever asks: known or not. One statement tells the session, the user and the cart's head.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    session: Option<String>,
    user: Option<User>,
    cart: Option<CartHead>,
    flash: Option<Flash>,
    note: CookieNote,
    /// A cookie came with the request, but its session is over.
    expired: bool,
    /// The page to come back to after a sign-in.
    path: String,
}

/// Who owns a cart: a guest's session, or an account. In this order their carts are locked, as a
/// sign-in does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    Guest(String),
    User(String),
}

impl Visitor {
    pub fn user(&self) -> Option<&User> {
        self.user.as_ref()
    }

    pub fn cart(&self) -> Option<&CartHead> {
        self.cart.as_ref()
    }

    pub fn cart_count(&self) -> i64 {
        self.cart.as_ref().map_or(0, |cart| cart.units)
    }

    pub fn flash(&self) -> Option<&Flash> {
        self.flash.as_ref()
    }

    /// Did the visitor bring a cookie whose session has ended?
    pub fn was_somebody(&self) -> bool {
        self.expired
    }

    /// What `form` held when it was refused; empty when it was not.
    pub fn form(&self, form: &str) -> FormState {
        let state = self.flash.as_ref().and_then(|flash| flash.form.clone());
        state.filter(|state| state.form == form).unwrap_or_default()
    }

    pub fn owner(&self) -> Option<Owner> {
        match (&self.user, &self.session) {
            (Some(user), _) => Some(Owner::User(user.id.clone())),
            (None, Some(session)) => Some(Owner::Guest(session.clone())),
            (None, None) => None,
        }
    }

    pub fn session_hash(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// The visitor from now on, in this request and in the browser: after sign-in, or with a fresh
    /// session. Only for a session whose row is committed.
    pub(super) fn becomes(&mut self, fresh: Fresh, user: Option<User>) {
        self.session = Some(fresh.id_hash.clone());
        self.user = user;
        self.note.give(fresh);
    }

    /// The session's row is gone: nobody known from now on.
    pub(super) fn leaves(&mut self) {
        self.session = None;
        self.user = None;
        self.note.clear();
    }

    /// The sign-in page, and from there back to the page that was asked for.
    pub fn way_to_sign_in(&self) -> Response {
        see_other(&sign_in_address(&self.path))
    }

    /// The owner of things to come; makes a session where there is none.
    pub async fn settle_in(&mut self, app: &AppState) -> Result<Owner, Fault> {
        if let Some(owner) = self.owner() {
            return Ok(owner);
        }
        let mut connection = app.db.write.acquire().await?;
        let made = session::begin(&mut connection, None, app.now()).await?;
        let owner = Owner::Guest(made.id_hash.clone());
        self.becomes(made, None);
        Ok(owner)
    }

    /// Leaves a flash for the page that follows.
    pub async fn leave(&mut self, app: &AppState, flash: Flash) -> Result<(), Fault> {
        self.settle_in(app).await?;
        let text = serde_json::to_string(&flash).map_err(|e| Fault::new("writing a flash", e))?;
        if let Some(session) = &self.session {
            let mut connection = app.db.write.acquire().await?;
            queries::update_flash(&mut connection, session, &text).await?;
            self.note.show_flash(session::flash_mark(&text));
        }
        Ok(())
    }

    /// This answer shows no page: the flash that came with the request waits for the next one.
    pub fn keep_flash(&self) {
        self.note.keep_flash();
    }

    /// Somebody who speaks by an access token: no cookie, no session, no page.
    pub(super) fn by_token(user: User) -> Visitor {
        Visitor { user: Some(user), ..Visitor::default() }
    }

    /// A guest who holds a cart token.
    pub(super) fn guest(session: String, cart: Option<CartHead>) -> Visitor {
        Visitor { session: Some(session), cart, ..Visitor::default() }
    }

    async fn load(parts: &Parts, app: &AppState) -> Result<Visitor, Fault> {
        let jar = CookieJar::from_headers(&parts.headers);
        match session::token(&jar, app.config.is_https()) {
            Some(_) => Visitor::find(parts, app, &mut *app.db.read.acquire().await?).await,
            None => Ok(Visitor::nobody(parts, app)),
        }
    }

    fn nobody(parts: &Parts, app: &AppState) -> Visitor {
        let note = parts.extensions.get::<CookieNote>().cloned().unwrap_or_default();
        let path = page_asked_for(parts, &app.config.public_url);
        Visitor { note, path, ..Visitor::default() }
    }

    /// Whoever the request's cookie is known for.
    pub async fn find(
        parts: &Parts,
        app: &AppState,
        connection: &mut Connection,
    ) -> Result<Visitor, Fault> {
        let nobody = Visitor::nobody(parts, app);
        let secure = app.config.is_https();
        let jar = CookieJar::from_headers(&parts.headers);
        let Some(token) = session::token(&jar, secure) else { return Ok(nobody) };
        let id_hash = session::hash(&token);
        let now = app.now();
        let Some(found) = queries::find_visitor(connection, &id_hash, now).await? else {
            return Ok(Visitor { expired: true, ..nobody });
        };
        if now - found.seen_at > session::TOUCH_AFTER {
            app.seen.note(&id_hash);
            nobody.note.keep(token);
        }
        let reads_page = parts.method == Method::GET && !wants_json(&parts.headers);
        let waiting = session::waiting_flash(&jar, secure).filter(|_| reads_page);
        if waiting.is_some() {
            nobody.note.flash_shown();
        }
        let flash = found.flash.filter(|text| waiting == Some(&session::flash_mark(text)));
        Ok(Visitor {
            flash: flash.and_then(|text| serde_json::from_str(&text).ok()),
            session: Some(id_hash),
            user: found.user,
            cart: found.cart,
            ..nobody
        })
    }
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Visitor, Failure> {
        Ok(Visitor::load(parts, app).await?)
    }
}

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct Customer {
    user: User,
}

impl Customer {
    /// The visitor's account, or the way to the sign-in page and back.
    pub fn require(visitor: &Visitor) -> Result<Customer, Refusal> {
        let user = visitor.user.clone();
        user.map(|user| Customer { user }).ok_or_else(|| Refusal::new(401, "Please sign in first."))
    }

    pub fn user(&self) -> &User {
        &self.user
    }

    pub fn id(&self) -> &str {
        &self.user.id
    }
}

/// Extractor for what only a signed-in visitor may do. Anybody else is led to the sign-in page and
/// back, or told 401 where JSON was asked for.
pub struct SignedIn {
    pub visitor: Visitor,
    pub customer: Customer,
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = TurnedAway;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, TurnedAway> {
        let visitor = Visitor::load(parts, app).await.map_err(|f| TurnedAway::Failed(f.into()))?;
        match Customer::require(&visitor) {
            Ok(customer) => Ok(SignedIn { visitor, customer }),
            Err(refusal) if wants_json(&parts.headers) => Err(TurnedAway::Failed(refusal.into())),
            Err(_) => Err(TurnedAway::ToSignIn(visitor.path)),
        }
    }
}

/// Why [`SignedIn`] did not let a request in.
pub enum TurnedAway {
    /// Holds the page to come back to.
    ToSignIn(String),
    Failed(Failure),
}

impl IntoResponse for TurnedAway {
    fn into_response(self) -> Response {
        match self {
            TurnedAway::ToSignIn(path) => see_other(&sign_in_address(&path)),
            TurnedAway::Failed(failure) => failure.into_response(),
        }
    }
}

/// The sign-in page's address with the page to go on to; without one where it is too long to carry.
/// Whether `next` is a page of ours is judged when it is followed.
pub fn sign_in_address(next: &str) -> String {
    let next = percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC);
    let next = next.to_string();
    if next.is_empty() || next.len() > NEXT_MAX {
        return "/sign-in".to_owned();
    }
    format!("/sign-in?next={next}")
}

/// A page that is read is the one asked for; a form goes back to the page it stood on.
fn page_asked_for(parts: &Parts, public_url: &str) -> String {
    if parts.method == Method::GET {
        return parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    }
    let referer = parts.headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    let page = referer.and_then(|referer| referer.strip_prefix(public_url));
    page.filter(|page| page.starts_with('/')).unwrap_or("/account").to_owned()
}

/// A shopkeeper.
#[derive(Clone, Debug)]
pub struct Admin {
    user: User,
}

impl Admin {
    /// To anybody else the desk does not exist.
    pub fn require(visitor: &Visitor) -> Result<Admin, Refusal> {
        match &visitor.user {
            Some(user) if user.admin_since.is_some() => Ok(Admin { user: user.clone() }),
            Some(_) => Err(Refusal::not_found("that page")),
            None => Err(Refusal::new(401, "Please sign in first.")),
        }
    }

    pub fn user(&self) -> &User {
        &self.user
    }
}
