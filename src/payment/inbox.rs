//! The inbox: what the gateway told us, worked off after it was stored and answered. The stored
//! event is a hint; the gateway is asked again before anything is booked.

use super::queries::{self, StoredEvent};
use super::{Settled, Status, refunds, service, settle_hinted};
use crate::clock::{HOUR, MINUTE, Moment, SECOND};
use crate::db::Connection;
use crate::error::{Fault, Round};
use crate::faults;
use crate::razorpay::PaymentId;
use crate::state::AppState;
use crate::transact;
use futures_util::{StreamExt, stream};
use std::collections::BTreeMap;

/// A taken event is another server's again after this.
const LEASE: i64 = 2 * MINUTE;
/// Tries after which an event is parked for a person.
const TRIES_MAX: i64 = 20;
/// Orders that are asked about at the same time: a slow answer holds up none but its own.
const SIDE_BY_SIDE: usize = 8;

/// Works on waiting events, each by one server; those about one order together, orders side by
/// side. Returns how many events.
pub async fn work_inbox(app: &AppState) -> Result<usize, Fault> {
    let mut connection = app.db.read.acquire().await?;
    let due = queries::list_events_due(&mut connection, app.now()).await?;
    drop(connection);
    let mut worked = 0;
    let mut of_attempts: BTreeMap<String, Vec<StoredEvent>> = BTreeMap::new();
    for event in due {
        let mut connection = app.db.write.acquire().await?;
        let mine = queries::claim_event(&mut connection, &event, app.now() + LEASE).await?;
        drop(connection);
        if !mine {
            continue;
        }
        worked += 1;
        // Neither ended nor put back, each time: whoever worked on it died of it, perhaps.
        if event.tries >= TRIES_MAX {
            park(app, &event, "its work was begun and never ended").await?;
            continue;
        }
        if faults::planted("done-before-worked") {
            end(app, &event, "worked", "taken").await?;
        }
        match find_attempt(app, &event).await? {
            Some(id) => of_attempts.entry(id).or_default().push(event),
            None => end(app, &event, "not_ours", "names no order of this shop").await?,
        }
    }
    let mut round = Round::default();
    let mut done = stream::iter(of_attempts)
        .map(|(id, events)| async move { (work(app, &id, &events).await, id) })
        .buffer_unordered(if faults::is_seeded() { 1 } else { SIDE_BY_SIDE });
    while let Some((ended, id)) = done.next().await {
        round.note(&id, ended.map(|()| true));
    }
    round.end()?;
    Ok(worked)
}

/// The attempt that an event is about; some events name only the payment.
async fn find_attempt(app: &AppState, event: &StoredEvent) -> Result<Option<String>, Fault> {
    let mut connection = app.db.read.acquire().await?;
    let gateway_order = match (&event.gateway_order_id, &event.payment_id) {
        (Some(id), _) => Some(id.clone()),
        (None, Some(id)) => queries::find_gateway_order_of_payment(&mut connection, id).await?,
        (None, None) => None,
    };
    let Some(id) = gateway_order else { return Ok(None) };
    let attempt = queries::find_attempt_by_gateway_order(&mut connection, &id).await?;
    Ok(attempt.map(|attempt| attempt.id))
}

/// One question to the gateway answers all events about one attempt.
async fn work(app: &AppState, attempt_id: &str, events: &[StoredEvent]) -> Result<(), Fault> {
    let named = events.iter().filter_map(|event| event.payment_id.as_deref());
    let mut hints: Vec<PaymentId> = named.filter_map(PaymentId::parse).collect();
    hints.dedup();
    let settled = settle_hinted(app, attempt_id, "webhook", &hints).await;
    for event in events {
        tell_of_dispute(app, event, attempt_id).await?;
        match &settled {
            Ok(Settled::Unknown) if !faults::planted("unknown-is-done") => {
                again(app, event, "the gateway gave no usable answer").await?
            }
            Ok(settled) => match left_undone(app, event, settled).await? {
                None => end(app, event, "worked", &format!("{settled:?}")).await?,
                Some(why) => again(app, event, &why).await?,
            },
            Err(fault) => {
                tracing::error!(reference = %fault.reference, event = %event.id, "{fault}");
                again(app, event, &fault.to_string()).await?;
            }
        }
    }
    Ok(())
}

