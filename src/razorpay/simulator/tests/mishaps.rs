//! Webhooks that go wrong on order, as the shop would hear them.

use super::webhooks::{Letters, header, receiver};
use super::*;
use crate::razorpay::WebhookSecret;
use crate::razorpay::signature::verify_webhook;

const ORDER_PAID: &str = "order.paid";

/// A stage whose webhooks are heard, and what is heard.
async fn heard(folder: &Path) -> (Stage, Letters) {
    let (url, letters) = receiver(0).await;
    (Stage::open(folder, Some(url)).await, letters)
}

/// The bodies of one event so far, with its id and signature, where it has them.
fn of(letters: &Letters, event: &str) -> Vec<(String, Option<String>, Option<String>)> {
    let named = format!("\"event\":\"{event}\"");
    let letters = letters.lock().unwrap();
    letters
        .iter()
        .map(|(headers, body)| {
            let text = |name| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
            let body = String::from_utf8(body.to_vec()).unwrap();
            (body, text("x-razorpay-event-id"), text("x-razorpay-signature"))
        })
        .filter(|(body, ..)| body.contains(&named))
        .collect()
}

fn signed_by(secret: &str, body: &str, signature: Option<&str>) -> bool {
    verify_webhook(&[WebhookSecret::new(secret)], body.as_bytes(), signature).is_ok()
}

async fn count(letters: &Letters, event: &str, wanted: usize) {
    until(async || (of(letters, event).len() >= wanted).then_some(())).await;
}

#[tokio::test]
async fn an_event_can_come_twice_and_at_the_same_time() {
    let folder = tempfile::tempdir().unwrap();
    let (stage, letters) = heard(folder.path()).await;
    stage
        .sim("webhooks/fault", json!({"mode": "duplicate", "event": ORDER_PAID, "seconds": 60}))
        .await;
    let captured = json!({"mode": "simultaneous", "event": "payment.captured"});
    stage.sim("webhooks/fault", captured).await;
    let order = stage.order(50_000, "M-1").await;
    stage.pay(&order, "success").await;
    count(&letters, "payment.captured", 2).await;
    count(&letters, ORDER_PAID, 1).await;
    // The gateway counts its sixty seconds from when it has heard the answer.
    until(async || {
        let told = stage.ledger().await;
        let mut events = told["events"].as_array().unwrap().iter();
        events.any(|one| one["event"] == ORDER_PAID && one["tries"] == 1).then_some(())
    })
    .await;
    stage.advance(61).await;
    count(&letters, ORDER_PAID, 2).await;
    for name in [ORDER_PAID, "payment.captured"] {
        let both = of(&letters, name);
        assert_eq!(both[0], both[1], "{name}");
    }
    stage.advance(600).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(letters.lock().unwrap().len(), 5);
    stage.close().await;
}

