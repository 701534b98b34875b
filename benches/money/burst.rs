//! A thousand webhooks at once, about real orders, each with an id of its own: how long until each
//! is answered. They are signed as the gateway signs them, and the connections are open already, as
//! those of the proxy before a shop are.

use crate::client::{self, Line};
use crate::gateway::WEBHOOK_SECRET;
use crate::market::Market;
use crate::{in_words, row};
use kirana::razorpay::WebhookSecret;
use kirana::razorpay::signature::sign_webhook;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

const EVENTS: usize = 1_000;

pub async fn measure(market: &Arc<Market>) {
    for connections in [16, EVENTS] {
        let times = burst(market, connections).await;
        let late = times.iter().filter(|time| **time > Duration::from_secs(5)).count();
        let what = format!("{EVENTS} webhooks over {connections} connections: answer");
        let seen = format!("{}; {late} over 5 s", in_words(&times));
        row(&what, "p99 under 100 ms, none over 5 s", &seen);
    }
}

async fn burst(market: &Arc<Market>, connections: usize) -> Vec<Duration> {
    let ledger = market.gateway.ledger().await;
    let bodies: Vec<String> = ledger["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["body"].as_str().unwrap().to_owned())
        .collect();
    let bodies = Arc::new(bodies);
    let to: SocketAddr = market.public_url.trim_start_matches("http://").parse().unwrap();
    // What the senders have to do is done before all begin at once: what is measured is the shop.
    let all = Arc::new(Barrier::new(connections));
    let mut senders = JoinSet::new();
    for sender in 0..connections {
        let (bodies, all, market) = (bodies.clone(), all.clone(), market.clone());
        senders.spawn(async move {
            let mut line = Line::open(to).await.unwrap();
            line.ask(&client::request("GET", "/healthz", &[], "")).await.unwrap();
            let mine = (sender..EVENTS).step_by(connections);
            let requests: Vec<_> = mine
                .map(|number| {
                    // Of the form that the gateway's ids have.
                    let id = format!("burst{connections:04}x{number:04}");
                    let request = webhook(&id, &bodies[number % bodies.len()]);
                    (id, request)
                })
                .collect();
            all.wait().await;
            let mut times = Vec::new();
            for (id, request) in requests {
                let began = Instant::now();
                let answer = line.ask(&request).await.unwrap();
                times.push(began.elapsed());
                assert!(answer.head.starts_with("HTTP/1.1 200"), "{id}: {}", answer.head);
                market.record.told().events.insert(id);
            }
            // Open until all are answered, as a proxy's are.
            (times, line)
        });
    }
    let (times, _lines): (Vec<_>, Vec<_>) = senders.join_all().await.into_iter().unzip();
    times.concat()
}

fn webhook(id: &str, body: &str) -> String {
    let signature = sign_webhook(&WebhookSecret::new(WEBHOOK_SECRET), body.as_bytes());
    let fields = [("X-Razorpay-Event-Id", id), ("X-Razorpay-Signature", signature.as_str())];
    client::request("POST", "/razorpay/webhook", &fields, body)
}
