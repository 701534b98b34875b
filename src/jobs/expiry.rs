//! Orders whose time has come: the gateway is asked first, and while a payment is under way, or the
//! gateway does not answer, nothing ends.

use crate::clock::MINUTE;
use crate::error::{Fault, Round};
use crate::order;
use crate::payment::{self, Unpaid};
use crate::state::AppState;
use crate::transact;

/// An order about which nothing is sure is asked about again after this, and keeps its units.
const LONGER: i64 = MINUTE;

/// What came of an order past its time.
#[derive(PartialEq, Eq)]
enum Outcome {
    Ended,
    /// Its money is here or under way, or somebody else was first.
    Left,
    /// The gateway gave no usable answer.
    Unsure,
}

/// Ends unpaid orders past their time. Returns how many. One that cannot be ended comes again
/// later. A gateway that gives no usable answer, because it is asked too much (429) or is in
/// trouble, is asked no more in this round: the rest waits for a later one.
pub async fn expire_due(app: &AppState) -> Result<usize, Fault> {
    let mut round = Round::default();
    for order_id in order::service::list_due(&app.db, app.now()).await? {
        let outcome = expire(app, &order_id).await;
        if outcome.is_err() {
            wait_longer(app, &order_id).await?;
        }
        let in_vain = matches!(outcome, Ok(Outcome::Unsure));
        round.note(&order_id, outcome.map(|outcome| outcome == Outcome::Ended));
        if in_vain {
            break;
        }
    }
    round.end()
}

async fn expire(app: &AppState, order_id: &str) -> Result<Outcome, Fault> {
    let unpaid = match crate::faults::planted("expire-without-asking") {
        true => Unpaid::ForSure,
        false => payment::is_unpaid(app, order_id, "expiry").await?,
    };
    if unpaid != Unpaid::ForSure {
        wait_longer(app, order_id).await?;
        return Ok(if unpaid == Unpaid::Unknown { Outcome::Unsure } else { Outcome::Left });
    }
    let (why, now) = ("Not paid in time.", app.now());
    let ended: Result<bool, Fault> =
        transact!(app.db, |tx| payment::service::end_order(&mut tx, order_id, why, now).await);
    Ok(if ended? { Outcome::Ended } else { Outcome::Left })
}

async fn wait_longer(app: &AppState, order_id: &str) -> Result<(), Fault> {
    let mut connection = app.db.write.acquire().await?;
    order::service::extend(&mut connection, order_id, app.now() + LONGER).await
}
