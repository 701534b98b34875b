//! Answers to actions: always a 303 for a form (RFC 9110, 15.4.4), JSON for a script that asks for
//! it.

use super::{Failure, Fields, Flash};
use crate::account::Visitor;
use crate::error::{Failed, Refusal};
use crate::state::AppState;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Did the caller ask for JSON (our islands do) rather than a page?
pub fn wants_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.starts_with("application/json"))
}

/// 303 to an address of our own; anything that is not a plain local path becomes `/`.
pub fn see_other(to: &str) -> Response {
    let to = if is_local(to) { to } else { "/" };
    let location = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// A path on this site: one leading slash, visible ASCII only, no backslash (ASVS 5.0, 3.7.2).
pub fn is_local(to: &str) -> bool {
    to.starts_with('/')
        && !to.starts_with("//")
        && to.len() <= 1_000
        && to.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}

pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => {
            let headers =
                [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
            (status, headers, bytes).into_response()
        }
        Err(error) => {
            Failure::from(crate::error::Fault::new("writing JSON", error)).into_response()
        }
    }
}

/// Where a refused form goes back to, and what it shows again there.
pub struct Back<'a> {
    pub to: String,
    pub form: &'static str,
    pub fields: &'a Fields,
    /// Fields that are never shown again.
    pub secret: &'a [&'static str],
}

impl Back<'_> {
    /// The typed answer to a form: on with a notice, or back with a flash. Refusals that a retyped
    /// form cannot mend (403, 404, 429) become a page of their own with that status.
    pub async fn or_on<R: Into<Refusal>>(
        self,
        app: &AppState,
        visitor: &mut Visitor,
        outcome: Result<(String, Option<Flash>), Failed<R>>,
    ) -> Result<Response, Failure> {
        match outcome {
            Ok((to, flash)) => {
                if let Some(flash) = flash {
                    visitor.leave(app, flash).await?;
                }
                Ok(see_other(&to))
            }
            Err(Failed::Broke(fault)) => Err(fault.into()),
            Err(Failed::Refused(reason)) => {
                let refusal: Refusal = reason.into();
                if matches!(refusal.status, 401 | 403 | 404 | 429) {
                    return Err(refusal.into());
                }
                let values = self.fields.except(self.secret);
                visitor.leave(app, Flash::refused(self.form, values, &refusal)).await?;
                Ok(see_other(&self.to))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_local_paths_are_followed() {
        for good in ["/", "/cart", "/products?q=tea&page=2"] {
            assert!(is_local(good), "{good}");
        }
        for bad in
            ["", "cart", "//evil", "/\\evil", "https://evil", "/a\r\nx", "/a b", "/caf\u{e9}"]
        {
            assert!(!is_local(bad), "{bad}");
            assert_eq!(see_other(bad).headers()[header::LOCATION], "/");
        }
    }
}
