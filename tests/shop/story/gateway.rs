//! The gateway of one test: the simulator behind real HTTP, and the buttons that make happen what a
//! customer, a bank or bad luck would.

use kirana::config::{DEMO_KEY_ID, DEMO_KEY_SECRET};
use kirana::razorpay::simulator::{Options, Simulator};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpListener;

/// Signs the webhooks of every test's gateway.
pub const WEBHOOK_SECRET: &str = "hook-of-the-test";

pub struct Gateway {
    pub url: String,
    http: reqwest::Client,
}

/// What a payment at the gateway came to, as the browser would bring it back.
#[derive(Clone, Debug)]
pub struct Paid {
    pub payment: String,
    pub order: String,
    pub signature: String,
}

impl Gateway {
    /// Opens on a port of its own. Webhooks wait until they are switched on.
    pub async fn open(folder: &Path, shop: SocketAddr) -> Gateway {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let options = Options {
            key_id: DEMO_KEY_ID.into(),
            key_secret: DEMO_KEY_SECRET.into(),
            webhook_secret: WEBHOOK_SECRET.into(),
            webhook_url: Some(format!("http://{shop}/razorpay/webhook")),
            public_url: url.clone(),
            store: folder.join("gateway.db"),
            time_scale: 1,
        };
        let simulator = Simulator::open(options).await.unwrap();
        tokio::spawn(simulator.serve(listener, std::future::pending()));
        // Nothing here is reached through TLS, but the client wants to know how it would be. A
        // second call finds a provider in place.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .tls_certs_only([])
            .no_proxy()
            .build()
            .unwrap();
        let gateway = Gateway { url, http };
        gateway.webhooks(false).await;
        gateway
    }

    pub async fn webhooks(&self, enabled: bool) {
        self.press("webhooks", json!({ "enabled": enabled })).await;
    }

    /// Sends one event once more.
    pub async fn resends(&self, event_id: &str) {
        self.press("webhooks/resend", json!({ "event_id": event_id })).await;
    }

    /// A payment without a browser: "success", "failure", "authorized" or "pending".
    pub async fn pays(&self, order: &str, outcome: &str) -> Paid {
        read(&self.press("pay", json!({ "order_id": order, "outcome": outcome })).await)
    }

    /// A second captured payment for an order that is paid, as a fault of the gateway would make
    /// it.
    pub async fn pays_once_more(&self, order: &str) -> Paid {
        read(&self.press("surplus", json!({ "order_id": order })).await)
    }

    /// The bank answers after all: a failed or open payment is captured.
    pub async fn captures_late(&self, payment: &str) {
        self.press(&format!("payments/{payment}/capture_late"), json!({})).await;
    }

    /// Somebody captures at the dashboard, past this shop.
    pub async fn captures(&self, payment: &str) {
        self.press(&format!("payments/{payment}/capture"), json!({})).await;
    }

    /// The bank says no to an open payment.
    pub async fn fails(&self, payment: &str) {
        self.press(&format!("payments/{payment}/fail"), json!({})).await;
    }

    /// The next `times` requests whose path begins so go wrong.
    pub async fn goes_wrong(&self, path_prefix: &str, mode: &str, times: u32) {
        let fault = json!({ "path_prefix": path_prefix, "mode": mode, "times": times });
        self.press("fault", fault).await;
    }

    /// The next answer to this path is made at once and arrives so many milliseconds later.
    pub async fn answers_late(&self, path_prefix: &str, milliseconds: u64) {
        let fault = json!({
            "path_prefix": path_prefix, "mode": "slow", "times": 1, "delay_ms": milliseconds,
        });
        self.press("fault", fault).await;
    }

    /// From now on its lists, also those of one order's payments, know of nothing that is younger.
    pub async fn lists_lag(&self, seconds: i64) {
        self.press("lists", json!({ "lag_seconds": seconds, "parts": true })).await;
    }

    /// What was still to go wrong does not.
    pub async fn recovers(&self) {
        self.press("faults/clear", json!({})).await;
    }

    /// Somebody gives money back at the gateway's dashboard, past this shop. `None`: all of it.
    pub async fn gives_back(&self, payment: &str, paise: Option<i64>) -> String {
        let body = paise.map_or(json!({}), |amount| json!({ "amount": amount }));
        let request = self.http.post(format!("{}/v1/payments/{payment}/refund", self.url));
        let request = request.basic_auth(DEMO_KEY_ID, Some(DEMO_KEY_SECRET)).json(&body);
        let answer = request.send().await.unwrap();
        let (status, told) = (answer.status().as_u16(), answer.json::<Value>().await.unwrap());
        assert_eq!(status, 200, "{told}");
        told["id"].as_str().unwrap().to_owned()
    }

    /// From now on banks take their time over refunds.
    pub async fn leaves_refunds_pending(&self) {
        self.press("refunds", json!({ "begin": "pending" })).await;
    }

    /// From now on a refund's key that was used is not known again.
    pub async fn forgets_refund_keys(&self) {
        self.press("refunds", json!({ "begin": "processed", "forget_keys": true })).await;
    }

    /// The bank took a refund.
    pub async fn processes_refund(&self, refund: &str) {
        self.press(&format!("refunds/{refund}/process"), json!({})).await;
    }

    /// The bank does not take a refund.
    pub async fn fails_refund(&self, refund: &str) {
        self.press(&format!("refunds/{refund}/fail"), json!({})).await;
    }

    /// The payer's bank asks for the money back.
    pub async fn is_disputed(&self, payment: &str) {
        self.press(&format!("payments/{payment}/dispute"), json!({})).await;
    }

    pub async fn passes(&self, seconds: i64) {
        self.press("clock", json!({ "advance_seconds": seconds })).await;
    }

    /// The whole books: `orders`, `payments`, `refunds`, `events`.
    pub async fn ledger(&self) -> Value {
        let answer = self.http.get(format!("{}/_sim/ledger", self.url)).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// The entries of one book.
    pub async fn book(&self, name: &str) -> Vec<Value> {
        self.ledger().await[name].as_array().unwrap().clone()
    }

    /// The body of the stored event with this name about this order, and its id.
    pub async fn event(&self, name: &str, order: &str) -> (String, String) {
        let events = self.book("events").await;
        let fits = |event: &&Value| {
            event["event"] == name && event["body"].as_str().unwrap().contains(order)
        };
        let event = events.iter().find(fits).unwrap_or_else(|| panic!("no {name} of {order}"));
        (event["body"].as_str().unwrap().into(), event["id"].as_str().unwrap().into())
    }

    /// A browser's form post to one of the gateway's own pages: status, `Location`, page.
    pub async fn posts(&self, url: &str, body: String) -> (u16, Option<String>, String) {
        let request = self.http.post(url).body(body);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.send().await.unwrap();
        let location = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        (answer.status().as_u16(), location, answer.text().await.unwrap())
    }

    async fn press(&self, button: &str, body: Value) -> Value {
        let request = self.http.post(format!("{}/_sim/{button}", self.url)).json(&body);
        let answer = request.timeout(Duration::from_secs(20)).send().await.unwrap();
        let status = answer.status().as_u16();
        let told: Value = answer.json().await.unwrap();
        assert_eq!(status, 200, "{button}: {told}");
        told
    }
}

fn read(told: &Value) -> Paid {
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    Paid { payment: text("payment_id"), order: text("order_id"), signature: text("signature") }
}
