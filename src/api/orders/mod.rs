//! Orders: what was agreed and how its payment stands. Seen by their account, by the cart that they
//! came from, or by whoever holds their key.

#![expect(unused_qualifications, reason = "utoipa writes out where the types of a query are")]

mod types;

pub use types::{Order, OrderHead, OrderRefund, Tax};

use super::asked::{Named, Sought};
use super::caller::{Caller, Shopper};
use super::catalogue::unknown_cursor;
use super::payments::PaymentStanding;
use super::wire::{self, List, Told};
use crate::checkout;
use crate::clock::Moment;
use crate::db::Connection;
use crate::error::{Fault, Refusal};
use crate::order;
use crate::payment::{self, Settled};
use crate::state::AppState;
use crate::web::{Failure, Peer};
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Orders on one page of the list.
const PAGE: i64 = 20;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one)).routes(routes!(cancel))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OrdersQuery {
    /// `next` of the page before.
    cursor: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OrderKey {
    /// The order's `access_key`, for whoever is not signed in.
    #[serde(default)]
    pub key: String,
}

/// One's own orders, the newest first; those whose time ran out unpaid are left out.
#[utoipa::path(get, path = "/orders", tag = "orders", operation_id = "list_orders",
    security(("access_token" = []), ("session" = [])), params(OrdersQuery),
    responses((status = 200, body = List<OrderHead>)))]
async fn list(
    State(app): State<AppState>,
    shopper: Shopper,
    Sought(query): Sought<OrdersQuery>,
) -> Told {
    let after = match &query.cursor {
        Some(cursor) => Some(place(cursor).ok_or_else(unknown_cursor)?),
        None => None,
    };
    let after = after.as_ref().map(|(placed_at, id)| (*placed_at, id.as_str()));
    let user_id = shopper.customer.id();
    let mut connection = app.db.read.acquire().await?;
    let found = order::service::list_for_user_after(&mut connection, user_id, after, PAGE).await?;
    drop(connection);
    let (heads, more) = found;
    let last = heads.last().filter(|_| more);
    let next = last.map(|head| wire::cursor(&format!("{} {}", head.placed_at, head.id)));
    let items: Vec<OrderHead> = heads.into_iter().map(OrderHead::from).collect();
    Ok(wire::ok(&List { items, next }))
}

/// The place in the list that a cursor means.
fn place(cursor: &str) -> Option<(Moment, String)> {
    let text = wire::read_cursor(cursor)?;
    let (placed_at, id) = text.split_once(' ')?;
    let id = Some(id).filter(|id| super::asked::is_plain(id))?;
    Some((placed_at.parse().ok()?, id.to_owned()))
}

/// One order, by its id or its number, and what is known of its payment.
#[utoipa::path(get, path = "/orders/{order}", tag = "orders", operation_id = "show_order",
    security((), ("access_token" = []), ("cart_token" = []), ("session" = [])),
    params(("order" = String, Path), OrderKey), responses((status = 200, body = Order)))]
async fn one(
    State(app): State<AppState>,
    caller: Caller,
    Named(name): Named,
    Sought(OrderKey { key }): Sought<OrderKey>,
) -> Told {
    let order = seen(&app, &caller, &name, &key).await?;
    Ok(wire::ok(&described(&app, order).await?))
}

/// Calls an unpaid order off. The payment gateway is asked first; money that comes all the same
/// goes back by itself.
#[utoipa::path(post, path = "/orders/{order}/cancel", tag = "orders", operation_id = "cancel_order",
    security((), ("access_token" = []), ("cart_token" = []), ("session" = [])),
    params(("order" = String, Path), OrderKey), responses((status = 200, body = Order)))]
async fn cancel(
    State(app): State<AppState>,
    caller: Caller,
    peer: Peer,
    Named(name): Named,
    Sought(OrderKey { key }): Sought<OrderKey>,
) -> Told {
    app.limits.place_order.count(peer.0)?;
    let order = seen(&app, &caller, &name, &key).await?;
    payment::cancel(&app, &order.id).await?;
    let order = seen(&app, &caller, &name, &key).await?;
    Ok(wire::ok(&described(&app, order).await?))
}

/// The order with this id or number, if the caller may see it; else it looks as if there were none.
pub async fn seen(
    app: &AppState,
    caller: &Caller,
    name: &str,
    key: &str,
) -> Result<order::Order, Failure> {
    let mut connection = app.db.read.acquire().await?;
    let found = find(&mut connection, name).await?;
    drop(connection);
    let may_see = |order: &order::Order| {
        let opened = order::opens(app, &order.id, key);
        checkout::service::may_see(&caller.visitor, order, opened)
    };
    found.filter(may_see).ok_or_else(|| Refusal::not_found("that order").into())
}

async fn find(connection: &mut Connection, name: &str) -> Result<Option<order::Order>, Fault> {
    match order::service::find_by_number(connection, name).await? {
        Some(order) => Ok(Some(order)),
        None => order::service::find(connection, name).await,
    }
}

/// The order as programs read it, with how its payment stands and the money that goes back.
pub async fn described(app: &AppState, order: order::Order) -> Result<Order, Fault> {
    let mut connection = app.db.read.acquire().await?;
    let refunds = payment::service::list_refunds(&mut connection, &order.id).await?;
    let payment = standing(&mut connection, &order).await?;
    Ok(Order::of(app, order, payment, &refunds))
}

/// By what the gateway said when it was asked last.
async fn standing(
    connection: &mut Connection,
    order: &order::Order,
) -> Result<PaymentStanding, Fault> {
    Ok(match order.state {
        order::State::Paid => PaymentStanding::Paid,
        order::State::Expired | order::State::Cancelled => PaymentStanding::Ended,
        order::State::AwaitingPayment => {
            let waiting = payment::service::find_waiting(connection, &order.id).await?;
            // Without one it was paid, or ended, since the order was read.
            let settled = waiting.map_or(Settled::Unknown, |(_, heard)| heard.into());
            PaymentStanding::from(&settled)
        }
    })
}
