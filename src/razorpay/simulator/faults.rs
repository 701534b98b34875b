//! Bad luck on order: what a network, a proxy or an overloaded gateway does to a request.

use super::Shared;
use super::refusal::Refusal;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{FromFnLayer, Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http_body_util::{Full, Limited};
use serde::Deserialize;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Longer than any caller waits.
const FOR_EVER: Duration = Duration::from_secs(120);

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub(super) enum Mode {
    /// No answer, and nothing done.
    #[serde(rename = "timeout_before")]
    TimeoutBefore,
    /// Done, but no answer.
    #[serde(rename = "timeout_after")]
    TimeoutAfter,
    /// The gateway's own error, nothing done.
    #[serde(rename = "500")]
    ServerError,
    /// A proxy's page in HTML, nothing done.
    #[serde(rename = "html502")]
    BadGateway,
    #[serde(rename = "429")]
    TooMany,
    /// Done, and the connection breaks in the middle of the answer.
    #[serde(rename = "cut")]
    Cut,
}

/// The next `times` requests whose path begins so.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Fault {
    path_prefix: String,
    mode: Mode,
    times: u32,
}

#[derive(Default)]
pub(super) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub(super) fn add(&self, fault: Fault) {
        self.lock().push(fault);
    }

    /// Uses up one fault for this path, the oldest first.
    fn take(&self, path: &str) -> Option<Mode> {
        let mut faults = self.lock();
        faults.retain(|fault| fault.times > 0);
        let fault = faults.iter_mut().find(|fault| path.starts_with(&fault.path_prefix))?;
        fault.times -= 1;
        Some(fault.mode)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;
type Act = fn(State<Arc<Shared>>, Request, Next) -> Answering;

pub(super) fn layer(
    shared: &Arc<Shared>,
) -> FromFnLayer<Act, Arc<Shared>, (State<Arc<Shared>>, Request)> {
    let act: Act = |State(shared), request, next| Box::pin(suffer(shared, request, next));
    from_fn_with_state(Arc::clone(shared), act)
}

async fn suffer(shared: Arc<Shared>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // The control interface is how a fault is taken back: it never suffers one.
    let fault = if path.starts_with("/_sim/") { None } else { shared.faults.take(path) };
    match fault {
        None => next.run(request).await,
        Some(Mode::TimeoutBefore) => silence().await,
        Some(Mode::TimeoutAfter) => {
            next.run(request).await;
            silence().await
        }
        Some(Mode::ServerError) => Refusal::broken().into_response(),
        Some(Mode::BadGateway) => {
            let kind = [(header::CONTENT_TYPE, "text/html")];
            (StatusCode::BAD_GATEWAY, kind, "<html><h1>502 Bad Gateway</h1></html>").into_response()
        }
        Some(Mode::TooMany) => Refusal::too_many().into_response(),
        Some(Mode::Cut) => {
            let whole = next.run(request).await;
            (whole.status(), broken_off()).into_response()
        }
    }
}

async fn silence() -> Response {
    tokio::time::sleep(FOR_EVER).await;
    StatusCode::GATEWAY_TIMEOUT.into_response()
}

/// A body that breaks before it is whole, which makes the server drop the connection.
fn broken_off() -> Body {
    Body::new(Limited::new(Full::new(Bytes::from_static(b"{\"id\":\"order_\"}")), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_used_up() {
        let faults = Faults::default();
        let text = r#"{"path_prefix":"/v1/orders","mode":"500","times":2}"#;
        faults.add(serde_json::from_str(text).unwrap());
        assert_eq!(faults.take("/v1/payments"), None);
        assert_eq!(faults.take("/v1/orders/1"), Some(Mode::ServerError));
        assert_eq!(faults.take("/v1/orders"), Some(Mode::ServerError));
        assert_eq!(faults.take("/v1/orders"), None);
    }
}
