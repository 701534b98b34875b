//! A fresh database for each test: SQLite by default, PostgreSQL when `TEST_DATABASE_URL` names
//! one.

use kirana::clock;
use kirana::db::{Db, install_drivers};
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use std::ops::Deref;
use std::path::Path;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// Lives as long as the test needs it; an SQLite file goes with it.
pub struct TestDb {
    db: Db,
    pub url: String,
    _folder: TempDir,
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

/// An empty, migrated database of the test's own. The migrations run once for all tests of a
/// program: each gets a copy.
pub async fn fresh_db() -> TestDb {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = match std::env::var("TEST_DATABASE_URL") {
        Ok(server) if server.starts_with("postgres") => postgres_copy(&server).await,
        _ => sqlite_copy(&folder.path().join("test.db")).await,
    };
    let db = Db::open(&url).await.expect("the database opens");
    TestDb { db, url, _folder: folder }
}

async fn sqlite_copy(path: &Path) -> String {
    static MIGRATED: OnceCell<Vec<u8>> = OnceCell::const_new();
    let url = format!("sqlite:{}", path.display());
    let make = async || {
        migrate(&url).await;
        std::fs::read(path).expect("what was migrated")
    };
    std::fs::write(path, MIGRATED.get_or_init(make).await).expect("a copy");
    url
}

/// Makes a database beside the one that `server` names and gives its address.
async fn postgres_copy(server: &str) -> String {
    static MIGRATED: OnceCell<String> = OnceCell::const_new();
    let (base, _) = server.rsplit_once('/').expect("an address with a database name");
    let create = async |from: &str| {
        let name = format!("kirana_{}", clock::new_id().replace('-', ""));
        let create = format!("create database {name} template {from}");
        let mut server = AnyConnection::connect(server).await.expect("PostgreSQL answers");
        sqlx::query(AssertSqlSafe(create)).execute(&mut server).await.expect("a new database");
        server.close().await.expect("a farewell");
        name
    };
    install_drivers();
    let migrated = async || {
        let name = create("template0").await;
        migrate(&format!("{base}/{name}")).await;
        name
    };
    let name = create(MIGRATED.get_or_init(migrated).await).await;
    format!("{base}/{name}")
}

async fn migrate(url: &str) {
    let db = Db::open(url).await.expect("the database opens");
    db.migrate().await.expect("the migrations run");
    // Until the last connection has gone, SQLite keeps part of it in another file, and PostgreSQL
    // copies nothing.
    db.close().await;
}
