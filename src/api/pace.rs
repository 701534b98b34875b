//! How often a program may ask, told with every answer (IETF draft, RateLimit header fields for
//! HTTP).

use crate::state::AppState;
use crate::web::{Failure, Limits, Peer};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STANDING: HeaderName = HeaderName::from_static("ratelimit");

/// One limit over all requests of a peer; the doors that guessers try have their own behind it.
/// Whoever is past one of these is told of that one.
pub async fn paced(
    State(app): State<AppState>,
    peer: Peer,
    request: Request,
    next: Next,
) -> Response {
    let (limit, narrow) = (&app.limits.api, narrow(&app.limits, &request));
    let all = ("api", limit.times);
    match limit.count(peer.0) {
        Err(refusal) => told(Failure::from(refusal).into_response(), all, 0),
        Ok(left) => {
            let response = next.run(request).await;
            match narrow {
                Some(narrow) if is_past(&response) => told(response, narrow, 0),
                _ => told(response, all, left),
            }
        }
    }
}

/// Name and times in a minute of the limit that an address has besides.
fn narrow(limits: &Limits, request: &Request) -> Option<(&'static str, u32)> {
    let path = request.extensions().get::<MatchedPath>()?.as_str();
    Some(match path.strip_prefix("/api").unwrap_or(path) {
        "/auth/register" => ("sign-up", limits.sign_up.times),
        "/auth/login" | "/auth/register/confirm" => ("sign-in", limits.sign_in.times),
        "/auth/password-reset" | "/auth/password-reset/confirm" => ("reset", limits.reset.times),
        "/auth/check-email" => ("email-check", limits.email_check.times),
        "/payments/create-from-cart" | "/orders/{order}/cancel" => {
            ("place-order", limits.place_order.times)
        }
        _ => return None,
    })
}

fn is_past(response: &Response) -> bool {
    response.status() == StatusCode::TOO_MANY_REQUESTS
}

/// The answer with what is left of a limit, and past it how many seconds to wait.
fn told(mut response: Response, (name, times): (&str, u32), left: u32) -> Response {
    let past = is_past(&response);
    let headers = response.headers_mut();
    let wait = headers.get(header::RETRY_AFTER).and_then(|wait| wait.to_str().ok());
    let wait = wait.filter(|_| past).map(|wait| format!(";t={wait}")).unwrap_or_default();
    tell(headers, STANDING, format!("\"{name}\";r={left}{wait}"));
    tell(headers, POLICY, format!("\"{name}\";q={times};w=60"));
    response
}

fn tell(headers: &mut HeaderMap, name: HeaderName, value: String) {
    if let Ok(value) = HeaderValue::from_str(&value) {
        headers.insert(name, value);
    }
}
