//! How the databases are set; several writers at once, on one SQLite file and beyond; a disk that
//! is full.

use super::{Db, Kind, Work};
use crate::error::Fault;
use crate::testing::fresh_db;
use crate::transact;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

async fn empty_table() -> (Db, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("some.db").display());
    let db = Db::open(&url).await.unwrap();
    let table = "create table t (word text not null check (word <> 'bad'))";
    sqlx::query(table).execute(&db.write).await.unwrap();
    (db, folder)
}

/// Why: docs/decisions/0014-how-sqlite-is-compiled.md.
#[tokio::test]
async fn sqlite_is_compiled_for_many_connections() {
    let (db, _folder) = empty_table().await;
    let used: (i64, i64, i64) = sqlx::query_as(
        "select sqlite_compileoption_used('DEFAULT_MEMSTATUS=0'),
                sqlite_compileoption_used('ENABLE_QPSG'),
                sqlite_compileoption_used('ENABLE_MEMORY_MANAGEMENT')",
    )
    .fetch_one(&db.read)
    .await
    .unwrap();
    assert_eq!(used, (1, 1, 0), "no count, fixed plans, no page cache for all");
}

#[tokio::test]
async fn postgres_knows_that_the_tables_lie_in_memory() {
    let fresh = fresh_db().await;
    if fresh.kind == Kind::Postgres {
        let costs: String = sqlx::query_scalar("select current_setting('random_page_cost')")
            .fetch_one(&fresh.read)
            .await
            .unwrap();
        assert_eq!(costs, "1.1");
    }
}

async fn insert(work: &mut Work, word: &str) -> Result<(), Fault> {
    let done = sqlx::query("insert into t values ($1)").bind(word).execute(&mut **work).await;
    Ok(done.map(drop)?)
}

async fn write(db: &Db, word: &str) -> Result<(), Fault> {
    transact!(db, |tx| insert(&mut tx, word).await)
}

/// A task that is in the queue, or waits for the commit, by the time this returns.
async fn begins(db: &Db, word: &'static str) -> JoinHandle<Result<(), Fault>> {
    let db = db.clone();
    let task = tokio::spawn(async move { write(&db, word).await });
    sleep(Duration::from_millis(20)).await;
    task
}

