//! Orders whose time has come: the gateway is asked first, and while a payment is under way, or the
//! gateway does not answer, nothing ends.

use crate::clock::MINUTE;
use crate::error::Fault;
use crate::order;
use crate::payment;
use crate::state::AppState;
use crate::transact;

/// An order about which nothing is sure is asked about again after this, and keeps its units.
const LONGER: i64 = MINUTE;

/// Ends unpaid orders past their time. Returns how many. An order that cannot be ended keeps no
/// other from its end: it comes again later, and the round tells the first fault when all are done.
pub async fn expire_due(app: &AppState) -> Result<usize, Fault> {
    let (mut ended, mut first) = (0, None);
    for order_id in order::service::list_due(&app.db, app.now()).await? {
        match expire(app, &order_id).await {
            Ok(done) => ended += usize::from(done),
            Err(fault) => {
                tracing::error!(order = order_id, reference = %fault.reference, "{fault}");
                wait_longer(app, &order_id).await?;
                first.get_or_insert(fault);
            }
        }
    }
    first.map_or(Ok(ended), Err)
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
