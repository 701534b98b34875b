//! The cart. "Add" needs no version, any number of adds at once all count; every other change names
//! the version that was seen, and is refused with what changed since when it is an older one.

mod types;

pub use types::Cart;

use types::{CartAdd, CartMerge, CartSet};

use super::asked::{Asked, Named};
use super::caller::{CART_TOKEN_LENGTH, Caller, Known, Reader, Shopper};
use super::once::once;
use super::wire::{self, Told};
use crate::account::{self, Owner};
use crate::cart::{Quantity, Refused, Seen, service};
use crate::clock::Moment;
use crate::db::Connection;
use crate::error::{Failed, Fault, Refusal};
use crate::state::AppState;
use crate::transact;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(show, empty))
        .routes(routes!(add))
        .routes(routes!(set, remove))
        .routes(routes!(merge))
}

/// The cart of whoever asks; empty where there is none.
#[utoipa::path(get, path = "/cart", tag = "cart", operation_id = "show_cart",
    security((), ("access_token" = []), ("cart_token" = []), ("session" = [])),
    responses((status = 200, body = Cart)))]
async fn show(Reader { visitor, mut connection }: Reader) -> Told {
    Ok(answer(&view(&mut connection, visitor.owner().as_ref()).await?))
}

/// Puts units into the cart. Somebody unknown becomes a guest: the answer then holds a
/// `cart_token`.
#[utoipa::path(post, path = "/cart/add", tag = "cart", operation_id = "add_to_cart",
    security((), ("access_token" = []), ("cart_token" = []), ("session" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Adds once, however often \
            it is sent. Counts for whoever is known: by a token or a session.")),
    request_body = CartAdd, responses((status = 200, body = Cart)))]
async fn add(State(app): State<AppState>, caller: Caller, asked: Asked<CartAdd>) -> Told {
    let Asked { body: CartAdd { product_id, quantity }, once } = asked;
    let quantity = Quantity::of(quantity).map_err(Refusal::from)?;
    let (owner, cart_token) = caller.owner_or_new(&app).await?;
    let cart: Cart = once!(app, once, &owner, |tx, now| {
        put_in(&mut tx, &owner, &product_id, quantity, now).await
    })?;
    Ok(answer(&Cart { cart_token, ..cart }))
}

async fn put_in(
    connection: &mut Connection,
    owner: &Owner,
    product_id: &str,
    quantity: Quantity,
    now: Moment,
) -> Result<Cart, Failed<Refused>> {
    service::add(connection, owner, product_id, quantity, now).await?;
    Ok(view(connection, Some(owner)).await?)
}

/// Sets a line to a quantity, if the cart is still the one that was seen.
#[utoipa::path(put, path = "/cart/items/{product_id}", tag = "cart", operation_id = "set_in_cart",
    security(("access_token" = []), ("cart_token" = []), ("session" = [])),
    params(("product_id" = String, Path), ("If-Match" = String, Header, description = "The \
            `ETag` of the cart that was seen.")),
    request_body = CartSet, responses((status = 200, body = Cart)))]
async fn set(
    State(app): State<AppState>,
    Known { owner, .. }: Known,
    Named(product_id): Named,
    headers: HeaderMap,
    asked: Asked<CartSet>,
) -> Told {
    let seen = seen(&headers)?;
    let quantity = Quantity::of(asked.body.quantity).map_err(Refusal::from)?;
    let now = app.now();
    let done = transact!(app.db, |tx| {
        service::set(&mut tx, &owner, &seen, &product_id, quantity, now).await
    });
    changed(&app, &owner, done).await
}

/// Takes a line out, if the cart is still the one that was seen.
#[utoipa::path(delete, path = "/cart/items/{product_id}", tag = "cart",
    operation_id = "remove_from_cart",
    security(("access_token" = []), ("cart_token" = []), ("session" = [])),
    params(("product_id" = String, Path), ("If-Match" = String, Header, description = "The \
            `ETag` of the cart that was seen.")),
    responses((status = 200, body = Cart)))]
