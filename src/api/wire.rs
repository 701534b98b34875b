//! Words that all parts of the API share: money, lists, and answers with their headers.

use crate::clock::{self, Moment};
use crate::error::Fault;
use crate::money::Paise;
use crate::web::{self, Failure};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// What every handler gives.
pub type Told = Result<Response, Failure>;

/// An amount of Indian rupees: whole paise for reckoning, a text for showing.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Money {
    #[schema(example = 41900)]
    pub paise: i64,
    #[schema(example = "₹419.00")]
    pub text: String,
}

impl From<Paise> for Money {
    fn from(amount: Paise) -> Money {
        Money { paise: amount.0, text: amount.to_string() }
    }
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub struct List<T> {
    pub items: Vec<T>,
    /// What to send as `cursor` for the items that follow; null on the last page.
    #[schema(required = true)]
    pub next: Option<String>,
}

impl<T> List<T> {
    pub fn whole(items: Vec<T>) -> List<T> {
        List { items, next: None }
    }
}

/// RFC 3339, in Indian time.
pub fn moment(at: Moment) -> String {
    clock::rfc3339(at)
}

/// 200 with a body that nothing in between may keep.
pub fn ok(body: &impl Serialize) -> Response {
    web::json(StatusCode::OK, body)
}

/// 201 with the address of what was made.
pub fn made(location: &str, body: &impl Serialize) -> Response {
    let mut response = web::json(StatusCode::CREATED, body);
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

pub fn nothing() -> Response {
    (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")]).into_response()
}

/// The same for everybody and kept by whoever likes, if they ask each time whether it still holds:
/// 304 where they have it (RFC 9110, 13.1.2).
pub fn shared(asked: &HeaderMap, body: &impl Serialize) -> Response {
    let bytes = match serde_json::to_vec(body) {
        Ok(bytes) => bytes,
        Err(error) => return Failure::from(Fault::new("writing JSON", error)).into_response(),
    };
    let tag = format!("W/\"{}\"", hex::encode(&Sha256::digest(&bytes)[..12]));
    let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok());
    let is_known = known.flat_map(|list| list.split(',')).any(|known| {
        let known = known.trim();
        known == "*" || known == tag || tag.strip_prefix("W/") == Some(known)
    });
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// Text that a program gives back unread: what it means may change.
pub fn cursor(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}

pub fn read_cursor(cursor: &str) -> Option<String> {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(cursor).ok()?;
    String::from_utf8(bytes).ok()
}
