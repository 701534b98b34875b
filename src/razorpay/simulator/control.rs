//! `/_sim/`: makes happen what a customer, a bank or bad luck would. Only for callers on this
//! machine, and only as JSON, so that no web page can press these buttons by a form.

use super::api::{Answer, found};
use super::entity::Payment;
use super::faults::Fault;
use super::instrument::{Failure, Instrument};
use super::refusal::Refusal;
use super::rules::{Attempt, Outcome};
use super::store::{Desk, Span, save_setting};
use super::visit::signed_return;
use super::{Shared, delivery};
use crate::razorpay::transport;
use crate::razorpay::wire::Notes;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::{Method, header};
use axum::middleware::{Next, from_fn};
use axum::routing::{get, post};
use reqwest::Url;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_sim/pay", post(pay))
        .route("/_sim/surplus", post(surplus))
        .route("/_sim/payments/{id}/capture_late", post(capture_late))
        .route("/_sim/webhooks", post(webhooks))
        .route("/_sim/webhooks/resend", post(resend))
        .route("/_sim/fault", post(fault))
        .route("/_sim/clock", post(clock))
        .route("/_sim/ledger", get(ledger))
        .layer(from_fn(this_machine_only))
}

async fn this_machine_only(request: Request, next: Next) -> Answer {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    if !peer.is_some_and(|ip| ip.to_canonical().is_loopback()) {
        return Err(Refusal::wrong_url());
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let json = kind.is_some_and(|kind| kind.starts_with("application/json"));
    if request.method() == Method::POST && !json {
        return Err(Refusal::state("The control interface takes application/json."));
    }
    Ok(next.run(request).await)
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::state(error.to_string()))
}

#[derive(Deserialize)]
struct Pay {
    order_id: String,
    method: Option<String>,
    /// A test card or a UPI address instead of the method's usual one.
    instrument: Option<String>,
    outcome: String,
    /// Also bring the result to this address, as the customer's browser would.
    callback: Option<String>,
}

impl Pay {
    fn attempt(&self) -> Result<Attempt, Refusal> {
        let method = self.method.as_deref().unwrap_or("upi");
        let instrument = match (method, self.instrument.as_deref()) {
            ("card", Some(number)) => Instrument::card(number),
            ("upi", Some(vpa)) => Some(Instrument::Upi(vpa.to_owned())),
            _ => Instrument::usual(method),
        };
        let instrument = instrument.ok_or_else(|| Refusal::state("No such test instrument"))?;
        let outcome = match &*self.outcome {
            "success" => Outcome::Success,
            "authorized" => Outcome::Authorized,
            "pending" => Outcome::Pending,
            "failure" => Outcome::Failure(instrument.failure()),
            "cancelled" => Outcome::Failure(Failure::CANCELLED),
            other => return Err(Refusal::state(format!("No outcome is called {other}"))),
        };
        Ok(Attempt {
            instrument,
            outcome,
            email: None,
            contact: None,
            description: None,
            notes: Notes::default(),
        })
    }
}

/// A whole payment without a browser; answers what the browser would bring back.
async fn pay(State(shared): State<Arc<Shared>>, body: Bytes) -> Answer {
    let wanted: Pay = parse(&body)?;
    let address = |text: &str| Url::parse(text).map_err(|_| Refusal::state("No such callback"));
    let callback = wanted.callback.as_deref().map(address).transpose()?;
    let mut desk = Desk::open(&shared).await?;
    let payment = desk.attempt(&wanted.order_id, wanted.attempt()?).await?;
    desk.commit().await?;
    let mut told = outcome(&shared, &payment);
    if let Some(callback) = callback {
        told["callback_status"] = json!(bring_back(callback, &shared, &payment).await);
    }
    found(&told)
}

fn outcome(shared: &Shared, payment: &Payment) -> Value {
    let fields = signed_return(shared, payment);
    let signature = fields.iter().find(|(name, _)| name == "razorpay_signature");
    json!({
        "payment_id": payment.id,
        "order_id": payment.order_id,
        "status": payment.status,
        "signature": signature.map(|(_, value)| value),
    })
}

