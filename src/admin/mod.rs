//! The shopkeeper's desk: it reads widely, and writes only through the rooms' services.
//!
//! Owns no table. What must stay true: to a customer no page of the desk exists, and orders
//! awaiting payment are never counted as sales.

mod actions;
mod desk;
mod metrics;
mod pages;

use crate::state::AppState;
use axum::Router;
use axum::routing::get;

pub fn routes() -> Router<AppState> {
    pages::routes().merge(actions::routes())
}

/// For machines: no session, a guard of their own.
pub fn doors() -> Router<AppState> {
    Router::new().route("/metrics", get(metrics::metrics))
}
