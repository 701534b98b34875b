//! Orders as programs read them.

use crate::api::payments::PaymentStanding;
use crate::api::wire::{Money, moment};
use crate::money::Gst;
use crate::order::{self, Head, ShipTo, State as OrderState};
use crate::payment::{self, Refund};
use crate::state::AppState;
use serde::Serialize;
use utoipa::ToSchema;

/// A row of the list of orders.
#[derive(Serialize, ToSchema)]
pub struct OrderHead {
    id: String,
    /// Given when it is paid.
    #[schema(required = true)]
    number: Option<String>,
    state: OrderStanding,
    total: Money,
    placed_at: String,
}

#[derive(Serialize, ToSchema)]
pub struct Order {
    pub id: String,
    /// Given when it is paid.
    #[schema(required = true)]
    number: Option<String>,
    state: OrderStanding,
    /// As it is known; `payments/{order}/status` asks Razorpay.
    payment: PaymentStanding,
    /// Opens this order without a sign-in, as `?key=`.
    access_key: String,
    #[schema(format = Email)]
    email: String,
    ship_to: ShipToAddress,
    items: Vec<OrderItem>,
    subtotal: Money,
    shipping: Money,
    /// Inside the total.
    tax: Tax,
    savings: Money,
    total: Money,
    placed_at: String,
    /// Until then the units are kept, if it is not paid.
    expires_at: String,
    #[schema(required = true)]
    paid_at: Option<String>,
    /// Money that goes or went back.
    refunds: Vec<OrderRefund>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStanding {
    AwaitingPayment,
    Paid,
    Expired,
    Cancelled,
}

#[derive(Serialize, ToSchema)]
pub struct ShipToAddress {
    name: String,
    /// `+91` and ten digits.
    #[schema(pattern = r"^\+91[6-9][0-9]{9}$")]
    phone: String,
    line1: String,
    line2: String,
    landmark: String,
    city: String,
    /// Two-digit GST code: the place of supply.
    #[schema(pattern = "^[0-9]{2}$")]
    state: String,
    #[schema(pattern = "^[1-9][0-9]{5}$")]
    pin: String,
}

#[derive(Serialize, ToSchema)]
pub struct OrderItem {
    product_id: String,
    slug: String,
    name: String,
    pack: String,
    picture: String,
    hsn: String,
    quantity: i64,
    unit_price: Money,
    unit_mrp: Money,
    /// Basis points: 500 is 5 %.
    tax_rate_bp: i64,
    tax: Tax,
    total: Money,
}

/// Halves for the centre and the state, or one integrated tax.
#[derive(Serialize, ToSchema)]
pub struct Tax {
    cgst: Money,
    sgst: Money,
    igst: Money,
}

#[derive(Serialize, ToSchema)]
pub struct OrderRefund {
    pub amount: Money,
    pub state: RefundStanding,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundStanding {
    /// On its way to the gateway, or at it.
    UnderWay,
    /// The bank has it: 5 to 7 working days.
    Processed,
    /// A person looks after it.
    Failed,
}

impl From<OrderState> for OrderStanding {
    fn from(state: OrderState) -> OrderStanding {
        match state {
            OrderState::AwaitingPayment => OrderStanding::AwaitingPayment,
            OrderState::Paid => OrderStanding::Paid,
            OrderState::Expired => OrderStanding::Expired,
            OrderState::Cancelled => OrderStanding::Cancelled,
        }
    }
}

impl From<Gst> for Tax {
    fn from(gst: Gst) -> Tax {
        Tax { cgst: gst.cgst.into(), sgst: gst.sgst.into(), igst: gst.igst.into() }
    }
}

impl From<&Refund> for OrderRefund {
    fn from(refund: &Refund) -> OrderRefund {
        let state = match refund.state {
            payment::RefundState::Processed => RefundStanding::Processed,
            payment::RefundState::Failed => RefundStanding::Failed,
            _ => RefundStanding::UnderWay,
        };
        OrderRefund { amount: refund.amount.into(), state }
    }
}

impl From<ShipTo> for ShipToAddress {
    fn from(to: ShipTo) -> ShipToAddress {
        let ShipTo { name, phone, line1, line2, landmark, city, state, pin } = to;
        ShipToAddress { name, phone, line1, line2, landmark, city, state, pin }
    }
}

impl From<order::Line> for OrderItem {
    fn from(line: order::Line) -> OrderItem {
        OrderItem {
            product_id: line.product_id,
            slug: line.slug,
            name: line.name,
            pack: line.pack,
            picture: line.picture,
            hsn: line.hsn,
            quantity: line.quantity,
            unit_price: line.unit_price.into(),
            unit_mrp: line.unit_mrp.into(),
            tax_rate_bp: line.tax_rate.0,
            tax: line.gst.into(),
            total: line.total.into(),
        }
    }
}

impl From<Head> for OrderHead {
    fn from(head: Head) -> OrderHead {
        OrderHead {
            id: head.id,
            number: head.number,
            state: head.state.into(),
            total: head.total.into(),
            placed_at: moment(head.placed_at),
        }
    }
}

impl Order {
    pub fn of(
        app: &AppState,
        order: order::Order,
        payment: PaymentStanding,
        refunds: &[Refund],
    ) -> Order {
        Order {
            access_key: order::access_key(app, &order.id),
            id: order.id,
            number: order.number,
            state: order.state.into(),
            payment,
            email: order.email,
            ship_to: order.ship_to.into(),
            items: order.lines.into_iter().map(OrderItem::from).collect(),
            subtotal: order.subtotal.into(),
            shipping: order.shipping.into(),
            tax: order.gst.into(),
            savings: order.savings.into(),
            total: order.total.into(),
            placed_at: moment(order.placed_at),
            expires_at: moment(order.expires_at),
            paid_at: order.paid_at.map(moment),
            refunds: refunds.iter().map(OrderRefund::from).collect(),
        }
    }
}
