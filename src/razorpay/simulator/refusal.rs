//! What the simulated gateway says when it refuses, in Razorpay's words and shapes.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};

/// An answer other than 200.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    error: Box<Detail>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Detail {
    pub(super) code: &'static str,
    pub(super) description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) step: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

const BAD_REQUEST: &str = "BAD_REQUEST_ERROR";

impl Refusal {
    /// A field of the request is wrong.
    pub(super) fn field(field: &str, description: impl Into<String>) -> Self {
        let mut refusal = Self::plain(StatusCode::BAD_REQUEST, description);
        refusal.error.source = Some("business");
        refusal.error.step = Some("payment_initiation");
        refusal.error.reason = Some("input_validation_failed");
        refusal.error.metadata = Some(json!({}));
        refusal.error.field = Some(field.to_owned());
        refusal
    }

    pub(super) fn missing(field: &str) -> Self {
        Self::field(field, format!("The {field} field is required."))
    }

    /// The thing is not in a state that allows this.
    pub(super) fn state(description: impl Into<String>) -> Self {
        Self::not_applicable(StatusCode::BAD_REQUEST, description)
    }

    /// The idempotency key was used for something else, or its twin still runs.
    pub(super) fn conflict(description: &str) -> Self {
        Self::not_applicable(StatusCode::CONFLICT, description)
    }

    pub(super) fn still_running() -> Self {
        Self::conflict("Another request with the same idempotency key is still in progress.")
    }

    pub(super) fn unknown_id() -> Self {
        Self::state("The id provided does not exist")
    }

    pub(super) fn malformed_id(id: &str) -> Self {
        Self::state(format!("{id} is not a valid id"))
    }

    pub(super) fn already_paid() -> Self {
        Self::state(
            "Your payment has been declined as the order is already paid. \
             Please initiate the payment with a new order.",
        )
    }

    pub(super) fn wrong_url() -> Self {
        Self::state("The requested URL was not found on the server.")
    }

    /// The short shape without source, step and reason.
    pub(super) fn unauthorised(description: &str) -> Self {
        Self::plain(StatusCode::UNAUTHORIZED, description)
    }

    pub(super) fn too_many() -> Self {
        Self::plain(StatusCode::TOO_MANY_REQUESTS, "Too many requests")
    }

    /// Refused before any rule was asked.
    pub(super) fn of(status: StatusCode) -> Self {
        let reason = status.canonical_reason().unwrap_or("Bad Request");
        Self::not_applicable(status, format!("The request was refused: {reason}"))
    }

    /// Something broke inside; the cause goes to the log, not to the caller.
    pub(super) fn broken() -> Self {
        let mut refusal = Self::plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The server encountered an error. The incident has been reported to admins.",
        );
        refusal.error.code = "SERVER_ERROR";
        refusal.error.metadata = Some(json!({}));
        refusal
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn description(&self) -> &str {
        &self.error.description
    }

    fn plain(status: StatusCode, description: impl Into<String>) -> Self {
        let description = description.into();
        let error = Detail {
            code: BAD_REQUEST,
            description,
            source: None,
            step: None,
            reason: None,
            metadata: None,
            field: None,
        };
        Self { status, error: Box::new(error) }
    }

    fn not_applicable(status: StatusCode, description: impl Into<String>) -> Self {
        let mut refusal = Self::plain(status, description);
        refusal.error.source = Some("NA");
        refusal.error.step = Some("NA");
        refusal.error.reason = Some("NA");
        refusal.error.metadata = Some(json!({}));
        refusal
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        tracing::error!(%error, "the simulator's store failed");
        Self::broken()
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        tracing::error!(%error, "the simulator's store holds a document it cannot read");
        Self::broken()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        json_answer(self.status, &json_text(&Whole { error: &self.error }))
    }
}

#[derive(Serialize)]
struct Whole<'a> {
    error: &'a Detail,
}

/// A JSON answer from an already written text.
pub(super) fn json_answer(status: StatusCode, text: &str) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], text.to_owned()).into_response()
}

/// Compact JSON. The simulator's own types always serialise: their keys are text.
pub(super) fn json_text<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("a document with text keys serialises")
}
