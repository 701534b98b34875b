//! Webhooks: signed, at least once, the same bytes each time, and silent when switched off.

use super::*;
use crate::razorpay::signature::verify_webhook;
use crate::razorpay::{Event, WebhookSecret};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use std::sync::{Arc, Mutex};

pub(super) type Letters = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

/// A receiver that fails the first `failures` deliveries; its address and what came.
pub(super) async fn receiver(failures: usize) -> (String, Letters) {
    let letters = Letters::default();
    let receive = async move |State(letters): State<Letters>, headers: HeaderMap, body: Bytes| {
        let mut letters = letters.lock().unwrap();
        letters.push((headers, body));
        if letters.len() <= failures { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
    };
    let app = Router::new().route("/hook", post(receive)).with_state(letters.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, letters)
}

pub(super) fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).unwrap().to_str().unwrap()
}

fn events(letters: &Letters) -> Vec<Event> {
    let secrets = [WebhookSecret::new(WEBHOOK_SECRET)];
    let letters = letters.lock().unwrap();
    let read = letters.iter().map(|(headers, body)| {
        let signature = header(headers, "x-razorpay-signature");
        let verified = verify_webhook(&secrets, body, Some(signature)).unwrap();
        Event::read(&verified, Some(header(headers, "x-razorpay-event-id"))).unwrap()
    });
    read.collect()
}

#[tokio::test]
async fn events_come_signed_and_a_failure_is_repeated_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let (url, letters) = receiver(1).await;
    let stage = Stage::open(folder.path(), Some(url)).await;
    let order = stage.order(50_000, "W-1").await;
    let payment = stage.pay(&order, "success").await;
    until(async || (letters.lock().unwrap().len() >= 4).then_some(())).await;

    let (first, second) = {
        let all = letters.lock().unwrap();
        let id = header(&all[0].0, "x-razorpay-event-id").to_owned();
        let mut same =
            all.iter().filter(|one| header(&one.0, "x-razorpay-event-id") == id).cloned();
        (same.next().unwrap(), same.next().unwrap())
    };
    assert_eq!(first.1, second.1);
    let names = ["x-razorpay-signature", "request-id", "user-agent", "content-type"];
    assert!(names.iter().all(|name| header(&first.0, name) == header(&second.0, name)));
    assert_eq!(header(&first.0, "user-agent"), "Razorpay-Webhook/v1");
    assert_eq!(header(&first.0, "request-id").len(), 14);

    let mut told = events(&letters);
    told.dedup_by(|a, b| a.id == b.id);
    let mut names: Vec<&str> = told.iter().map(|event| event.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names, ["order.paid", "payment.authorized", "payment.captured"]);
    assert!(told.iter().all(|event| event.order_id.as_ref() == Some(&order.id)));
    assert!(told.iter().all(|event| event.payment_id.as_ref() == Some(&payment)));

    let text = String::from_utf8(first.1.to_vec()).unwrap();
    assert!(text.starts_with("{\"entity\":\"event\",\"account_id\":\"acc_"));
    assert!(
        text.contains("\"event\":\"payment.authorized\",\"contains\":[\"payment\"],\"payload\"")
    );
    assert!(!text.contains("\": ") && !text.contains(", \""));
    stage.close().await;
}

#[tokio::test]
async fn refund_events_come_late_with_sorted_keys() {
    let folder = tempfile::tempdir().unwrap();
    let (url, letters) = receiver(0).await;
    let stage = Stage::open(folder.path(), Some(url)).await;
    let order = stage.order(50_000, "W-2").await;
    let payment = stage.pay(&order, "success").await;
    let new = crate::razorpay::NewRefund { amount: 500, notes: Notes::default(), receipt: "r" };
    let refund = stage.client.refund(&payment, &new, "webhook-refund").await.unwrap();
    stage.advance(30).await;
    until(async || (letters.lock().unwrap().len() >= 5).then_some(())).await;
    let told = events(&letters);
    let of = |name: &str| told.iter().find(|event| event.name == name).unwrap();
    assert_eq!(of("refund.created").refund_id.as_ref(), Some(&refund.id));
    assert_eq!(of("refund.processed").payment_id.as_ref(), Some(&payment));
    let sorted = letters.lock().unwrap().iter().any(|(_, body)| {
        body.starts_with(b"{\"account_id\":") && String::from_utf8_lossy(body).contains("refund")
    });
    assert!(sorted);
    stage.close().await;
}

