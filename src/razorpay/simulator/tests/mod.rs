//! The simulator and the client against each other, over real HTTP on a loopback port.

mod api;
mod board;
mod checkout;
mod levers;
mod mishaps;
mod money;
mod rehearsal;
mod webhooks;

use super::{Options, Simulator};
use crate::razorpay::transport;
use crate::razorpay::{ApiSecret, Client, ClientConfig, NewOrder, Notes, Order, PaymentId};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const KEY: &str = "rzp_test_KiranaDemo0001";
const SECRET: &str = "kirana-demo-secret";
const WEBHOOK_SECRET: &str = "kirana-demo-webhook";

/// A running simulator with somebody to talk to it.
struct Stage {
    url: String,
    client: Client,
    http: reqwest::Client,
    stop: CancellationToken,
    running: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Stage {
    async fn open(folder: &Path, webhook_url: Option<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let options = Options {
            key_id: KEY.into(),
            key_secret: SECRET.into(),
            webhook_secret: WEBHOOK_SECRET.into(),
            webhook_url,
            public_url: url.clone(),
            store: folder.join("simulator").join("books.db"),
            time_scale: 1,
        };
        let simulator = Simulator::open(options).await.unwrap();
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let running = tokio::spawn(simulator.serve(listener, stopped));
        let http = transport::builder(&url.parse().unwrap()).build().unwrap();
        let client = client(&url, Duration::from_secs(10));
        Self { url, client, http, stop, running }
    }

    async fn close(self) {
        self.stop.cancel();
        self.running.await.unwrap().unwrap();
    }

    async fn order(&self, amount: i64, receipt: &str) -> Order {
        let notes = Notes::from([("shop", "Kirana")]);
        let new = NewOrder { amount, currency: "INR", receipt, notes };
        self.client.create_order(&new).await.unwrap()
    }

    /// A call to the control interface that must succeed.
    async fn sim(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.post(&format!("/_sim/{path}"), body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    async fn pay(&self, order: &Order, outcome: &str) -> PaymentId {
        let body = json!({ "order_id": order.id, "outcome": outcome });
        let told = self.sim("pay", body).await;
        PaymentId::parse(told["payment_id"].as_str().unwrap()).unwrap()
    }

    async fn advance(&self, seconds: i64) {
        self.sim("clock", json!({ "advance_seconds": seconds })).await;
    }

    async fn ledger(&self) -> Value {
        self.get("/_sim/ledger").await.1
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let request = self.http.post(format!("{}{path}", self.url)).basic_auth(KEY, Some(SECRET));
        read(request.json(&body)).await
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let request = self.http.get(format!("{}{path}", self.url));
        read(request.basic_auth(KEY, Some(SECRET))).await
    }
}

fn client(url: &str, timeout: Duration) -> Client {
    let config = ClientConfig {
        api_url: url.to_owned(),
        key_id: KEY.into(),
        key_secret: ApiSecret::new(SECRET),
        connect_timeout: ClientConfig::CONNECT_TIMEOUT,
        timeout,
    };
    Client::new(config).unwrap()
}

async fn read(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// Asks again until it is so, at most twenty seconds: the machine may be busy.
async fn until<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..1_000 {
        if let Some(found) = ask().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it did not happen in twenty seconds");
}
