//! What a handler without any shop around it does: the same statements in the same transactions,
//! each request committed by itself, the same call to the gateway; the rows as JSON.

use crate::Failed;
use crate::known::Known;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use kirana::clock;
use kirana::db::{Connection, Kind};
use kirana::razorpay::{NewOrder, Notes};
use kirana::state::AppState;
use sha2::Digest;
use sqlx::any::{AnyArguments, AnyRow, AnyTypeInfoKind};
use sqlx::query::Query;
use sqlx::{Any, Column, Row, ValueRef};

/// One address: what it does, in order.
#[derive(Clone)]
pub struct Bare {
    app: AppState,
    steps: &'static [Step],
}

enum Step {
    /// In one transaction.
    Together(Vec<Statement>),
    Reading(Vec<Statement>),
    /// Each by itself.
    Writing(Vec<Statement>),
    Gateway,
}

struct Statement {
    text: String,
    known: &'static Known,
}

/// Names and values: first what the request says, then what rows add.
#[derive(Default)]
struct Values(Vec<(String, Value)>);

enum Value {
    Text(String),
    Whole(i64),
    Null,
}

type Done<T> = Result<T, Failed>;

impl Bare {
    /// A handler of the statements that the shop was seen to run; it tells when a transaction
    /// begins and ends.
    pub fn of(app: &AppState, seen: Vec<String>) -> Result<Bare, Failed> {
        let mut steps: Vec<Step> = Vec::new();
        let mut is_together = false;
        for text in seen {
            match text.as_str() {
                "begin turn" => {
                    steps.push(Step::Together(Vec::new()));
                    is_together = true;
                    continue;
                }
                "end turn" | "COMMIT" => {
                    is_together = false;
                    continue;
                }
                _ => {}
            }
            let known = Known::find(&text);
            let known = known.ok_or_else(|| format!("not known to bare handlers: {text}"))?;
            let is_read = text.starts_with("select") || text.starts_with("with");
            let statement = Statement { text, known };
            match steps.last_mut() {
                Some(Step::Together(last)) if is_together => last.push(statement),
                Some(Step::Reading(last)) if is_read => last.push(statement),
                Some(Step::Writing(last)) if !is_read => last.push(statement),
                _ if is_read => steps.push(Step::Reading(vec![statement])),
                _ => steps.push(Step::Writing(vec![statement])),
            }
            if known.asks_gateway() {
                steps.push(Step::Gateway);
            }
        }
        Ok(Bare { app: app.clone(), steps: Box::leak(steps.into_boxed_slice()) })
    }

    pub fn get(self) -> MethodRouter {
        get(answer).with_state(self)
    }

    pub fn post(self) -> MethodRouter {
        post(answer).with_state(self)
    }
}

