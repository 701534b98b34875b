//! The pages of an order: one order for its owner or for whoever holds its link, and the list of a
//! customer's own orders.
//!
//! The list asks one statement besides the visitor's own, the order two.

mod body;
mod list;
mod thanks;

pub use body::{StateBadge, When, order_body};

use super::{Order, service};
use crate::account::{SignedIn, User, Visitor};
use crate::error::Refusal;
use crate::state::AppState;
use crate::web::{Failure, Page};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

pub fn routes() -> Router<AppState> {
    Router::new().route("/orders/{number}", get(one)).route("/account/orders", get(own))
}

#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default)]
    key: String,
}

/// `GET /orders/{number}?key=`. An order that may not be read looks exactly like one that does not
/// exist (OWASP ASVS 5.0, 8.2.2).
async fn one(
    State(app): State<AppState>,
    visitor: Visitor,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let mut connection = app.db.read.acquire().await?;
    let found = service::find_by_number(&mut connection, &number).await?;
    let may_read = |order: &Order| {
        is_owner(visitor.user(), order) || super::opens(&app, &order.id, &asked.key)
    };
    let order = found.filter(may_read).ok_or_else(|| {
        let words = "We could not find that order. If it is yours, sign in first, or follow the \
                     link in its letter.";
        Refusal::new(404, words)
    })?;
    let back = service::given_back(&mut connection, &order.id).await?;
    drop(connection);
    let page = Page::new(format!("Order {number}")).noindex();
    let (mine, shop) = (is_owner(visitor.user(), &order), app.config.shop.clone());
    Ok(page.show(&app, &visitor, move || thanks::order_view(&order, back, &shop, mine)))
}

/// An order without an account is its guest's, known by the link alone.
fn is_owner(user: Option<&User>, order: &Order) -> bool {
    match (user, &order.user_id) {
        (Some(user), Some(owner)) => user.id == *owner,
        _ => false,
    }
}

/// `GET /account/orders`
async fn own(
    State(app): State<AppState>,
    SignedIn { visitor, customer }: SignedIn,
) -> Result<Response, Failure> {
    let mut connection = app.db.read.acquire().await?;
    let orders = service::list_for_user(&mut connection, customer.id()).await?;
    drop(connection);
    let page = Page::new("Your orders").noindex();
    Ok(page.show(&app, &visitor, move || list::own_view(orders)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::tests::paid_order;

    fn user(id: &str) -> User {
        User {
            id: id.into(),
            email: "asha@example.in".into(),
            name: String::new(),
            phone: String::new(),
            admin_since: Some(0),
        }
    }

    #[test]
    fn an_order_is_its_owners_alone() {
        let mut order = paid_order();
        assert!(!is_owner(Some(&user("u1")), &order), "the same e-mail address is no ownership");
        assert!(!is_owner(None, &order));
        order.user_id = Some("u1".into());
        assert!(is_owner(Some(&user("u1")), &order));
        assert!(!is_owner(Some(&user("u2")), &order), "not even a shopkeeper's");
        assert!(!is_owner(None, &order));
    }
}