async fn words(db: &Db) -> Vec<String> {
    let rows: Vec<(String,)> =
        sqlx::query_as("select word from t order by 1").fetch_all(&db.read).await.unwrap();
    rows.into_iter().map(|(word,)| word.chars().take(9).collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_each_stands_once() {
    let (db, _folder) = empty_table().await;
    let tasks: Vec<_> = (0..200)
        .map(|number| {
            let (db, word) = (db.clone(), format!("w{number:03}"));
            tokio::spawn(async move { write(&db, &word).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let wanted: Vec<_> = (0..200).map(|number| format!("w{number:03}")).collect();
    assert_eq!(words(&db).await, wanted);
}

#[tokio::test]
async fn nobody_is_told_before_the_commit_that_all_share() {
    let (db, _folder) = empty_table().await;
    let mut first = db.begin().await.unwrap();
    insert(&mut first, "first").await.unwrap();
    let (second, third) = (begins(&db, "second").await, begins(&db, "third").await);
    let mut first = Box::pin(first.commit());
    assert!(futures_util::poll!(&mut first).is_pending());
    sleep(Duration::from_millis(20)).await;
    assert_eq!(words(&db).await, [""; 0]);
    assert!(!second.is_finished() && !third.is_finished(), "nobody was told yet");
    first.await.unwrap();
    assert_eq!(words(&db).await, ["first", "second", "third"], "one commit brought all three");
    second.await.unwrap().unwrap();
    third.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_part_that_fails_takes_no_other_with_it() {
    let (db, _folder) = empty_table().await;
    let mut first = db.begin().await.unwrap();
    insert(&mut first, "first").await.unwrap();
    let (bad, third) = (begins(&db, "bad").await, begins(&db, "third").await);
    first.commit().await.unwrap();
    assert!(bad.await.unwrap().is_err());
    third.await.unwrap().unwrap();
    assert_eq!(words(&db).await, ["first", "third"]);
}

/// Takes its turn and never ends it; the receiver hears when it is in the middle.
fn stands_still(db: &Db, word: &'static str) -> (JoinHandle<()>, oneshot::Receiver<()>) {
    let (arrives, arrived) = oneshot::channel();
    let db = db.clone();
    let task = tokio::spawn(async move {
        let mut work = db.begin().await.unwrap();
        insert(&mut work, word).await.unwrap();
        arrives.send(()).unwrap();
        std::future::pending().await
    });
    (task, arrived)
}

#[tokio::test]
async fn who_goes_away_in_the_middle_leaves_nothing_and_harms_nobody() {
    let (db, _folder) = empty_table().await;
    let mut first = db.begin().await.unwrap();
    insert(&mut first, "first").await.unwrap();
    let (gone, in_the_middle) = stands_still(&db, "gone");
    sleep(Duration::from_millis(20)).await;
    let first = tokio::spawn(first.commit());
    in_the_middle.await.unwrap();
    let third = begins(&db, "third").await;
    assert!(!first.is_finished());
    gone.abort();
    first.await.unwrap().unwrap();
    third.await.unwrap().unwrap();
    assert_eq!(words(&db).await, ["first", "third"]);
}

#[tokio::test]
async fn a_refusal_holds_what_it_rests_on_even_when_its_author_is_gone() {
    let (db, _folder) = empty_table().await;
    let mut first = db.begin().await.unwrap();
    insert(&mut first, "first").await.unwrap();
    let reader = db.clone();
    let (arrives, arrived) = oneshot::channel();
    let (goes_on, go_on) = oneshot::channel::<()>();
    let refused = tokio::spawn(async move {
        let mut work = reader.begin().await.unwrap();
        let (seen,): (i64,) =
            sqlx::query_as("select count(*) from t").fetch_one(&mut *work).await.unwrap();
        arrives.send(()).unwrap();
        go_on.await.unwrap();
        (seen, work.undo().await)
    });
    sleep(Duration::from_millis(20)).await;
    let first = tokio::spawn(first.commit());
    arrived.await.unwrap();
    first.abort();
    sleep(Duration::from_millis(20)).await;
    goes_on.send(()).unwrap();
    let (seen, undone) = refused.await.unwrap();
    undone.unwrap();
    assert_eq!(seen, 1);
    assert_eq!(words(&db).await, ["first"], "what was refused for its sake is there");
}

/// At whatever statement they go: also while one's savepoint is opened behind another's.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_told_yes_stands_once_however_many_others_go_away() {
    let (db, _folder) = empty_table().await;
    let mut tasks = Vec::new();
    for number in 0..600_u64 {
        let (writer, word) = (db.clone(), format!("w{number:03}"));
        let task = tokio::spawn(async move { write(&writer, &word).await });
        let goes = number % 3 != 0;
        let leaver = task.abort_handle();
        tokio::spawn(async move {
            sleep(Duration::from_micros(number * 37 % 20_000)).await;
            if goes {
                leaver.abort();
            }
        });
        tasks.push((format!("w{number:03}"), goes, task));
    }
    let mut told = Vec::new();
    for (word, goes, task) in tasks {
        match task.await {
            Ok(done) => done.map(|()| told.push(word)).unwrap(),
            Err(gone) => assert!(goes && gone.is_cancelled(), "{word}: {gone}"),
        }
    }
    write(&db, "w999").await.unwrap();
    let stands = words(&db).await;
    let mut once = stands.clone();
    once.dedup();
    assert_eq!(stands, once);
    let missing: Vec<_> = told.iter().filter(|word| !stands.contains(word)).collect();
    assert!(missing.is_empty() && told.len() >= 200, "{missing:?} of {}", told.len());
}

#[tokio::test]
async fn when_all_are_gone_nothing_stands_and_nothing_is_left_open() {
    let (db, _folder) = empty_table().await;
    for in_the_queue in [false, true] {
        let mut first = db.begin().await.unwrap();
        insert(&mut first, "first").await.unwrap();
        let (other, in_the_middle) = stands_still(&db, "other");
        sleep(Duration::from_millis(20)).await;
        let mut first = Box::pin(first.commit());
        if in_the_queue {
            assert!(futures_util::poll!(&mut first).is_pending());
        } else {
            tokio::select! {
                _ = &mut first => panic!("nobody else is done"),
                arrived = in_the_middle => arrived.unwrap(),
            }
        }
        other.abort();
        drop(first);
        // A writer outside of the queue would wait for ever, were a transaction left open.
        let outside = sqlx::query("insert into t values ('outside')").execute(&db.write);
        timeout(Duration::from_secs(5), outside).await.unwrap().unwrap();
    }
    write(&db, "later").await.unwrap();
    assert_eq!(words(&db).await, ["later", "outside", "outside"]);
}

#[tokio::test]
async fn on_a_full_disk_a_part_that_was_done_is_done_once_or_not_at_all() {
    let (db, _folder) = empty_table().await;
    sqlx::query("pragma max_page_count = 4").execute(&db.write).await.unwrap();
    let mut first = db.begin().await.unwrap();
    let small = begins(&db, "small").await;
    let large: &'static str = "x".repeat(100_000).leak();
    let (large, last) = (begins(&db, large).await, begins(&db, "last").await);
    insert(&mut first, "first").await.unwrap();
    assert!(first.commit().await.is_err(), "SQLite took everything back: it may begin anew");
    small.await.unwrap().unwrap();
    last.await.unwrap().unwrap();
    // The limit was the connection's, which is given up together with such a transaction.
    large.await.unwrap().unwrap();
    assert_eq!(words(&db).await, ["last", "small", "xxxxxxxxx"]);
}

#[tokio::test]
async fn a_full_disk_passes_without_a_new_start() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("full.db").display());
    let db = Db::open(&url).await.unwrap();
    sqlx::query("create table t (text text not null)").execute(&db.write).await.unwrap();
    // The same refusal as from a full disk, and the same end of the transaction.
    sqlx::query("pragma max_page_count = 4").execute(&db.write).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let large = "x".repeat(100_000);
    let refused = sqlx::query("insert into t values ($1)").bind(&large).execute(&mut *tx).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("full"), "{refused}");
    drop(tx);
    let mut tx = db.begin().await.unwrap();
    sqlx::query("insert into t values ('small')").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let (rows,): (i64,) =
        sqlx::query_as("select count(*) from t").fetch_one(&db.read).await.unwrap();
    assert_eq!(rows, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_on_the_same_file_is_waited_for_some_seconds() {
    let (db, folder) = empty_table().await;
    let url = format!("sqlite:{}", folder.path().join("some.db").display());
    let other = Db::open(&url).await.unwrap();
    let held = other.begin().await.unwrap();
    let begun = Instant::now();
    let refused = write(&db, "too early").await.unwrap_err();
    let waited = begun.elapsed();
    assert!(refused.is_passing(), "told to come again: {refused}");
    assert!(waited > Duration::from_secs(4) && waited < Duration::from_secs(9), "{waited:?}");
    let waits = begins(&db, "in time").await;
    drop(held);
    waits.await.unwrap().unwrap();
    assert_eq!(words(&db).await, ["in time"]);
}

async fn moves(db: &Db, from: &str, to: &str) -> Result<(), Fault> {
    transact!(db, |tx| step(&mut tx, from, to).await)
}

/// Takes from one row, thinks, and gives to the other.
async fn step(work: &mut Work, from: &str, to: &str) -> Result<(), Fault> {
    let take = "update pots set coins = coins - 1 where name = $1";
    sqlx::query(take).bind(from).execute(&mut **work).await?;
    sleep(Duration::from_millis(200)).await;
    let give = "update pots set coins = coins + 1 where name = $1";
    sqlx::query(give).bind(to).execute(&mut **work).await?;
    Ok(())
}

/// On PostgreSQL one of them is chosen to begin anew (40P01).
#[tokio::test(flavor = "multi_thread")]
async fn two_that_wait_for_each_other_both_get_through() {
    let db = fresh_db().await;
    for statement in [
        "create table pots (name text not null, coins bigint not null)",
        "insert into pots values ('left', 10), ('right', 10)",
    ] {
        sqlx::query(statement).execute(&db.write).await.unwrap();
    }
    let (there, back) = tokio::join!(moves(&db, "left", "right"), moves(&db, "right", "left"));
    there.unwrap();
    back.unwrap();
    let pots: Vec<(i64,)> =
        sqlx::query_as("select coins from pots").fetch_all(&db.read).await.unwrap();
    assert_eq!(pots, [(10,), (10,)]);
}
