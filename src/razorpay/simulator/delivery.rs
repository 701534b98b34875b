//! The courier: takes events to the shop's webhook, at least once, and lets payments age meanwhile
//! (Razorpay: Webhooks, delivery and retries).

use super::clock::Clock;
use super::refusal::Refusal;
use super::store::{Desk, save_setting};
use super::{OpenError, Shared};
use crate::razorpay::signature::{WebhookSecret, sign_webhook};
use crate::razorpay::transport;
use reqwest::Url;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// A later answer counts as none. Real time: it is the network's.
const PATIENCE: Duration = Duration::from_secs(5);
/// Deliveries on their way at one moment.
const HANDS: i64 = 16;
/// Sleeps no longer than this, whatever is due.
const NAP: Duration = Duration::from_secs(1);
/// After a quick failure, payment and order events get one early try.
const QUICK_RETRY: i64 = 230;
/// A rung closer than this has been missed.
const SETTLING: i64 = 2_000;
/// Any other retry waits at least this long after the failure before it.
const BREATH: i64 = 6_000;
/// Milliseconds from the first try to each later one, as measured.
const LADDER: [i64; 14] = [
    8_000, 19_000, 40_000, 83_000, 165_000, 326_000, 650_000, 1_293_000, 2_576_000, 5_140_000,
    10_267_000, 20_508_000, 40_988_000, 81_953_000,
];

/// Where events go and whether they do.
pub(super) struct Webhooks {
    http: reqwest::Client,
    url: Option<Url>,
    enabled: Mutex<bool>,
    on_their_way: Mutex<HashSet<String>>,
}

impl Webhooks {
    pub(super) fn new(url: Option<&str>, enabled: bool) -> Result<Self, OpenError> {
        let url = url.map(Url::parse).transpose()?;
        let nobody = Url::parse("http://localhost")?;
        let http = transport::builder(url.as_ref().unwrap_or(&nobody))
            .timeout(PATIENCE)
            .user_agent("Razorpay-Webhook/v1")
            .build()?;
        let on_their_way = Mutex::default();
        Ok(Self { http, url, enabled: Mutex::new(enabled), on_their_way })
    }

    pub(super) fn is_listening(&self) -> bool {
        self.url.is_some() && *lock(&self.enabled)
    }

    pub(super) fn switch(&self, on: bool) {
        *lock(&self.enabled) = on;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(sqlx::FromRow)]
struct Parcel {
    id: String,
    name: String,
    body: String,
    tries: i64,
    first_tried_at: Option<i64>,
}

/// Works until told to stop.
pub(super) async fn run(shared: Arc<Shared>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let pause = match round(&shared).await {
            Ok(next_at) => next_at.map_or(NAP, |at| shared.clock.until(at).min(NAP)),
            Err(_) => NAP,
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = shared.wake.notified() => {}
            // A fast clock can make the next moment less than a millisecond away.
            () = tokio::time::sleep(pause.max(Duration::from_millis(2))) => {}
        }
    }
}

/// Does what is due; returns when the next thing will be.
async fn round(shared: &Arc<Shared>) -> Result<Option<i64>, Refusal> {
    let mut desk = Desk::open(shared).await?;
    while desk.age_payments().await? > 0 {}
    let next_payment: Option<i64> =
        sqlx::query_scalar("select min(due_at) from payments").fetch_one(&mut *desk.tx).await?;
    let mut next_event = None;
    let mut due = Vec::new();
    if shared.webhooks.is_listening() {
        due = sqlx::query_as::<_, Parcel>(
            "select id, name, body, tries, first_tried_at from events where next_at <= $1 \
             order by next_at, id limit $2",
        )
        .bind(desk.now)
        .bind(HANDS)
        .fetch_all(&mut *desk.tx)
        .await?;
        next_event = sqlx::query_scalar("select min(next_at) from events where next_at > $1")
            .bind(desk.now)
            .fetch_one(&mut *desk.tx)
            .await?;
    }
    desk.tx.commit().await?;
    for parcel in due {
        if lock(&shared.webhooks.on_their_way).insert(parcel.id.clone()) {
            tokio::spawn(deliver(Arc::clone(shared), parcel));
        }
    }
    Ok(next_payment.into_iter().chain(next_event).min())
}

async fn deliver(shared: Arc<Shared>, parcel: Parcel) {
    let began_at = shared.clock.now();
    let began = Instant::now();
    let answer = post(&shared, &parcel).await;
    let quick = began.elapsed() < Duration::from_secs(1);
    if let Err(refusal) = record(&shared, &parcel, began_at, quick, answer).await {
        tracing::error!(event = parcel.id, why = refusal.description(), "delivery not recorded");
    }
    lock(&shared.webhooks.on_their_way).remove(&parcel.id);
    shared.wake.notify_one();
}

