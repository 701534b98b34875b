//! Orders of one cart, or of carts that were merged, are one wish: one of them is paid, and the
//! others end with what they hold.

use super::service;
use crate::cart;
use crate::clock::Moment;
use crate::db::Connection;
use crate::error::{Failed, Fault};
use crate::order::{self, Order};

/// This order was paid: nobody shall pay the others.
pub(super) async fn end(tx: &mut Connection, order: &Order, now: Moment) -> Result<(), Fault> {
    let family = cart::service::family(tx, &order.cart_id).await?;
    order::service::outrun(tx, &order.id, &family).await?;
    for open in open_ones(tx, order, &family).await? {
        end_one(tx, &open, now).await?;
    }
    Ok(())
}

/// Takes the units of an order whose money came after it had ended. Where too few are free, those
/// of its alternatives count too: money that is here goes before money that may come. False: the
/// goods are sold, and nothing has changed.
pub(super) async fn hold_again(
    tx: &mut Connection,
    order: &Order,
    attempt_id: &str,
    now: Moment,
) -> Result<bool, Fault> {
    if is_held(tx, order, attempt_id, now).await? {
        return Ok(true);
    }
    let family = cart::service::family(tx, &order.cart_id).await?;
    let others = open_ones(tx, order, &family).await?;
    let mut attempts = Vec::new();
    for other in &others {
        let theirs = service::list_attempts(tx, &other.id).await?;
        attempts.extend(service::open_one(&theirs).map(|attempt| attempt.id.clone()));
    }
    if !order::service::would_suffice(tx, order, &attempts).await? {
        return Ok(false);
    }
    for other in &others {
        end_one(tx, other, now).await?;
    }
    is_held(tx, order, attempt_id, now).await
}

async fn is_held(
    tx: &mut Connection,
    order: &Order,
    attempt_id: &str,
    now: Moment,
) -> Result<bool, Fault> {
    match order::service::hold_again(tx, order, attempt_id, now).await {
        Ok(()) => Ok(true),
        Err(Failed::Refused(_)) => Ok(false),
        Err(Failed::Broke(fault)) => Err(fault),
    }
}

async fn open_ones(
    tx: &mut Connection,
    order: &Order,
    family: &[String],
) -> Result<Vec<Order>, Fault> {
    let mut open = Vec::new();
    for cart_id in family {
        let found = order::service::find_open(tx, cart_id).await?;
        open.extend(found.filter(|found| found.id != order.id));
    }
    Ok(open)
}

async fn end_one(tx: &mut Connection, open: &Order, now: Moment) -> Result<(), Fault> {
    let why = "Another order of the same cart was paid.";
    service::end_order(tx, &open.id, why, now).await.map(drop)
}
