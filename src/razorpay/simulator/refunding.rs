//! Giving money back: how much is allowed, what it leaves behind, and what an idempotency key
//! promises (Razorpay: Refunds, create; make idempotent requests).

use super::entity::{Payment, Refund};
use super::refusal::Refusal;
use super::rules::{MINUTE, check_id, no_reference};
use super::store::Desk;
use crate::razorpay::wire::{Notes, PaymentStatus, RefundStatus};
use serde_json::json;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Banks take money back for six months.
const OLDEST_SECONDS: i64 = 183 * 86_400;
/// What was never captured is nobody's but the customer's: the gateway tries again so much later.
const AGAIN_AFTER: i64 = 60 * MINUTE;

/// How much goes back, and under which name; checked against the payment by [`Desk::refund`].
#[derive(Clone, Debug)]
pub(super) struct Return {
    pub(super) amount: i64,
    pub(super) notes: Notes,
    pub(super) receipt: Option<String>,
    pub(super) speed: String,
}

impl Desk {
    pub(super) async fn refund_by_id(&mut self, id: &str) -> Result<Refund, Refusal> {
        check_id(id, "rfnd_")?;
        self.find_refund(id).await?.ok_or_else(Refusal::unknown_id)
    }

    /// `amount` none: everything that is left.
    pub(super) async fn refund(
        &mut self,
        payment_id: &str,
        amount: Option<i64>,
        wanted: Return,
    ) -> Result<Refund, Refusal> {
        let mut payment = self.payment(payment_id).await?;
        match payment.status {
            PaymentStatus::Captured => {}
            PaymentStatus::Refunded => {
                return Err(Refusal::state("The payment has been fully refunded already"));
            }
            _ => {
                let what = "The payment status should be captured for action to be taken";
                return Err(Refusal::state(what));
            }
        }
        if self.seconds() - payment.created_at > OLDEST_SECONDS {
            let what = "Refund is not supported by the bank because the payment is more than \
                        6 months old";
            return Err(Refusal::state(what));
        }
        let amount = amount.unwrap_or_else(|| payment.refundable());
        if amount > payment.refundable() {
            let what = "The refund amount provided is greater than amount captured.";
            return Err(Refusal::field("amount", what));
        }
        self.check_balance(amount).await?;
        self.book(-amount).await?;
        self.pay_back(&mut payment, Return { amount, ..wanted }).await
    }

    /// Writes the refund and its mark on the payment, and tells both.
    pub(super) async fn pay_back(
        &mut self,
        payment: &mut Payment,
        wanted: Return,
    ) -> Result<Refund, Refusal> {
        let pending = self.conditions().await?.refunds_pend;
        let mut refund = Refund {
            id: self.shared.clock.new_id("rfnd_"),
            entity: "refund".to_owned(),
            amount: wanted.amount,
            currency: payment.currency.clone(),
            payment_id: payment.id.clone(),
            notes: wanted.notes,
            receipt: wanted.receipt,
            acquirer_data: no_reference(),
            created_at: self.seconds(),
            batch_id: None,
            status: RefundStatus::Pending,
            speed_processed: None,
            speed_requested: wanted.speed,
        };
        if !pending {
            self.finish(&mut refund);
        }
        payment.amount_refunded += refund.amount;
        mark_refunded(payment);
        self.rewrite_payment(payment).await?;
        self.save_refund(&refund).await?;
        self.tell_refund(payment, &refund).await?;
        Ok(refund)
    }

    /// The bank's word on a refund that waits for it. `as_normal`: asked for the fast way, it went
    /// the slow one.
    pub(super) async fn process_refund(
        &mut self,
        id: &str,
        as_normal: bool,
    ) -> Result<Refund, Refusal> {
        let mut refund = self.pending_refund(id).await?;
        let payment = self.payment(&refund.payment_id).await?;
        let fast = refund.speed_requested == "optimum";
        self.finish(&mut refund);
        if fast && as_normal {
            refund.speed_processed = Some("normal".to_owned());
            self.tell_of_refund("refund.speed_changed", &payment, &refund, 0).await?;
        }
        self.save_refund(&refund).await?;
        self.tell_of_refund("refund.processed", &payment, &refund, 0).await?;
        Ok(refund)
    }

