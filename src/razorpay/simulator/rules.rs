//! The states of orders and payments, and the only moves between them: one success per order,
//! capture in full, late money, refunds up to what was captured (Razorpay: Orders, Payments).

use super::entity::{CaptureRule, Order, OrderRecord, Payment, fee_and_tax};
use super::instrument::{Failure, Instrument};
use super::refusal::Refusal;
use super::store::{Desk, Span};
use crate::razorpay::wire::{Notes, OrderStatus, PaymentStatus};
use serde_json::json;

pub(super) const MINUTE: i64 = 60_000;
/// A payment whose bank does not answer is called failed after this time.
const BANK_PATIENCE: i64 = 10 * MINUTE;
/// Seen between the events of one payment that is captured by itself, in milliseconds.
pub(super) const CAPTURED_AFTER: i64 = 800;
const ORDER_PAID_AFTER: i64 = 200;

/// What a customer's try comes to.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// Authorised, and captured where the order says so.
    Success,
    /// Authorised too late for automatic capture: waits for a person, then goes back.
    Authorized,
    /// The bank has not answered yet.
    Pending,
    Failure(Failure),
    /// Failed, and then authorised and captured after all.
    Late(Failure),
}

/// One try to pay an order.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub(super) instrument: Instrument,
    pub(super) outcome: Outcome,
    pub(super) email: Option<String>,
    pub(super) contact: Option<String>,
    pub(super) description: Option<String>,
    pub(super) notes: Notes,
    /// Another sum or currency than the order's, which no real gateway lets happen.
    pub(super) odd_money: Option<(i64, String)>,
}

impl Attempt {
    /// Without a word on who pays.
    pub(super) fn of(instrument: Instrument, outcome: Outcome) -> Self {
        let (email, contact, description) = (None, None, None);
        let notes = Notes::default();
        Self { instrument, outcome, email, contact, description, notes, odd_money: None }
    }
}

/// An order as the merchant asked for it, already checked.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) receipt: Option<String>,
    pub(super) notes: Notes,
    pub(super) capture: CaptureRule,
}

impl Desk {
    pub(super) async fn place(&mut self, wanted: Wanted) -> Result<Order, Refusal> {
        let order = Order {
            id: self.shared.clock.new_id("order_"),
            entity: "order".to_owned(),
            amount: wanted.amount,
            amount_paid: 0,
            amount_due: wanted.amount,
            currency: wanted.currency,
            receipt: wanted.receipt,
            offer_id: None,
            status: OrderStatus::Created,
            attempts: 0,
            notes: wanted.notes,
            created_at: self.seconds(),
            tail: serde_json::Map::new(),
        };
        let record = OrderRecord { order, capture: wanted.capture };
        self.save_order(&record).await?;
        Ok(record.order)
    }

    /// The order, or Razorpay's words for a malformed or unknown id.
    pub(super) async fn order(&mut self, id: &str) -> Result<OrderRecord, Refusal> {
        check_id(id, "order_")?;
        self.find_order(id).await?.ok_or_else(Refusal::unknown_id)
    }

    pub(super) async fn payment(&mut self, id: &str) -> Result<Payment, Refusal> {
        check_id(id, "pay_")?;
        self.find_payment(id).await?.ok_or_else(Refusal::unknown_id)
    }

    /// Refused once the order is paid, and while another payment of it is authorised.
    pub(super) async fn attempt(
        &mut self,
        order_id: &str,
        attempt: Attempt,
    ) -> Result<Payment, Refusal> {
        let mut record = self.order(order_id).await?;
        if self.has_success(&record.order).await? {
            return Err(Refusal::already_paid());
        }
        let mut payment = self.begin(&mut record, &attempt).await?;
        match attempt.outcome {
            Outcome::Pending => {
                self.save_payment(&payment, Some(self.now + BANK_PATIENCE)).await?;
            }
            Outcome::Failure(failure) => self.fail(&mut payment, &failure).await?,
            Outcome::Authorized => self.authorise(&mut payment, &record).await?,
            Outcome::Success => {
                self.authorise(&mut payment, &record).await?;
                if record.capture.automatic {
                    self.capture(&mut payment, &mut record, CAPTURED_AFTER).await?;
                }
            }
            Outcome::Late(failure) => {
                self.fail(&mut payment, &failure).await?;
                self.authorise(&mut payment, &record).await?;
                self.capture(&mut payment, &mut record, CAPTURED_AFTER).await?;
            }
        }
        Ok(payment)
    }

    /// A captured payment beside another one, as a fault of the gateway would make it.
    pub(super) async fn surplus(
        &mut self,
        order_id: &str,
        attempt: Attempt,
    ) -> Result<Payment, Refusal> {
        let mut record = self.order(order_id).await?;
        let mut payment = self.begin(&mut record, &attempt).await?;
        self.authorise(&mut payment, &record).await?;
        self.capture(&mut payment, &mut record, CAPTURED_AFTER).await?;
        Ok(payment)
    }

