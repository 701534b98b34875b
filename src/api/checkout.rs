//! What an order would come to, before it is placed.

use super::caller::Reader;
use super::cart::Cart;
use super::orders::Tax;
use super::wire::{self, Money, Told};
use crate::checkout::{Review, service};
use crate::state::AppState;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(preview))
}

/// What the shopper is asked to agree to.
#[derive(Serialize, ToSchema)]
pub struct Preview {
    cart: Cart,
    shipping: Money,
    total: Money,
    /// The tax inside the total if the goods stay in the seller's state, and if they leave it.
    tax_inside_state: Tax,
    tax_outside_state: Tax,
    /// GST code of the seller's state.
    seller_state: String,
    /// Slugs of products whose price changed since they were put in: the order is placed with
    /// `accept_changes`.
    changed: Vec<String>,
    /// A fingerprint of all this. Sent along when the order is placed, it says that exactly this is
    /// agreed to.
    digest: String,
}

impl From<Review> for Preview {
    fn from(review: Review) -> Preview {
        Preview {
            digest: review.digest(),
            changed: review.changed().into_iter().map(|line| line.slug.clone()).collect(),
            shipping: review.shipping.into(),
            total: review.total.into(),
            tax_inside_state: review.gst_inside.into(),
            tax_outside_state: review.gst_outside.into(),
            seller_state: review.seller_state,
            cart: review.cart.into(),
        }
    }
}

/// The cart with shipping, taxes and sum as they are now.
#[utoipa::path(get, path = "/checkout/preview", tag = "checkout", operation_id = "preview_checkout",
    security((), ("access_token" = []), ("cart_token" = []), ("session" = [])),
    responses((status = 200, body = Preview)))]
async fn preview(State(app): State<AppState>, reader: Reader) -> Told {
    let Reader { visitor, mut connection } = reader;
    let owner = visitor.owner();
    let review = service::review(&mut connection, owner.as_ref(), &app.config.shop).await?;
    Ok(wire::ok(&Preview::from(review)))
}
