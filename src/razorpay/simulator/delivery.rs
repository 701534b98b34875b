//! The courier: takes events to the shop's webhook, at least once, and lets payments age meanwhile
//! (Razorpay: Webhooks, delivery and retries).

use super::mishaps::Mode;
use super::outbox::{Parcel, Reception, SWITCHED_OFF_AFTER};
use super::refusal::Refusal;
use super::settings::save_setting;
use super::store::Desk;
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

/// Where events go, whether they do, and what they are signed with.
pub(super) struct Webhooks {
    state: Mutex<State>,
    on_their_way: Mutex<HashSet<String>>,
}

struct State {
    /// Opened at the first delivery, for the address it is then.
    http: Option<reqwest::Client>,
    url: Option<Url>,
    enabled: bool,
    /// When the gateway switches the webhook off, should nothing arrive until then.
    off_at: Option<i64>,
    secret: String,
    earlier_secret: Option<String>,
}

impl Webhooks {
    pub(super) fn new(url: Option<&str>, enabled: bool, secret: &str) -> Result<Self, OpenError> {
        let state = State {
            http: None,
            url: url.map(Url::parse).transpose()?,
            enabled,
            off_at: None,
            secret: secret.to_owned(),
            earlier_secret: None,
        };
        Ok(Self { state: Mutex::new(state), on_their_way: Mutex::default() })
    }

    pub(super) fn is_listening(&self) -> bool {
        let state = lock(&self.state);
        state.url.is_some() && state.enabled
    }

    pub(super) fn switch(&self, on: bool) {
        let mut state = lock(&self.state);
        state.enabled = on;
        state.off_at = None;
    }

    pub(super) fn is_on(&self) -> bool {
        lock(&self.state).enabled
    }

    pub(super) fn send_to(&self, url: Url) {
        let mut state = lock(&self.state);
        state.url = Some(url);
        state.http = None;
    }

    pub(super) fn off_at(&self) -> Option<i64> {
        lock(&self.state).off_at
    }

    pub(super) fn switch_off_at(&self, at: Option<i64>) {
        lock(&self.state).off_at = at;
    }

    pub(super) fn secret(&self) -> String {
        lock(&self.state).secret.clone()
    }

    /// What signed until the secret was changed; none if it never was.
    pub(super) fn earlier_secret(&self) -> Option<String> {
        lock(&self.state).earlier_secret.clone()
    }

    pub(super) fn change_secret(&self, secret: String) {
        let mut state = lock(&self.state);
        let earlier = std::mem::replace(&mut state.secret, secret);
        state.earlier_secret = Some(earlier);
    }

    fn address(&self) -> Result<(reqwest::Client, Url), String> {
        let mut state = lock(&self.state);
        let url = state.url.clone().ok_or("no address")?;
        if state.http.is_none() {
            let builder = transport::builder(&url).timeout(PATIENCE);
            let built = builder.user_agent(USER_AGENT).build();
            state.http = Some(built.map_err(|error| error.to_string())?);
        }
        Ok((state.http.clone().ok_or("no connection")?, url))
    }
}

/// The name of [`Webhooks::off_at`] among the settings.
pub(super) const OFF_AT: &str = "webhooks_off_at";
const USER_AGENT: &str = "Razorpay-Webhook/v1";

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One webhook request as it is sent.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub event_id: String,
    /// Such as `payment.captured`.
    pub event: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    /// Deliveries of this event before this one.
    pub tries: i64,
}

impl Delivery {
    pub(super) fn write(parcel: Parcel, shared: &Shared) -> Self {
        let mode = parcel.mode();
        let mut headers = vec![
            ("Content-Type", "application/json".to_owned()),
            ("User-Agent", USER_AGENT.to_owned()),
            ("Accept-Encoding", "gzip".to_owned()),
        ];
        if mode != Some(Mode::MissingId) {
            headers.push(("X-Razorpay-Event-Id", parcel.id.clone()));
            headers.push(("Request-Id", parcel.id.clone()));
        }
        let secret = parcel.secret.unwrap_or_else(|| shared.webhooks.secret());
        let secret = WebhookSecret::new(secret);
        if !secret.is_empty() {
            let signed = if mode == Some(Mode::BadSignature) { " " } else { "" };
            let signature = sign_webhook(&secret, format!("{}{signed}", parcel.body).as_bytes());
            headers.push(("X-Razorpay-Signature", signature));
        }
        let (event_id, event) = (parcel.id, parcel.name);
        Self { event_id, event, headers, body: parcel.body, tries: parcel.tries }
    }
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
    let next_at = age(shared).await?;
    for parcel in due(shared, HANDS).await? {
        if lock(&shared.webhooks.on_their_way).insert(parcel.id.clone()) {
            tokio::spawn(deliver(Arc::clone(shared), parcel));
        }
    }
    Ok(next_at)
}

