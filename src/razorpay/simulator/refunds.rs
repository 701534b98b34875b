//! `/v1/refunds` and `/v1/payments/{id}/refund` (Razorpay: Refunds API).

use super::Shared;
use super::api::{Answer, found};
use super::entity::{Page, Refund};
use super::refunding::Return;
use super::refusal::Refusal;
use super::request::Fields;
use super::rules::check_id;
use super::store::{Desk, Span};
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use sha2::{Digest, Sha256};
use std::sync::Arc;

pub(super) async fn create_for(
    State(shared): State<Arc<Shared>>,
    Path(payment_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let fields = Fields::of_body(&headers, &body)?;
    fields.only(&["amount", "speed", "notes", "receipt"])?;
    found(&refund(&shared, &payment_id, &fields, &headers).await?)
}

/// The other way: the payment's id is in the body.
pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let fields = Fields::of_body(&headers, &body)?;
    fields.only(&["payment_id", "amount", "speed", "notes", "receipt"])?;
    let payment_id = fields.text("payment_id").ok_or_else(|| Refusal::missing("payment_id"))?;
    found(&refund(&shared, payment_id, &fields, &headers).await?)
}

pub(super) async fn fetch(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Answer {
    found(&Desk::open(&shared).await?.refund_by_id(&id).await?)
}

pub(super) async fn fetch_of(
    State(shared): State<Arc<Shared>>,
    Path((payment_id, id)): Path<(String, String)>,
) -> Answer {
    check_id(&payment_id, "pay_")?;
    let refund = Desk::open(&shared).await?.refund_by_id(&id).await?;
    if refund.payment_id != payment_id {
        return Err(Refusal::unknown_id());
    }
    found(&refund)
}

pub(super) async fn list(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Answer {
    let span = Fields::of_pairs(&query.unwrap_or_default()).span()?;
    let mut desk = Desk::open(&shared).await?;
    let span = desk.seen_in_lists(span).await?;
    found(&Page::of(desk.list_refunds(span, None).await?))
}

pub(super) async fn list_of(
    State(shared): State<Arc<Shared>>,
    Path(payment_id): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let span: Span = Fields::of_pairs(&query.unwrap_or_default()).span()?;
    let mut desk = Desk::open(&shared).await?;
    let payment = desk.payment(&payment_id).await?;
    let span = desk.seen_in_parts(span).await?;
    found(&Page::of(desk.list_refunds(span, Some(&payment.id)).await?))
}

pub(super) async fn patch(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let notes = Fields::of_body(&headers, &body)?.only_notes()?;
    let mut desk = Desk::open(&shared).await?;
    let mut refund = desk.refund_by_id(&id).await?;
    refund.notes = notes;
    desk.save_refund(&refund).await?;
    desk.commit().await?;
    found(&refund)
}

async fn refund(
    shared: &Arc<Shared>,
    payment_id: &str,
    fields: &Fields,
    headers: &HeaderMap,
) -> Result<Refund, Refusal> {
    let speed = fields.text("speed").unwrap_or("normal");
    if !matches!(speed, "normal" | "optimum") {
        return Err(Refusal::field("speed", "The selected speed is invalid."));
    }
    let amount = fields.amount()?;
    let wanted = Return {
        amount: 0,
        notes: fields.notes()?,
        receipt: fields.receipt()?,
        speed: speed.to_owned(),
    };
    let key = headers.get("x-refund-idempotency").map(|value| value.to_str().unwrap_or_default());
    // Held to the end: a twin that comes meanwhile is told so.
    let _claim = key.map(|key| shared.running.claim(key)).transpose()?;
    let fingerprint = hex::encode(Sha256::digest(format!("{payment_id}\n{}", fields.canonical())));
    let mut desk = Desk::open(shared).await?;
    if let Some(key) = key
        && !desk.conditions().await?.refund_keys_forgotten
        && let Some((earlier, refund_id)) = desk.find_key(key).await?
    {
        if earlier != fingerprint {
            let what = "Different request with the same idempotency key has already been \
                        processed.";
            return Err(Refusal::conflict(what));
        }
        return desk.refund_by_id(&refund_id).await;
    }
    let refund = desk.refund(payment_id, amount, wanted).await?;
    if let Some(key) = key {
        desk.insert_key(key, &fingerprint, &refund.id).await?;
    }
    desk.commit().await?;
    Ok(refund)
}