/// Posts the result as a browser would; the status of the answer, or `None` without one.
async fn bring_back(callback: Url, shared: &Shared, payment: &Payment) -> Option<u16> {
    let http = transport::builder(&callback).timeout(Duration::from_secs(20)).build().ok()?;
    let answer = http.post(callback).form(&signed_return(shared, payment)).send().await.ok()?;
    Some(answer.status().as_u16())
}

#[derive(Deserialize)]
struct Surplus {
    order_id: String,
}

async fn surplus(State(shared): State<Arc<Shared>>, body: Bytes) -> Answer {
    let wanted: Surplus = parse(&body)?;
    let pay = Pay {
        order_id: wanted.order_id,
        method: None,
        instrument: None,
        outcome: "success".to_owned(),
        callback: None,
    };
    let mut desk = Desk::open(&shared).await?;
    let payment = desk.surplus(&pay.order_id, pay.attempt()?).await?;
    desk.commit().await?;
    found(&outcome(&shared, &payment))
}

#[derive(Deserialize)]
struct Late {
    /// `false` leaves it authorised.
    capture: Option<bool>,
}

async fn capture_late(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer {
    let wanted = if body.is_empty() { Late { capture: None } } else { parse(&body)? };
    let mut desk = Desk::open(&shared).await?;
    let payment = desk.arrive_late(&id, wanted.capture.unwrap_or(true)).await?;
    desk.commit().await?;
    found(&payment)
}

#[derive(Deserialize)]
struct Switch {
    enabled: bool,
}

async fn webhooks(State(shared): State<Arc<Shared>>, body: Bytes) -> Answer {
    let wanted: Switch = parse(&body)?;
    shared.webhooks.switch(wanted.enabled);
    save_setting(&shared.store, "webhooks_enabled", &wanted.enabled).await?;
    shared.wake.notify_one();
    found(&json!({ "enabled": wanted.enabled }))
}

#[derive(Deserialize)]
struct Resend {
    event_id: String,
}

async fn resend(State(shared): State<Arc<Shared>>, body: Bytes) -> Answer {
    let wanted: Resend = parse(&body)?;
    if !delivery::resend(&shared, &wanted.event_id).await? {
        return Err(Refusal::unknown_id());
    }
    found(&json!({ "event_id": wanted.event_id }))
}

async fn fault(State(shared): State<Arc<Shared>>, body: Bytes) -> Answer {
    shared.faults.add(parse::<Fault>(&body)?);
    found(&json!({ "added": true }))
}

#[derive(Deserialize)]
struct Forward {
    advance_seconds: i64,
}

async fn clock(State(shared): State<Arc<Shared>>, body: Bytes) -> Answer {
    let wanted: Forward = parse(&body)?;
    delivery::advance(&shared, wanted.advance_seconds.saturating_mul(1_000)).await?;
    found(&json!({ "now": shared.clock.now().div_euclid(1_000) }))
}

#[derive(sqlx::FromRow)]
struct EventRow {
    id: String,
    name: String,
    body: String,
    made_at: i64,
    tries: i64,
    next_at: Option<i64>,
    delivered_at: Option<i64>,
    last_answer: Option<String>,
}

/// The gateway's whole books, to hold against the shop's.
async fn ledger(State(shared): State<Arc<Shared>>) -> Answer {
    let mut desk = Desk::open(&shared).await?;
    let records = desk.list_orders(Span::ALL, None).await?;
    let events: Vec<EventRow> = sqlx::query_as(
        "select id, name, body, made_at, tries, next_at, delivered_at, last_answer from events \
         order by id",
    )
    .fetch_all(&mut *desk.tx)
    .await?;
    let events: Vec<Value> = events
        .into_iter()
        .map(|event| {
            json!({
                "id": event.id,
                "event": event.name,
                "body": event.body,
                "made_at": event.made_at,
                "tries": event.tries,
                "next_at": event.next_at,
                "delivered_at": event.delivered_at,
                "last_answer": event.last_answer,
            })
        })
        .collect();
    found(&json!({
        "orders": records.into_iter().map(|record| record.order).collect::<Vec<_>>(),
        "payments": desk.list_payments(Span::ALL, None).await?,
        "refunds": desk.list_refunds(Span::ALL, None).await?,
        "events": events,
    }))
}