    /// The merchant claims an authorised payment.
    pub(super) async fn claim(
        &mut self,
        id: &str,
        amount: i64,
        currency: &str,
    ) -> Result<Payment, Refusal> {
        let mut payment = self.payment(id).await?;
        match payment.status {
            PaymentStatus::Authorized => {}
            PaymentStatus::Captured | PaymentStatus::Refunded => {
                return Err(Refusal::state("This payment has already been captured"));
            }
            _ => {
                let what = "Only payments which have been authorized and not yet captured \
                            can be captured";
                return Err(Refusal::state(what));
            }
        }
        if amount != payment.amount || currency != payment.currency {
            let what = "Capture amount must be equal to the amount authorized";
            return Err(Refusal::field("amount", what));
        }
        let mut record = self.order(payment.order_id.as_deref().unwrap_or_default()).await?;
        if record.order.status == OrderStatus::Paid {
            return Err(Refusal::already_paid());
        }
        self.capture(&mut payment, &mut record, 0).await?;
        Ok(payment)
    }

    pub(super) async fn has_success(&mut self, order: &Order) -> Result<bool, Refusal> {
        if order.status == OrderStatus::Paid {
            return Ok(true);
        }
        let tries = self.list_payments(Span::ALL, Some(&order.id)).await?;
        Ok(tries.iter().any(|payment| payment.status == PaymentStatus::Authorized))
    }

    async fn begin(
        &mut self,
        record: &mut OrderRecord,
        attempt: &Attempt,
    ) -> Result<Payment, Refusal> {
        record.order.attempts += 1;
        if record.order.status == OrderStatus::Created {
            record.order.status = OrderStatus::Attempted;
        }
        self.save_order(record).await?;
        let mut payment = attempt.instrument.payment(&self.shared.clock, &record.order.id);
        let usual = || (record.order.amount, record.order.currency.clone());
        (payment.amount, payment.currency) = attempt.odd_money.clone().unwrap_or_else(usual);
        payment.created_at = self.seconds();
        payment.email = attempt.email.clone().or_else(|| Some("void@razorpay.com".to_owned()));
        payment.contact.clone_from(&attempt.contact);
        payment.description.clone_from(&attempt.description);
        payment.notes = attempt.notes.clone();
        Ok(payment)
    }

    pub(super) async fn authorise(
        &mut self,
        payment: &mut Payment,
        record: &OrderRecord,
    ) -> Result<(), Refusal> {
        payment.status = PaymentStatus::Authorized;
        Failure::forget(payment);
        payment.acquirer_data = Instrument::bank_reference(&payment.method, &self.shared.clock);
        let back_at = payment.created_at * 1_000 + record.capture.manual_minutes * MINUTE;
        self.save_payment(payment, Some(back_at)).await?;
        self.tell_payment("payment.authorized", payment, 0).await
    }

    pub(super) async fn capture(
        &mut self,
        payment: &mut Payment,
        record: &mut OrderRecord,
        event_after: i64,
    ) -> Result<(), Refusal> {
        let (fee, tax) = fee_and_tax(payment.amount, &payment.method);
        payment.status = PaymentStatus::Captured;
        payment.captured = true;
        payment.fee = Some(fee);
        payment.tax = Some(tax);
        self.book(payment.amount - fee).await?;
        self.save_payment(payment, None).await?;
        self.tell_payment("payment.captured", payment, event_after).await?;
        if record.order.status == OrderStatus::Paid {
            return Ok(());
        }
        record.order.amount_paid = payment.amount;
        record.order.amount_due = (record.order.amount - payment.amount).max(0);
        record.order.status = OrderStatus::Paid;
        self.save_order(record).await?;
        self.tell_order_paid(payment, &record.order, event_after + ORDER_PAID_AFTER).await
    }

    pub(super) async fn fail(
        &mut self,
        payment: &mut Payment,
        failure: &Failure,
    ) -> Result<(), Refusal> {
        payment.status = PaymentStatus::Failed;
        failure.mark(payment);
        self.save_payment(payment, None).await?;
        self.tell_payment("payment.failed", payment, 0).await
    }
}

/// `prefix` and 14 letters or digits.
pub(super) fn check_id(id: &str, prefix: &str) -> Result<(), Refusal> {
    let rest = id.strip_prefix(prefix).unwrap_or_default();
    let fine = rest.len() == 14 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if fine { Ok(()) } else { Err(Refusal::malformed_id(id)) }
}

/// The `acquirer_data` of a refund that no bank has numbered yet.
pub(super) fn no_reference() -> serde_json::Value {
    json!({ "arn": null })
}
