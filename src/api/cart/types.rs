//! A cart as programs read it, and what they send to change it.

use crate::api::wire::Money;
use crate::cart::{self, CartView, Warning};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A cart as it is now. Its version is also the `ETag`, for `If-Match`.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct Cart {
    /// Null until something was put in.
    #[schema(required = true)]
    pub id: Option<String>,
    pub version: i64,
    pub items: Vec<CartItem>,
    pub units: i64,
    /// Without what cannot be bought as it is.
    pub subtotal: Money,
    /// The tax inside the subtotal.
    pub tax: Money,
    /// Against the printed maximum retail prices.
    pub savings: Money,
    pub can_check_out: bool,
    /// What became of a cart that was merged, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub notice: Option<String>,
    /// A guest's key to this cart, told once: send it as `Cart-Token` from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub cart_token: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CartItem {
    pub product_id: String,
    pub slug: String,
    pub name: String,
    pub pack: String,
    pub picture: String,
    pub quantity: i64,
    /// Today's, tax included.
    pub unit_price: Money,
    /// The price when it was put in.
    pub seen_price: Money,
    pub unit_mrp: Money,
    pub total: Money,
    /// Units that can still be bought.
    pub left: i64,
    /// What must be known before it is bought.
    #[schema(required = true)]
    pub warning: Option<CartWarning>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CartWarning {
    pub kind: CartWarningKind,
    pub text: String,
    /// Must the cart be mended before an order can be placed?
    pub stops_checkout: bool,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CartWarningKind {
    Withdrawn,
    SoldOut,
    OnlySomeLeft,
    PriceChanged,
}

impl From<Warning> for CartWarning {
    fn from(warning: Warning) -> CartWarning {
        let kind = match warning {
            Warning::Withdrawn => CartWarningKind::Withdrawn,
            Warning::SoldOut => CartWarningKind::SoldOut,
            Warning::OnlyLeft(_) => CartWarningKind::OnlySomeLeft,
            Warning::PriceChanged { .. } => CartWarningKind::PriceChanged,
        };
        let stops_checkout = warning.stops_checkout();
        CartWarning { kind, text: warning.to_string(), stops_checkout }
    }
}

impl From<cart::Line> for CartItem {
    fn from(line: cart::Line) -> CartItem {
        CartItem {
            total: line.total().into(),
            warning: line.warning().map(CartWarning::from),
            product_id: line.product_id,
            slug: line.slug,
            name: line.name,
            pack: line.pack,
            picture: line.picture,
            quantity: line.quantity,
            unit_price: line.price.into(),
            seen_price: line.seen_price.into(),
            unit_mrp: line.mrp.into(),
            left: line.left,
        }
    }
}

impl From<CartView> for Cart {
    fn from(cart: CartView) -> Cart {
        Cart {
            units: cart.units(),
            subtotal: cart.subtotal().into(),
            tax: cart.tax().into(),
            savings: cart.savings().into(),
            can_check_out: cart.can_check_out(),
            id: Some(cart.id).filter(|id| !id.is_empty()),
            version: cart.version,
            items: cart.lines.into_iter().map(CartItem::from).collect(),
            notice: None,
            cart_token: None,
        }
    }
}

/// What is to go into the cart.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CartAdd {
    pub product_id: String,
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 99, default = 1)]
    pub quantity: i64,
}

fn one() -> i64 {
    1
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CartSet {
    #[schema(minimum = 1, maximum = 99)]
    pub quantity: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CartMerge {
    #[schema(min_length = 43, max_length = 43)]
    pub cart_token: String,
}