#[tokio::test]
async fn events_can_be_reversed_delayed_and_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let (stage, letters) = heard(folder.path()).await;
    stage.sim("webhooks/fault", json!({"mode": "reorder", "times": 3})).await;
    let order = stage.order(50_000, "M-2").await;
    stage.pay(&order, "success").await;
    let due = async || {
        let mut events = stage.ledger().await["events"].as_array().unwrap().clone();
        events.sort_by_key(|event| event["next_at"].as_i64());
        events.iter().map(|one| one["event"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(due().await, [ORDER_PAID, "payment.captured", "payment.authorized"]);
    stage.advance(31).await;
    count(&letters, "payment.authorized", 1).await;

    stage.sim("webhooks/fault", json!({"mode": "drop", "event": ORDER_PAID})).await;
    let late = json!({"mode": "delay", "event": "payment.captured", "seconds": 86_400});
    stage.sim("webhooks/fault", late).await;
    let order = stage.order(50_000, "M-3").await;
    stage.pay(&order, "success").await;
    stage.advance(3_600).await;
    count(&letters, "payment.authorized", 2).await;
    assert_eq!(of(&letters, "payment.captured").len(), 1);
    stage.advance(86_400).await;
    count(&letters, "payment.captured", 2).await;
    assert_eq!(of(&letters, ORDER_PAID).len(), 1);
    let dropped = stage.ledger().await["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&dropped["mode"], &dropped["next_at"]), (&json!("drop"), &Value::Null));
    stage.sim("webhooks/resend", json!({"event_id": dropped["id"]})).await;
    count(&letters, ORDER_PAID, 2).await;
    stage.close().await;
}

#[tokio::test]
async fn signatures_and_ids_can_be_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let (stage, letters) = heard(folder.path()).await;
    for (mode, event) in
        [("bad_signature", "payment.authorized"), ("missing_id", "payment.captured")]
    {
        stage.sim("webhooks/fault", json!({"mode": mode, "event": event})).await;
    }
    let order = stage.order(50_000, "M-4").await;
    stage.pay(&order, "success").await;
    count(&letters, ORDER_PAID, 1).await;
    let (body, id, signature) = of(&letters, "payment.authorized").remove(0);
    assert!(id.is_some() && !signed_by(WEBHOOK_SECRET, &body, signature.as_deref()));
    let (body, id, signature) = of(&letters, "payment.captured").remove(0);
    assert!(id.is_none() && signed_by(WEBHOOK_SECRET, &body, signature.as_deref()));
    stage.close().await;
}

#[tokio::test]
async fn after_a_change_of_secret_old_events_keep_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let (stage, letters) = heard(folder.path()).await;
    let early = json!({"mode": "old_secret"});
    assert_eq!(stage.post("/_sim/webhooks/fault", early).await.0, 400);
    stage.sim("webhooks/fault", json!({"mode": "delay", "event": ORDER_PAID, "seconds": 60})).await;
    let order = stage.order(50_000, "M-5").await;
    stage.pay(&order, "success").await;
    stage.sim("webhooks/secret", json!({"secret": "brand-new"})).await;
    stage.advance(62).await;
    count(&letters, ORDER_PAID, 1).await;
    let second = stage.order(50_000, "M-6").await;
    stage.pay(&second, "success").await;
    count(&letters, ORDER_PAID, 2).await;
    stage.sim("webhooks/fault", json!({"mode": "old_secret", "event": ORDER_PAID})).await;
    let third = stage.order(50_000, "M-7").await;
    stage.pay(&third, "success").await;
    count(&letters, ORDER_PAID, 3).await;
    let secrets = [WEBHOOK_SECRET, "brand-new", WEBHOOK_SECRET];
    for ((body, _, signature), secret) in of(&letters, ORDER_PAID).into_iter().zip(secrets) {
        assert!(signed_by(secret, &body, signature.as_deref()));
    }
    assert!(!stage.ledger().await.to_string().contains("brand-new"));
    stage.close().await;
}

#[tokio::test]
async fn foreign_events_and_other_amounts_come_rightly_signed() {
    let folder = tempfile::tempdir().unwrap();
    let (stage, letters) = heard(folder.path()).await;
    stage.sim("webhooks/fault", json!({"mode": "foreign", "event": ORDER_PAID})).await;
    stage.sim("webhooks/fault", json!({"mode": "other_amount", "event": "payment.captured"})).await;
    let order = stage.order(50_000, "M-8").await;
    let payment = stage.pay(&order, "success").await;
    count(&letters, ORDER_PAID, 2).await;
    let (ours, foreign): (Vec<_>, Vec<_>) =
        of(&letters, ORDER_PAID).into_iter().partition(|one| one.0.contains(order.id.as_str()));
    assert_eq!((ours.len(), foreign.len()), (1, 1));
    let (body, _, signature) = &foreign[0];
    assert!(!body.contains(payment.as_str()) && body.contains("\"amount\":50000"));
    assert!(signed_by(WEBHOOK_SECRET, body, signature.as_deref()));
    let (body, _, signature) = of(&letters, "payment.captured").remove(0);
    assert!(body.contains("\"amount\":50100") && !body.contains("\"amount\":50000"));
    assert!(signed_by(WEBHOOK_SECRET, &body, signature.as_deref()));

    let payload = json!({"payment.downtime": {"entity": {"id": "down_1", "method": "upi"}}});
    let emit = json!({"event": "payment.downtime.started", "payload": payload});
    stage.sim("webhooks/emit", emit).await;
    count(&letters, "payment.downtime.started", 1).await;
    let last = letters.lock().unwrap().last().unwrap().clone();
    assert_eq!(header(&last.0, "x-razorpay-event-id").len(), 14);
    assert!(String::from_utf8_lossy(&last.1).contains("\"contains\":[\"payment.downtime\"]"));
    stage.sim("webhooks/fault", json!({"mode": "drop", "times": 9})).await;
    stage.sim("faults/clear", json!({})).await;
    assert_eq!(stage.ledger().await["webhooks"]["faults"], json!([]));
    stage.close().await;
}
