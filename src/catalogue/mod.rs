//! What is sold, at what price, how many are left.
//!
//! Owns `categories`, `products`, `product_words`, `stock_holds`, `stock_movements`. What must stay
//! true: no unit is promised twice (`held` never passes `on_hand`, carried by conditional updates
//! and named checks), every change of `on_hand` has its movement, and a hold ends as exactly one
//! sale or release.

pub mod demo;
mod fill;
mod pages;
mod queries;
mod search;
pub mod service;
pub mod stock;
#[cfg(test)]
mod tests;
mod types;

pub use fill::{grow, load_demo};
pub use pages::{home, list, product};
pub use types::*;

use crate::state::AppState;
use axum::Router;
use axum::routing::get;

/// The shopper's pages; none of them writes.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(home))
        .route("/products", get(list))
        .route("/products/{slug}", get(product))
}
