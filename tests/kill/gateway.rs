//! The gateway: the program's own simulator in a process of its own, which nothing kills.

use crate::program::{self, Program, Settings};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

pub const WEBHOOK_SECRET: &str = "hook-of-the-kill-runs";

pub struct Gateway {
    pub url: String,
    http: reqwest::Client,
    _program: Program,
}

/// What a payment came to.
#[derive(Clone, Debug, Default)]
pub struct Paid {
    pub payment: String,
    pub order: String,
    pub status: String,
    pub signature: String,
}

impl Gateway {
    /// Starts and sends its webhooks to `door`.
    pub async fn open(folder: &Path, door: SocketAddr, http: reqwest::Client) -> Gateway {
        let address = program::free_address();
        let url = format!("http://{address}");
        let hook = format!("http://{door}/razorpay/webhook");
        let books = folder.join("gateway.db").display().to_string();
        let listen = address.to_string();
        let words = ["simulate", "--listen", &listen, "--webhook-url", &hook];
        let words = [&words[..], &["--public-url", &url, "--store", &books]].concat();
        let settings: Settings = vec![("RAZORPAY_WEBHOOK_SECRET", WEBHOOK_SECRET.to_owned())];
        let log = folder.join("gateway.log");
        let program = Program::start(folder, &words, &settings, &log);
        let gateway = Gateway { url, http, _program: program };
        let began = Instant::now();
        while gateway.ask("ledger").await.is_none() {
            assert!(began.elapsed() < Duration::from_secs(20), "{}", program::tail(&log));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        gateway
    }

    /// A payment without a browser; `None` where the gateway refuses it (paid already).
    pub async fn pay(&self, order: &str, outcome: &str) -> Option<Paid> {
        self.press("pay", json!({ "order_id": order, "outcome": outcome })).await.map(read)
    }

    /// A second captured payment beside the first, as a fault of the gateway would make it.
    pub async fn pay_once_more(&self, order: &str) -> Option<Paid> {
        self.press("surplus", json!({ "order_id": order })).await.map(read)
    }

    /// The bank answers after all.
    pub async fn capture_late(&self, payment: &str) {
        self.press(&format!("payments/{payment}/capture_late"), json!({})).await;
    }

    pub async fn passes(&self, seconds: i64) {
        self.press("clock", json!({ "advance_seconds": seconds })).await;
    }

    /// The whole books: `orders`, `payments`, `refunds`, `events`.
    pub async fn ledger(&self) -> Value {
        self.ask("ledger").await.expect("the gateway shows its books")
    }

    async fn ask(&self, page: &str) -> Option<Value> {
        let request = self.http.get(format!("{}/_sim/{page}", self.url));
        request.timeout(Duration::from_secs(60)).send().await.ok()?.json().await.ok()
    }

    /// Any button of the control interface; `None` where it refuses.
    pub async fn press(&self, button: &str, body: Value) -> Option<Value> {
        let request = self.http.post(format!("{}/_sim/{button}", self.url)).json(&body);
        let answer = request.send().await.unwrap_or_else(|e| panic!("the gateway is gone: {e}"));
        let fine = answer.status().is_success();
        let told = answer.json().await.ok()?;
        fine.then_some(told)
    }
}

fn read(told: Value) -> Paid {
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    Paid {
        payment: text("payment_id"),
        order: text("order_id"),
        status: text("status"),
        signature: text("signature"),
    }
}
