//! From a failure to an answer: the status and sentence of a refusal, or a reference for a fault,
//! as a page of the shop for browsers and as JSON for scripts.

use super::{Page, json, wants_json};
use crate::account::Visitor;
use crate::error::{Failed, Fault, Refusal};
use crate::state::AppState;
use crate::ui::ErrorPage;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;

/// What a handler gives back when it does not give its page.
#[derive(Debug)]
pub enum Failure {
    Refusal(Refusal),
    Fault(Fault),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refusal(refusal)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        Failure::Fault(fault)
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Failure {
        Failure::Fault(error.into())
    }
}

impl<R: Into<Refusal>> From<Failed<R>> for Failure {
    fn from(failed: Failed<R>) -> Failure {
        match failed {
            Failed::Refused(reason) => Failure::Refusal(reason.into()),
            Failed::Broke(fault) => Failure::Fault(fault),
        }
    }
}

/// Carried on the response until a page, or the API's problem details, is made of it.
#[derive(Clone)]
pub struct Told(pub Refusal);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let told = match self {
            Failure::Refusal(refusal) => refusal,
            Failure::Fault(fault) => {
                tracing::error!(reference = %fault.reference, "{fault}");
                let status = if fault.is_passing() { 503 } else { 500 };
                let words = format!(
                    "Something broke on our side. If you paid just now, the money is booked or \
                     goes back to you by itself. If you write to us, mention {}.",
                    fault.reference
                );
                let retry_after = (status == 503).then_some(2);
                Refusal { retry_after, ..Refusal::new(status, words) }
            }
        };
        let status = StatusCode::from_u16(told.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Some(seconds) = told.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(Told(told));
        response
    }
}

/// Gives every bare error answer (ours, the router's 404 and 405, a layer's 403, 413 or 408) a
/// body: a page of the shop, or JSON where that was asked for.
pub async fn error_pages(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let mut asked = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let status = response.status();
    let has_body = response.headers().contains_key(header::CONTENT_TYPE)
        && response.extensions().get::<Told>().is_none()
        && response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| {
            kind.as_bytes().starts_with(b"text/html")
                || kind.as_bytes().starts_with(b"application/json")
                || kind.as_bytes().starts_with(b"application/problem+json")
        });
    if status.as_u16() < 400 || has_body {
        return response;
    }
    let told = response.extensions().get::<Told>().map(|told| told.0.clone());
    let told = told.unwrap_or_else(|| Refusal::new(status.as_u16(), sentence(status)));
    let mut made = if wants_json(&asked.headers) {
        json(status, &serde_json::json!({ "error": told.message, "fields": told.fields }))
    } else {
        // What broke may be the database: whoever waited for it once need not wait a second time.
        let waited = status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT;
        let visitor = match waited {
            true => Visitor::default(),
            false => Visitor::from_request_parts(&mut asked, &app).await.unwrap_or_default(),
        };
        let page = Page::new(heading(status)).status(status).noindex();
        page.show(&app, &visitor, move || {
            view! { <ErrorPage status=told.status heading=heading(status) message=told.message/> }
                .into_any()
        })
    };
    for name in [header::RETRY_AFTER, header::ALLOW, header::SET_COOKIE] {
        for value in response.headers().get_all(&name) {
            made.headers_mut().append(&name, value.clone());
        }
    }
    made
}

fn heading(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "Please sign in",
        403 => "That is not allowed",
        404 => "Page not found",
        405 => "That cannot be done here",
        408 => "It took too long",
        409 => "Something changed meanwhile",
        413 => "Too much at once",
        429 => "Please wait a moment",
        400..=499 => "We could not understand that",
        _ => "Something broke",
    }
}

pub fn sentence(status: StatusCode) -> &'static str {
    match status.as_u16() {
        403 => "The request came from another site, so the shop did not act on it.",
        404 => "There is nothing at this address. It may have moved, or been typed wrongly.",
        405 => "This address does not take that kind of request.",
        408 | 504 => "The shop took too long to answer. Please try again.",
        413 => "What was sent is larger than the shop takes.",
        400..=499 => "The shop could not make sense of the request.",
        _ => "Something broke on our side. Please try again in a moment.",
    }
}
