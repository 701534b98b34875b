//! Where the simulated gateway keeps its books: one SQLite file, one connection, so that every
//! question and every deed is a transaction of its own and they come one after another. Entities
//! are stored as JSON text beside the few columns they are looked up by.

use super::entity::{OrderRecord, Payment, Refund};
use super::refusal::{Refusal, json_text};
use super::{OpenError, Shared};
use serde::de::DeserializeOwned;
use sqlx::Transaction;
use sqlx_sqlite::{
    Sqlite, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use std::path::Path;
use std::sync::Arc;

/// Times without a unit are simulated milliseconds; `created_at` is in seconds, as in entities.
const SCHEMA: &str = "
create table if not exists settings (name text primary key, value text not null);
create table if not exists orders (
    id text primary key, created_at integer not null, receipt text, body text not null);
create index if not exists orders_by_receipt on orders (receipt);
create table if not exists payments (
    id text primary key, created_at integer not null, order_id text, due_at integer,
    body text not null);
create index if not exists payments_by_order on payments (order_id);
create index if not exists payments_by_due on payments (due_at) where due_at is not null;
create table if not exists refunds (
    id text primary key, created_at integer not null, payment_id text not null,
    body text not null);
create index if not exists refunds_by_payment on refunds (payment_id);
create table if not exists refund_keys (
    key text primary key, fingerprint text not null, refund_id text not null);
create table if not exists events (
    id text primary key, name text not null, body text not null, made_at integer not null,
    tries integer not null default 0, first_tried_at integer, next_at integer,
    delivered_at integer, last_answer text);
create table if not exists event_letters (
    event_id text primary key, secret text not null, mode text, gap integer not null,
    copies integer not null);
create table if not exists disputes (
    id text primary key, created_at integer not null, payment_id text not null,
    body text not null);
create index if not exists events_by_next on events (next_at) where next_at is not null;
";

pub(super) async fn open(path: &Path) -> Result<SqlitePool, OpenError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let file = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal);
    connect(file).await
}

/// Books that live as long as the pool.
pub(super) async fn in_memory() -> Result<SqlitePool, OpenError> {
    connect(SqliteConnectOptions::new().in_memory(true)).await
}

async fn connect(options: SqliteConnectOptions) -> Result<SqlitePool, OpenError> {
    // Without limits that sqlx 0.9.0's upkeep would watch over (transact-rs/sqlx#3645).
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await?;
    sqlx::raw_sql(SCHEMA).execute(&pool).await?;
    Ok(pool)
}

/// Which part of a list is wanted (Razorpay: API, pagination). Times in seconds, both included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) count: i64,
    pub(super) skip: i64,
}

impl Span {
    /// All there is, for lists that the gateway does not cut.
    pub(super) const ALL: Self = Self { from: 0, to: i64::MAX, count: i64::MAX, skip: 0 };

    /// The same without what is younger than `at`, in seconds.
    pub(super) fn until(self, at: i64) -> Self {
        Self { to: self.to.min(at), ..self }
    }
}

/// One look into the books, or one deed: a transaction. Dropped without [`Desk::commit`], nothing
/// has happened.
pub(super) struct Desk {
    pub(super) tx: Transaction<'static, Sqlite>,
    pub(super) shared: Arc<Shared>,
    /// Simulated milliseconds, the same for the whole deed.
    pub(super) now: i64,
}

impl Desk {
    pub(super) async fn open(shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let tx = shared.store.begin().await?;
        Ok(Self { tx, shared: Arc::clone(shared), now: shared.clock.now() })
    }

    pub(super) async fn commit(self) -> Result<(), Refusal> {
        self.tx.commit().await?;
        self.shared.wake.notify_one();
        Ok(())
    }

    pub(super) fn seconds(&self) -> i64 {
        self.now.div_euclid(1_000)
    }

    pub(super) async fn find_order(&mut self, id: &str) -> Result<Option<OrderRecord>, Refusal> {
        let found = sqlx::query_scalar("select body from orders where id = $1").bind(id);
        read_one(found.fetch_optional(&mut *self.tx).await?)
    }

