//! The database: a reader pool and a writer pool over `sqlx::Any`, migrations, and the few places
//! where SQLite and PostgreSQL differ. Dialect words live here and nowhere else.

mod pools;
#[cfg(test)]
mod tests;
mod together;
mod work;

use crate::error::Fault;
use sqlx::AnyPool;
use sqlx::any::AnyConnectOptions;
use std::str::FromStr;

pub use sqlx::AnyConnection as Connection;
pub use together::{Together, Turn, Waiting};
pub use work::Work;

/// A connection lent by one of the pools; it returns when it is dropped.
pub type Lent = sqlx::pool::PoolConnection<sqlx::Any>;

/// What is spoken to over this connection.
pub fn kind_of(connection: &Connection) -> Kind {
    match connection.backend_name() {
        "PostgreSQL" => Kind::Postgres,
        _ => Kind::Sqlite,
    }
}

/// Ends a `select` whose rows stay until the transaction's end. SQLite has one writer anyway.
pub fn held(connection: &Connection) -> &'static str {
    match kind_of(connection) {
        Kind::Postgres => "for key share",
        Kind::Sqlite => "",
    }
}

/// From now on no statement of this transaction waits for another's row longer than half as long
/// as PostgreSQL takes to look for a deadlock; it fails instead. SQLite has one writer anyway.
pub async fn wait_briefly(connection: &mut Connection) -> Result<(), sqlx::Error> {
    if kind_of(connection) == Kind::Postgres {
        sqlx::query("set local lock_timeout = '500ms'").execute(connection).await?;
    }
    Ok(())
}

/// Below this release SQLite can lose a commit when two connections write the WAL at the same
/// moment (sqlite.org, release notes of 3.51.3).
const SQLITE_OLDEST: (u32, u32, u32) = (3, 51, 3);
/// How often a transaction is run again after a serialisation failure.
pub const TRIES: u32 = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// The version of a database's tables beside this program's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    Current,
    Older,
    Newer,
    /// There are none.
    Missing,
}

/// The two pools. On SQLite the writer pool is one connection, so writers queue in the program and
/// never fail on a lock; on PostgreSQL both pools are the same.
#[derive(Clone, Debug)]
pub struct Db {
    pub read: AnyPool,
    pub write: AnyPool,
    pub kind: Kind,
    queue: work::Queue,
}

impl Db {
    /// Opens `url` ("sqlite:PATH" or "postgres://…"), refusing an SQLite that can lose commits.
    pub async fn open(url: &str) -> Result<Db, Fault> {
        install_drivers();
        if url.starts_with("sqlite:") {
            Db::open_sqlite(url, "rwc").await
        } else {
            Db::open_postgres(url).await
        }
    }

    /// The same for a database that must be there: an SQLite file is not made.
    pub async fn open_existing(url: &str) -> Result<Db, Fault> {
        install_drivers();
        match url.starts_with("sqlite:") {
            true => Db::open_sqlite(url, "rw").await,
            false => Db::open_postgres(url).await,
        }
    }

    async fn open_sqlite(url: &str, mode: &str) -> Result<Db, Fault> {
        let first = options(url, &format!("mode={mode}"))?;
        let write = pools::sqlite(1).connect_with(first).await?;
        let (version,): (String,) =
            sqlx::query_as("select sqlite_version()").fetch_one(&write).await?;
        if parse_version(&version) < SQLITE_OLDEST {
            return Err(Fault::new("opening SQLite", format!("{version} is too old, need 3.51.3")));
        }
        let read =
            pools::sqlite(pools::SQLITE_READERS).connect_with(options(url, "mode=rw")?).await?;
        Ok(Db { read, write, kind: Kind::Sqlite, queue: work::Queue::default() })
    }

    async fn open_postgres(url: &str) -> Result<Db, Fault> {
        let pool = pools::postgres().connect_with(options(url, pools::POSTGRES_COSTS)?).await?;
        let queue = work::Queue::default();
        Ok(Db { read: pool.clone(), write: pool, kind: Kind::Postgres, queue })
    }

    /// Brings the tables to this program's version. Safe to run at every start.
    pub async fn migrate(&self) -> Result<(), Fault> {
        sqlx::migrate!().run(&self.write).await.map_err(|e| Fault::new("migrating", e))
    }

