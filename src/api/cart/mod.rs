//! The cart. "Add" needs no version, any number of adds at once all count; every other change names
//! the version that was seen, and is refused with what changed since when it is an older one.

mod if_match;
mod types;

pub use if_match::{IfMatch, precondition};
pub use types::Cart;

use types::{CartAdd, CartMerge, CartSet};

use super::asked::{Asked, Named};
use super::caller::{CART_TOKEN_LENGTH, Caller, Known, Reader, Shopper};
use super::once::once;
use super::wire::{self, Told};
use crate::account::{self, Fresh, Owner};
use crate::cart::{self, Add, Quantity, Refused, service};
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
    let (owner, guest) = caller.owner_or_new();
    if guest.is_none() && !once.is_asked() {
        return add_to_known(&app, Add { owner, product_id, quantity }).await;
    }
    let cart: Cart = once!(app, once, &owner, |tx, now| {
        put_in(&mut tx, &owner, guest.as_ref(), &product_id, quantity, now).await
    })?;
    Ok(answer(&Cart { cart_token: guest.map(Fresh::into_token), ..cart }))
}

/// The cart is read once the units are in it for good. Where that fails nobody is told to come
/// again, as they would be to an add that was not made.
async fn add_to_known(app: &AppState, add: Add) -> Told {
    let owner = add.owner.clone();
    cart::add(app, add).await.map_err(|failed| failed.map(Refusal::from))?;
    let read = async {
        let mut connection = app.db.read.acquire().await?;
        view(&mut connection, Some(&owner)).await
    };
    let cart = read.await.map_err(|fault| Fault::new("showing what was added to", fault))?;
    Ok(answer(&cart))
}

/// A new guest's session begins with its cart: a refusal leaves neither.
async fn put_in(
    connection: &mut Connection,
    owner: &Owner,
    guest: Option<&Fresh>,
    product_id: &str,
    quantity: Quantity,
    now: Moment,
) -> Result<Cart, Failed<Refused>> {
    if let Some(guest) = guest {
        guest.write(connection, None, now).await?;
    }
    service::add(connection, owner, product_id, quantity, now).await?;
    Ok(view(connection, Some(owner)).await?)
}

/// Sets a line to a quantity, if the cart is still the one that was seen.
#[utoipa::path(put, path = "/cart/items/{product_id}", tag = "cart", operation_id = "set_in_cart",
    security(("access_token" = []), ("cart_token" = []), ("session" = [])),
    params(("product_id" = String, Path), ("If-Match" = String, Header, description = "The \
            `ETag` of the cart that was seen, or `*` for whatever is in it.")),
    request_body = CartSet, responses((status = 200, body = Cart)))]
async fn set(
    State(app): State<AppState>,
    Known { owner, .. }: Known,
    Named(product_id): Named,
    headers: HeaderMap,
    asked: Asked<CartSet>,
) -> Told {
    let condition = IfMatch::needed(&headers)?;
    let quantity = Quantity::of(asked.body.quantity).map_err(Refusal::from)?;
    changed(&app, &owner, &condition, Change::Set(&product_id, quantity)).await
}

/// Takes a line out, if the cart is still the one that was seen.
#[utoipa::path(delete, path = "/cart/items/{product_id}", tag = "cart",
    operation_id = "remove_from_cart",
    security(("access_token" = []), ("cart_token" = []), ("session" = [])),
    params(("product_id" = String, Path), ("If-Match" = String, Header, description = "The \
            `ETag` of the cart that was seen, or `*` for whatever is in it.")),
    responses((status = 200, body = Cart)))]
async fn remove(
    State(app): State<AppState>,
    Known { owner, .. }: Known,
    Named(product_id): Named,
    headers: HeaderMap,
) -> Told {
    changed(&app, &owner, &IfMatch::needed(&headers)?, Change::Remove(&product_id)).await
}

/// Takes everything out, if the cart is still the one that was seen.
#[utoipa::path(delete, path = "/cart", tag = "cart", operation_id = "empty_cart",
    security(("access_token" = []), ("cart_token" = []), ("session" = [])),
    params(("If-Match" = String, Header, description = "The `ETag` of the cart that was seen, or \
            `*` for whatever is in it.")),
    responses((status = 200, body = Cart)))]
