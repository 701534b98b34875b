//! Units and promises: what may be sold, what is held for a payment, what was sold. Callers own the
//! transaction. Rows are taken in the order of their ids, so that two orders never wait for each
//! other.

use super::queries::{self, Hold, Movement};
use super::{Product, StockRefusal, service};
use crate::clock::Moment;
use crate::db::Connection;
use crate::error::{Failed, Fault};
use std::collections::BTreeMap;

type Refused = Failed<StockRefusal>;

/// A product that can be put into a cart; how many are left is told, not judged.
pub async fn for_sale(connection: &mut Connection, product_id: &str) -> Result<Product, Refused> {
    let product = service::find_by_id(connection, product_id).await?;
    match product {
        Some(product) if !product.withdrawn => Ok(product),
        _ => Err(Failed::Refused(StockRefusal::NotForSale)),
    }
}

/// Promises units (product id, how many) to an attempt: all of them, or on a refusal none. Units of
/// a product that this attempt holds already are not taken twice.
pub async fn hold(
    connection: &mut Connection,
    attempt_id: &str,
    units: &[(String, i64)],
    now: Moment,
) -> Result<(), Refused> {
    take(connection, attempt_id, units, Withdrawn::Refused, now).await
}

/// The same for an order whose money came after its hold had ended: what was withdrawn meanwhile
/// may still go to whoever paid for it.
pub async fn hold_again(
    connection: &mut Connection,
    attempt_id: &str,
    units: &[(String, i64)],
    now: Moment,
) -> Result<(), Refused> {
    take(connection, attempt_id, units, Withdrawn::Allowed, now).await
}

/// Would there be so many units if these attempts gave back what they hold?
pub async fn would_suffice(
    connection: &mut Connection,
    units: &[(String, i64)],
    attempts: &[String],
) -> Result<bool, Fault> {
    for (product_id, quantity) in in_order(units) {
        // Held, so that nobody takes them meanwhile.
        let there = queries::lock_units(connection, product_id).await?;
        let mut free = there.map_or(0, |units| units.on_hand - units.held);
        for attempt_id in attempts {
            free += queries::find_held(connection, attempt_id, product_id).await?.unwrap_or(0);
        }
        if free < quantity {
            return Ok(false);
        }
    }
    Ok(true)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Withdrawn {
    Refused,
    Allowed,
}

async fn take(
    connection: &mut Connection,
    attempt_id: &str,
    units: &[(String, i64)],
    withdrawn: Withdrawn,
    now: Moment,
) -> Result<(), Refused> {
    for (product_id, quantity) in in_order(units) {
        let hold = Hold { attempt_id, product_id, quantity };
        let taken = match withdrawn {
            Withdrawn::Refused => queries::update_held(connection, hold).await?,
            Withdrawn::Allowed => queries::update_held_even_withdrawn(connection, hold).await?,
        };
        if taken {
            queries::insert_hold(connection, hold, now).await?;
        } else if queries::find_held(connection, attempt_id, product_id).await? != Some(quantity) {
            release(connection, attempt_id).await?;
            return Err(refusal(connection, product_id, withdrawn).await?);
        }
    }
    Ok(())
}

/// The same product twice is one product with the sum of the units.
fn in_order(units: &[(String, i64)]) -> BTreeMap<&str, i64> {
    let mut sums = BTreeMap::new();
    for (product_id, quantity) in units {
        *sums.entry(product_id.as_str()).or_insert(0) += quantity;
    }
    sums
}

async fn refusal(
    connection: &mut Connection,
    product_id: &str,
    withdrawn: Withdrawn,
) -> Result<Refused, Fault> {
    let product = service::find_by_id(connection, product_id).await?;
    Ok(Failed::Refused(match product {
        Some(p) if !p.withdrawn || withdrawn == Withdrawn::Allowed => {
            StockRefusal::OnlyLeft { name: p.name, left: p.left }
        }
        _ => StockRefusal::NotForSale,
    }))
}

/// Ends an attempt's promise without a sale. A second call finds nothing to do.
pub async fn release(connection: &mut Connection, attempt_id: &str) -> Result<(), Fault> {
    let held = queries::delete_holds(connection, attempt_id).await?;
    for (product_id, quantity) in in_order(&held) {
        let forgotten = crate::faults::planted("hold-not-released");
        if !forgotten && !queries::update_released(connection, product_id, quantity).await? {
            return Err(untrue(product_id));
        }
    }
    Ok(())
}

/// Turns an attempt's promise into a sale with this order. A second call for the same order finds
/// it done; a sale of units that nobody held is a fault, for then an order is paid without goods.
pub async fn sell(
    connection: &mut Connection,
    attempt_id: &str,
    order_id: &str,
    now: Moment,
) -> Result<(), Fault> {
    let held = queries::delete_holds(connection, attempt_id).await?;
    if held.is_empty() && queries::count_sold(connection, order_id).await? == 0 {
        return Err(Fault::new("selling", format!("attempt {attempt_id} holds nothing")));
    }
    for (product_id, quantity) in in_order(&held) {
        if !queries::update_sold(connection, product_id, quantity).await? {
            return Err(untrue(product_id));
        }
        let sold = Movement::Sold(Some(order_id));
        if !crate::faults::planted("sale-without-movement") {
            queries::insert_movement(connection, product_id, sold, quantity, now).await?;
        }
    }
    Ok(())
}

/// Holds and products are written together, so that one without the other cannot be.
fn untrue(product_id: &str) -> Fault {
    Fault::new("ending a hold", format!("product {product_id} has fewer units held than its holds"))
}
