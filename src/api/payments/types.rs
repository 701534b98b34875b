//! What is sent and answered on the way from a cart to a paid order.

use crate::api::addresses::AddressFields;
use crate::api::asked::Object;
use crate::api::orders::{Order, OrderRefund};
use crate::checkout::PayTerms;
use crate::payment::Settled;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the order is to be: the cart as it is, and where it goes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateFromCart {
    /// One of the account's addresses.
    pub address_id: Option<String>,
    /// Or one for this order alone.
    #[schema(value_type = Option<AddressFields>)]
    pub address: Option<Object<AddressFields>>,
    /// A guest's; whoever is signed in needs none.
    #[schema(format = Email)]
    pub email: Option<String>,
    /// Of the preview that was agreed to: exactly that, with its prices, is ordered or nothing.
    pub digest: Option<String>,
    /// The shopper agrees to prices that changed since the products were put in.
    #[serde(default)]
    pub accept_changes: bool,
}

#[derive(Serialize, ToSchema)]
pub struct CreatedFromCart {
    pub order: Order,
    /// What Razorpay's checkout is opened with; null when nothing is to be paid any more.
    #[schema(required = true)]
    pub razorpay: Option<RazorpayCheckout>,
}

/// The options of Razorpay's checkout, under its own names.
#[derive(Serialize, ToSchema)]
pub struct RazorpayCheckout {
    key: String,
    pub order_id: String,
    /// Paise.
    amount: i64,
    currency: &'static str,
    name: String,
    description: String,
    prefill: Prefill,
    callback_url: String,
}

#[derive(Serialize, ToSchema)]
pub struct Prefill {
    name: String,
    pub email: String,
    contact: String,
}

/// What Razorpay's checkout hands over after a payment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RazorpayReturn {
    pub razorpay_order_id: String,
    pub razorpay_payment_id: String,
    pub razorpay_signature: String,
}

#[derive(Serialize, ToSchema)]
pub struct PaymentStatus {
    pub order_id: String,
    /// The order's number, once it is paid.
    #[schema(required = true)]
    pub number: Option<String>,
    pub state: PaymentStanding,
    pub refunds: Vec<OrderRefund>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStanding {
    /// Nothing was paid yet.
    Waiting,
    /// A payment was begun: ask again in some seconds.
    UnderWay,
    Paid,
    /// The order has ended; money that came is booked or goes back by itself.
    Ended,
    /// The gateway gave no usable answer: ask again in some seconds.
    Unknown,
}

impl From<&Settled> for PaymentStanding {
    fn from(settled: &Settled) -> PaymentStanding {
        match settled {
            Settled::Paid { .. } => PaymentStanding::Paid,
            Settled::Waiting { under_way: true } => PaymentStanding::UnderWay,
            Settled::Waiting { under_way: false } => PaymentStanding::Waiting,
            Settled::Ended => PaymentStanding::Ended,
            Settled::Unknown => PaymentStanding::Unknown,
        }
    }
}

impl From<PayTerms> for RazorpayCheckout {
    fn from(terms: PayTerms) -> RazorpayCheckout {
        RazorpayCheckout {
            key: terms.key_id,
            order_id: terms.gateway_order,
            amount: terms.amount.0,
            currency: terms.currency,
            name: terms.shop,
            description: terms.description,
            prefill: Prefill { name: terms.name, email: terms.email, contact: terms.phone },
            callback_url: terms.callback_url,
        }
    }
}
