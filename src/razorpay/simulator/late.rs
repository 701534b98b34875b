//! What happens to payments without the customer: the bank answers late, nobody captures, time runs
//! out (Razorpay: Late authorisation; Payment capture settings).

use super::entity::{OrderRecord, Payment};
use super::instrument::Failure;
use super::refunding::Return;
use super::refusal::Refusal;
use super::rules::{CAPTURED_AFTER, MINUTE};
use super::store::Desk;
use crate::razorpay::wire::{Notes, PaymentStatus};

impl Desk {
    /// The bank answers after all: `failed` or `created` becomes `authorized`, then `captured`.
    /// Money for an order that is paid already goes straight back. `capture` none: only within the
    /// order's window for automatic capture.
    pub(super) async fn arrive_late(
        &mut self,
        id: &str,
        capture: Option<bool>,
    ) -> Result<Payment, Refusal> {
        let mut payment = self.payment(id).await?;
        if !matches!(payment.status, PaymentStatus::Failed | PaymentStatus::Created) {
            return Err(Refusal::state("The payment is neither open nor failed"));
        }
        let mut record = self.order(payment.order_id.as_deref().unwrap_or_default()).await?;
        let surplus = self.has_success(&record.order).await?;
        self.authorise(&mut payment, &record).await?;
        if surplus {
            self.give_back(&mut payment).await?;
        } else if capture.unwrap_or_else(|| self.in_time(&payment, &record)) {
            self.capture(&mut payment, &mut record, CAPTURED_AFTER).await?;
        }
        Ok(payment)
    }

    fn in_time(&self, payment: &Payment, record: &OrderRecord) -> bool {
        let window = record.capture.automatic_minutes * MINUTE;
        record.capture.automatic && self.now <= payment.created_at * 1_000 + window
    }

    /// The bank refuses a payment that it had not answered yet.
    pub(super) async fn refuse_open(&mut self, id: &str) -> Result<Payment, Refusal> {
        let mut payment = self.payment(id).await?;
        if payment.status != PaymentStatus::Created {
            return Err(Refusal::state("The payment is not open"));
        }
        self.fail(&mut payment, &Failure::DECLINED).await?;
        Ok(payment)
    }

    /// Moves every payment whose time has come; returns how many.
    pub(super) async fn age_payments(&mut self) -> Result<usize, Refusal> {
        let due = self.list_due_payments().await?;
        for mut payment in due.iter().cloned() {
            if payment.status == PaymentStatus::Created {
                self.fail(&mut payment, &Failure::TIMED_OUT).await?;
            } else {
                self.give_back(&mut payment).await?;
            }
        }
        Ok(due.len())
    }

    /// The banks' words on refunds that waited long enough, where they come by themselves.
    pub(super) async fn settle_refunds(&mut self) -> Result<(), Refusal> {
        let conditions = self.conditions().await?;
        let Some(wait) = conditions.refunds_settle_seconds else {
            return Ok(());
        };
        for id in self.list_pending_refunds(self.seconds() - wait).await? {
            if conditions.refunds_fail {
                self.fail_refund(&id).await?;
            } else {
                self.process_refund(&id, false).await?;
            }
        }
        Ok(())
    }

    /// An authorised payment that nobody may keep: refunded in full by the gateway itself.
    async fn give_back(&mut self, payment: &mut Payment) -> Result<(), Refusal> {
        let record = self.order(payment.order_id.as_deref().unwrap_or_default()).await?;
        let speed = if record.capture.fast_return { "optimum" } else { "normal" };
        self.save_payment(payment, None).await?;
        let whole = Return {
            amount: payment.amount,
            notes: Notes::default(),
            receipt: None,
            speed: speed.to_owned(),
        };
        self.pay_back(payment, whole).await?;
        Ok(())
    }
}
