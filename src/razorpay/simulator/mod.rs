//! Razorpay on this machine: its HTTP API, checkout and webhooks as a real server with test money,
//! so that the shop, its tests and a demonstration never need a mock.
//!
//! It speaks Razorpay's published protocol and keeps its own books in one SQLite file. It knows
//! nothing of the shop: whatever it learns comes in by HTTP. `/_sim/` (loopback only) makes happen
//! what a customer, a bank or bad luck would.

mod api;
mod board;
mod checkout;
mod clock;
mod control;
mod delivery;
mod disputes;
mod entity;
mod events;
mod faults;
mod home;
mod html;
mod instrument;
mod late;
mod ledger;
mod levers;
mod mishaps;
mod odd;
mod orders;
mod outbox;
mod page;
mod payments;
mod refunding;
mod refunds;
mod refusal;
mod rehearsal;
mod request;
mod rules;
mod settings;
mod steps;
mod store;
#[cfg(test)]
mod tests;
mod visit;

pub use delivery::Delivery;
pub use rehearsal::Refused;

use crate::razorpay::transport;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use sqlx_sqlite::SqlitePool;
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Why the simulator cannot start: the file, or TLS for webhooks.
pub type OpenError = Box<dyn std::error::Error + Send + Sync>;

/// Requests still running when the server stops get so long to end.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// What one simulated merchant account looks like.
#[derive(Clone)]
pub struct Options {
    pub key_id: String,
    pub key_secret: String,
    /// Signs events. Empty: events go unsigned, as Razorpay does it.
    pub webhook_secret: String,
    /// Where events go; `None` keeps them.
    pub webhook_url: Option<String>,
    /// As browsers reach it, such as `http://localhost:3001`.
    pub public_url: String,
    /// SQLite file, made when missing.
    pub store: PathBuf,
    /// How much faster than the wall's clock time runs here: 1 is real, at 0 it stands still.
    pub time_scale: u32,
}

/// A gateway with its books open; cheap to clone.
#[derive(Clone)]
pub struct Simulator {
    shared: Arc<Shared>,
}

struct Shared {
    options: Options,
    store: SqlitePool,
    clock: clock::Clock,
    webhooks: delivery::Webhooks,
    running: refunding::RunningKeys,
    faults: faults::Faults,
    mishaps: mishaps::Mishaps,
    wake: Notify,
}

impl Shared {
    fn new(
        options: Options,
        store: SqlitePool,
        clock: clock::Clock,
        webhooks_enabled: bool,
    ) -> Result<Self, OpenError> {
        // At the start, not at the first delivery: whoever shares the process has it then too.
        transport::choose_tls();
        let (url, secret) = (options.webhook_url.as_deref(), &options.webhook_secret);
        let webhooks = delivery::Webhooks::new(url, webhooks_enabled, secret)?;
        Ok(Self {
            options,
            store,
            clock,
            webhooks,
            running: refunding::RunningKeys::default(),
            faults: faults::Faults::default(),
            mishaps: mishaps::Mishaps::default(),
            wake: Notify::new(),
        })
    }
}

impl Simulator {
    /// Opens or makes the books.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        let store = store::open(&options.store).await?;
        let anchor = settings::load_setting(&store, "clock").await?;
        let clock = clock::Clock::resume(anchor, options.time_scale);
        settings::save_setting(&store, "clock", &clock.anchor()).await?;
        let enabled = settings::load_setting(&store, "webhooks_enabled").await?.unwrap_or(true);
        let off_at = settings::load_setting::<Option<i64>>(&store, delivery::OFF_AT).await?;
        let shared = Shared::new(options, store, clock, enabled)?;
        shared.webhooks.switch_off_at(off_at.flatten());
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Every address of the gateway. Serve it with the peers' addresses
    /// (`into_make_service_with_connect_info::<SocketAddr>`), or `/_sim/` stays shut.
    pub fn router(&self) -> Router {
        let routes = api::routes(&self.shared)
            .merge(checkout::routes())
            .merge(control::routes())
            .merge(home::routes())
            .fallback(async || refusal::Refusal::wrong_url())
            .method_not_allowed_fallback(async || refusal::Refusal::wrong_url())
            .layer(faults::layer(&self.shared))
            .with_state(Arc::clone(&self.shared))
            .map_request(without_last_slash)
            .map_response(in_json)
            .map_response(never_cached);
        Router::new().fallback_service(routes)
    }

    /// Answers until `shutdown` ends; meanwhile delivers webhooks and lets payments age.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let stop = CancellationToken::new();
        let courier = tokio::spawn(delivery::run(Arc::clone(&self.shared), stop.clone()));
        let stopping = stop.clone();
        let app = self.router().into_make_service_with_connect_info::<SocketAddr>();
        let server = axum::serve(listener, app).with_graceful_shutdown(async move {
            shutdown.await;
            stopping.cancel();
        });
        let patience = async {
            stop.cancelled().await;
            tokio::time::sleep(LAST_ANSWERS).await;
        };
        let served = tokio::select! {
            served = server.into_future() => served,
            () = patience => Ok(()),
        };
        stop.cancel();
        if let Err(error) = courier.await {
            tracing::error!(%error, "the simulator's courier broke");
        }
        self.shared.store.close().await;
        served
    }
}

/// Razorpay tolerates a slash at the end of every address.
fn without_last_slash(mut request: Request) -> Request {
    let uri = request.uri();
    if uri.path().len() > 1 && uri.path().ends_with('/') {
        let path = uri.path().trim_end_matches('/');
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        if let Ok(shorter) = format!("/{}{query}", path.trim_start_matches('/')).parse::<Uri>() {
            *request.uri_mut() = shorter;
        }
    }
    request
}

/// What axum refuses by itself, in plain text, such as a body that is too large: an SDK reads
/// nothing but JSON.
fn in_json(response: Response) -> Response {
    let plain = response.headers().get(header::CONTENT_TYPE);
    let plain = plain.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let status = response.status();
    if plain && (status.is_client_error() || status.is_server_error()) {
        return refusal::Refusal::of(status).into_response();
    }
    response
}

fn never_cached(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(
        HeaderName::from_static("referrer-policy"),
        HeaderValue::from_static("strict-origin-when-cross-origin"),
    );
    response
}
