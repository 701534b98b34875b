//! `/v1/payments` (Razorpay: Payments API).

use super::Shared;
use super::api::{Answer, found};
use super::entity::{Page, Payment};
use super::refusal::Refusal;
use super::request::Fields;
use super::store::Desk;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use std::sync::Arc;

pub(super) async fn fetch(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = Fields::of_pairs(&query.unwrap_or_default());
    let payment = Desk::open(&shared).await?.payment(&id).await?;
    found(&shown(payment, &query))
}

pub(super) async fn list(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Answer {
    let query = Fields::of_pairs(&query.unwrap_or_default());
    let mut desk = Desk::open(&shared).await?;
    let span = desk.seen_in_lists(query.span()?).await?;
    let payments = desk.list_payments(span, None).await?;
    found(&Page::of(payments.into_iter().map(|payment| shown(payment, &query)).collect()))
}

/// The banks' troubles; none here unless an event tells of one.
pub(super) async fn downtimes() -> Answer {
    found(&Page::<Payment>::of(Vec::new()))
}

pub(super) async fn card(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Answer {
    let payment = Desk::open(&shared).await?.payment(&id).await?;
    let no_card = || Refusal::state("The payment was not made with a card");
    found(&payment.card.ok_or_else(no_card)?)
}

pub(super) async fn capture(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let fields = Fields::of_body(&headers, &body)?;
    fields.only(&["amount", "currency"])?;
    let amount = fields.amount()?.ok_or_else(|| Refusal::missing("amount"))?;
    let currency = fields.currency()?;
    let mut desk = Desk::open(&shared).await?;
    let payment = desk.claim(&id, amount, &currency).await?;
    desk.commit().await?;
    found(&payment.without_card())
}

pub(super) async fn patch(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let notes = Fields::of_body(&headers, &body)?.only_notes()?;
    let mut desk = Desk::open(&shared).await?;
    let mut payment = desk.payment(&id).await?;
    payment.notes = notes;
    desk.rewrite_payment(&payment).await?;
    desk.commit().await?;
    found(&payment.without_card())
}

fn shown(payment: Payment, query: &Fields) -> Payment {
    if query.expands("card") { payment } else { payment.without_card() }
}
