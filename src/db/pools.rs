//! How many connections each database gets, and what is said to each of them first.

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, Connection as _};
use std::time::Duration;

pub const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 12;
/// A shop's tables lie in memory, where a page in the middle is read as fast as the next one.
/// PostgreSQL expects a turning disk: for the products of a few hits it would read all of them.
pub const POSTGRES_COSTS: &str = "options[random_page_cost]=1.1";
/// A rush is waited out so long before a request is told to come again (503).
pub const PATIENCE: Duration = Duration::from_secs(10);
/// A connection that came back no longer ago is taken to be alive.
const FRESH: Duration = Duration::from_secs(1);

pub fn postgres() -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(PATIENCE)
        // sqlx 0.9.0's upkeep of pools with such limits can spin and keep the program from
        // ending (transact-rs/sqlx#3645).
        .idle_timeout(None)
        .max_lifetime(None)
        // sqlx asks each connection that comes back whether it lives; one that was asked just
        // now is not asked again, which would cost as much as a small statement.
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                match meta.idle_for < FRESH {
                    true => Ok(true),
                    false => connection.ping().await.map(|()| true),
                }
            })
        })
}

pub fn sqlite(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .min_connections(connections)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        // SQLite ends a transaction by itself when the disk is full or cannot be read or written.
        // sqlx's own rollback then fails and it believes for ever that the transaction is open: no
        // other could begin, so such a connection makes room for a new one.
        .before_acquire(|connection, _| {
            let is_free = !connection.is_in_transaction();
            Box::pin(async move { Ok(is_free) })
        })
        .after_connect(|connection, _| Box::pin(set_pragmas(connection)))
}

/// FULL: a commit that was told to anyone survives a power cut. Memory-mapped reading stays off.
async fn set_pragmas(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    for pragma in [
        "pragma busy_timeout = 5000",
        "pragma journal_mode = wal",
        "pragma synchronous = full",
        "pragma foreign_keys = on",
        "pragma temp_store = memory",
        "pragma cache_size = -16384",
    ] {
        sqlx::query(pragma).execute(&mut *connection).await?;
    }
    Ok(())
}
