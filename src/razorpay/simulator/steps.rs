//! What happens when a customer presses a button at checkout: the next question, or a payment.

use super::entity::{Order, OrderRecord, Payment};
use super::instrument::{Failure, Instrument};
use super::page;
use super::refusal::Refusal;
use super::request::Fields;
use super::rules::{Attempt, Outcome};
use super::store::Desk;
use super::visit::{Visit, failed_return, signed_return};
use super::{Shared, html};
use crate::razorpay::wire::{OrderStatus, PaymentStatus};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

/// The first page, where key and order allow it.
pub(super) async fn arrive(shared: &Arc<Shared>, visit: &Visit) -> Response {
    match open_order(shared, visit).await {
        Ok(record) => page::choose(visit, &record.order, None),
        Err(answer) => *answer,
    }
}

/// Every later page: `press` says which button it was.
pub(super) async fn press(shared: &Arc<Shared>, fields: &Fields) -> Response {
    let visit = Visit::read(fields);
    let pressed = fields.text("press").unwrap_or("again");
    if pressed == "leave" {
        return leave(&visit);
    }
    let order = match open_order(shared, &visit).await {
        Ok(record) => record.order,
        Err(answer) => return *answer,
    };
    let instrument = match instrument(fields) {
        Ok(instrument) => instrument,
        Err(why) if matches!(pressed, "pay" | "otp") => {
            return page::choose(&visit, &order, Some(why));
        }
        Err(_) => Instrument::Upi("success@razorpay".to_owned()),
    };
    let outcome = match pressed {
        "success" | "vanish" => Outcome::Success,
        "failure" => Outcome::Failure(instrument.failure()),
        "otp" => {
            let failure = Failure::of_otp(fields.text("otp").unwrap_or_default());
            by_itself(failure.or_else(|| instrument.fails_by_itself()))
        }
        "pay" => match &instrument {
            Instrument::Card(card) => return page::password(&visit, &order, card.number),
            Instrument::Netbanking(bank) => return page::bank(&visit, &order, bank),
            Instrument::Upi(_) => by_itself(instrument.fails_by_itself()),
        },
        "cancel" if visit.confirm => return page::really_cancel(&visit, &order),
        "cancel" => return leave(&visit),
        _ => return page::choose(&visit, &order, None),
    };
    match pay(shared, &visit, instrument, outcome).await {
        Ok(_) if pressed == "vanish" => page::vanished(&visit, &order),
        Ok(payment) => show(shared, &visit, &order, &payment),
        Err(refusal) => page::refused(refusal.status(), &visit, refusal.description()),
    }
}

fn by_itself(failure: Option<Failure>) -> Outcome {
    failure.map_or(Outcome::Success, Outcome::Failure)
}

fn show(shared: &Shared, visit: &Visit, order: &Order, payment: &Payment) -> Response {
    if payment.status == PaymentStatus::Failed {
        page::failed(visit, order, payment)
    } else {
        page::paid(visit, order, &signed_return(shared, payment))
    }
}

/// What the customer chose and typed; the error is for them.
fn instrument(fields: &Fields) -> Result<Instrument, &'static str> {
    let typed = |name: &str| fields.text(name).unwrap_or_default().trim();
    match fields.text("method").unwrap_or("upi") {
        "card" => Instrument::card(typed("card"))
            .ok_or("This is not a test card. Use one of those offered, never a real one."),
        "netbanking" => match typed("bank") {
            bank @ ("HDFC" | "ICIC" | "SBIN") => Ok(Instrument::Netbanking(bank.to_owned())),
            _ => Err("Choose one of the three banks."),
        },
        "upi" => match typed("vpa") {
            vpa @ ("success@razorpay" | "failure@razorpay") => Ok(Instrument::Upi(vpa.to_owned())),
            _ => Err("The test addresses are success@razorpay and failure@razorpay."),
        },
        _ => Err("Choose card, UPI or netbanking."),
    }
}

async fn pay(
    shared: &Arc<Shared>,
    visit: &Visit,
    instrument: Instrument,
    outcome: Outcome,
) -> Result<Payment, Refusal> {
    let attempt = Attempt {
        email: visit.email.clone(),
        contact: visit.contact.clone(),
        description: visit.description.clone(),
        notes: visit.notes.clone(),
        ..Attempt::of(instrument, outcome)
    };
    let mut desk = Desk::open(shared).await?;
    let payment = desk.attempt(&visit.order_id, attempt).await?;
    desk.commit().await?;
    Ok(payment)
}

/// In a frame the page around it is told; alone, the browser goes to `cancel_url` by a plain GET,
/// or brings the cancellation to `callback_url`.
fn leave(visit: &Visit) -> Response {
    let to = visit.cancel_url.as_ref().filter(|_| visit.parent.is_none());
    if let Some(location) = to.and_then(|url| HeaderValue::from_str(url.as_str()).ok()) {
        return (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
    }
    let cancelled = Failure::CANCELLED;
    let error = json!({
        "code": cancelled.code,
        "description": cancelled.description,
        "source": cancelled.source,
        "step": cancelled.step,
        "reason": cancelled.reason,
        "metadata": { "order_id": visit.order_id },
    });
    page::left(visit, &failed_return(&error))
}

/// The order, if it can be paid here; else the page that says why not.
async fn open_order(shared: &Arc<Shared>, visit: &Visit) -> Result<OrderRecord, Box<Response>> {
    let refused = |status, why: &str| Err(Box::new(page::refused(status, visit, why)));
    if visit.key_id != shared.options.key_id {
        let why = "The api key provided is invalid";
        return refused(StatusCode::UNAUTHORIZED, why);
    }
    let found = async { Desk::open(shared).await?.order(&visit.order_id).await }.await;
    match found {
        Ok(record) if record.order.status == OrderStatus::Paid => {
            let why =
                format!("The order of {} is already paid.", html::rupees(record.order.amount));
            refused(StatusCode::CONFLICT, &why)
        }
        Ok(record) => Ok(record),
        Err(refusal) if refusal.status() == StatusCode::BAD_REQUEST => {
            refused(StatusCode::NOT_FOUND, refusal.description())
        }
        Err(refusal) => refused(refusal.status(), refusal.description()),
    }
}
