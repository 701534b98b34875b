//! The verbs of the cart. Callers own the transaction; a refusal means that it is rolled back, so
//! the cart is exactly as before.

use super::history::{changes_since, record};
use super::queries::{self, Added, Change};
use super::{CartView, LINES_MAX, QUANTITY_MAX, Quantity, Refused, Seen};
use crate::account::Owner;
use crate::catalogue::{self, StockRefusal, stock};
use crate::clock::{self, Moment};
use crate::db::Connection;
use crate::error::{Failed, Fault, Refusal};

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Refusal {
        let status = match refused {
            Refused::VisitEnded => 401,
            Refused::NotFound | Refused::NotForSale => 404,
            Refused::BadQuantity | Refused::TooManyUnits(_) | Refused::TooManyLines => 422,
            Refused::Changed(_) | Refused::OnlyLeft { .. } | Refused::NoSuchLine => 409,
        };
        let mut refusal = Refusal::new(status, refused.to_string()).of_kind(kind(&refused));
        if matches!(refused, Refused::BadQuantity) {
            refusal.fields.push(("quantity".to_owned(), refusal.message.clone()));
        }
        refusal
    }
}

fn kind(refused: &Refused) -> &'static str {
    match refused {
        Refused::VisitEnded => "cart-token-ended",
        Refused::NotFound => "not-found",
        Refused::Changed(_) => "cart-changed",
        Refused::BadQuantity => "invalid",
        Refused::NotForSale => "not-for-sale",
        Refused::OnlyLeft { .. } => "only-some-left",
        Refused::TooManyUnits(_) | Refused::TooManyLines => "cart-full",
        Refused::NoSuchLine => "not-in-cart",
    }
}

impl From<StockRefusal> for Refused {
    fn from(refusal: StockRefusal) -> Refused {
        match refusal {
            StockRefusal::NotForSale => Refused::NotForSale,
            StockRefusal::OnlyLeft { name, left } => Refused::OnlyLeft { name, left },
        }
    }
}

/// The owner's cart as it is now; an empty one where there is none.
pub async fn view(connection: &mut Connection, owner: Option<&Owner>) -> Result<CartView, Fault> {
    let Some(owner) = owner else { return Ok(CartView::default()) };
    Ok(queries::find_cart(connection, owner).await?.unwrap_or_default())
}

/// Puts units into the cart, making it where there is none. Commutative: any number of adds at once
/// all count, in any order. Returns the product's name.
pub async fn add(
    connection: &mut Connection,
    owner: &Owner,
    product_id: &str,
    quantity: Quantity,
    now: Moment,
) -> Result<String, Failed<Refused>> {
    let (cart_id, version) = touched(connection, owner, now).await?;
    if !catalogue::service::is_word(product_id) {
        return Err(Failed::Refused(Refused::NotForSale));
    }
    let units = quantity.units();
    let added = queries::add_units(connection, &cart_id, product_id, units, QUANTITY_MAX, now);
    let Some(Added { quantity: after, name, stock_left }) = added.await? else {
        return Err(why_not_added(connection, product_id).await?);
    };
    if after > stock_left {
        enough(connection, &cart_id, product_id, &name, stock_left, after).await?;
    }
    if after == units && queries::count_lines(connection, &cart_id).await? > LINES_MAX {
        return Err(Failed::Refused(Refused::TooManyLines));
    }
    let before = after - units;
    let change = Change { cart_id: &cart_id, version, product_id, cause: "added", before, after };
    record(connection, &change, now).await?;
    Ok(name)
}

/// The owner's cart, made where there is none, and its next version. A guest may have signed in
/// meanwhile: what came into the session's cart after it was brought over would be lost with it.
async fn touched(
    connection: &mut Connection,
    owner: &Owner,
    now: Moment,
) -> Result<(String, i64), Failed<Refused>> {
    let new_id = clock::new_id();
    match owner {
        Owner::User(id) => {
            Ok(queries::touch_or_insert_users_cart(connection, id, &new_id, now).await?)
        }
        Owner::Guest(session) => {
            let cart = queries::touch_or_insert_guests_cart(connection, session, &new_id, now);
            cart.await?.ok_or(Failed::Refused(Refused::VisitEnded))
        }
    }
}

