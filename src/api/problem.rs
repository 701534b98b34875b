//! Refusals and faults as programs read them: problem details (RFC 9457), each with a `type` that
//! stays, whatever the sentence beside it says.

use super::caller::CART_TOKEN;
use crate::error::Refusal;
use crate::web::{self, Told};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{Object, ObjectBuilder, Type};

pub const MEDIA_TYPE: &str = "application/problem+json";
/// A `type` is this and the word of the kind; it leads to the page that explains it.
const TYPE_BASE: &str = "/api/docs#";

/// Every kind with its title. What a program does about it: docs/api.md.
pub const KINDS: &[(&str, &str)] = &[
    ("already-known", "The address has an account already"),
    ("already-paid", "The order is paid already"),
    ("cart-changed", "The cart is not what it was"),
    ("cart-empty", "The cart is empty"),
    ("cart-full", "The cart takes no more of it"),
    ("cart-token-ended", "The cart token is not known any more"),
    ("conflict", "Something changed meanwhile"),
    ("fault", "Something broke on our side"),
    ("gateway-unavailable", "The payment gateway does not answer"),
    ("invalid", "Some fields are not right"),
    ("key-used-differently", "The idempotency key came with another request before"),
    ("link-ended", "The link has ended"),
    ("mend-cart", "Some lines cannot be bought as they are"),
    ("method-not-allowed", "The address takes no such method"),
    ("not-allowed", "That is not allowed"),
    ("not-for-sale", "The product is not sold"),
    ("not-found", "There is nothing here"),
    ("not-in-cart", "The product is not in the cart"),
    ("not-understood", "The request could not be read"),
    ("only-some-left", "There are not so many left"),
    ("order-ended", "The order has ended"),
    ("order-too-small", "The order comes to too little"),
    ("other-site", "The request came from another site"),
    ("payment-not-signed", "The gateway did not sign this"),
    ("payment-under-way", "A payment is under way"),
    ("prices-changed", "A price is not what was shown"),
    ("prices-not-accepted", "Changed prices wait for consent"),
    ("sign-in-needed", "Sign in first"),
    ("sign-in-refused", "The address or the password is not right"),
    ("token-ended", "The token has ended"),
    ("too-large", "The request is too large"),
    ("too-many-addresses", "The address book is full"),
    ("too-many-requests", "Too many requests"),
    ("too-slow", "It took too long"),
    ("try-again", "Please try again in a moment"),
    ("unsupported-media-type", "The API takes JSON"),
    ("version-needed", "Say which version of the cart you saw"),
];

/// Why a request was not done (RFC 9457).
#[derive(Serialize, ToSchema)]
pub struct Problem {
    #[serde(rename = "type")]
    #[schema(schema_with = types)]
    kind: String,
    title: String,
    status: u16,
    /// A sentence that can be shown to a shopper.
    detail: String,
    /// What is wrong with which field of the body.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldProblem>,
}

/// Every `type` that the API tells.
fn types() -> Object {
    let words = "Stays the same for the same kind of problem. Leads to its explanation.";
    let types = KINDS.iter().map(|(kind, _)| format!("{TYPE_BASE}{kind}"));
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(words))
        .enum_values(Some(types))
        .build()
}

#[derive(Serialize, ToSchema)]
pub struct FieldProblem {
    /// JSON pointer into the body, as a fragment (RFC 6901, 6).
    #[schema(example = "#/address/pin")]
    pointer: String,
    detail: String,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        let title = KINDS.iter().find(|(kind, _)| *kind == refusal.kind).map(|(_, title)| *title);
        let error =
            |(field, detail): (String, String)| FieldProblem { pointer: pointer(&field), detail };
        Problem {
            kind: format!("{TYPE_BASE}{}", refusal.kind),
            title: title.unwrap_or_default().to_owned(),
            status: refusal.status,
            detail: refusal.message,
            errors: refusal.fields.into_iter().map(error).collect(),
        }
    }
}

/// From "address.pin" to "#/address/pin"; nothing is the whole body. What begins with a slash is a
/// pointer already.
fn pointer(field: &str) -> String {
    match field {
        "" => "#".to_owned(),
        field if field.starts_with('/') => format!("#{field}"),
        field => format!("#/{}", field.replace('.', "/")),
    }
}

/// Gives every error answer of the API, whoever made it, a problem as its body. Headers stay.
pub async fn problems(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    if status.as_u16() < 400 {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let told = parts.extensions.remove::<Told>().map(|told| told.0);
    let refusal = told.unwrap_or_else(|| bare(status));
    let challenge = challenge(&refusal);
    let body = serde_json::to_vec(&Problem::from(refusal)).unwrap_or_default();
    let headers = &mut parts.headers;
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(challenge) = challenge {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    Response::from_parts(parts, Body::from(body))
}

/// What the router or a layer refused without a word.
fn bare(status: StatusCode) -> Refusal {
    let refusal = Refusal::new(status.as_u16(), web::sentence(status));
    match status {
        // The guard against cross-site posts is the only one here that says so.
        StatusCode::FORBIDDEN => refusal.of_kind("other-site"),
        _ => refusal,
    }
}

/// RFC 6750, 3.
fn challenge(refusal: &Refusal) -> Option<&'static str> {
    match (refusal.status, refusal.kind) {
        (401, "token-ended") => Some("Bearer realm=\"kirana\", error=\"invalid_token\""),
        (401, _) => Some("Bearer realm=\"kirana\""),
        _ => None,
    }
}

/// A cart token that nobody knows: the client drops it and begins anew.
pub fn cart_token_ended() -> Refusal {
    let words = format!("This {CART_TOKEN} is not known any more. Please start a new cart.");
    Refusal::new(401, words).of_kind("cart-token-ended")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn kinds_are_in_order_and_once() {
        assert!(KINDS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn every_kind_in_the_source_has_its_title() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut used = Vec::new();
        walk(&source, &mut |text| {
            let shipped = text.split("#[cfg(test)]").next().unwrap();
            used.extend(given(shipped));
            if shipped.contains("of_kind(kind") {
                used.extend(chosen(shipped));
            }
        });
        assert!(used.iter().any(|kind| kind == "already-known"), "one that a match chooses");
        for kind in used {
            assert!(KINDS.iter().any(|(known, _)| *known == kind), "{kind}");
        }
        for status in [400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 503] {
            let problem = Problem::from(Refusal::new(status, ""));
            assert!(!problem.title.is_empty(), "{status}");
        }
    }

    /// Kinds that stand where they are given.
    fn given(text: &str) -> Vec<String> {
        let begun = ["of_kind(\"", "kind: \""].into_iter().flat_map(|it| text.split(it).skip(1));
        let words = begun.filter_map(|rest| rest.split_once('"'));
        // A letter has a kind, too, but as a text of its own.
        let kinds = words.filter(|(_, rest)| !rest.starts_with('.'));
        kinds.map(|(kind, _)| kind.to_owned()).collect()
    }

    /// Where a match chooses them before: every word with a dash in it, but for a bug's to plant.
    fn chosen(text: &str) -> Vec<String> {
        let letter = |b: u8| b.is_ascii_lowercase() || b == b'-';
        let is_kind = |word: &&str| word.contains('-') && word.bytes().all(letter);
        let quoted = text.split('"').skip(1).step_by(2).filter(is_kind);
        let bug = |word: &&str| text.contains(&format!("planted(\"{word}\")"));
        quoted.filter(|word| !bug(word)).map(str::to_owned).collect()
    }

    fn walk(folder: &Path, look: &mut impl FnMut(&str)) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, look);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                look(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
}
