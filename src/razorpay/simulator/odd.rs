//! Answers that say 200 and are wrong: what a broken gateway, or somebody in between, may send. The
//! deed itself is done.

use axum::body::to_bytes;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// More than any answer holds.
const LARGEST: usize = 16 << 20;

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Odd {
    /// A rupee more than it is.
    #[default]
    Amount,
    Currency,
    /// The `id` is missing.
    NoId,
    Receipt,
    /// Payments are those of an order that is not the shop's.
    OrderId,
    /// An empty object.
    Empty,
    /// Not JSON, whatever the header says.
    NotJson,
}

/// The same answer with one thing wrong, in the entity or in each entity of a list. A refusal
/// stays as it is.
pub(super) async fn changed(answer: Response, odd: Odd) -> Response {
    if answer.status() != StatusCode::OK {
        return answer;
    }
    let (parts, body) = answer.into_parts();
    let text = to_bytes(body, LARGEST).await.unwrap_or_default();
    let text = match odd {
        Odd::NotJson => "OK".to_owned(),
        Odd::Empty => "{}".to_owned(),
        _ => {
            let mut told: Value = serde_json::from_slice(&text).unwrap_or_default();
            match told.get_mut("items").and_then(Value::as_array_mut) {
                Some(items) => items.iter_mut().for_each(|item| spoil(item, odd)),
                None => spoil(&mut told, odd),
            }
            told.to_string()
        }
    };
    let kind = parts.headers.get(header::CONTENT_TYPE).cloned();
    let mut answer = text.into_response();
    if let Some(kind) = kind {
        answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    answer
}

fn spoil(entity: &mut Value, odd: Odd) {
    let Some(fields) = entity.as_object_mut() else { return };
    match odd {
        Odd::NoId => drop(fields.remove("id")),
        Odd::Amount => {
            let amount = fields.get("amount").and_then(Value::as_i64).unwrap_or_default();
            fields.insert("amount".to_owned(), json!(amount + 100));
        }
        Odd::Currency => drop(fields.insert("currency".to_owned(), json!("USD"))),
        Odd::Receipt => drop(fields.insert("receipt".to_owned(), json!("of-somebody-else"))),
        Odd::OrderId => drop(fields.insert("order_id".to_owned(), json!("order_AAAAAAAAAAAAAA"))),
        Odd::Empty | Odd::NotJson => {}
    }
}
