//! Asking Razorpay over HTTPS. Each method is one question with a bounded time and a bounded
//! answer, and each answer is held against the question: an order of another amount or a payment
//! with another id is [`GatewayError::Odd`], not a value.
//!
//! Reads are asked a second time when the connection fails. Writes never are: the caller knows
//! whether to look first or to repeat with the same idempotency key.

use super::error::GatewayError;
use super::ids::{OrderId, PaymentId};
use super::signature::ApiSecret;
use super::transport;
use super::wire::{Collection, Notes, Order, Payment, Refund};
use crate::faults;
use reqwest::{Method, RequestBuilder, StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::time::Duration;

/// Longest answer read. A full page of 100 payments is about 150 kB.
const LONGEST_ANSWER: usize = 1 << 20;
/// Razorpay captures by itself what is authorised within so many minutes (12 is the least).
const CAPTURE_WITHIN_MINUTES: u32 = 12;
/// What is authorised later waits so long for a person, then goes back (5 days is the most).
const HOLD_MINUTES: u32 = 7_200;

/// Where and as whom to ask.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Scheme and host, such as `https://api.razorpay.com`.
    pub api_url: String,
    pub key_id: String,
    pub key_secret: ApiSecret,
    pub connect_timeout: Duration,
    /// For the whole call, the answer's body included.
    pub timeout: Duration,
}

impl ClientConfig {
    pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
    pub const TIMEOUT: Duration = Duration::from_secs(15);
}

/// What to collect. Razorpay: Orders API, create.
#[derive(Clone, Debug, Serialize)]
pub struct NewOrder<'a> {
    /// Paise, at least 100.
    pub amount: i64,
    pub currency: &'a str,
    /// Our own name for it, at most 40 characters: the way back to an order whose answer was lost.
    pub receipt: &'a str,
    #[serde(skip_serializing_if = "Notes::is_empty")]
    pub notes: Notes,
}

/// What to give back. Razorpay: Refunds API, create a normal refund.
#[derive(Clone, Debug, Serialize)]
pub struct NewRefund<'a> {
    /// Paise; at most what is captured and not yet refunded.
    pub amount: i64,
    #[serde(skip_serializing_if = "Notes::is_empty")]
    pub notes: Notes,
    pub receipt: &'a str,
}

/// A connection pool to the gateway; cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    config: ClientConfig,
}

