//! What customers and their banks do: pay, fail, answer late.

use super::{Pulled, told};
use crate::razorpay::simulator::Shared;
use crate::razorpay::simulator::entity::Payment;
use crate::razorpay::simulator::instrument::{Failure, Instrument};
use crate::razorpay::simulator::refusal::Refusal;
use crate::razorpay::simulator::rules::{Attempt, Outcome};
use crate::razorpay::simulator::store::Desk;
use crate::razorpay::simulator::visit::signed_return;
use crate::razorpay::transport;
use reqwest::Url;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pay {
    order_id: String,
    method: Option<String>,
    /// A test card or a UPI address instead of the method's usual one.
    instrument: Option<String>,
    outcome: String,
    /// Also bring the result to this address, as the customer's browser would.
    callback: Option<String>,
    email: Option<String>,
    contact: Option<String>,
    /// Other money than the order's: a fault no real gateway has.
    amount: Option<i64>,
    currency: Option<String>,
}

impl Pay {
    async fn attempt(&self, desk: &mut Desk) -> Result<Attempt, Refusal> {
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
            "late" => Outcome::Late(instrument.failure()),
            other => return Err(Refusal::state(format!("No outcome is called {other}"))),
        };
        let odd_money = if self.amount.is_some() || self.currency.is_some() {
            let order = desk.order(&self.order_id).await?.order;
            let currency = self.currency.clone().unwrap_or(order.currency);
            Some((self.amount.unwrap_or(order.amount), currency))
        } else {
            None
        };
        let (email, contact) = (self.email.clone(), self.contact.clone());
        Ok(Attempt { email, contact, odd_money, ..Attempt::of(instrument, outcome) })
    }
}

/// A whole payment without a browser; answers what the browser would bring back.
pub(super) async fn pay(shared: &Arc<Shared>, wanted: Pay) -> Pulled {
    let address = |text: &str| Url::parse(text).map_err(|_| Refusal::state("No such callback"));
    let callback = wanted.callback.as_deref().map(address).transpose()?;
    let mut desk = Desk::open(shared).await?;
    let attempt = wanted.attempt(&mut desk).await?;
    let payment = desk.attempt(&wanted.order_id, attempt).await?;
    desk.commit().await?;
    let mut told = outcome(shared, &payment);
    if let Some(callback) = callback {
        told["callback_status"] = json!(bring_back(callback, shared, &payment).await);
    }
    Ok(told)
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
#[serde(deny_unknown_fields)]
pub(super) struct Surplus {
    order_id: String,
    amount: Option<i64>,
}

/// A captured payment beside another one.
pub(super) async fn surplus(shared: &Arc<Shared>, wanted: Surplus) -> Pulled {
    let mut desk = Desk::open(shared).await?;
    let usual = Instrument::Upi("success@razorpay".to_owned());
    let odd_money = wanted.amount.map(|amount| (amount, "INR".to_owned()));
    let attempt = Attempt { odd_money, ..Attempt::of(usual, Outcome::Success) };
    let payment = desk.surplus(&wanted.order_id, attempt).await?;
    desk.commit().await?;
    Ok(outcome(shared, &payment))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Late {
    /// `false` leaves it authorised.
    capture: Option<bool>,
}

/// A failed or open payment is authorised and captured after all, whatever its order says.
pub(super) async fn capture_late(shared: &Arc<Shared>, id: &str, wanted: Late) -> Pulled {
    let mut desk = Desk::open(shared).await?;
    let payment = desk.arrive_late(id, Some(wanted.capture.unwrap_or(true))).await?;
    desk.commit().await?;
    told(&payment)
}

/// A failed or open payment is authorised after all, and captured where its order's window is
/// still open.
pub(super) async fn authorise(shared: &Arc<Shared>, id: &str) -> Pulled {
    let mut desk = Desk::open(shared).await?;
    let payment = desk.arrive_late(id, None).await?;
    desk.commit().await?;
    told(&payment)
}

/// The merchant captures in the dashboard.
pub(super) async fn capture(shared: &Arc<Shared>, id: &str) -> Pulled {
    let mut desk = Desk::open(shared).await?;
    let held = desk.payment(id).await?;
    let payment = desk.claim(id, held.amount, &held.currency).await?;
    desk.commit().await?;
    told(&payment)
}

/// The bank refuses an open payment before its time is up.
pub(super) async fn fail(shared: &Arc<Shared>, id: &str) -> Pulled {
    let mut desk = Desk::open(shared).await?;
    let payment = desk.refuse_open(id).await?;
    desk.commit().await?;
    told(&payment)
}