    /// The bank refuses, or sends back what was through already: the money is the merchant's again
    /// and may be given back anew. What the merchant never had goes back again by itself.
    pub(super) async fn fail_refund(&mut self, id: &str) -> Result<Refund, Refusal> {
        let mut refund = self.refund_by_id(id).await?;
        if refund.status == RefundStatus::Failed {
            return Err(ended(&refund));
        }
        let mut payment = self.payment(&refund.payment_id).await?;
        refund.status = RefundStatus::Failed;
        payment.amount_refunded -= refund.amount;
        mark_refunded(&mut payment);
        if payment.captured {
            self.book(refund.amount).await?;
            self.rewrite_payment(&payment).await?;
        } else {
            self.save_payment(&payment, Some(self.now + AGAIN_AFTER)).await?;
        }
        self.save_refund(&refund).await?;
        self.tell_of_refund("refund.failed", &payment, &refund, 0).await?;
        Ok(refund)
    }

    /// Ids of the refunds made up to `until`, in seconds, that wait for their bank.
    pub(super) async fn list_pending_refunds(
        &mut self,
        until: i64,
    ) -> Result<Vec<String>, Refusal> {
        let found = sqlx::query_scalar(
            "select id from refunds where created_at <= $1 \
             and json_extract(body, '$.status') = 'pending' order by id",
        );
        Ok(found.bind(until).fetch_all(&mut *self.tx).await?)
    }

    /// When the next pending refund gets its bank's word by itself, if it does.
    pub(super) async fn next_settlement(&mut self) -> Result<Option<i64>, Refusal> {
        let Some(wait) = self.conditions().await?.refunds_settle_seconds else {
            return Ok(None);
        };
        let oldest: Option<i64> = sqlx::query_scalar(
            "select min(created_at) from refunds where json_extract(body, '$.status') = 'pending'",
        )
        .fetch_one(&mut *self.tx)
        .await?;
        Ok(oldest.map(|at| (at + wait) * 1_000))
    }

    async fn pending_refund(&mut self, id: &str) -> Result<Refund, Refusal> {
        let refund = self.refund_by_id(id).await?;
        if refund.status == RefundStatus::Pending {
            return Ok(refund);
        }
        Err(ended(&refund))
    }

    fn finish(&self, refund: &mut Refund) {
        let fast = refund.speed_requested == "optimum";
        refund.status = RefundStatus::Processed;
        refund.speed_processed = Some(if fast { "instant" } else { "normal" }.to_owned());
        if fast {
            refund.acquirer_data = json!({ "rrn": self.shared.clock.digits(12) });
        }
    }
}

fn ended(refund: &Refund) -> Refusal {
    Refusal::state(format!("The refund is {} already", refund.status.as_str()))
}

/// What `amount_refunded` means for the payment's state.
fn mark_refunded(payment: &mut Payment) {
    let (status, mark) = match (payment.amount_refunded, payment.refundable()) {
        (_, 0) => (PaymentStatus::Refunded, Some("full")),
        (0, _) if !payment.captured => (PaymentStatus::Authorized, None),
        (0, _) => (PaymentStatus::Captured, None),
        _ => (PaymentStatus::Captured, Some("partial")),
    };
    payment.status = status;
    payment.refund_status = mark.map(str::to_owned);
}

/// Idempotency keys of requests that are being worked on at this moment.
#[derive(Default)]
pub(super) struct RunningKeys(Mutex<HashSet<String>>);

/// Held while the request runs; frees the key when dropped, however the request ends.
pub(super) struct Claim<'a> {
    keys: &'a RunningKeys,
    key: String,
}

impl RunningKeys {
    /// Refuses a malformed key, and one whose twin is running.
    pub(super) fn claim(&self, key: &str) -> Result<Claim<'_>, Refusal> {
        if key.len() < 10 {
            let what = "The idempotency key must be at least 10 characters long.";
            return Err(Refusal::state(what));
        }
        let fine = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !key.bytes().all(fine) {
            return Err(Refusal::state("The idempotency key contains invalid characters."));
        }
        let fresh = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned());
        if !fresh {
            return Err(Refusal::still_running());
        }
        Ok(Claim { keys: self, key: key.to_owned() })
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.keys.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_held_by_one_request_at_a_time() {
        let keys = RunningKeys::default();
        let held = keys.claim("refund-0001").unwrap();
        let twin = keys.claim("refund-0001").err().unwrap();
        assert_eq!(twin.status().as_u16(), 409);
        drop(held);
        assert!(keys.claim("refund-0001").is_ok());
        assert_eq!(keys.claim("short").err().unwrap().status().as_u16(), 400);
        assert_eq!(keys.claim("with a blank").err().unwrap().status().as_u16(), 400);
    }
}