/// The status of the answer, or why there was none.
async fn post(shared: &Shared, parcel: &Parcel) -> Result<u16, String> {
    let url = shared.webhooks.url.clone().ok_or("no address")?;
    let secret = WebhookSecret::new(&*shared.options.webhook_secret);
    let mut request = shared
        .webhooks
        .http
        .post(url)
        .header("Content-Type", "application/json")
        .header("Accept-Encoding", "gzip")
        .header("X-Razorpay-Event-Id", &parcel.id)
        .header("Request-Id", &parcel.id);
    if !secret.is_empty() {
        let signature = sign_webhook(&secret, parcel.body.as_bytes());
        request = request.header("X-Razorpay-Signature", signature);
    }
    match request.body(parcel.body.clone()).send().await {
        Ok(answer) => Ok(answer.status().as_u16()),
        Err(error) if error.is_timeout() => Err("no answer in time".to_owned()),
        Err(error) => Err(error.without_url().to_string()),
    }
}

async fn record(
    shared: &Arc<Shared>,
    parcel: &Parcel,
    began_at: i64,
    quick: bool,
    answer: Result<u16, String>,
) -> Result<(), Refusal> {
    let mut desk = Desk::open(shared).await?;
    let delivered = matches!(answer, Ok(200..=299));
    let early = quick && !matches!(answer, Ok(400..=499));
    let first_at = parcel.first_tried_at.unwrap_or(began_at);
    let tries = parcel.tries + 1;
    let next_at =
        (!delivered).then(|| next_try(&parcel.name, tries, first_at, desk.now, early)).flatten();
    sqlx::query(
        "update events set tries = $2, first_tried_at = $3, next_at = $4, delivered_at = $5, \
         last_answer = $6 where id = $1",
    )
    .bind(&parcel.id)
    .bind(tries)
    .bind(first_at)
    .bind(next_at)
    .bind(delivered.then_some(desk.now))
    .bind(answer.map_or_else(|why| why, |status| status.to_string()))
    .execute(&mut *desk.tx)
    .await?;
    desk.commit().await?;
    if !delivered && next_at.is_none() {
        tracing::warn!(event = parcel.id, "no success for a day: the webhook is switched off");
        shared.webhooks.switch(false);
        save_setting(&shared.store, "webhooks_enabled", &false).await?;
    }
    Ok(())
}

/// When to try again after `tries` failures; `None` gives up.
fn next_try(name: &str, tries: i64, first_at: i64, now: i64, early: bool) -> Option<i64> {
    let favoured = name.starts_with("payment.") || name == "order.paid";
    if tries == 1 && early && favoured {
        return Some(now + QUICK_RETRY);
    }
    // The rung is found by time, so that a slow answer or an early try takes none away.
    let rung = LADDER.iter().map(|gap| first_at + gap).find(|at| *at > now + SETTLING)?;
    Some(rung.max(now + BREATH))
}

/// Sends an event once more, delivered or not; `false` when there is no such event.
pub(super) async fn resend(shared: &Arc<Shared>, event_id: &str) -> Result<bool, Refusal> {
    let mut desk = Desk::open(shared).await?;
    let found = sqlx::query(
        "update events set next_at = $2, first_tried_at = null, tries = 0, delivered_at = null \
         where id = $1",
    )
    .bind(event_id)
    .bind(desk.now)
    .execute(&mut *desk.tx)
    .await?;
    desk.commit().await?;
    Ok(found.rows_affected() == 1)
}

/// Moves the clock and wakes whatever that makes due.
pub(super) async fn advance(shared: &Shared, milliseconds: i64) -> Result<(), Refusal> {
    let clock: &Clock = &shared.clock;
    save_setting(&shared.store, "clock", &clock.advance(milliseconds)).await?;
    shared.wake.notify_one();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_climb_the_measured_ladder_and_end_after_a_day() {
        let mut now = 1_000;
        let mut gaps = Vec::new();
        for tries in 1.. {
            let Some(next) = next_try("order.paid", tries, 1_000, now, true) else {
                break;
            };
            gaps.push(next - 1_000);
            now = next;
        }
        assert_eq!(gaps[0], QUICK_RETRY);
        assert_eq!(gaps[1..], LADDER);
        assert_eq!(next_try("refund.created", 1, 0, 0, true), Some(8_000));
        assert_eq!(next_try("order.paid", 1, 0, 5_000, false), Some(11_000));
    }
}
