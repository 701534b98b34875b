//! The cart. "Add" needs no version, any number of adds at once all count; every other change names
//! the version that was seen, and is refused with what changed since when it is an older one.

use super::asked::{Asked, Named};
use super::caller::{Caller, Shopper};
use super::once::once;
use super::wire::{self, Money, Told};
use crate::account::{self, Owner};
use crate::cart::{self, CartView, Quantity, Refused, Seen, Warning, service};
use crate::clock::Moment;
use crate::db::Connection;
use crate::error::{Failed, Fault, Refusal};
use crate::state::AppState;
use crate::transact;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(show, empty))
        .routes(routes!(add))
        .routes(routes!(set, remove))
        .routes(routes!(merge))
}

/// A cart as it is now. Its version is also the `ETag`, for `If-Match`.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct Cart {
    /// Null until something was put in.
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

/// The cart of whoever asks; empty where there is none.
#[utoipa::path(get, path = "/cart", tag = "cart", operation_id = "show_cart",
    security((), ("access_token" = []), ("cart_token" = []), ("session" = [])),
    responses((status = 200, body = Cart, headers(("ETag", description = "The cart's version.")))))]
async fn show(State(app): State<AppState>, caller: Caller) -> Told {
    let mut connection = app.db.read.acquire().await?;
    Ok(answer(&view(&mut connection, caller.visitor.owner().as_ref()).await?))
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
    caller: Caller,
    Named(product_id): Named,
    headers: HeaderMap,
    asked: Asked<CartSet>,
) -> Told {
    let (owner, seen) = (caller.owner()?, seen(&headers)?);
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
    caller: Caller,
    Named(product_id): Named,
    headers: HeaderMap,
) -> Told {
    let (owner, seen, now) = (caller.owner()?, seen(&headers)?, app.now());
    let done =
        transact!(app.db, |tx| { service::remove(&mut tx, &owner, &seen, &product_id, now).await });
    changed(&app, &owner, done).await
}

/// Takes everything out, if the cart is still the one that was seen.
#[utoipa::path(delete, path = "/cart", tag = "cart", operation_id = "empty_cart",
    security(("access_token" = []), ("cart_token" = []), ("session" = [])),
    params(("If-Match" = String, Header, description = "The `ETag` of the cart that was seen.")),
    responses((status = 200, body = Cart)))]
async fn empty(State(app): State<AppState>, caller: Caller, headers: HeaderMap) -> Told {
    let (owner, seen, now) = (caller.owner()?, seen(&headers)?, app.now());
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
