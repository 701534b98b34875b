//! What holds for every request, whoever it is for: its size, its time; and a panic is an answer.

use super::Failure;
use crate::error::Fault;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

/// No request of a shopper needs longer; the gateway's own time limit is shorter.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Far above any form or webhook; each door has its own smaller limit.
const BODY_LIMIT: usize = 1024 * 1024;

/// Puts the bounds around these routes. What they answer is bare: a page of the shop, or the API's
/// problem, is made of it further out.
pub fn bounded<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    routes.layer((
        CatchPanicLayer::custom(panicked),
        TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, TIMEOUT),
        RequestBodyLimitLayer::new(BODY_LIMIT),
    ))
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    let fault = Fault::new("answering a request", "a panic, see above in the log");
    Failure::from(fault).into_response()
}
