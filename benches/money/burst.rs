//! A thousand webhooks at once, about real orders, each with an id of its own: how long until each
//! is answered. They are signed as the gateway signs them, and the connections are open already, as
//! those of the proxy before a shop are.

use crate::browser;
use crate::gateway::WEBHOOK_SECRET;
use crate::market::Market;
use crate::{in_words, row};
use kirana::razorpay::WebhookSecret;
use kirana::razorpay::signature::sign_webhook;
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
    let url = format!("{}/razorpay/webhook", market.public_url);
    // What the senders have to do is done before all begin at once: what is measured is the shop.
    let all = Arc::new(Barrier::new(connections));
    let mut senders = JoinSet::new();
    for sender in 0..connections {
        let (bodies, url, all) = (bodies.clone(), url.clone(), all.clone());
        let (market, http) = (market.clone(), browser::http());
        senders.spawn(async move {
            let open = http.get(format!("{}/healthz", market.public_url)).send().await.unwrap();
            assert!(open.bytes().await.is_ok());
            let mut requests = Vec::new();
            for number in (sender..EVENTS).step_by(connections) {
                let body = bodies[number % bodies.len()].clone();
                // Of the form that the gateway's ids have.
                let id = format!("burst{connections:04}x{number:04}");
                let signature = sign_webhook(&WebhookSecret::new(WEBHOOK_SECRET), body.as_bytes());
                let request = http.post(&url).header("x-razorpay-event-id", &id);
                let request = request.header("x-razorpay-signature", signature).body(body);
                requests.push((id, request.build().unwrap()));
            }
            all.wait().await;
            let mut times = Vec::new();
            for (id, request) in requests {
                let began = Instant::now();
                let answer = http.execute(request).await.unwrap();
                times.push(began.elapsed());
                assert_eq!(answer.status().as_u16(), 200, "{id}");
                market.record.told().events.insert(id);
            }
            times
        });
    }
    senders.join_all().await.concat()
}
