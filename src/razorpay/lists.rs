//! The gateway's lists, page by page, newest first. They lag by minutes behind what is asked for by
//! id, so nothing is concluded from what is missing at their young end.

use super::client::Client;
use super::error::GatewayError;
use super::wire::{Collection, Order, Payment, Refund};
use reqwest::Method;
use serde::de::DeserializeOwned;

/// Entries of a full page, the most there are (Razorpay: API, pagination).
pub(super) const PAGE: usize = 100;

/// What was created between these moments, both included, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: i64,
    pub to: i64,
}

impl Client {
    pub async fn list_orders(&self, span: Span, skip: usize) -> Result<Vec<Order>, GatewayError> {
        self.list("orders", span, skip).await
    }

    pub async fn list_payments(
        &self,
        span: Span,
        skip: usize,
    ) -> Result<Vec<Payment>, GatewayError> {
        self.list("payments", span, skip).await
    }

    pub async fn list_refunds(&self, span: Span, skip: usize) -> Result<Vec<Refund>, GatewayError> {
        self.list("refunds", span, skip).await
    }

    async fn list<T: DeserializeOwned>(
        &self,
        what: &str,
        span: Span,
        skip: usize,
    ) -> Result<Vec<T>, GatewayError> {
        let query = [
            ("from", span.from.to_string()),
            ("to", span.to.to_string()),
            ("count", PAGE.to_string()),
            ("skip", skip.to_string()),
        ];
        let request = || self.request(Method::GET, &[what]).query(&query);
        let found: Collection<T> = self.read(request).await?;
        Ok(found.items)
    }
}
