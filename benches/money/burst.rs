//! A thousand webhooks at once, about real orders, each with an id of its own: how long until each
//! is answered. They are signed as the gateway signs them.

use crate::browser;
use crate::gateway::WEBHOOK_SECRET;
use crate::market::Market;
use crate::{in_words, row};
use kirana::razorpay::WebhookSecret;
use kirana::razorpay::signature::sign_webhook;
use std::sync::Arc;
use std::time::{Duration, Instant};
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
    let url = format!("{}/razorpay/webhook", market.public_url);
    // Made beforehand: what is measured is the shop.
    let clients: Vec<_> = (0..connections).map(|_| browser::http()).collect();
    let mut senders = JoinSet::new();
    for (sender, http) in clients.into_iter().enumerate() {
        let (bodies, url) = (bodies.clone(), url.clone());
        let record = market.record.clone();
        senders.spawn(async move {
            let mut times = Vec::new();
            for number in (sender..EVENTS).step_by(connections) {
                let body = bodies[number % bodies.len()].clone();
                // Of the form that the gateway's ids have.
                let id = format!("burst{connections:04}x{number:04}");
                let signature = sign_webhook(&WebhookSecret::new(WEBHOOK_SECRET), body.as_bytes());
                let request = http.post(&url).header("x-razorpay-event-id", &id);
                let request = request.header("x-razorpay-signature", signature).body(body);
                let began = Instant::now();
                let answer = request.send().await.unwrap();
                times.push(began.elapsed());
                assert_eq!(answer.status().as_u16(), 200, "{id}");
                record.told().events.insert(id);
            }
            times
        });
    }
    senders.join_all().await.concat()
}
