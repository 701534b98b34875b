//! The words of this room.

use crate::address::{Address, NewAddress};
use crate::clock::Moment;
use crate::money::{Gst, Paise, TaxRate};
use serde::{Deserialize, Serialize};

/// Where an order stands. `Expired` and `Cancelled` are not final for money: a payment that comes
/// late is either booked again or given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    AwaitingPayment,
    Paid,
    Expired,
    Cancelled,
}

impl State {
    pub const ALL: [State; 4] =
        [State::AwaitingPayment, State::Paid, State::Expired, State::Cancelled];

    pub fn parse(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }

    pub fn word(self) -> &'static str {
        match self {
            State::AwaitingPayment => "awaiting_payment",
            State::Paid => "paid",
            State::Expired => "expired",
            State::Cancelled => "cancelled",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            State::AwaitingPayment => "Awaiting payment",
            State::Paid => "Paid",
            State::Expired => "Expired",
            State::Cancelled => "Cancelled",
        }
    }
}

/// Where the goods go: a copy, so that changing the address book changes no order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShipTo {
    pub name: String,
    pub phone: String,
    pub line1: String,
    pub line2: String,
    pub landmark: String,
    pub city: String,
    /// Two-digit GST state code: the place of supply.
    pub state: String,
    pub pin: String,
}

impl From<Address> for ShipTo {
    fn from(saved: Address) -> ShipTo {
        let Address { name, phone, line1, line2, landmark, city, state, pin, .. } = saved;
        ShipTo { name, phone, line1, line2, landmark, city, state, pin }
    }
}

impl From<NewAddress> for ShipTo {
    fn from(typed: NewAddress) -> ShipTo {
        let NewAddress { name, phone, line1, line2, landmark, city, state, pin } = typed;
        ShipTo { name, phone, line1, line2, landmark, city, state, pin }
    }
}

/// One frozen line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub product_id: String,
    pub slug: String,
    pub name: String,
    pub pack: String,
    pub picture: String,
    pub hsn: String,
    pub quantity: i64,
    pub unit_price: Paise,
    pub unit_mrp: Paise,
    pub tax_rate: TaxRate,
    pub gst: Gst,
    pub total: Paise,
}

#[derive(Clone, Debug)]
pub struct Order {
    pub id: String,
    /// Given when paid.
    pub number: Option<String>,
    pub state: State,
    pub version: i64,
    pub user_id: Option<String>,
    pub cart_id: String,
    pub email: String,
    pub ship_to: ShipTo,
    pub subtotal: Paise,
    pub shipping: Paise,
    pub gst: Gst,
    pub savings: Paise,
    pub total: Paise,
    pub content_hash: String,
    pub placed_at: Moment,
    pub expires_at: Moment,
    pub paid_at: Option<Moment>,
    pub lines: Vec<Line>,
}

impl Order {
    /// Products and units, as stock and cart count them.
    pub fn units(&self) -> Vec<(String, i64)> {
        self.lines.iter().map(|line| (line.product_id.clone(), line.quantity)).collect()
    }
}

/// One entry of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub version: i64,
    pub kind: String,
    pub detail: String,
    pub at: Moment,
}

/// Of the money that came for an order: what was given back, and what is on its way there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GivenBack {
    pub through: Paise,
    pub under_way: Paise,
    /// Of both, what belongs to the payment that paid the order, not to a second one.
    pub of_sale: Paise,
}

/// Evidence that the gateway holds this money for this order: the payment room makes it after
/// asking the gateway, and an order becomes paid by nothing else.
#[derive(Clone, Debug)]
pub struct PaymentProof {
    pub order_id: String,
    pub attempt_id: String,
    pub payment_id: String,
    pub amount: Paise,
}

/// What the checkout brings to be agreed.
#[derive(Clone, Debug)]
pub struct Draft {
    pub id: String,
    pub placement_key: String,
    pub user_id: Option<String>,
    pub cart_id: String,
    pub email: String,
    pub ship_to: ShipTo,
    pub lines: Vec<Line>,
    pub totals: super::Totals,
    pub expires_at: Moment,
}

/// A row of a list of orders.
#[derive(Clone, Debug)]
pub struct Head {
    pub id: String,
    pub number: Option<String>,
    pub state: State,
    pub email: String,
    pub total: Paise,
    pub placed_at: Moment,
}

/// How many orders are in a state, and what they come to together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    pub state: State,
    pub orders: i64,
    pub total: Paise,
}

/// What the desk asks of the list of orders.
#[derive(Clone, Debug, Default)]
pub struct Find {
    pub state: Option<State>,
    /// A number or an e-mail address, or the beginning of one.
    pub text: String,
    pub page: i64,
}
