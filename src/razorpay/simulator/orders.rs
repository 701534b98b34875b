//! `/v1/orders` (Razorpay: Orders API).

use super::Shared;
use super::api::{Answer, found};
use super::entity::{CaptureRule, Page};
use super::refusal::Refusal;
use super::request::Fields;
use super::rules::{Wanted, check_id};
use super::store::{Desk, Span};
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use serde_json::json;
use std::sync::Arc;

/// The most an account takes in one payment by default: ₹5,00,000.
const HIGHEST: i64 = 50_000_000;
/// Minutes: the least for automatic capture.
const SHORTEST_CAPTURE: i64 = 12;
/// Everything the documentation names; what only other products use is read and left alone.
const KNOWN: &[&str] = &[
    "amount",
    "currency",
    "receipt",
    "notes",
    "partial_payment",
    "payment_capture",
    "payment",
    "method",
    "bank_account",
    "customer_id",
    "customer_details",
    "offer_id",
    "line_items",
    "line_items_total",
    "shipping_fee",
];

pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let wanted = wanted(&Fields::of_body(&headers, &body)?)?;
    let mut desk = Desk::open(&shared).await?;
    let order = desk.place(wanted).await?;
    desk.commit().await?;
    found(&order)
}

pub(super) async fn fetch(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Answer {
    found(&Desk::open(&shared).await?.order(&id).await?.order)
}

/// `from`, `to`, `count`, `skip`, `authorized`, `receipt`, `expand[]=payments`.
pub(super) async fn list(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Answer {
    let query = Fields::of_pairs(&query.unwrap_or_default());
    let mut desk = Desk::open(&shared).await?;
    let span = desk.seen_in_lists(query.span()?).await?;
    let authorised = query.flag("authorized");
    let records = desk.list_orders(span, query.text("receipt"), authorised).await?;
    let mut orders: Vec<_> = records.into_iter().map(|record| record.order).collect();
    let with_cards = query.expands("payments.card");
    if with_cards || query.expands("payments") {
        for order in &mut orders {
            let mut tries = desk.list_payments(Span::ALL, Some(&order.id)).await?;
            if !with_cards {
                tries = tries.into_iter().map(|payment| payment.without_card()).collect();
            }
            order.tail.insert("payments".to_owned(), json!(Page::of(tries)));
        }
    }
    found(&Page::of(orders))
}

/// An unknown order has no payments, which is not an error here.
pub(super) async fn payments(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    check_id(&id, "order_")?;
    let query = Fields::of_pairs(&query.unwrap_or_default());
    let mut desk = Desk::open(&shared).await?;
    let span = desk.seen_in_parts(Span::ALL).await?;
    let mut tries = desk.list_payments(span, Some(&id)).await?;
    if !query.expands("card") {
        tries = tries.into_iter().map(|payment| payment.without_card()).collect();
    }
    found(&Page::of(tries))
}

pub(super) async fn patch(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let notes = Fields::of_body(&headers, &body)?.only_notes()?;
    let mut desk = Desk::open(&shared).await?;
    let mut record = desk.order(&id).await?;
    record.order.notes = notes;
    desk.save_order(&record).await?;
    desk.commit().await?;
    found(&record.order)
}

fn wanted(fields: &Fields) -> Result<Wanted, Refusal> {
    fields.only(KNOWN)?;
    let amount = fields.amount()?.ok_or_else(|| Refusal::missing("amount"))?;
    if amount > HIGHEST {
        return Err(Refusal::field("amount", "Amount exceeds maximum amount allowed."));
    }
    if fields.flag("partial_payment") == Some(true) {
        let what = "Partial payment is not enabled for the merchant";
        return Err(Refusal::field("partial_payment", what));
    }
    Ok(Wanted {
        amount,
        currency: fields.currency()?,
        receipt: fields.receipt()?,
        notes: fields.notes()?,
        capture: capture_rule(fields)?,
    })
}

/// The order's own wish, else the older `payment_capture`, else the account: automatic.
fn capture_rule(fields: &Fields) -> Result<CaptureRule, Refusal> {
    let longest = CaptureRule::LONGEST;
    let rule = |automatic| CaptureRule {
        automatic,
        automatic_minutes: longest,
        manual_minutes: longest,
        fast_return: false,
    };
    let Some(payment) = fields.within("payment") else {
        return Ok(rule(fields.flag("payment_capture").unwrap_or(true)));
    };
    payment.only(&["capture", "capture_options"])?;
    let automatic = match payment.text("capture") {
        Some("automatic") => true,
        Some("manual") => false,
        _ => return Err(Refusal::field("capture", "The selected capture is invalid.")),
    };
    let Some(options) = payment.within("capture_options") else {
        if automatic {
            return Err(Refusal::missing("automatic_expiry_period"));
        }
        return Ok(rule(false));
    };
    options.only(&["automatic_expiry_period", "manual_expiry_period", "refund_speed"])?;
    let soon = options.integer("automatic_expiry_period")?;
    if automatic && soon.is_none() {
        return Err(Refusal::missing("automatic_expiry_period"));
    }
    let least = soon.unwrap_or(SHORTEST_CAPTURE);
    if least < SHORTEST_CAPTURE {
        let what = "The automatic_expiry_period must be at least 12.";
        return Err(Refusal::field("automatic_expiry_period", what));
    }
    let manual_minutes = options.integer("manual_expiry_period")?.unwrap_or(longest);
    if !(least..=longest).contains(&manual_minutes) {
        let what = "The manual_expiry_period must be between the automatic one and 7200.";
        return Err(Refusal::field("manual_expiry_period", what));
    }
    let fast_return = match options.text("refund_speed") {
        None | Some("normal") => false,
        Some("optimum") => true,
        _ => return Err(Refusal::field("refund_speed", "The selected refund_speed is invalid.")),
    };
    Ok(CaptureRule { automatic, automatic_minutes: least, manual_minutes, fast_return })
}
