//! `/_sim/`: makes happen what a customer, a bank or bad luck would. Only for callers on this
//! machine, by one of its own names, and only as JSON or from the simulator's own page, so that no
//! other web page can press these buttons.

use super::api::{Answer, found};
use super::refusal::Refusal;
use super::{Shared, board, ledger, levers};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::{Next, from_fn};
use axum::routing::{get, post};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_sim", get(board::show).post(board::press))
        .route("/_sim/ledger", get(whole))
        .route("/_sim/{*lever}", post(pull))
        .layer(from_fn(this_machine_only))
}

async fn whole(State(shared): State<Arc<Shared>>) -> Answer {
    found(&ledger::whole(&shared).await?)
}

async fn pull(State(shared): State<Arc<Shared>>, Path(lever): Path<String>, body: Bytes) -> Answer {
    found(&levers::pull(&shared, &lever, &body).await?)
}

async fn this_machine_only(request: Request, next: Next) -> Answer {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let here = peer.is_some_and(|ip| ip.to_canonical().is_loopback());
    if !here || !has_local_name(request.headers()) {
        return Err(Refusal::wrong_url());
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let json = kind.is_some_and(|kind| kind.starts_with("application/json"));
    let own_page = request.uri().path() == "/_sim" && comes_from_itself(request.headers());
    if request.method() == Method::POST && !json && !own_page {
        return Err(Refusal::state("The control interface takes application/json."));
    }
    Ok(next.run(request).await)
}

/// A page elsewhere can give its own name this machine's address and then read answers; it cannot
/// take one of these names.
fn has_local_name(headers: &HeaderMap) -> bool {
    let named = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let Some(host) = named.and_then(|host| host.parse::<Authority>().ok()) else {
        return false;
    };
    let name = host.host().trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// A form says in `Origin` which page it stands on.
fn comes_from_itself(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let origin = text(header::ORIGIN).and_then(|origin| origin.strip_prefix("http://"));
    origin.is_some() && origin == text(header::HOST)
}