    pub(super) async fn save_order(&mut self, record: &OrderRecord) -> Result<(), Refusal> {
        sqlx::query(
            "insert into orders (id, created_at, receipt, body) values ($1, $2, $3, $4) \
             on conflict (id) do update set body = excluded.body",
        )
        .bind(&record.order.id)
        .bind(record.order.created_at)
        .bind(&record.order.receipt)
        .bind(json_text(record))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    pub(super) async fn list_orders(
        &mut self,
        span: Span,
        receipt: Option<&str>,
        authorised: Option<bool>,
    ) -> Result<Vec<OrderRecord>, Refusal> {
        let found = sqlx::query_scalar(
            "select body from orders where created_at between $1 and $2 \
             and ($3 is null or receipt = $3) and ($6 is null or $6 = exists (select 1 \
             from payments where order_id = orders.id and json_extract(payments.body, '$.status') \
             in ('authorized', 'captured', 'refunded'))) order by id desc limit $4 offset $5",
        )
        .bind(span.from)
        .bind(span.to)
        .bind(receipt)
        .bind(span.count)
        .bind(span.skip)
        .bind(authorised);
        read_all(found.fetch_all(&mut *self.tx).await?)
    }

    pub(super) async fn find_payment(&mut self, id: &str) -> Result<Option<Payment>, Refusal> {
        let found = sqlx::query_scalar("select body from payments where id = $1").bind(id);
        read_one(found.fetch_optional(&mut *self.tx).await?)
    }

    /// `due_at`: when the payment moves by itself, if it does.
    pub(super) async fn save_payment(
        &mut self,
        payment: &Payment,
        due_at: Option<i64>,
    ) -> Result<(), Refusal> {
        sqlx::query(
            "insert into payments (id, created_at, order_id, due_at, body) \
             values ($1, $2, $3, $4, $5) \
             on conflict (id) do update set body = excluded.body, due_at = excluded.due_at",
        )
        .bind(&payment.id)
        .bind(payment.created_at)
        .bind(&payment.order_id)
        .bind(due_at)
        .bind(json_text(payment))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Changes the words of a payment and leaves its clock alone.
    pub(super) async fn rewrite_payment(&mut self, payment: &Payment) -> Result<(), Refusal> {
        sqlx::query("update payments set body = $2 where id = $1")
            .bind(&payment.id)
            .bind(json_text(payment))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    pub(super) async fn list_payments(
        &mut self,
        span: Span,
        order_id: Option<&str>,
    ) -> Result<Vec<Payment>, Refusal> {
        let found = sqlx::query_scalar(
            "select body from payments where created_at between $1 and $2 \
             and ($3 is null or order_id = $3) order by id desc limit $4 offset $5",
        )
        .bind(span.from)
        .bind(span.to)
        .bind(order_id)
        .bind(span.count)
        .bind(span.skip);
        read_all(found.fetch_all(&mut *self.tx).await?)
    }

    /// Payments whose time has come, oldest first, some at a time.
    pub(super) async fn list_due_payments(&mut self) -> Result<Vec<Payment>, Refusal> {
        let found = sqlx::query_scalar(
            "select body from payments where due_at <= $1 order by due_at, id limit 50",
        )
        .bind(self.now);
        read_all(found.fetch_all(&mut *self.tx).await?)
    }

    pub(super) async fn find_refund(&mut self, id: &str) -> Result<Option<Refund>, Refusal> {
        let found = sqlx::query_scalar("select body from refunds where id = $1").bind(id);
        read_one(found.fetch_optional(&mut *self.tx).await?)
    }

    pub(super) async fn save_refund(&mut self, refund: &Refund) -> Result<(), Refusal> {
        sqlx::query(
            "insert into refunds (id, created_at, payment_id, body) values ($1, $2, $3, $4) \
             on conflict (id) do update set body = excluded.body",
        )
        .bind(&refund.id)
        .bind(refund.created_at)
        .bind(&refund.payment_id)
        .bind(json_text(refund))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    pub(super) async fn list_refunds(
        &mut self,
        span: Span,
        payment_id: Option<&str>,
    ) -> Result<Vec<Refund>, Refusal> {
        let found = sqlx::query_scalar(
            "select body from refunds where created_at between $1 and $2 \
             and ($3 is null or payment_id = $3) order by id desc limit $4 offset $5",
        )
        .bind(span.from)
        .bind(span.to)
        .bind(payment_id)
        .bind(span.count)
        .bind(span.skip);
        read_all(found.fetch_all(&mut *self.tx).await?)
    }

    /// What an idempotency key was used for, as (fingerprint of the request, refund id).
    pub(super) async fn find_key(
        &mut self,
        key: &str,
    ) -> Result<Option<(String, String)>, Refusal> {
        let found = sqlx::query_as("select fingerprint, refund_id from refund_keys where key = $1");
        Ok(found.bind(key).fetch_optional(&mut *self.tx).await?)
    }

    pub(super) async fn insert_key(
        &mut self,
        key: &str,
        fingerprint: &str,
        refund_id: &str,
    ) -> Result<(), Refusal> {
        sqlx::query(
            "insert into refund_keys (key, fingerprint, refund_id) values ($1, $2, $3) \
             on conflict (key) do update set refund_id = excluded.refund_id",
        )
        .bind(key)
        .bind(fingerprint)
        .bind(refund_id)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}

fn read_one<T: DeserializeOwned>(found: Option<String>) -> Result<Option<T>, Refusal> {
    Ok(found.map(|text| serde_json::from_str(&text)).transpose()?)
}

fn read_all<T: DeserializeOwned>(found: Vec<String>) -> Result<Vec<T>, Refusal> {
    Ok(found.iter().map(|text| serde_json::from_str(text)).collect::<Result<_, _>>()?)
}
