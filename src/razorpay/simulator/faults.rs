//! Bad luck on order: what a network, a proxy or an overloaded gateway does to a request.

use super::Shared;
use super::odd::{Odd, changed};
use super::refusal::{Refusal, json_answer};
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{FromFnLayer, Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http_body_util::{Full, Limited};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Longer than any caller waits.
const FOR_EVER: Duration = Duration::from_secs(120);
/// Milliseconds that a slow answer takes when nothing is said: longer than a patient caller waits.
const SLOW: u64 = 30_000;

#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mode {
    /// No answer, and nothing done.
    TimeoutBefore,
    /// Done, but no answer.
    TimeoutAfter,
    /// Nothing done, and the connection breaks.
    CutBefore,
    /// Done, and the connection breaks in the middle of the answer.
    #[serde(alias = "cut")]
    CutAfter,
    /// The key is no longer good, nothing done.
    #[serde(rename = "401")]
    Unauthorised,
    /// The same request is still being worked on, it says; nothing done.
    #[serde(rename = "409")]
    StillRunning,
    #[serde(rename = "429")]
    TooMany,
    /// The gateway's own error, nothing done.
    #[serde(rename = "500")]
    ServerError,
    /// A proxy's page in HTML, nothing done.
    #[serde(rename = "html_502", alias = "html502")]
    BadGateway,
    /// 400 in the shape of the newer validators, without an `error` object.
    MessageParameters,
    /// Done and answered, after `delay_ms`.
    Slow,
    /// Done, and answered 200 with something wrong in it.
    #[serde(rename = "odd_200")]
    Odd,
}

/// The next `times` requests whose path begins so, of one HTTP method or of any.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fault {
    path_prefix: String,
    method: Option<String>,
    mode: Mode,
    times: u32,
    /// Real time: it is the network's.
    delay_ms: Option<u64>,
    /// What is wrong with an odd answer.
    odd: Option<Odd>,
}

#[derive(Default)]
pub(super) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub(super) fn add(&self, fault: Fault) {
        self.lock().push(fault);
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    /// What is still to go wrong.
    pub(super) fn waiting(&self) -> Vec<Fault> {
        self.lock().iter().filter(|fault| fault.times > 0).cloned().collect()
    }

    /// Uses up one fault for this request, the oldest first.
    fn take(&self, method: &str, path: &str) -> Option<Fault> {
        let mut faults = self.lock();
        faults.retain(|fault| fault.times > 0);
        let fault = faults.iter_mut().find(|fault| {
            let any = fault.method.as_deref();
            path.starts_with(&fault.path_prefix)
                && any.is_none_or(|name| name.eq_ignore_ascii_case(method))
        })?;
        fault.times -= 1;
        Some(fault.clone())
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
    let control = path == "/_sim" || path.starts_with("/_sim/");
    let fault = if control { None } else { shared.faults.take(request.method().as_str(), path) };
    let Some(fault) = fault else {
        return next.run(request).await;
    };
    match fault.mode {
        Mode::TimeoutBefore => silence().await,
        Mode::TimeoutAfter => {
            next.run(request).await;
            silence().await
        }
        Mode::ServerError => Refusal::broken().into_response(),
        Mode::BadGateway => {
            let kind = [(header::CONTENT_TYPE, "text/html")];
            (StatusCode::BAD_GATEWAY, kind, "<html><h1>502 Bad Gateway</h1></html>").into_response()
        }
        Mode::Unauthorised => Refusal::unauthorised("Authentication failed").into_response(),
        Mode::StillRunning => Refusal::still_running().into_response(),
        Mode::TooMany => Refusal::too_many().into_response(),
        Mode::MessageParameters => {
            let text =
                r#"{"message":"receipt: the length must be no more than 40.","parameters":[]}"#;
            json_answer(StatusCode::BAD_REQUEST, text)
        }
        Mode::CutBefore => broken_off().into_response(),
        Mode::CutAfter => {
            let whole = next.run(request).await;
            (whole.status(), broken_off()).into_response()
        }
        Mode::Slow => {
            let answer = next.run(request).await;
            tokio::time::sleep(Duration::from_millis(fault.delay_ms.unwrap_or(SLOW))).await;
            answer
        }
        Mode::Odd => changed(next.run(request).await, fault.odd.unwrap_or_default()).await,
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
        let text = r#"{"path_prefix":"/v1/orders","mode":"500","times":2,"method":"post"}"#;
        faults.add(serde_json::from_str(text).unwrap());
        let mode = |method, path| faults.take(method, path).map(|fault| fault.mode);
        assert_eq!(mode("POST", "/v1/payments"), None);
        assert_eq!(mode("GET", "/v1/orders/1"), None);
        assert_eq!(mode("POST", "/v1/orders/1"), Some(Mode::ServerError));
        assert_eq!(faults.waiting().len(), 1);
        assert_eq!(mode("POST", "/v1/orders"), Some(Mode::ServerError));
        assert_eq!(mode("POST", "/v1/orders"), None);
    }
}