    /// Which version the tables have, without touching them.
    pub async fn schema(&self) -> Result<Schema, Fault> {
        let applied: Vec<(i64,)> = match sqlx::query_as("select version from _sqlx_migrations")
            .fetch_all(&self.read)
            .await
        {
            Ok(applied) => applied,
            Err(sqlx::Error::Database(_)) => return Ok(Schema::Missing),
            Err(error) => return Err(error.into()),
        };
        let known: Vec<i64> = sqlx::migrate!().iter().map(|migration| migration.version).collect();
        let is_applied = |version: &i64| applied.iter().any(|(applied,)| applied == version);
        if applied.iter().any(|(version,)| !known.contains(version)) {
            return Ok(Schema::Newer);
        }
        Ok(if known.iter().all(is_applied) { Schema::Current } else { Schema::Older })
    }

    /// A writing transaction; on SQLite it has the write lock from the first, so it cannot fail
    /// half way on a lock that a reader holds. Use through `transact!`.
    pub async fn begin(&self) -> Result<Work, sqlx::Error> {
        match self.kind {
            Kind::Sqlite => Ok(Work::Shared(self.queue.turn(&self.write).await?)),
            Kind::Postgres => {
                let tx = self.write.begin().await?;
                work::tell("begin turn");
                Ok(Work::Own(tx))
            }
        }
    }

    /// After many products came at once: lets PostgreSQL see what is there now, so that search
    /// reads its index alone. It would find out by itself, some minutes later.
    pub async fn take_stock(&self) -> Result<(), Fault> {
        if self.kind == Kind::Postgres {
            let statement = "vacuum (analyze) products, product_words";
            sqlx::query(statement).execute(&self.write).await?;
        }
        Ok(())
    }

    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

/// Makes both databases known to `sqlx::Any`, before the first connection.
pub fn install_drivers() {
    // An error says that they are known already.
    let _ = sqlx::any::install_drivers(&[sqlx_postgres::any::DRIVER, sqlx_sqlite::any::DRIVER]);
}

fn options(url: &str, more: &str) -> Result<AnyConnectOptions, Fault> {
    let joint = if url.contains('?') { '&' } else { '?' };
    AnyConnectOptions::from_str(&format!("{url}{joint}{more}"))
        .map_err(|e| Fault::new("reading DATABASE_URL", e))
}

fn parse_version(text: &str) -> (u32, u32, u32) {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
}

/// Serialisation failure, deadlock, a busy file or a commit that was shared and failed: the whole
/// transaction may be run again.
pub fn is_passing(error: &sqlx::Error) -> bool {
    let error = match error {
        sqlx::Error::Database(error) => error,
        sqlx::Error::AnyDriverError(error) => return error.is::<work::Lost>(),
        _ => return false,
    };
    match error.code().as_deref() {
        Some("40001" | "40P01") => true,
        // SQLITE_BUSY and its extended codes, SQLITE_LOCKED.
        Some("5" | "6" | "261" | "517" | "262") => true,
        _ => false,
    }
}

/// Did this named constraint refuse the statement? SQLite names check constraints in its text only,
/// and unique ones by `table.column`, which is why both names are asked for.
pub fn broke(error: &sqlx::Error, constraint: &str, sqlite_columns: &str) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    error.constraint() == Some(constraint) || {
        let text = error.message();
        text.contains(constraint)
            || (!sqlite_columns.is_empty()
                && text.contains("UNIQUE constraint failed")
                && text.contains(sqlite_columns))
    }
}

/// Runs one expression (a `Result` future given the open transaction) and commits, running it all
/// again when the database says that it only lost a race. The expression must not use `?` itself,
/// must not call the network, and must end with the first error of the database: SQLite may have
/// taken everything back by then.
#[macro_export]
macro_rules! transact {
    ($db:expr, |$tx:ident| $body:expr) => {{
        let mut tries = 0;
        loop {
            tries += 1;
            // Waited for already, as long as another program on the same file may be.
            let mut $tx = match $db.begin().await {
                Ok(tx) => tx,
                Err(error) => break Err(error.into()),
            };
            let done = $body;
            $crate::faults::reach_inside("before a commit").await;
            match done {
                Ok(value) => match $crate::faults::heard($tx.commit().await) {
                    Ok(()) => {
                        $crate::faults::reach("after a commit").await;
                        break Ok(value);
                    }
                    Err(error) if $crate::db::is_passing(&error) && tries < $crate::db::TRIES => {}
                    Err(error) => break Err(error.into()),
                },
                // What was refused may rest on another's part, so it is told once that stands.
                Err(error) => match $tx.undo().await {
                    Ok(()) => {
                        let again = $crate::error::Passing::is_passing(&error);
                        if !again || tries >= $crate::db::TRIES {
                            break Err(error);
                        }
                    }
                    Err(lost) if tries >= $crate::db::TRIES => break Err(lost.into()),
                    Err(_) => {}
                },
            }
        }
    }};
}
