//! What happens between the gateway and the shop: webhooks and their mishaps, faults of HTTP, lists
//! that lag, time.

use super::{Pulled, told};
use crate::razorpay::simulator::Shared;
use crate::razorpay::simulator::clock::IDS_LAST;
use crate::razorpay::simulator::delivery::OFF_AT;
use crate::razorpay::simulator::faults::Fault;
use crate::razorpay::simulator::mishaps::{Mishap, Mode};
use crate::razorpay::simulator::refusal::Refusal;
use crate::razorpay::simulator::settings::save_setting;
use crate::razorpay::simulator::store::Desk;
use reqwest::Url;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lists {
    /// Lists leave out what is younger.
    lag_seconds: u32,
    /// The payments of one order and the refunds of one payment lag too.
    #[serde(default)]
    parts: bool,
}

pub(super) async fn lists(shared: &Arc<Shared>, wanted: Lists) -> Pulled {
    let mut desk = Desk::open(shared).await?;
    let mut conditions = desk.conditions().await?;
    conditions.list_lag_seconds = i64::from(wanted.lag_seconds);
    conditions.parts_lag = wanted.parts;
    desk.set_conditions(&conditions).await?;
    desk.commit().await?;
    told(&conditions)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Switch {
    enabled: Option<bool>,
    /// Another address, until the simulator ends.
    url: Option<String>,
}

pub(super) async fn webhooks(shared: &Arc<Shared>, wanted: Switch) -> Pulled {
    if let Some(url) = &wanted.url {
        shared.webhooks.send_to(Url::parse(url).map_err(|_| Refusal::state("No such address"))?);
    }
    if let Some(enabled) = wanted.enabled {
        shared.webhooks.switch(enabled);
        save_setting(&shared.store, "webhooks_enabled", &enabled).await?;
        save_setting(&shared.store, OFF_AT, &None::<i64>).await?;
    }
    shared.wake.notify_one();
    Ok(json!({ "enabled": shared.webhooks.is_on() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Resend {
    event_id: String,
}

pub(super) async fn resend(shared: &Arc<Shared>, wanted: Resend) -> Pulled {
    let mut desk = Desk::open(shared).await?;
    desk.resend(&wanted.event_id).await?;
    desk.commit().await?;
    Ok(json!({ "event_id": wanted.event_id }))
}

pub(super) fn mishap(shared: &Shared, wanted: Mishap) -> Pulled {
    let unknown = wanted.secret.is_none() && shared.webhooks.earlier_secret().is_none();
    if wanted.mode == Mode::OldSecret && unknown {
        return Err(Refusal::state("There is no earlier secret: change it first, or name one"));
    }
    shared.mishaps.add(wanted);
    Ok(json!({ "added": true }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Secret {
    secret: String,
}

/// New events are signed with it; earlier ones keep the old one.
pub(super) fn secret(shared: &Shared, wanted: Secret) -> Pulled {
    shared.webhooks.change_secret(wanted.secret);
    Ok(json!({ "changed": true }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Emit {
    event: String,
    #[serde(default)]
    payload: Value,
}

/// Any event, rightly signed.
pub(super) async fn emit(shared: &Arc<Shared>, wanted: Emit) -> Pulled {
    if !wanted.payload.is_null() && !wanted.payload.is_object() {
        return Err(Refusal::state("The payload must be a JSON object"));
    }
    let mut desk = Desk::open(shared).await?;
    desk.tell(&wanted.event, &wanted.payload).await?;
    desk.commit().await?;
    Ok(json!({ "added": true }))
}

pub(super) fn fault(shared: &Shared, wanted: Fault) -> Pulled {
    shared.faults.add(wanted);
    Ok(json!({ "added": true }))
}

/// Nothing more goes wrong, neither with requests nor with events to come.
pub(super) fn clear(shared: &Shared) -> Pulled {
    shared.faults.clear();
    shared.mishaps.clear();
    Ok(json!({ "cleared": true }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Time {
    advance_seconds: Option<i64>,
    /// Milliseconds since 1970 to show from now on, also of the past.
    now_ms: Option<i64>,
}

/// Moves the clock and wakes whatever that makes due.
pub(super) async fn clock(shared: &Arc<Shared>, wanted: Time) -> Pulled {
    let from = wanted.now_ms.unwrap_or_else(|| shared.clock.now());
    let by = wanted.advance_seconds.unwrap_or_default().max(0);
    let to = from.saturating_add(by.saturating_mul(1_000));
    if !IDS_LAST.contains(&from) || !IDS_LAST.contains(&to) {
        return Err(Refusal::state("The clock shows the years 2014 to 2039"));
    }
    if let Some(at) = wanted.now_ms {
        save_setting(&shared.store, "clock", &shared.clock.set(at)).await?;
    }
    if let Some(seconds) = wanted.advance_seconds {
        let anchor = shared.clock.advance(seconds.saturating_mul(1_000));
        save_setting(&shared.store, "clock", &anchor).await?;
    }
    shared.wake.notify_one();
    let now = shared.clock.now();
    Ok(json!({ "now": now.div_euclid(1_000), "now_ms": now }))
}
