//! Two of the three doors: the shopper's return and the webhook. Neither needs a session, and
//! neither is believed: a signature says who speaks, the gateway says what was paid. (The third is
//! the poller.)

use super::intake::take_in;
use super::queries::{self, NewEvent};
use super::{Attempt, Settled, Status, settle, settle_hinted};
use crate::error::{Fault, Refusal};
use crate::faults;
use crate::order;
use crate::razorpay::{self, OrderId, PaymentId, signature};
use crate::state::AppState;
use crate::web::{self, Failure, Fields};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;
use std::sync::Arc;

/// Razorpay's bodies are some kilobytes (razorpay.com, webhooks).
const WEBHOOK_LIMIT: usize = 256 * 1024;

/// Reached from other sites, so outside the guard against cross-site posts.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/razorpay/callback", post(callback))
        .route("/razorpay/webhook", post(webhook).layer(DefaultBodyLimit::max(WEBHOOK_LIMIT)))
}

#[derive(Deserialize)]
struct Whose {
    #[serde(default)]
    order: String,
    #[serde(default)]
    key: String,
}

/// The shopper comes back: a cross-site POST without our cookie (razorpay.com, callback URL). The
/// order is the one that our own secret link names; what the form claims only hastens the question.
/// Whatever breaks on the way, whoever may have paid is led to where the truth will be told.
async fn callback(
    State(app): State<AppState>,
    Query(whose): Query<Whose>,
    form: Fields,
) -> Result<Response, Failure> {
    if !order::opens(&app, &whose.order, &whose.key) {
        return Err(Refusal::not_found("that order").into());
    }
    if let Err(fault) = hear(&app, &whose.order, &form).await {
        tracing::error!(reference = %fault.reference, order = %whose.order, "{fault}");
    }
    let key = order::access_key(&app, &whose.order);
    Ok(web::see_other(&format!("/checkout/pay/{}?key={key}&check=1", whose.order)))
}

/// What the gateway had the shopper's browser bring.
async fn hear(app: &AppState, order_id: &str, form: &Fields) -> Result<(), Fault> {
    let mut connection = app.db.read.acquire().await?;
    let attempts = queries::list_attempts(&mut connection, order_id).await?;
    drop(connection);
    let claimed = form.text("razorpay_order_id");
    let attempt = attempts
        .iter()
        .find(|a| a.gateway_order_id.as_deref() == Some(claimed))
        .or(attempts.first());
    let Some(attempt) = attempt else { return Ok(()) };
    if faults::planted("trust-failure-post") && !form.text("error[code]").is_empty() {
        let mut tx = app.db.begin().await?;
        let (order, why) = (&attempt.order_id, "Not paid in time.");
        super::service::end_order(&mut tx, order, why, app.now()).await?;
        tx.commit().await?;
    }
    let (payment, given) = (form.text("razorpay_payment_id"), form.text("razorpay_signature"));
    let signed = is_signed(app, attempt, payment, given);
    tracing::info!(attempt = %attempt.id, signed, "a shopper returned");
    match signed {
        true => settle_signed(app, attempt, payment, "return").await.map(drop),
        // Anybody can send this: it is asked about, but not again and again.
        false if attempt.was_asked_lately(app.now()) => Ok(()),
        false => settle(app, &attempt.id, "unsigned return").await.map(drop),
    }
}

/// Did the gateway sign this payment of this attempt? A key may have been rolled while the shopper
/// paid: its previous secret signs, too.
pub fn is_signed(app: &AppState, attempt: &Attempt, payment: &str, given: &str) -> bool {
    let ours = attempt.gateway_order_id.as_deref().and_then(OrderId::parse);
    let Some(ours) = ours else { return false };
    let gateway = &app.config.gateway;
    std::iter::once(&gateway.key_secret).chain(&gateway.key_secret_previous).any(|secret| {
        let secret = razorpay::ApiSecret::new(secret.0.clone());
        signature::verify_return(&secret, &ours, payment, given).is_ok()
    })
}

/// Finds out what was paid, for whoever brings what the gateway signed of one payment. The payment
/// is written down before the gateway is asked: if it gives no answer now, and its list lags,
/// nobody else may know of it.
pub async fn settle_signed(
    app: &AppState,
    attempt: &Attempt,
    payment: &str,
    door: &str,
) -> Result<Settled, Fault> {
    let Some(id) = PaymentId::parse(payment) else { return settle(app, &attempt.id, door).await };
    let seen = queries::SeenPayment {
        id: id.as_str(),
        attempt,
        amount: attempt.amount,
        currency: &attempt.currency,
        status: Status::Created,
        method: "unknown",
        problem: None,
        is_let_go: false,
    };
    let mut connection = app.db.write.acquire().await?;
    queries::upsert_payment(&mut connection, &seen, app.now()).await?;
    drop(connection);
    settle_hinted(app, &attempt.id, door, &[id]).await
}

/// Raw bytes, signature, stored, committed, 200: the work comes afterwards. Anything else would
/// have the gateway wait or believe us wrongly. A database that does not answer gives 5xx, so that
/// the gateway sends again.
async fn webhook(
    State(app): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Failure> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let secrets: Vec<razorpay::WebhookSecret> = app
        .config
        .gateway
        .webhook_secrets
        .iter()
        .map(|secret| razorpay::WebhookSecret::new(secret.0.clone()))
        .collect();
    let verified = signature::verify_webhook(&secrets, &body, header("x-razorpay-signature"))
        .map_err(|_| {
            tracing::warn!(bytes = body.len(), "a webhook without a valid signature");
            app.metrics.webhooks.with_label_values(&["refused"]).inc();
            Refusal::new(401, "The signature does not fit.")
        })?;
    let event_id = header("x-razorpay-event-id");
    let id = razorpay::Event::id_of(&verified, event_id);
    // A signed body that we cannot read is kept all the same: a person may want to see it.
    let event = razorpay::Event::read(&verified, event_id).ok();
    // PostgreSQL stores no NUL in text, whoever signed it.
    let storable = |text: &str| text.replace('\0', "");
    let (gateway_order_id, payment_id) =
        event.as_ref().map_or((None, None), |e| (e.order_id.as_ref(), e.payment_id.as_ref()));
    let new = Arc::new(NewEvent {
        id,
        name: storable(event.as_ref().map_or("unreadable", |event| &event.name)),
        gateway_order_id: gateway_order_id.map(|id| id.as_str().to_owned()),
        payment_id: payment_id.map(|id| id.as_str().to_owned()),
        body: storable(&String::from_utf8_lossy(&body)),
    });
    faults::reach("before a webhook is stored").await;
    if faults::planted("answer-before-storing") {
        return Ok(StatusCode::OK);
    }
    let is_new = take_in(&app, &new).await?;
    app.metrics.webhooks.with_label_values(&[if is_new { "new" } else { "known" }]).inc();
    tracing::info!(event = new.id, name = new.name, new = is_new, "webhook");
    faults::reach("before a webhook is answered").await;
    app.bell.notify_waiters();
    Ok(StatusCode::OK)
}
