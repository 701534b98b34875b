//! The gateway's own records, with their fields in the order Razorpay sends them. They are stored
//! as they are answered; what is not part of an entity stands beside it.

use super::super::wire::{Notes, OrderStatus, PaymentStatus, RefundStatus};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Razorpay: Orders API, entity.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) id: String,
    pub(super) entity: String,
    pub(super) amount: i64,
    pub(super) amount_paid: i64,
    pub(super) amount_due: i64,
    pub(super) currency: String,
    pub(super) receipt: Option<String>,
    pub(super) offer_id: Option<String>,
    pub(super) status: OrderStatus,
    pub(super) attempts: i64,
    pub(super) notes: Notes,
    /// Seconds, as in every entity.
    pub(super) created_at: i64,
    /// `payments` of a list with `expand[]=payments`; `description` and `checkout` of a webhook.
    #[serde(flatten, default)]
    pub(super) tail: serde_json::Map<String, Value>,
}

/// An order and how its payments are captured (Razorpay: Payment capture settings).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct OrderRecord {
    pub(super) order: Order,
    pub(super) capture: CaptureRule,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct CaptureRule {
    pub(super) automatic: bool,
    /// A payment authorised within so many minutes is captured by the gateway; a later one waits.
    #[serde(default = "CaptureRule::longest")]
    pub(super) automatic_minutes: i64,
    /// Minutes after which an authorised payment that nobody captured goes back.
    pub(super) manual_minutes: i64,
    /// Money that goes back by itself goes the fast way.
    #[serde(default)]
    pub(super) fast_return: bool,
}

impl CaptureRule {
    /// Five days: the default and the most of both windows.
    pub(super) const LONGEST: i64 = 7_200;

    const fn longest() -> i64 {
        Self::LONGEST
    }
}

/// Razorpay: Payments API, entity.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Payment {
    pub(super) id: String,
    pub(super) entity: String,
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) status: PaymentStatus,
    pub(super) order_id: Option<String>,
    pub(super) invoice_id: Option<String>,
    pub(super) international: bool,
    pub(super) method: String,
    pub(super) amount_refunded: i64,
    pub(super) refund_status: Option<String>,
    pub(super) captured: bool,
    pub(super) description: Option<String>,
    pub(super) card_id: Option<String>,
    /// Shown in webhooks and where `expand[]=card` asks for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) card: Option<Card>,
    pub(super) bank: Option<String>,
    pub(super) wallet: Option<String>,
    pub(super) vpa: Option<String>,
    pub(super) email: Option<String>,
    pub(super) contact: Option<String>,
    pub(super) notes: Notes,
    pub(super) fee: Option<i64>,
    pub(super) tax: Option<i64>,
    pub(super) error_code: Option<String>,
    pub(super) error_description: Option<String>,
    pub(super) error_source: Option<String>,
    pub(super) error_step: Option<String>,
    pub(super) error_reason: Option<String>,
    pub(super) acquirer_data: Value,
    pub(super) created_at: i64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) upi: Option<Upi>,
    /// `reward` and `base_amount` of some webhooks.
    #[serde(flatten, default)]
    pub(super) tail: serde_json::Map<String, Value>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Card {
    pub(super) id: String,
    pub(super) entity: String,
    pub(super) name: String,
    pub(super) last4: String,
    pub(super) network: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) issuer: Option<String>,
    pub(super) international: bool,
    pub(super) emi: bool,
    pub(super) sub_type: String,
    pub(super) token_iin: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Upi {
    pub(super) vpa: String,
}

/// Razorpay: Refunds API, entity.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Refund {
    pub(super) id: String,
    pub(super) entity: String,
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) payment_id: String,
    pub(super) notes: Notes,
    pub(super) receipt: Option<String>,
    pub(super) acquirer_data: Value,
    pub(super) created_at: i64,
    pub(super) batch_id: Option<String>,
    pub(super) status: RefundStatus,
    pub(super) speed_processed: Option<String>,
    pub(super) speed_requested: String,
}

/// Razorpay: Disputes API, entity.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Dispute {
    pub(super) id: String,
    pub(super) entity: String,
    pub(super) payment_id: String,
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) amount_deducted: i64,
    pub(super) reason_code: String,
    pub(super) respond_by: i64,
    /// `open`, `under_review`, `won`, `lost` or `closed`.
    pub(super) status: String,
    pub(super) phase: String,
    pub(super) created_at: i64,
    pub(super) evidence: Value,
}

/// A page of a list, newest first. `count` is the page's size, not the total.
#[derive(Debug, Serialize)]
pub(super) struct Page<T> {
    entity: &'static str,
    count: usize,
    items: Vec<T>,
}

impl<T> Page<T> {
    pub(super) fn of(items: Vec<T>) -> Self {
        Self { entity: "collection", count: items.len(), items }
    }
}

impl Payment {
    /// As the API answers: without the card, which has to be asked for.
    pub(super) fn without_card(mut self) -> Self {
        self.card = None;
        self
    }

    /// What may still be given back.
    pub(super) fn refundable(&self) -> i64 {
        self.amount - self.amount_refunded
    }
}

/// What Razorpay keeps of a captured amount, as (fee with tax, tax), in paise: 2 % and 18 % tax on
/// that, without the tax for a domestic card up to ₹2,000.
pub(super) fn fee_and_tax(amount: i64, method: &str) -> (i64, i64) {
    let base = (amount.saturating_mul(2) + 50) / 100;
    let spared = method == "card" && amount <= 200_000;
    let tax = if spared { 0 } else { (base.saturating_mul(18) + 50) / 100 };
    (base + tax, tax)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fees_are_those_of_the_published_samples() {
        let samples = [
            (500_000, "upi", 11_800, 1_800),
            (250_000, "upi", 5_900, 900),
            (150_000, "upi", 3_540, 540),
            (2_100, "upi", 50, 8),
            (1_000, "upi", 24, 4),
            (9_900, "card", 198, 0),
            (100, "upi", 2, 0),
        ];
        for (amount, method, fee, tax) in samples {
            assert_eq!(fee_and_tax(amount, method), (fee, tax), "{amount} by {method}");
        }
    }
}
