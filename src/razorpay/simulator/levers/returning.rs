//! Money on its way back: refunds made in the dashboard, the banks' words on refunds, the balance
//! they are paid from, disputes.

use super::{Pulled, told};
use crate::razorpay::simulator::Shared;
use crate::razorpay::simulator::refunding::Return;
use crate::razorpay::simulator::refusal::Refusal;
use crate::razorpay::simulator::store::Desk;
use crate::razorpay::wire::Notes;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Back {
    /// Paise; none: all that is left.
    amount: Option<i64>,
    speed: Option<String>,
}

/// Made at the gateway's dashboard, without the shop.
pub(super) async fn refund(shared: &Arc<Shared>, payment_id: &str, wanted: Back) -> Pulled {
    if wanted.amount.is_some_and(|amount| amount < 100) {
        return Err(Refusal::field("amount", "The amount must be at least INR 1.00."));
    }
    let speed = wanted.speed.unwrap_or_else(|| "normal".to_owned());
    let (notes, receipt) = (Notes::default(), None);
    let mut desk = Desk::open(shared).await?;
    let back = Return { amount: 0, notes, receipt, speed };
    let refund = desk.refund(payment_id, wanted.amount, back).await?;
    desk.commit().await?;
    told(&refund)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum Begin {
    Pending,
    Processed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refunds {
    begin: Begin,
    /// Pending ones get the bank's word so long after they were made.
    settle_seconds: Option<u32>,
    /// That word is no.
    #[serde(default)]
    fail: bool,
    /// A key that was used is not known again.
    #[serde(default)]
    forget_keys: bool,
}

/// Whether coming refunds wait for the bank, and for how long.
pub(super) async fn refunds(shared: &Arc<Shared>, wanted: Refunds) -> Pulled {
    let mut desk = Desk::open(shared).await?;
    let mut conditions = desk.conditions().await?;
    conditions.refunds_pend = matches!(wanted.begin, Begin::Pending);
    conditions.refunds_settle_seconds = wanted.settle_seconds.map(i64::from);
    conditions.refunds_fail = wanted.fail;
    conditions.refund_keys_forgotten = wanted.forget_keys;
    desk.set_conditions(&conditions).await?;
    desk.commit().await?;
    told(&conditions)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Process {
    /// `normal`: the fast way was asked for and not found.
    speed: Option<String>,
}

pub(super) async fn process(shared: &Arc<Shared>, id: &str, wanted: Process) -> Pulled {
    let mut desk = Desk::open(shared).await?;
    let as_normal = wanted.speed.as_deref() == Some("normal");
    let refund = desk.process_refund(id, as_normal).await?;
    desk.commit().await?;
    told(&refund)
}

pub(super) async fn fail(shared: &Arc<Shared>, id: &str) -> Pulled {
    let mut desk = Desk::open(shared).await?;
    let refund = desk.fail_refund(id).await?;
    desk.commit().await?;
    told(&refund)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Balance {
    /// What refunds can be paid from; none: as much as anybody wants.
    paise: Option<i64>,
    /// Refuse with the words that say nothing.
    #[serde(default)]
    opaque: bool,
}

pub(super) async fn balance(shared: &Arc<Shared>, wanted: Balance) -> Pulled {
    let mut desk = Desk::open(shared).await?;
    let mut conditions = desk.conditions().await?;
    conditions.balance = wanted.paise;
    conditions.opaque = wanted.opaque;
    desk.set_conditions(&conditions).await?;
    desk.commit().await?;
    told(&conditions)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Complaint {
    /// Paise; none: the whole payment.
    amount: Option<i64>,
    reason_code: Option<String>,
}

pub(super) async fn dispute(shared: &Arc<Shared>, payment_id: &str, wanted: Complaint) -> Pulled {
    let mut desk = Desk::open(shared).await?;
    let reason = wanted.reason_code.as_deref().unwrap_or("goods_or_services_not_received");
    let dispute = desk.open_dispute(payment_id, wanted.amount, reason).await?;
    desk.commit().await?;
    told(&dispute)
}

pub(super) async fn move_dispute(shared: &Arc<Shared>, id: &str, word: &str) -> Pulled {
    let mut desk = Desk::open(shared).await?;
    let dispute = desk.move_dispute(id, word).await?;
    desk.commit().await?;
    told(&dispute)
}
