//! Ending an order that waits for money: never before the gateway said that nothing was paid and
//! nothing is under way.

use super::{Settled, queries, service, settle};
use crate::clock::Moment;
use crate::db::Connection;
use crate::error::{Failed, Fault, Refusal};
use crate::faults::planted;
use crate::order::{self, State};
use crate::state::AppState;
use crate::transact;

/// Why an order was not called off. It is as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCancelled {
    Paid,
    /// At the bank, or the gateway has just been asked to take it.
    UnderWay,
    Expired,
    /// The gateway gave no usable answer.
    Unknown,
}

impl From<NotCancelled> for Refusal {
    fn from(reason: NotCancelled) -> Refusal {
        match reason {
            NotCancelled::Paid => {
                Refusal::new(409, "This order is paid already.").of_kind("already-paid")
            }
            NotCancelled::UnderWay => Refusal {
                retry_after: Some(60),
                ..Refusal::new(409, "A payment for this order is under way. Please wait for it.")
                    .of_kind("payment-under-way")
            },
            NotCancelled::Expired => {
                Refusal::new(409, "This order has ended already.").of_kind("order-ended")
            }
            NotCancelled::Unknown => Refusal {
                retry_after: Some(5),
                ..Refusal::new(503, "The payment gateway does not answer. Please try again.")
                    .of_kind("gateway-unavailable")
            },
        }
    }
}

/// Is an order unpaid?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpaid {
    /// The gateway says that nothing was paid for it, and that nothing is under way.
    ForSure,
    /// Its money is here or under way, or it has ended.
    No,
    /// The gateway gave no usable answer.
    Unknown,
}

/// Asks the gateway whether this order is unpaid. `door` says who asks.
pub async fn is_unpaid(app: &AppState, order_id: &str, door: &str) -> Result<Unpaid, Fault> {
    Ok(match ask(app, order_id, door).await? {
        None | Some(Settled::Waiting { under_way: false }) => Unpaid::ForSure,
        Some(Settled::Unknown) => Unpaid::Unknown,
        Some(_) => Unpaid::No,
    })
}

/// What the gateway says of the order's open attempt; none where there is no such attempt.
async fn ask(app: &AppState, order_id: &str, door: &str) -> Result<Option<Settled>, Fault> {
    let mut connection = app.db.read.acquire().await?;
    let attempts = service::list_attempts(&mut connection, order_id).await?;
    drop(connection);
    match service::open_one(&attempts) {
        Some(open) => Ok(Some(settle(app, &open.id, door).await?)),
        None => Ok(None),
    }
}

/// Calls an unpaid order off for its shopper: its units are free, and money that comes all the same
/// goes back. Asked again it finds it done.
pub async fn cancel(app: &AppState, order_id: &str) -> Result<(), Failed<NotCancelled>> {
    let refused = |reason| Err(Failed::Refused(reason));
    match ask(app, order_id, "calling off").await? {
        _ if planted("call-off-without-asking") => {}
        Some(Settled::Paid { .. }) => return refused(NotCancelled::Paid),
        Some(Settled::Waiting { under_way: true }) => return refused(NotCancelled::UnderWay),
        Some(Settled::Unknown) => return refused(NotCancelled::Unknown),
        Some(Settled::Waiting { under_way: false } | Settled::Ended) | None => {}
    }
    let now = app.now();
    transact!(app.db, |tx| write(&mut tx, order_id, now).await)
}

async fn write(
    connection: &mut Connection,
    order_id: &str,
    now: Moment,
) -> Result<(), Failed<NotCancelled>> {
    let order = order::service::lock(connection, order_id).await?;
    match order.map(|order| order.state) {
        Some(State::AwaitingPayment) => {}
        Some(State::Cancelled) => return Ok(()),
        Some(State::Paid) => return Err(Failed::Refused(NotCancelled::Paid)),
        Some(State::Expired) | None => return Err(Failed::Refused(NotCancelled::Expired)),
    }
    let attempts = queries::list_attempts(connection, order_id).await?;
    let open = service::open_one(&attempts).map(|attempt| attempt.id.as_str());
    let why = "Called off by the shopper.";
    order::service::cancel(connection, order_id, open, why, now).await?;
    Ok(queries::update_attempts_ended(connection, order_id).await?)
}