async fn remove(
    State(app): State<AppState>,
    Known { owner, .. }: Known,
    Named(product_id): Named,
    headers: HeaderMap,
) -> Told {
    let (seen, now) = (seen(&headers)?, app.now());
    let done =
        transact!(app.db, |tx| { service::remove(&mut tx, &owner, &seen, &product_id, now).await });
    changed(&app, &owner, done).await
}

/// Takes everything out, if the cart is still the one that was seen.
#[utoipa::path(delete, path = "/cart", tag = "cart", operation_id = "empty_cart",
    security(("access_token" = []), ("cart_token" = []), ("session" = [])),
    params(("If-Match" = String, Header, description = "The `ETag` of the cart that was seen.")),
    responses((status = 200, body = Cart)))]
async fn empty(
    State(app): State<AppState>,
    Known { owner, .. }: Known,
    headers: HeaderMap,
) -> Told {
    let (seen, now) = (seen(&headers)?, app.now());
    let done = transact!(app.db, |tx| service::empty(&mut tx, &owner, &seen, now).await);
    changed(&app, &owner, done).await
}

/// A guest's cart joins the account's, and its token ends. Asked again it changes nothing.
#[utoipa::path(post, path = "/cart/merge", tag = "cart", operation_id = "merge_cart",
    security(("access_token" = []), ("session" = [])),
    request_body = CartMerge, responses((status = 200, body = Cart)))]
async fn merge(State(app): State<AppState>, shopper: Shopper, asked: Asked<CartMerge>) -> Told {
    let (user_id, now) = (shopper.customer.id(), app.now());
    let token = asked.body.cart_token;
    if token.len() != CART_TOKEN_LENGTH {
        return Err(Refusal::field("cart_token", "This is no cart token.").into());
    }
    let merged: Result<Cart, Fault> =
        transact!(app.db, |tx| bring(&mut tx, &token, user_id, now).await);
    Ok(answer(&merged?))
}

async fn bring(
    connection: &mut Connection,
    token: &str,
    user_id: &str,
    now: Moment,
) -> Result<Cart, Fault> {
    let notice = account::service::bring_cart_by_token(connection, token, user_id, now).await?;
    let cart = view(connection, Some(&Owner::User(user_id.to_owned()))).await?;
    Ok(Cart { notice, ..cart })
}

async fn view(connection: &mut Connection, owner: Option<&Owner>) -> Result<Cart, Fault> {
    Ok(Cart::from(service::view(connection, owner).await?))
}

/// The cart that a program must have seen.
fn seen(headers: &HeaderMap) -> Result<Seen, Refusal> {
    let words = "Send the cart's ETag as If-Match, so that nothing is changed unseen.";
    seen_in(headers).ok_or_else(|| Refusal::new(428, words).of_kind("version-needed"))
}

/// The cart that a program saw, if it says so. An unreadable tag is one that never was.
pub fn seen_in(headers: &HeaderMap) -> Option<Seen> {
    let tag = headers.get(header::IF_MATCH)?.to_str().unwrap_or_default();
    let (cart_id, version) = tag.trim().trim_matches('"').rsplit_once('.').unwrap_or((tag, ""));
    let plain = cart_id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let cart_id = if plain { cart_id.to_owned() } else { String::new() };
    Some(Seen { cart_id, version: version.parse().unwrap_or(-1) })
}

async fn changed(app: &AppState, owner: &Owner, done: Result<(), Failed<Refused>>) -> Told {
    match done {
        Ok(()) => {
            let mut connection = app.db.read.acquire().await?;
            Ok(answer(&view(&mut connection, Some(owner)).await?))
        }
        Err(failed) => Err(failed.map(|refused| precondition(refused.into())).into()),
    }
}

/// The version was sent as a condition, so an older one is 412 here (RFC 9110, 13.1.1).
pub fn precondition(refusal: Refusal) -> Refusal {
    let status = if refusal.kind == "cart-changed" { 412 } else { refusal.status };
    Refusal { status, ..refusal }
}

fn answer(cart: &Cart) -> Response {
    let mut response = wire::ok(cart);
    let tag = cart.id.as_ref().map(|id| format!("\"{id}.{}\"", cart.version));
    if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
