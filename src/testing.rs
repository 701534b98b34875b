//! A fresh database for each test: SQLite by default, PostgreSQL when `TEST_DATABASE_URL` names
//! one.

use kirana::clock;
use kirana::db::Db;
use sqlx::AnyPool;
use std::ops::Deref;

/// Lives as long as the test needs it; an SQLite file goes with it.
pub struct TestDb {
    db: Db,
    pub url: String,
    _folder: tempfile::TempDir,
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

/// An empty, migrated database of the test's own.
pub async fn fresh_db() -> TestDb {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = match std::env::var("TEST_DATABASE_URL") {
        Ok(server) if server.starts_with("postgres") => postgres_database(&server).await,
        _ => format!("sqlite:{}", folder.path().join("test.db").display()),
    };
    let db = Db::open(&url).await.expect("the database opens");
    db.migrate().await.expect("the migrations run");
    TestDb { db, url, _folder: folder }
}

/// Makes a database beside the one that `server` names and gives its address.
async fn postgres_database(server: &str) -> String {
    sqlx::any::install_default_drivers();
    let name = format!("kirana_{}", clock::new_id().replace('-', ""));
    let pool = AnyPool::connect(server).await.expect("PostgreSQL answers");
    let create = format!("create database {name}");
    sqlx::query(sqlx::AssertSqlSafe(create)).execute(&pool).await.expect("a new database");
    pool.close().await;
    let (base, _) = server.rsplit_once('/').expect("an address with a database name");
    format!("{base}/{name}")
}
