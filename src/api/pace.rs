//! How often a program may ask, told with every answer (IETF draft, RateLimit header fields for
//! HTTP).

use crate::state::AppState;
use crate::web::{Failure, Peer};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STANDING: HeaderName = HeaderName::from_static("ratelimit");

/// One limit over all requests of a peer; the doors that guessers try have their own behind it.
pub async fn paced(
    State(app): State<AppState>,
    peer: Peer,
    request: Request,
    next: Next,
) -> Response {
    let limit = &app.limits.api;
    let (mut response, standing) = match limit.count(peer.0) {
        Ok(left) => (next.run(request).await, format!("\"api\";r={left}")),
        Err(refusal) => {
            let wait = refusal.retry_after.unwrap_or_default();
            (Failure::from(refusal).into_response(), format!("\"api\";r=0;t={wait}"))
        }
    };
    let headers = response.headers_mut();
    tell(headers, POLICY, format!("\"api\";q={};w=60", limit.times));
    tell(headers, STANDING, standing);
    response
}

fn tell(headers: &mut HeaderMap, name: HeaderName, value: String) {
    if let Ok(value) = HeaderValue::from_str(&value) {
        headers.insert(name, value);
    }
}