async fn empty(
    State(app): State<AppState>,
    Known { owner, .. }: Known,
    headers: HeaderMap,
) -> Told {
    changed(&app, &owner, &IfMatch::needed(&headers)?, Change::Empty).await
}

/// A change that holds for the cart that was seen.
#[derive(Clone, Copy)]
enum Change<'a> {
    Set(&'a str, Quantity),
    Remove(&'a str),
    Empty,
}

impl Change<'_> {
    async fn make(
        self,
        connection: &mut Connection,
        owner: &Owner,
        condition: &IfMatch,
        now: Moment,
    ) -> Result<(), Failed<Refused>> {
        let seen = condition.seen(connection, owner).await?;
        match self {
            Change::Set(product_id, quantity) => {
                service::set(connection, owner, &seen, product_id, quantity, now).await
            }
            Change::Remove(product_id) => {
                service::remove(connection, owner, &seen, product_id, now).await
            }
            Change::Empty => service::empty(connection, owner, &seen, now).await,
        }
    }
}

async fn changed(app: &AppState, owner: &Owner, condition: &IfMatch, change: Change<'_>) -> Told {
    let now = app.now();
    let done = transact!(app.db, |tx| change.make(&mut tx, owner, condition, now).await);
    done.map_err(|failed| failed.map(precondition))?;
    let mut connection = app.db.read.acquire().await?;
    Ok(answer(&view(&mut connection, Some(owner)).await?))
}

/// A guest's cart joins the account's, and its token ends. Asked again it changes nothing; with a
/// key it is answered again as the first time, with the sentence that tells what was done.
#[utoipa::path(post, path = "/cart/merge", tag = "cart", operation_id = "merge_cart",
    security(("access_token" = []), ("session" = [])),
    params(("If-Match" = Option<String>, Header, description = "The `ETag` of the account's cart \
            that was seen, or `*` if there must be one. Without it the carts are joined whatever \
            became of the account's."),
        ("Idempotency-Key" = Option<String>, Header, description = "Joins once and tells so each \
            time, however often it is sent.")),
    request_body = CartMerge, responses((status = 200, body = Cart)))]
async fn merge(
    State(app): State<AppState>,
    Shopper { customer }: Shopper,
    headers: HeaderMap,
    asked: Asked<CartMerge>,
) -> Told {
    let owner = Owner::User(customer.id().to_owned());
    let Asked { body: CartMerge { cart_token: token }, once } = asked;
    let condition = IfMatch::of(&headers);
    if token.len() != CART_TOKEN_LENGTH {
        return Err(Refusal::field("cart_token", "This is no cart token.").into());
    }
    let merged: Cart = once!(app, once, &owner, |tx, now| {
        let done = bring(&mut tx, &token, customer.id(), condition.as_ref(), now).await;
        done.map_err(|failed| failed.map(precondition))
    })?;
    Ok(answer(&merged))
}

async fn bring(
    connection: &mut Connection,
    token: &str,
    user_id: &str,
    condition: Option<&IfMatch>,
    now: Moment,
) -> Result<Cart, Failed<Refused>> {
    let owner = Owner::User(user_id.to_owned());
    if let Some(condition) = condition {
        let seen = condition.seen(connection, &owner).await?;
        service::lock_seen(connection, &owner, &seen).await?;
    }
    let notice = account::service::bring_cart_by_token(connection, token, user_id, now).await?;
    let cart = view(connection, Some(&owner)).await?;
    Ok(Cart { notice, ..cart })
}

async fn view(connection: &mut Connection, owner: Option<&Owner>) -> Result<Cart, Fault> {
    Ok(Cart::from(service::view(connection, owner).await?))
}

fn answer(cart: &Cart) -> Response {
    let mut response = wire::ok(cart);
    let tag = cart.id.as_ref().map(|id| format!("\"{id}.{}\"", cart.version));
    if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
