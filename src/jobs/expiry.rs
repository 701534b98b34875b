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

/// Ends unpaid orders past their time. Returns how many.
pub async fn expire_due(app: &AppState) -> Result<usize, Fault> {
    let mut ended = 0;
    for order_id in order::service::list_due(&app.db, app.now()).await? {
        let now = app.now();
        let planted = crate::faults::planted("expire-without-asking");
        if !planted && !payment::is_unpaid_for_sure(app, &order_id, "expiry").await? {
            let mut connection = app.db.write.acquire().await?;
            order::service::extend(&mut connection, &order_id, now + LONGER).await?;
            continue;
        }
        let why = "Not paid in time.";
        let done = transact!(app.db, |tx| {
            payment::service::end_order(&mut tx, &order_id, why, now).await
        })?;
        ended += usize::from(done);
    }
    Ok(ended)
}
