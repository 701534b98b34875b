//! The gateway's language: what Razorpay says over HTTP, and how to know that it was Razorpay.
//!
//! Owns the wire types, the client, the signatures and the reading of webhook events. Knows no room
//! of the shop: amounts are `i64` paise and ids are the gateway's own. The shop turns them into its
//! words at its own border.
//!
//! What must stay true:
//! - only [`signature`] makes a [`VerifiedReturn`] or a [`VerifiedWebhook`];
//! - a signature says who sent the message, never that money arrived: ask [`Client`] for that;
//! - an odd body from the network is an error value, never a panic and never a guess.

mod client;
mod error;
mod ids;
mod lists;
mod pace;
pub mod signature;
pub mod simulator;
mod transport;
mod webhook;
mod wire;

pub use client::{Client, ClientConfig, NewOrder, NewRefund};
pub use error::GatewayError;
pub use ids::{EventId, OrderId, PaymentId, RefundId};
pub use lists::Span;
pub use pace::Pace;
pub use signature::{ApiSecret, BadSignature, VerifiedReturn, VerifiedWebhook, WebhookSecret};
pub use webhook::{Event, OddEvent};
pub use wire::{
    Collection, ErrorBody, ErrorDetail, Notes, Order, OrderStatus, Payment, PaymentStatus, Refund,
    RefundStatus, WebhookEvent,
};
