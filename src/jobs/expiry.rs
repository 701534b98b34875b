//! Orders whose time has come: the gateway is asked first, and while a payment is under way, or the
//! gateway does not answer, nothing ends.

use crate::clock::MINUTE;
use crate::error::{Fault, Round};
use crate::order;
use crate::payment;
use crate::state::AppState;
use crate::transact;

/// An order about which nothing is sure is asked about again after this, and keeps its units.
const LONGER: i64 = MINUTE;

/// Ends unpaid orders past their time. Returns how many. One that cannot be ended comes again
/// later.
pub async fn expire_due(app: &AppState) -> Result<usize, Fault> {
    let mut round = Round::default();
    for order_id in order::service::list_due(&app.db, app.now()).await? {
        let ended = expire(app, &order_id).await;
        if ended.is_err() {
            wait_longer(app, &order_id).await?;
        }
        round.note(&order_id, ended);
    }
    round.end()
}

/// False: it waits a little longer, or somebody else was first.
async fn expire(app: &AppState, order_id: &str) -> Result<bool, Fault> {
    let planted = crate::faults::planted("expire-without-asking");
    if !planted && !payment::is_unpaid_for_sure(app, order_id, "expiry").await? {
        wait_longer(app, order_id).await?;
        return Ok(false);
    }
    let (why, now) = ("Not paid in time.", app.now());
    transact!(app.db, |tx| payment::service::end_order(&mut tx, order_id, why, now).await)
}

async fn wait_longer(app: &AppState, order_id: &str) -> Result<(), Fault> {
    let mut connection = app.db.write.acquire().await?;
    order::service::extend(&mut connection, order_id, app.now() + LONGER).await
}