async fn why_not_added(
    connection: &mut Connection,
    product_id: &str,
) -> Result<Failed<Refused>, Fault> {
    Ok(match stock::for_sale(connection, product_id).await {
        Ok(product) => Failed::Refused(Refused::TooManyUnits(product.name)),
        Err(failed) => failed.map(Refused::from),
    })
}

/// Sets a line to a quantity, if the cart is still the one that was seen.
pub async fn set(
    connection: &mut Connection,
    owner: &Owner,
    seen: &Seen,
    product_id: &str,
    quantity: Quantity,
    now: Moment,
) -> Result<(), Failed<Refused>> {
    let version = raise(connection, owner, seen, now).await?;
    let before = queries::find_quantity(connection, &seen.cart_id, product_id).await?;
    let before = before.ok_or(Failed::Refused(Refused::NoSuchLine))?;
    let after = quantity.units();
    if after > before {
        let product = stock::for_sale(connection, product_id).await;
        let product = product.map_err(|failed| failed.map(Refused::from))?;
        if after > product.left {
            let (cart_id, name, left) = (&seen.cart_id, &product.name, product.left);
            enough(connection, cart_id, product_id, name, left, after).await?;
        }
    }
    queries::update_quantity(connection, &seen.cart_id, product_id, after).await?;
    let cart_id = &seen.cart_id;
    let change = Change { cart_id, version, product_id, cause: "set", before, after };
    Ok(record(connection, &change, now).await?)
}

/// Takes a line out, if the cart is still the one that was seen.
pub async fn remove(
    connection: &mut Connection,
    owner: &Owner,
    seen: &Seen,
    product_id: &str,
    now: Moment,
) -> Result<(), Failed<Refused>> {
    let version = raise(connection, owner, seen, now).await?;
    let before = queries::find_quantity(connection, &seen.cart_id, product_id).await?;
    let before = before.ok_or(Failed::Refused(Refused::NoSuchLine))?;
    queries::delete_line(connection, &seen.cart_id, product_id).await?;
    let cart_id = &seen.cart_id;
    let change = Change { cart_id, version, product_id, cause: "removed", before, after: 0 };
    Ok(record(connection, &change, now).await?)
}

/// Takes every line out, if the cart is still the one that was seen.
pub async fn empty(
    connection: &mut Connection,
    owner: &Owner,
    seen: &Seen,
    now: Moment,
) -> Result<(), Failed<Refused>> {
    let version = raise(connection, owner, seen, now).await?;
    let cart_id = &seen.cart_id;
    for (product_id, before) in queries::list_quantities(connection, cart_id).await? {
        queries::delete_line(connection, cart_id, &product_id).await?;
        let product_id = &product_id;
        let change = Change { cart_id, version, product_id, cause: "emptied", before, after: 0 };
        record(connection, &change, now).await?;
    }
    Ok(())
}

/// Holds the owner's cart still until the transaction ends and tells what it is; the empty one
/// where there is none.
pub async fn lock_own(connection: &mut Connection, owner: &Owner) -> Result<Seen, Fault> {
    let (cart_id, version) = queries::lock_own_cart(connection, owner).await?.unwrap_or_default();
    Ok(Seen { cart_id, version })
}

/// Holds the seen cart still while an order is made of it. Refused like [`set`] when it changed.
pub async fn lock_seen(
    connection: &mut Connection,
    owner: &Owner,
    seen: &Seen,
) -> Result<CartView, Failed<Refused>> {
    let version = queries::lock_cart(connection, owner, &seen.cart_id).await?;
    if version != Some(seen.version) {
        return Err(why_not(connection, owner, seen).await?);
    }
    Ok(view(connection, Some(owner)).await?)
}

/// The shopper has confirmed today's prices.
pub async fn accept_prices(connection: &mut Connection, cart_id: &str) -> Result<(), Fault> {
    Ok(queries::update_seen_prices(connection, cart_id).await?)
}