/// What time alone brings about; returns when it will bring the next.
pub(super) async fn age(shared: &Arc<Shared>) -> Result<Option<i64>, Refusal> {
    let mut desk = Desk::open(shared).await?;
    while desk.age_payments().await? > 0 {}
    desk.settle_refunds().await?;
    if shared.webhooks.off_at().is_some_and(|at| at <= desk.now) {
        tracing::warn!("no success for a day: the webhook is switched off");
        shared.webhooks.switch(false);
        save_setting(&mut *desk.tx, "webhooks_enabled", &false).await?;
        save_setting(&mut *desk.tx, OFF_AT, &None::<i64>).await?;
    }
    let next_at = desk.next_moment().await?;
    desk.tx.commit().await?;
    Ok(next_at)
}

/// Events to be sent now, none while the webhook is off.
pub(super) async fn due(shared: &Arc<Shared>, limit: i64) -> Result<Vec<Parcel>, Refusal> {
    if !shared.webhooks.is_listening() {
        return Ok(Vec::new());
    }
    Desk::open(shared).await?.list_due_events(limit).await
}

async fn deliver(shared: Arc<Shared>, parcel: Parcel) {
    let twice = parcel.mode() == Some(Mode::Simultaneous) && parcel.tries == 0;
    let delivery = Delivery::write(parcel, &shared);
    if twice {
        tokio::join!(send(&shared, &delivery), send(&shared, &delivery));
    } else {
        send(&shared, &delivery).await;
    }
    lock(&shared.webhooks.on_their_way).remove(&delivery.event_id);
    shared.wake.notify_one();
}

/// One delivery, written down however it ends.
pub(super) async fn send(shared: &Arc<Shared>, delivery: &Delivery) {
    let began_at = shared.clock.now();
    let began = Instant::now();
    let answer = post(shared, delivery).await;
    if shared.store.is_closed() {
        // The simulator has ended meanwhile: the event goes again after its next start.
        return;
    }
    let quick = began.elapsed() < Duration::from_secs(1);
    let how = Reception { began_at, quick, answer };
    if let Err(refusal) = record(shared, &delivery.event_id, how).await {
        let (event, why) = (&delivery.event_id, refusal.description());
        tracing::error!(event, why, "delivery not recorded");
    }
}

/// The status of the answer, or why there was none.
async fn post(shared: &Shared, delivery: &Delivery) -> Result<u16, String> {
    let (http, url) = shared.webhooks.address()?;
    let mut request = http.post(url);
    for (name, value) in &delivery.headers {
        request = request.header(*name, value);
    }
    match request.body(delivery.body.clone()).send().await {
        Ok(answer) => Ok(answer.status().as_u16()),
        Err(error) if error.is_timeout() => Err("no answer in time".to_owned()),
        Err(error) => Err(error.without_url().to_string()),
    }
}

/// A success forgives the failures before it; the end of a ladder is the end of the webhook.
pub(super) async fn record(
    shared: &Arc<Shared>,
    event_id: &str,
    how: Reception,
) -> Result<(), Refusal> {
    let arrived = matches!(how.answer, Ok(200..=299));
    let mut desk = Desk::open(shared).await?;
    let first_at = desk.record(event_id, how).await?;
    let known = shared.webhooks.off_at();
    let off_at = match first_at {
        _ if arrived => None,
        Some(first_at) => known.or(Some(first_at + SWITCHED_OFF_AFTER)),
        None => known,
    };
    if off_at != known {
        save_setting(&mut *desk.tx, OFF_AT, &off_at).await?;
    }
    desk.commit().await?;
    shared.webhooks.switch_off_at(off_at);
    Ok(())
}
