//! Checkout's addresses: the stand-in for `checkout.js` with the frame it opens, and the hosted
//! page for browsers without script (Razorpay: Standard Checkout; Hosted Checkout).

use super::request::Fields;
use super::visit::Visit;
use super::{Shared, steps};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::Response;
use axum::routing::{get, post};
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<Shared>> {
    let script = "text/javascript; charset=utf-8";
    Router::new()
        .route("/v1/checkout.js", asset(script, include_str!("assets/checkout.js")))
        .route("/v1/checkout/page.js", asset(script, include_str!("assets/page.js")))
        .route(
            "/v1/checkout/style.css",
            asset("text/css; charset=utf-8", include_str!("assets/style.css")),
        )
        .route("/v1/checkout/frame", get(frame))
        .route("/v1/checkout/embedded", post(embedded))
        .route("/v1/checkout/pay", post(pay))
}

fn asset(kind: &'static str, text: &'static str) -> axum::routing::MethodRouter<Arc<Shared>> {
    get(move || async move { ([(header::CONTENT_TYPE, kind)], text) })
}

/// What `checkout.js` shows over the shop's page.
async fn frame(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Response {
    let visit = Visit::read(&Fields::of_pairs(&query.unwrap_or_default()));
    steps::arrive(&shared, &visit).await
}

/// The page of its own that a plain form opens.
async fn embedded(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let visit = Visit::read(&Fields::of_pairs(&String::from_utf8_lossy(&body)));
    steps::arrive(&shared, &Visit { parent: None, ..visit }).await
}

async fn pay(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    steps::press(&shared, &Fields::of_pairs(&String::from_utf8_lossy(&body))).await
}