fn tells_of_money(event: &StoredEvent) -> bool {
    matches!(event.name.as_str(), "payment.captured" | "order.paid")
}

/// A bank asks for the money back: that a person must answer, at the gateway's dashboard and in
/// time.
async fn tell_of_dispute(
    app: &AppState,
    event: &StoredEvent,
    attempt_id: &str,
) -> Result<(), Fault> {
    let Some(payment) = event.payment_id.as_deref() else { return Ok(()) };
    if !event.name.starts_with("payment.dispute.") {
        return Ok(());
    }
    let subject = format!("{payment} {}", event.name);
    let detail = format!(
        "{} for payment {payment}. Answer it at the gateway's dashboard before its day is over.",
        event.name
    );
    let mut connection = app.db.write.acquire().await?;
    let attempt = queries::find_attempt(&mut connection, attempt_id).await?;
    let order_id = attempt.as_ref().map(|attempt| attempt.order_id.as_str());
    service::ask_a_person(&mut connection, "dispute", &subject, order_id, &detail, app.now()).await
}

/// What an event tells of and is not in the books although its order was asked about. A refund's
/// meaning is told by the list of its payment's refunds alone; and the payment itself may be
/// missing, or be known as it was before, where lists lag and the question by its id got no good
/// answer. Money that was set aside is in the books, whether or not its order is paid.
async fn left_undone(
    app: &AppState,
    event: &StoredEvent,
    settled: &Settled,
) -> Result<Option<String>, Fault> {
    let is_of_refund = event.name.starts_with("refund.");
    if !is_of_refund && !tells_of_money(event) {
        return Ok(None);
    }
    // Its order waits: what it tells of may still come.
    let may_come = !is_of_refund && matches!(settled, Settled::Waiting { .. });
    let Some(payment) = &event.payment_id else {
        return Ok(may_come.then(|| "no captured payment is there yet".to_owned()));
    };
    if is_of_refund && let Err(error) = refunds::pick_up(app, payment).await? {
        return Ok(Some(error.to_string()));
    }
    let mut connection = app.db.read.acquire().await?;
    let known = queries::find_payment(&mut connection, payment).await?;
    // What failed may be captured all the same while that is so; after that it went back.
    let is_booked =
        known.is_some_and(|it| it.role.is_some() || (it.status == Status::Failed && !may_come));
    Ok((!is_booked).then(|| "its payment is not in the books yet".to_owned()))
}

async fn end(app: &AppState, event: &StoredEvent, state: &str, why: &str) -> Result<(), Fault> {
    faults::reach("before an event is done").await;
    let mut connection = app.db.write.acquire().await?;
    Ok(queries::update_event(&mut connection, &event.id, state, why, None).await?)
}

/// Back into the inbox: 5 s, then twice as long each time, an hour at most; parked in the end.
async fn again(app: &AppState, event: &StoredEvent, why: &str) -> Result<(), Fault> {
    if event.tries + 1 >= TRIES_MAX {
        return park(app, event, why).await;
    }
    let mut connection = app.db.write.acquire().await?;
    let pause = (5 * SECOND).saturating_mul(1 << event.tries.clamp(0, 20)).min(HOUR);
    let next = Some(app.now() + pause);
    Ok(queries::update_event(&mut connection, &event.id, "waiting", why, next).await?)
}

async fn park(app: &AppState, event: &StoredEvent, why: &str) -> Result<(), Fault> {
    let now = app.now();
    transact!(app.db, |tx| write_parked(&mut tx, event, why, now).await)
}

async fn write_parked(
    connection: &mut Connection,
    event: &StoredEvent,
    why: &str,
    now: Moment,
) -> Result<(), Fault> {
    queries::update_event(connection, &event.id, "parked", why, None).await?;
    let (id, name) = (&event.id, &event.name);
    let detail = format!("The gateway's event {id} ({name}) could not be worked: {why}");
    service::ask_a_person(connection, "event", id, None, &detail, now).await
}