async fn answer(State(bare): State<Bare>, headers: HeaderMap, body: Bytes) -> Response {
    match bare.run(&headers, &body).await {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

impl Bare {
    async fn run(&self, headers: &HeaderMap, body: &Bytes) -> Done<String> {
        let mut values = Values::asked(headers, body, self.app.now())?;
        let mut json = String::from("[");
        let db = &self.app.db;
        for step in self.steps {
            match step {
                Step::Reading(all) => {
                    let mut connection = db.read.acquire().await?;
                    run(all, &mut connection, &mut values, &mut json).await?;
                }
                Step::Writing(all) => {
                    let mut connection = db.write.acquire().await?;
                    run(all, &mut connection, &mut values, &mut json).await?;
                }
                Step::Together(all) => {
                    let mut tx = match db.kind {
                        Kind::Sqlite => db.write.begin_with("BEGIN IMMEDIATE").await?,
                        Kind::Postgres => db.write.begin().await?,
                    };
                    run(all, &mut tx, &mut values, &mut json).await?;
                    tx.commit().await?;
                }
                Step::Gateway => self.call_gateway(&mut values).await?,
            }
        }
        json.push(']');
        Ok(json)
    }

    async fn call_gateway(&self, values: &mut Values) -> Done<()> {
        let (amount, receipt) = (values.whole("cart.price_paise")?, values.text("attempt")?);
        let new = NewOrder { amount, currency: "INR", receipt, notes: Notes::default() };
        let order = self.app.gateway.create_order(&new).await?;
        values.put("gateway order", Value::Text(order.id.as_str().to_owned()));
        Ok(())
    }
}

async fn run(
    statements: &[Statement],
    connection: &mut Connection,
    values: &mut Values,
    json: &mut String,
) -> Done<()> {
    for statement in statements {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(statement.text.as_str()));
        for name in statement.known.values {
            query = values.bound(query, name)?;
        }
        let rows = query.fetch_all(&mut *connection).await?;
        if let Some(first) = rows.first() {
            values.learn(statement.known.row, first)?;
        }
        for row in &rows {
            write(row, json)?;
        }
    }
    Ok(())
}

/// One row as a JSON object.
fn write(row: &AnyRow, json: &mut String) -> Done<()> {
    for column in row.columns() {
        json.push(if column.ordinal() == 0 { '{' } else { ',' });
        json.push_str(&serde_json::to_string(column.name())?);
        json.push(':');
        match kind(row, column.ordinal())? {
            AnyTypeInfoKind::Null => json.push_str("null"),
            AnyTypeInfoKind::Text => {
                json.push_str(&serde_json::to_string(&row.try_get::<String, _>(column.ordinal())?)?)
            }
            _ => json.push_str(&row.try_get::<i64, _>(column.ordinal())?.to_string()),
        }
    }
    json.push('}');
    Ok(())
}

fn kind(row: &AnyRow, at: usize) -> Done<AnyTypeInfoKind> {
    Ok(row.try_get_raw(at)?.type_info().kind())
}

type AnyQuery<'q> = Query<'q, Any, AnyArguments>;

impl Values {
    /// Ids that a request may need are made for it beforehand, as the shop makes them.
    fn asked(headers: &HeaderMap, body: &Bytes, now: i64) -> Done<Values> {
        let mut values = Values::default();
        values.put("now", Value::Whole(now));
        values.put("later", Value::Whole(now + clock::HOUR));
        values.put("nobody", Value::Null);
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(token) = text("cart-token") {
            let hash = hex::encode(sha2::Sha256::digest(token.as_bytes()));
            values.put("session", Value::Text(hash));
        }
        if let Some(id) = text("x-razorpay-event-id") {
            values.put("event", Value::Text(id.to_owned()));
            values.put("body", Value::Text(String::from_utf8_lossy(body).into_owned()));
        } else if !body.is_empty() {
            let body: serde_json::Value = serde_json::from_slice(body)?;
            for (name, value) in body.as_object().into_iter().flatten() {
                let text = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                values.put(name, value.as_i64().map_or_else(|| Value::Text(text()), Value::Whole));
            }
        }
        for id in ["cart", "order", "attempt", "placement"] {
            values.put(id, Value::Text(clock::new_id()));
        }
        Ok(values)
    }

    fn put(&mut self, name: &str, value: Value) {
        self.0.push((name.to_owned(), value));
    }

    /// The newest of that name.
    fn find(&self, name: &str) -> Done<&Value> {
        let found = self.0.iter().rev().find(|(known, _)| known == name);
        Ok(found.map(|(_, value)| value).ok_or_else(|| format!("no value for {name}"))?)
    }

    fn whole(&self, name: &str) -> Done<i64> {
        match self.find(name)? {
            Value::Whole(whole) => Ok(*whole),
            Value::Text(_) | Value::Null => Err(format!("{name} is no number").into()),
        }
    }

    fn text(&self, name: &str) -> Done<&str> {
        match self.find(name)? {
            Value::Text(text) => Ok(text),
            Value::Whole(_) | Value::Null => Err(format!("{name} is no text").into()),
        }
    }

    /// `=5` and `'word` stand for themselves.
    fn bound<'q>(&self, query: AnyQuery<'q>, name: &str) -> Done<AnyQuery<'q>> {
        if let Some(whole) = name.strip_prefix('=') {
            return Ok(query.bind(whole.parse::<i64>()?));
        }
        if let Some(text) = name.strip_prefix('\'') {
            return Ok(query.bind(text.to_owned()));
        }
        Ok(match self.find(name)? {
            Value::Text(text) => query.bind(text.clone()),
            Value::Whole(whole) => query.bind(*whole),
            Value::Null => query.bind(None::<String>),
        })
    }

    fn learn(&mut self, name: &str, row: &AnyRow) -> Done<()> {
        if name.is_empty() {
            return Ok(());
        }
        for column in row.columns() {
            let at = column.ordinal();
            let value = match kind(row, at)? {
                AnyTypeInfoKind::Null => Value::Null,
                AnyTypeInfoKind::Text => Value::Text(row.try_get(at)?),
                _ => Value::Whole(row.try_get(at)?),
            };
            self.put(&format!("{name}.{}", column.name()), value);
        }
        Ok(())
    }
}

/// All addresses of one server.
pub fn router(all: Vec<(&'static str, MethodRouter)>) -> Router {
    all.into_iter().fold(Router::new(), |router, (path, handler)| router.route(path, handler))
}