/// Units that were paid for leave the cart, wherever it went meanwhile; what was added later stays.
pub async fn take_bought(
    connection: &mut Connection,
    cart_id: &str,
    bought: &[(String, i64)],
    now: Moment,
) -> Result<(), Fault> {
    let head = hold_family(connection, cart_id).await?;
    let cart_id = head.as_str();
    let Some(version) = queries::touch_cart(connection, cart_id, now).await? else { return Ok(()) };
    for (product_id, units) in bought {
        let before = queries::find_quantity(connection, cart_id, product_id).await?.unwrap_or(0);
        if before == 0 {
            continue;
        }
        let all = crate::faults::planted("clear-whole-cart");
        let after = if all { 0 } else { (before - units).max(0) };
        if after == 0 {
            queries::delete_line(connection, cart_id, product_id).await?;
        } else {
            queries::update_quantity(connection, cart_id, product_id, after).await?;
        }
        let change = Change { cart_id, version, product_id, cause: "bought", before, after };
        record(connection, &change, now).await?;
    }
    Ok(())
}

/// The cart that this one became, if it was merged, held still until the transaction ends: payments
/// for orders of one cart are booked one after the other, and no sign-in moves its lines meanwhile.
pub async fn hold_family(connection: &mut Connection, cart_id: &str) -> Result<String, Fault> {
    let mut head = cart_id.to_owned();
    // A sign-in may have been first: then the row is gone, and the merge tells where to.
    for _ in 0..2 {
        if queries::hold_cart(connection, &head).await? {
            break;
        }
        head = queries::find_merged_into(connection, cart_id).await?.unwrap_or(head);
    }
    Ok(head)
}

/// All carts whose orders are alternatives to those of this one, held as [`hold_family`] says.
pub async fn family(connection: &mut Connection, cart_id: &str) -> Result<Vec<String>, Fault> {
    let head = hold_family(connection, cart_id).await?;
    let mut ids = lineage(connection, &head).await?;
    if !ids.iter().any(|id| id == cart_id) {
        ids.push(cart_id.to_owned());
    }
    Ok(ids)
}

/// The owner's cart and the guest carts that were merged into it; none where there is no cart.
pub async fn lineage_of(connection: &mut Connection, owner: &Owner) -> Result<Vec<String>, Fault> {
    match queries::find_cart_id(connection, owner).await? {
        Some(cart_id) => lineage(connection, &cart_id).await,
        None => Ok(Vec::new()),
    }
}

/// This cart and the guest carts that were merged into it: orders may have been placed from each.
pub async fn lineage(connection: &mut Connection, cart_id: &str) -> Result<Vec<String>, Fault> {
    let mut ids = vec![cart_id.to_owned()];
    ids.extend(queries::list_merged_from(connection, cart_id).await?);
    Ok(ids)
}

/// Removes guest carts that lost their session.
pub async fn forget_orphans(connection: &mut Connection) -> Result<u64, Fault> {
    Ok(queries::delete_orphans(connection).await?)
}

/// Are there so many units, with those that the cart's own open order holds already?
async fn enough(
    connection: &mut Connection,
    cart_id: &str,
    product_id: &str,
    name: &str,
    free: i64,
    wanted: i64,
) -> Result<(), Failed<Refused>> {
    let left = free + queries::find_own_hold(connection, cart_id, product_id).await?;
    if wanted <= left {
        return Ok(());
    }
    Err(Failed::Refused(Refused::OnlyLeft { name: name.to_owned(), left }))
}

/// Raises the version from the seen one, or says why not.
async fn raise(
    connection: &mut Connection,
    owner: &Owner,
    seen: &Seen,
    now: Moment,
) -> Result<i64, Failed<Refused>> {
    let raised =
        queries::update_cart_seen(connection, owner, &seen.cart_id, seen.version, now).await?;
    if raised { Ok(seen.version + 1) } else { Err(why_not(connection, owner, seen).await?) }
}

async fn why_not(
    connection: &mut Connection,
    owner: &Owner,
    seen: &Seen,
) -> Result<Failed<Refused>, Fault> {
    let mine = queries::find_cart(connection, owner).await?;
    let reason = match mine {
        Some(cart) if cart.id == seen.cart_id => {
            Refused::Changed(changes_since(connection, owner, seen, cart.version).await?)
        }
        _ => Refused::NotFound,
    };
    Ok(Failed::Refused(reason))
}
