//! The API's addresses and who may call them (Razorpay: API, authentication).

use super::refusal::{Refusal, json_answer, json_text};
use super::request::Fields;
use super::{Shared, disputes, orders, payments, refunds};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;

pub(super) type Answer = Result<Response, Refusal>;

/// Status 200 and an entity.
pub(super) fn found<T: Serialize>(entity: &T) -> Answer {
    Ok(json_answer(StatusCode::OK, &json_text(entity)))
}

pub(super) fn routes(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    let merchant = Router::new()
        .route("/v1/orders", get(orders::list).post(orders::create))
        .route("/v1/orders/{id}", get(orders::fetch).patch(orders::patch))
        .route("/v1/orders/{id}/payments", get(orders::payments))
        .route("/v1/payments", get(payments::list))
        .route("/v1/payments/downtimes", get(payments::downtimes))
        .route("/v1/payments/{id}", get(payments::fetch).patch(payments::patch))
        .route("/v1/payments/{id}/capture", post(payments::capture))
        .route("/v1/payments/{id}/card", get(payments::card))
        .route("/v1/payments/{id}/refund", post(refunds::create_for))
        .route("/v1/payments/{id}/refunds", get(refunds::list_of))
        .route("/v1/payments/{id}/refunds/{refund}", get(refunds::fetch_of))
        .route("/v1/refunds", get(refunds::list).post(refunds::create))
        .route("/v1/refunds/{id}", get(refunds::fetch).patch(refunds::patch))
        .route("/v1/disputes", get(disputes::list))
        .route("/v1/disputes/{id}", get(disputes::fetch))
        .layer(from_fn_with_state(Arc::clone(shared), merchant_only));
    merchant
        .route("/v1/methods", get(methods))
        .route("/methods", get(methods))
        .route("/v1/preferences", get(preferences))
}

/// Both halves of the key, in exactly `Basic <base64>`.
async fn merchant_only(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Answer {
    let (id, secret) = basic(request.headers()).ok_or_else(no_key)?;
    if id.is_empty() {
        return Err(no_key());
    }
    if id != shared.options.key_id || secret != shared.options.key_secret {
        return Err(Refusal::unauthorised("Authentication failed"));
    }
    Ok(next.run(request).await)
}

/// The key id alone is enough, by `Authorization` or as `key_id` in the query.
fn public_only(shared: &Shared, headers: &HeaderMap, query: &Fields) -> Result<(), Refusal> {
    let by_header = basic(headers).map(|(id, _)| id);
    let id = by_header.or_else(|| query.text("key_id").map(str::to_owned)).unwrap_or_default();
    if id == shared.options.key_id { Ok(()) } else { Err(no_key()) }
}

fn no_key() -> Refusal {
    Refusal::unauthorised("The api key provided is invalid")
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let decoded = STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

/// What checkout can pay with (Razorpay: Payments API, methods).
async fn methods(State(shared): State<Arc<Shared>>, request: Request) -> Answer {
    let query = Fields::of_pairs(request.uri().query().unwrap_or_default());
    public_only(&shared, request.headers(), &query)?;
    found(&json!({
        "entity": "methods",
        "card": true,
        "debit_card": true,
        "credit_card": true,
        "card_networks": { "AMEX": 1, "DICL": 1, "MC": 1, "RUPAY": 1, "VISA": 1 },
        "amex": true,
        "netbanking": { "HDFC": "HDFC Bank", "ICIC": "ICICI Bank", "SBIN": "State Bank of India" },
        "wallet": [],
        "emi": false,
        "upi": true,
        "cardless_emi": [],
        "paylater": [],
    }))
}

/// What plugins ask before they choose between the window and the hosted page.
async fn preferences(State(shared): State<Arc<Shared>>, request: Request) -> Answer {
    let query = Fields::of_pairs(request.uri().query().unwrap_or_default());
    public_only(&shared, request.headers(), &query)?;
    found(&json!({
        "options": { "redirect": false, "image": null },
        "methods": { "card": true, "upi": true, "netbanking": true },
        "mode": "test",
    }))
}
