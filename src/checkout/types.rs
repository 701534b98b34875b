//! The words of this room.

use crate::account::{Email, User};
use crate::cart::{self, CartView};
use crate::config::Shop;
use crate::error::Refusal;
use crate::money::{Gst, Paise};
use crate::order::{self, ShipTo};
use sha2::{Digest, Sha256};

/// What the shopper is asked to agree to: today's lines and what they cost together.
#[derive(Clone, Debug)]
pub struct Review {
    pub cart: CartView,
    pub shipping: Paise,
    pub total: Paise,
    /// The tax inside the total, if the goods stay in the seller's state and if they leave it.
    pub gst_inside: Gst,
    pub gst_outside: Gst,
    /// GST code of the seller's state.
    pub seller_state: String,
}

impl Review {
    pub fn of(cart: CartView, shop: &Shop) -> Review {
        let shipping = order::shipping(shop, cart.subtotal());
        let total = Paise(cart.subtotal().0.saturating_add(shipping.0));
        let gst = |same_state| {
            let on_shipping = Gst::inside(shipping, shop.shipping_tax, same_state);
            on_shipping.and_then(|gst| cart.gst(same_state).plus(gst)).unwrap_or_default()
        };
        let (gst_inside, gst_outside) = (gst(true), gst(false));
        let seller_state = shop.state.clone();
        Review { cart, shipping, total, gst_inside, gst_outside, seller_state }
    }

    /// Lines whose price changed since they were added: the shopper confirms these once.
    pub fn changed(&self) -> Vec<&cart::Line> {
        self.cart.lines.iter().filter(|line| line.price != line.seen_price).collect()
    }

    /// A fingerprint of what was shown. The form carries it back, so that what is placed is what
    /// was seen, to the paisa.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for line in &self.cart.lines {
            hash.update(line.product_id.as_bytes());
            hash.update(line.quantity.to_be_bytes());
            hash.update(line.price.0.to_be_bytes());
        }
        hash.update(self.total.0.to_be_bytes());
        hex::encode(&hash.finalize()[..16])
    }
}

/// Who the order is for: an account, or a guest's e-mail address.
#[derive(Clone, Debug)]
pub struct Contact {
    pub user: Option<User>,
    pub email: Email,
}

/// Everything a press on "Place order" brings.
#[derive(Clone, Debug)]
pub struct Wish {
    pub seen: cart::Seen,
    pub digest: String,
    pub accepts_changes: bool,
    pub placement_key: String,
    pub contact: Contact,
    pub ship_to: ShipTo,
}

/// What became of the press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placed {
    /// This order waits for its payment; it may have been there before.
    Order(String),
    /// The same form placed this order earlier, and it is paid.
    PaidAlready(String),
}

/// Why no order was placed. Cart, stock and orders are as before.
#[derive(Clone, Debug)]
pub enum Refused {
    Cart(cart::Refused),
    /// Prices or the sum are not what was shown.
    PricesMoved,
    /// Changed prices wait for the shopper's confirmation.
    NotAccepted,
    /// Lines that cannot be bought as they are.
    MendFirst(Vec<String>),
    /// Units went to somebody else between showing and pressing.
    OnlyLeft {
        name: String,
        left: i64,
    },
    EmptyCart,
    /// The same page was sent before, with another address or e-mail.
    OldPage,
    /// Less than the gateway takes.
    TooSmall,
    /// This order was placed from the cart before, and may be paid at this moment.
    MayBePaid(String),
}

/// Said of a page that must be loaded anew; what was typed stays in its fields.
pub const OLD_PAGE: &str = "This page was too old. Please press “Place order” again.";

/// Said of a changed cart while the order before is not known to be unpaid.
pub const MAY_BE_PAID: &str = "You placed an order from this cart before, and it may be paid at \
                               this moment. Once that is known, you can place the changed cart.";

/// What an order comes to at least (Razorpay: Orders API, amount).
pub const LEAST: Paise = Paise(100);

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Refusal {
        match refused {
            Refused::Cart(reason) => reason.into(),
            Refused::PricesMoved => Refusal::new(
                409,
                "A price changed while you were looking. Please check the sum and place the order \
                 again.",
            )
            .of_kind("prices-changed"),
            Refused::OldPage => Refusal::new(409, OLD_PAGE),
            Refused::NotAccepted => Refusal {
                message: "Please confirm the changed prices.".to_owned(),
                kind: "prices-not-accepted",
                ..Refusal::field("accept_changes", "Please accept the changed prices to go on.")
            },
            Refused::MendFirst(lines) => Refusal::new(409, lines.join(" ")).of_kind("mend-cart"),
            Refused::OnlyLeft { name, left: 0 } => {
                Refusal::new(409, format!("{name} has just been sold out. Please remove it."))
                    .of_kind("only-some-left")
            }
            Refused::OnlyLeft { name, left } => {
                Refusal::new(409, format!("Only {left} left of {name}. Please lower the quantity."))
                    .of_kind("only-some-left")
            }
            Refused::EmptyCart => Refusal::new(409, "Your cart is empty.").of_kind("cart-empty"),
            Refused::MayBePaid(_) => Refusal {
                retry_after: Some(5),
                ..Refusal::new(409, MAY_BE_PAID).of_kind("payment-under-way")
            },
            Refused::TooSmall => {
                let words =
                    format!("An order must come to {LEAST} at least. Please add something.");
                Refusal::new(409, words).of_kind("order-too-small")
            }
        }
    }
}
