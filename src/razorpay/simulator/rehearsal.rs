//! The simulator in the hands of a test in the same process: books in memory, a clock that stands
//! still, chance from a seed, and webhooks that leave only when the test hands them over.

use super::delivery::{self, Delivery};
use super::outbox::Reception;
use super::refusal::Refusal;
use super::{OpenError, Options, Shared, Simulator, clock, ledger, levers, settings, store};
use serde_json::Value;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Why the gateway did not do it, in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub String);

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self(refusal.description().to_owned())
    }
}

impl Simulator {
    /// Fresh books in memory; `options.store` and `options.time_scale` are not used. The clock
    /// stands at `now_ms` until it is moved, and the same calls after the same `seed` give the same
    /// ids. Opens in about a millisecond.
    pub async fn in_memory(options: Options, seed: u64, now_ms: i64) -> Result<Self, OpenError> {
        let books = store::in_memory().await?;
        let clock = clock::Clock::rehearsal(now_ms, seed);
        Ok(Self { shared: Arc::new(Shared::new(options, books, clock, true)?) })
    }

    /// Answers HTTP until `shutdown` ends, and does nothing of its own accord.
    pub async fn answer(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let app = self.router().into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, app).with_graceful_shutdown(shutdown).await
    }

    /// Pulls a lever as `POST /_sim/{lever}` does.
    pub async fn pull(&self, lever: &str, body: &Value) -> Result<Value, Refused> {
        Ok(levers::pull(&self.shared, lever, body.to_string().as_bytes()).await?)
    }

    /// As `GET /_sim/ledger` answers it.
    pub async fn ledger(&self) -> Result<Value, Refused> {
        Ok(ledger::whole(&self.shared).await?)
    }

    /// Milliseconds since 1970, simulated.
    pub fn now(&self) -> i64 {
        self.shared.clock.now()
    }

    /// Forwards or backwards. Nothing happens before [`Simulator::age`].
    pub async fn set_time(&self, now_ms: i64) -> Result<(), Refused> {
        let anchor = self.shared.clock.set(now_ms);
        settings::save_setting(&self.shared.store, "clock", &anchor)
            .await
            .map_err(Refusal::from)?;
        Ok(())
    }

    /// Does what time alone brings about: open payments fail, uncaptured ones go back, a webhook
    /// that failed for a day is switched off. Returns the moment of the next such thing or event.
    pub async fn age(&self) -> Result<Option<i64>, Refused> {
        Ok(delivery::age(&self.shared).await?)
    }

    /// The webhook requests to be made now, the longest waiting first; asking changes nothing. None
    /// while the webhook is switched off or has no address.
    pub async fn due(&self) -> Result<Vec<Delivery>, Refused> {
        let parcels = delivery::due(&self.shared, i64::MAX).await?;
        Ok(parcels.into_iter().map(|parcel| Delivery::write(parcel, &self.shared)).collect())
    }

    /// Writes down what became of a delivery: the status of the shop's answer, or why there was
    /// none. Anything but 2xx brings the next rung of the ladder.
    pub async fn delivered(
        &self,
        delivery: &Delivery,
        answer: Result<u16, String>,
    ) -> Result<(), Refused> {
        let how = Reception { began_at: self.now(), quick: true, answer };
        Ok(delivery::record(&self.shared, &delivery.event_id, how).await?)
    }

    /// Makes one delivery over HTTP to the webhook's address and writes down how it went.
    pub async fn deliver(&self, delivery: &Delivery) {
        delivery::send(&self.shared, delivery).await;
    }
}
