//! Who asks: a program by its access token, a guest by a cart token, or a browser by the shop's own
//! session. In this order, and only one of them: whoever shows a token is not helped by a cookie.

use super::problem::cart_token_ended;
use crate::account::{AccountRefusal, Customer, Fresh, Owner, Visitor};
use crate::db::Lent;
use crate::error::Refusal;
use crate::state::AppState;
use crate::web::Failure;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;

pub const CART_TOKEN: &str = "Cart-Token";
pub const CART_TOKEN_LENGTH: usize = 43;

/// Whoever asks, known or not.
pub struct Caller {
    pub visitor: Visitor,
}

impl Caller {
    /// The owner of things to come. Somebody unknown becomes a guest by the first of them: the
    /// session is to be written together with it, and its token told.
    pub fn owner_or_new(&self) -> (Owner, Option<Fresh>) {
        match self.visitor.owner() {
            Some(owner) => (owner, None),
            None => {
                let guest = Fresh::draw();
                (Owner::Guest(guest.id_hash.clone()), Some(guest))
            }
        }
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Caller, Failure> {
        let Reader { visitor, .. } = Reader::from_request_parts(parts, app).await?;
        Ok(Caller { visitor })
    }
}

/// The same for what is only read; see [`crate::account::Reader`].
pub struct Reader {
    pub visitor: Visitor,
    pub connection: Lent,
}

impl FromRequestParts<AppState> for Reader {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Reader, Failure> {
        let mut connection = app.db.read.acquire().await?;
        let visitor = if parts.headers.contains_key(header::AUTHORIZATION) {
            let ended = || Refusal::from(AccountRefusal::TokenEnded);
            let token = bearer(&parts.headers).ok_or_else(ended)?;
            Visitor::by_access_token(app, &mut connection, token).await?.ok_or_else(ended)?
        } else if parts.headers.contains_key(CART_TOKEN) {
            let token = cart_token(&parts.headers).ok_or_else(cart_token_ended)?;
            Visitor::by_cart_token(app, &mut connection, token)
                .await?
                .ok_or_else(cart_token_ended)?
        } else {
            let visitor = Visitor::find(parts, app, &mut connection).await?;
            // What a form left to be told waits for a page.
            visitor.keep_flash();
            visitor
        };
        Ok(Reader { visitor, connection })
    }
}

/// Somebody who may have something here already: an account, or a guest with a cart token.
pub struct Known {
    pub visitor: Visitor,
    pub owner: Owner,
}

impl FromRequestParts<AppState> for Known {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Known, Failure> {
        let Caller { visitor } = Caller::from_request_parts(parts, app).await?;
        let words = format!("Sign in first, or send the {CART_TOKEN} that came with the cart.");
        let owner = visitor.owner().ok_or_else(|| Refusal::new(401, words))?;
        Ok(Known { visitor, owner })
    }
}

/// Somebody signed in, by a token or in a browser.
pub struct Shopper {
    pub customer: Customer,
}

impl FromRequestParts<AppState> for Shopper {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Shopper, Failure> {
        let Caller { visitor } = Caller::from_request_parts(parts, app).await?;
        Ok(Shopper { customer: Customer::require(&visitor)? })
    }
}

/// RFC 6750, 2.1.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

pub fn cart_token(headers: &HeaderMap) -> Option<&str> {
    headers.get(CART_TOKEN)?.to_str().ok().filter(|token| token.len() == CART_TOKEN_LENGTH)
}

/// A browser adds cookies to a request by itself, so a request with one must show which site it
/// comes from. One that carries none, or is judged by a token it shows, acts for whoever wrote it:
/// it is let through the guard against cross-site posts, and no cookie goes with it.
pub async fn only_cookies_need_an_origin(mut request: Request, next: Next) -> Response {
    let headers = request.headers_mut();
    let shows_token =
        headers.contains_key(header::AUTHORIZATION) || headers.contains_key(CART_TOKEN);
    if shows_token || !headers.contains_key(header::COOKIE) {
        headers.remove(header::COOKIE);
        headers.remove(header::ORIGIN);
        headers.remove("sec-fetch-site");
    }
    next.run(request).await
}
