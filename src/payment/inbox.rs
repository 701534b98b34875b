//! The inbox: what the gateway told us, worked off after it was stored and answered. The stored
//! event is a hint; the gateway is asked again before anything is booked.

use super::queries::{self, StoredEvent};
use super::{Settled, service, settle};
use crate::clock::{HOUR, MINUTE, SECOND};
use crate::error::Fault;
use crate::state::AppState;

/// A taken event is another server's again after this.
const LEASE: i64 = 2 * MINUTE;
/// Tries after which an event is parked for a person.
const TRIES_MAX: i64 = 20;

/// Works on waiting events, each by one server. Returns how many.
pub async fn work_inbox(app: &AppState) -> Result<usize, Fault> {
    let mut connection = app.db.read.acquire().await?;
    let due = queries::list_events_due(&mut connection, app.now()).await?;
    drop(connection);
    let mut worked = 0;
    for event in due {
        let mut connection = app.db.write.acquire().await?;
        let mine = queries::claim_event(&mut connection, &event, app.now() + LEASE).await?;
        drop(connection);
        if mine {
            work(app, &event).await?;
            worked += 1;
        }
    }
    Ok(worked)
}

async fn work(app: &AppState, event: &StoredEvent) -> Result<(), Fault> {
    let mut connection = app.db.read.acquire().await?;
    let gateway_order = match (&event.gateway_order_id, &event.payment_id) {
        (Some(id), _) => Some(id.clone()),
        (None, Some(id)) => queries::find_gateway_order_of_payment(&mut connection, id).await?,
        (None, None) => None,
    };
    let attempt = match &gateway_order {
        Some(id) => queries::find_attempt_by_gateway_order(&mut connection, id).await?,
        None => None,
    };
    drop(connection);
    let Some(attempt) = attempt else {
        return end(app, event, "not_ours", "names no order of this shop").await;
    };
    match settle(app, &attempt.id, "webhook").await {
        Ok(Settled::Unknown) => again(app, event, "the gateway gave no usable answer").await,
        Ok(settled) => end(app, event, "worked", &format!("{settled:?}")).await,
        Err(fault) => {
            tracing::error!(reference = %fault.reference, event = %event.id, "{fault}");
            again(app, event, &fault.to_string()).await
        }
    }
}

async fn end(app: &AppState, event: &StoredEvent, state: &str, why: &str) -> Result<(), Fault> {
    let mut connection = app.db.write.acquire().await?;
    Ok(queries::update_event(&mut connection, &event.id, state, why, None).await?)
}

/// Back into the inbox: 5 s, then twice as long each time, an hour at most; parked in the end.
async fn again(app: &AppState, event: &StoredEvent, why: &str) -> Result<(), Fault> {
    let mut connection = app.db.write.acquire().await?;
    if event.tries + 1 >= TRIES_MAX {
        queries::update_event(&mut connection, &event.id, "parked", why, None).await?;
        let detail =
            format!("The gateway's event {} ({}) could not be worked: {why}", event.id, event.name);
        return service::ask_a_person(
            &mut connection,
            "event",
            &event.id,
            None,
            &detail,
            app.now(),
        )
        .await;
    }
    let pause = (5 * SECOND).saturating_mul(1 << event.tries.clamp(0, 20)).min(HOUR);
    let next = Some(app.now() + pause);
    Ok(queries::update_event(&mut connection, &event.id, "waiting", why, next).await?)
}
