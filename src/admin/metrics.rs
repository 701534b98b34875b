//! `/metrics`: what the process counted and what waits in the database, for Prometheus.
//!
//! With `KIRANA_METRICS_TOKEN` it wants that token as a bearer (RFC 6750); without, it answers only
//! to this machine itself, and never through a proxy.

use crate::error::Refusal;
use crate::state::AppState;
use crate::web::Failure;
use crate::{mail, payment};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use subtle::ConstantTimeEq;

pub(super) async fn metrics(
    State(app): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if !may_read(&app, peer, &headers) {
        return Err(Refusal::not_found("that page").into());
    }
    let mut connection = app.db.read.acquire().await?;
    let mut standing = payment::service::list_standing(&mut connection, app.now()).await?;
    standing.push(("letters_waiting".to_owned(), mail::count_waiting(&mut connection).await?));
    drop(connection);
    app.metrics.standing.reset();
    for (what, value) in standing {
        app.metrics.standing.with_label_values(&[&what]).set(value);
    }
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((kind, app.metrics.text()?).into_response())
}

fn may_read(app: &AppState, peer: SocketAddr, headers: &HeaderMap) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    match &app.config.metrics_token {
        Some(token) => bool::from(token.0.as_bytes().ct_eq(given.as_bytes())),
        None => peer.ip().to_canonical().is_loopback() && !headers.contains_key("x-forwarded-for"),
    }
}