#[tokio::test]
async fn webhooks_can_be_off_and_an_event_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let (url, letters) = receiver(0).await;
    let stage = Stage::open(folder.path(), Some(url.clone())).await;
    stage.sim("webhooks", json!({"enabled": false})).await;
    let order = stage.order(50_000, "W-3").await;
    stage.pay(&order, "success").await;
    stage.advance(100).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(letters.lock().unwrap().is_empty());
    stage.close().await;

    let stage = Stage::open(folder.path(), Some(url)).await;
    let event = stage.ledger().await["events"][0]["id"].as_str().unwrap().to_owned();
    stage.sim("webhooks", json!({"enabled": true})).await;
    for count in 1..=2 {
        stage.sim("webhooks/resend", json!({"event_id": event})).await;
        until(async || (letters.lock().unwrap().len() == count).then_some(())).await;
    }
    assert_eq!(stage.post("/_sim/webhooks/resend", json!({"event_id": "x"})).await.0, 400);
    let delivered = async || stage.ledger().await["events"][0]["delivered_at"].as_i64();
    until(delivered).await;
    stage.close().await;
}

#[tokio::test]
async fn an_answer_after_five_seconds_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let receive = async || {
        tokio::time::sleep(Duration::from_secs(20)).await;
        StatusCode::OK
    };
    let app = Router::new().route("/hook", post(receive));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let stage = Stage::open(folder.path(), Some(url)).await;
    let order = stage.order(50_000, "W-5").await;
    stage.pay(&order, "failure").await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(stage.ledger().await["events"][0]["tries"], 0);
    let tried = async || {
        let event = stage.ledger().await["events"][0].clone();
        (event["tries"] == 1).then_some(event)
    };
    let event = until(tried).await;
    assert_eq!(
        (&event["last_answer"], &event["delivered_at"]),
        (&json!("no answer in time"), &Value::Null)
    );
    // No early retry after a slow answer, but the next rung of the ladder.
    let gap = event["next_at"].as_i64().unwrap() - event["made_at"].as_i64().unwrap();
    assert!((11_000..14_000).contains(&gap), "{gap}");
    stage.close().await;
}

#[tokio::test]
async fn after_a_day_of_failures_the_webhook_is_switched_off() {
    let folder = tempfile::tempdir().unwrap();
    let (url, letters) = receiver(usize::MAX).await;
    let stage = Stage::open(folder.path(), Some(url)).await;
    let order = stage.order(50_000, "W-4").await;
    stage.pay(&order, "failure").await;
    let row = async || stage.ledger().await["events"][0].clone();
    for tries in 1..=16 {
        until(async || (row().await["tries"].as_i64() >= Some(tries)).then_some(())).await;
        let Some(next_at) = row().await["next_at"].as_i64() else {
            assert_eq!(tries, 16);
            break;
        };
        let now = stage.sim("clock", json!({"advance_seconds": 0})).await["now"].as_i64().unwrap();
        stage.advance((next_at / 1_000 - now + 1).max(0)).await;
    }
    assert_eq!(letters.lock().unwrap().len(), 16);
    let webhooks = async || stage.ledger().await["webhooks"].clone();
    assert_eq!(webhooks().await["enabled"], true);
    assert!(webhooks().await["switches_off_at"].is_i64());
    stage.advance(2 * 3_600).await;
    until(async || (webhooks().await["enabled"] == false).then_some(())).await;
    stage.pay(&order, "failure").await;
    stage.advance(100).await;
    assert_eq!(letters.lock().unwrap().len(), 16);
    stage.sim("webhooks", json!({"enabled": true})).await;
    stage.pay(&order, "failure").await;
    until(async || (letters.lock().unwrap().len() >= 17).then_some(())).await;
    stage.close().await;
}
