//! What was agreed: frozen lines, address and totals, and the states an order goes through.
//!
//! Owns `orders`, `order_lines`, `order_events`, `counters`. What must stay true: an order becomes
//! paid only by a [`PaymentProof`], its number is given in that same transaction (so numbers have
//! no gaps), each change has one entry in the timeline, and frozen copies never change.

mod access;
mod letters;
mod pages;
mod pricing;
mod queries;
pub mod service;
#[cfg(test)]
mod tests;
mod types;
mod words;

pub use access::{access_key, opens, secret_link};
pub use letters::{confirmation, money_goes_back, refund_made};
pub use pages::{StateBadge, When, order_body, routes};
pub use pricing::{Totals, content_hash, is_as_agreed, price, shipping};
pub use types::*;
pub use words::gst_parts;
