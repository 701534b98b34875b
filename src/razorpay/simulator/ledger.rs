//! The gateway's whole books, to hold against the shop's.

use super::Shared;
use super::refusal::Refusal;
use super::store::{Desk, Span};
use serde_json::{Value, json};
use std::sync::Arc;

/// Orders, payments, refunds and disputes, the newest first; refund keys and events in the order
/// they came; and what the levers are set to.
pub(super) async fn whole(shared: &Arc<Shared>) -> Result<Value, Refusal> {
    let mut desk = Desk::open(shared).await?;
    let records = desk.list_orders(Span::ALL, None, None).await?;
    let keys: Vec<(String, String, String)> =
        sqlx::query_as("select key, fingerprint, refund_id from refund_keys order by rowid")
            .fetch_all(&mut *desk.tx)
            .await?;
    let keys: Vec<Value> = keys
        .into_iter()
        .map(|(key, fingerprint, refund_id)| {
            json!({ "key": key, "fingerprint": fingerprint, "refund_id": refund_id })
        })
        .collect();
    Ok(json!({
        "now": desk.now,
        "capture_rules": records
            .iter()
            .map(|record| (record.order.id.clone(), json!(record.capture)))
            .collect::<serde_json::Map<_, _>>(),
        "orders": records.into_iter().map(|record| record.order).collect::<Vec<_>>(),
        "payments": desk.list_payments(Span::ALL, None).await?,
        "refunds": desk.list_refunds(Span::ALL, None).await?,
        "refund_keys": keys,
        "disputes": desk.list_disputes(Span::ALL).await?,
        "events": desk.list_events(i64::MAX).await?,
        "conditions": desk.conditions().await?,
        "webhooks": {
            "enabled": shared.webhooks.is_on(),
            "switches_off_at": shared.webhooks.off_at(),
            "faults": shared.mishaps.waiting(),
        },
        "faults": shared.faults.waiting(),
    }))
}
