//! What becomes of a cart, written down version by version, and told in plain words to a tab that
//! saw an older one.

use super::Seen;
use super::queries::{self, Change, ChangeRow};
use crate::account::Owner;
use crate::clock::Moment;
use crate::db::Connection;
use crate::error::Fault;

/// Changes are remembered this many versions back; an older tab, and one since which more lines
/// changed, is told only that much did.
const REMEMBERED: i64 = 200;

/// In sentences; none where so much happened that a part of it would mislead.
pub async fn changes_since(
    connection: &mut Connection,
    owner: &Owner,
    seen: &Seen,
    version: i64,
) -> Result<Vec<String>, Fault> {
    if version.saturating_sub(seen.version) > REMEMBERED {
        return Ok(Vec::new());
    }
    let most = usize::try_from(REMEMBERED).unwrap_or(usize::MAX);
    let (cart_id, limit) = (&seen.cart_id, REMEMBERED + 1);
    let changes = queries::list_changes(connection, owner, cart_id, seen.version, limit).await?;
    Ok(if changes.len() > most { Vec::new() } else { in_words(&changes) })
}

/// One sentence a product: from what was seen to what is.
fn in_words(changes: &[ChangeRow]) -> Vec<String> {
    let mut net: Vec<(&str, i64, i64, &str)> = Vec::new();
    for change in changes {
        match net.iter_mut().find(|(name, ..)| *name == change.name) {
            Some((_, _, after, cause)) => (*after, *cause) = (change.quantity_after, &change.cause),
            None => net.push((
                &change.name,
                change.quantity_before,
                change.quantity_after,
                &change.cause,
            )),
        }
    }
    let sentence = |(name, before, after, cause): (&str, i64, i64, &str)| match (before, after) {
        (before, after) if before == after => None,
        (before, 0) if cause == "bought" => Some(format!("{name}: {before} bought.")),
        (_, 0) => Some(format!("{name} was removed.")),
        (0, after) => Some(format!("{name} was added: {after}.")),
        (before, after) => Some(format!("{name}: {after} instead of {before}.")),
    };
    net.into_iter().filter_map(sentence).collect()
}

/// Keeps what a version changed, and now and then forgets what is too old to be told.
pub async fn record(
    connection: &mut Connection,
    change: &Change<'_>,
    now: Moment,
) -> Result<(), Fault> {
    queries::insert_change(connection, change, now).await?;
    forget_old(connection, change).await
}

/// The same for changes of several carts.
pub async fn record_all(
    connection: &mut Connection,
    changes: &[Change<'_>],
    now: Moment,
) -> Result<(), Fault> {
    queries::insert_changes(connection, changes, now).await?;
    for change in changes {
        forget_old(connection, change).await?;
    }
    Ok(())
}

async fn forget_old(connection: &mut Connection, change: &Change<'_>) -> Result<(), Fault> {
    if change.version % 50 == 0 {
        let up_to = change.version - REMEMBERED;
        queries::delete_old_changes(connection, change.cart_id, up_to).await?;
    }
    Ok(())
}