impl Client {
    /// Fails on an address that is not http(s), or where the machine has no root certificates.
    pub fn new(config: ClientConfig) -> Result<Self, GatewayError> {
        let not_ours = || GatewayError::Odd(format!("not an http address: {}", config.api_url));
        let base = Url::parse(&config.api_url).map_err(|_| not_ours())?;
        if !matches!(base.scheme(), "http" | "https") || base.cannot_be_a_base() {
            return Err(not_ours());
        }
        let http = transport::builder(&base)
            .connect_timeout(config.connect_timeout)
            .timeout(config.timeout)
            .user_agent(concat!("kirana/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, base, config })
    }

    /// The public half of the key: checkout in the browser needs it.
    pub fn key_id(&self) -> &str {
        &self.config.key_id
    }

    /// An unpaid order at the gateway is harmless, so after an unknown outcome look with
    /// [`Self::find_orders_by_receipt`], and else just ask again.
    pub async fn create_order(&self, new: &NewOrder<'_>) -> Result<Order, GatewayError> {
        let mut body = serde_json::to_value(new).map_err(|e| GatewayError::Odd(e.to_string()))?;
        body["payment"] = json!({
            "capture": "automatic",
            "capture_options": {
                "automatic_expiry_period": CAPTURE_WITHIN_MINUTES,
                "manual_expiry_period": HOLD_MINUTES,
                "refund_speed": "normal",
            },
        });
        let request = self.request(Method::POST, &["orders"]).json(&body);
        let order: Order = self.once(request).await?;
        let same = order.amount == new.amount
            && order.currency == new.currency
            && order.receipt.as_deref() == Some(new.receipt);
        agree(same, "another order than asked for", order)
    }

    /// Orders that carry this receipt, newest first. Lists at Razorpay may lag by minutes.
    pub async fn find_orders_by_receipt(&self, receipt: &str) -> Result<Vec<Order>, GatewayError> {
        let query = [("receipt", receipt), ("count", "100")];
        let request = || self.request(Method::GET, &["orders"]).query(&query);
        let mut found: Collection<Order> = self.read(request).await?;
        found.items.retain(|order| order.receipt.as_deref() == Some(receipt));
        Ok(found.items)
    }

    pub async fn fetch_order(&self, id: &OrderId) -> Result<Order, GatewayError> {
        let order: Order =
            self.read(|| self.request(Method::GET, &["orders", id.as_str()])).await?;
        agree(order.id == *id, "another order than asked for", order)
    }

    /// Every try to pay the order, failed ones included.
    pub async fn fetch_order_payments(&self, id: &OrderId) -> Result<Vec<Payment>, GatewayError> {
        let path = ["orders", id.as_str(), "payments"];
        let found: Collection<Payment> = self.read(|| self.request(Method::GET, &path)).await?;
        let same = found.items.iter().all(|payment| payment.order_id.as_ref() == Some(id));
        agree(same, "a payment of another order", found.items)
    }

    pub async fn fetch_payment(&self, id: &PaymentId) -> Result<Payment, GatewayError> {
        let payment: Payment =
            self.read(|| self.request(Method::GET, &["payments", id.as_str()])).await?;
        agree(payment.id == *id, "another payment than asked for", payment)
    }

    /// Claims an authorised payment in full. On any refusal fetch the payment and judge by its
    /// state: automatic capture may have been quicker.
    pub async fn capture(
        &self,
        id: &PaymentId,
        amount: i64,
        currency: &str,
    ) -> Result<Payment, GatewayError> {
        let path = ["payments", id.as_str(), "capture"];
        let body = json!({ "amount": amount, "currency": currency });
        let payment: Payment = self.once(self.request(Method::POST, &path).json(&body)).await?;
        let same = payment.id == *id && payment.amount == amount && payment.currency == currency;
        agree(same, "another payment than captured", payment)
    }

    /// Gives money back. `idempotency_key`: at least 10 characters of `[A-Za-z0-9_-]`, stored
    /// before the call; the same key and body give the same refund, however often they are sent
    /// (Razorpay: Refunds, idempotency).
    pub async fn refund(
        &self,
        id: &PaymentId,
        new: &NewRefund<'_>,
        idempotency_key: &str,
    ) -> Result<Refund, GatewayError> {
        let other = crate::clock::new_id();
        let is_other = faults::planted("refund-without-key");
        let request = self
            .request(Method::POST, &["payments", id.as_str(), "refund"])
            .header("X-Refund-Idempotency", if is_other { &other } else { idempotency_key })
            .json(new);
        let refund: Refund = self.once(request).await?;
        let same = refund.payment_id == *id && refund.amount == new.amount;
        agree(same, "another refund than asked for", refund)
    }

    /// The newest 100 refunds of a payment, those made at Razorpay's dashboard included.
    pub async fn fetch_refunds(&self, id: &PaymentId) -> Result<Vec<Refund>, GatewayError> {
        let path = ["payments", id.as_str(), "refunds"];
        let request = || self.request(Method::GET, &path).query(&[("count", "100")]);
        let found: Collection<Refund> = self.read(request).await?;
        let same = found.items.iter().all(|refund| refund.payment_id == *id);
        agree(same, "a refund of another payment", found.items)
    }

    pub(super) fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            // Percent-encodes each part, so that no id can climb out of its place.
            segments.pop_if_empty().push("v1").extend(path);
        }
        let secret = self.config.key_secret.reveal();
        self.http.request(method, url).basic_auth(&self.config.key_id, Some(secret))
    }

    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<T, GatewayError> {
        match self.once(request()).await {
            // A time-out already took the caller's patience; a broken connection took none.
            Err(GatewayError::Transport { timed_out: false, .. }) => self.once(request()).await,
            answer => answer,
        }
    }

    async fn once<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, GatewayError> {
        faults::reach("before a call").await;
        let mut answer = request.send().await?;
        faults::reach("after a call").await;
        let status = answer.status();
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await? {
            if body.len() + piece.len() > LONGEST_ANSWER {
                return Err(GatewayError::odd("an answer without end", &body));
            }
            body.extend_from_slice(&piece);
        }
        if status != StatusCode::OK {
            return Err(GatewayError::from_answer(status.as_u16(), &body));
        }
        serde_json::from_slice(&body).map_err(|error| GatewayError::odd(&error.to_string(), &body))
    }
}

fn agree<T>(same: bool, what: &str, answer: T) -> Result<T, GatewayError> {
    if same { Ok(answer) } else { Err(GatewayError::Odd(what.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(api_url: &str) -> ClientConfig {
        ClientConfig {
            api_url: api_url.to_owned(),
            key_id: "rzp_test_1".into(),
            key_secret: ApiSecret::new("hush"),
            connect_timeout: ClientConfig::CONNECT_TIMEOUT,
            timeout: ClientConfig::TIMEOUT,
        }
    }

    #[test]
    fn paths_are_built_from_encoded_parts() {
        let client = Client::new(config("http://localhost:1/base/")).unwrap();
        let request = client.request(Method::GET, &["orders", "a/../b?c"]).build().unwrap();
        assert_eq!(request.url().as_str(), "http://localhost:1/base/v1/orders/a%2F..%2Fb%3Fc");
        assert!(!format!("{client:?}").contains("hush"));
    }

    #[test]
    fn an_address_that_is_no_web_address_is_refused() {
        for bad in ["", "api.razorpay.com", "ftp://x", "mailto:a@b"] {
            assert!(Client::new(config(bad)).is_err(), "{bad}");
        }
    }
}
