//! The door that the gateway's webhooks come through, as a load balancer would stand there: hands
//! each on to one of the shop's servers and writes down which were answered with 2xx.

use crate::chance::Chance;
use crate::record::Record;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

#[derive(Clone)]
struct Behind {
    shops: Arc<Vec<SocketAddr>>,
    record: Arc<Record>,
    chance: Arc<Mutex<Chance>>,
    http: reqwest::Client,
}

/// Opens on a port of its own and stays open as long as the test's runtime.
pub async fn open(
    shops: Vec<SocketAddr>,
    record: Arc<Record>,
    chance: Chance,
    http: reqwest::Client,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let behind =
        Behind { shops: Arc::new(shops), record, chance: Arc::new(Mutex::new(chance)), http };
    let router = Router::new().fallback(hand_on).with_state(behind);
    tokio::spawn(axum::serve(listener, router).into_future());
    address
}

/// A server that does not answer is a 502, as from any balancer: the gateway sends again.
async fn hand_on(
    State(behind): State<Behind>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let shop = *behind.chance.lock().unwrap().pick(&behind.shops);
    let mut request = behind.http.post(format!("http://{shop}{}", uri.path())).body(body);
    for (name, value) in &headers {
        if !matches!(*name, header::HOST | header::CONTENT_LENGTH | header::CONNECTION) {
            request = request.header(name, value);
        }
    }
    let Ok(answer) = request.send().await else { return StatusCode::BAD_GATEWAY };
    let event = headers.get("x-razorpay-event-id").and_then(|id| id.to_str().ok());
    let mut told = behind.record.told();
    *told.hooks.entry(answer.status().as_u16()).or_default() += 1;
    if let (true, Some(event)) = (answer.status().is_success(), event) {
        told.events.insert(event.to_owned());
    }
    answer.status()
}
