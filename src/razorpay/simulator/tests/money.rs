//! Money: what is captured, what is given back, and what bad luck leaves of it.

use super::*;
use crate::razorpay::signature::verify_return;
use crate::razorpay::{GatewayError, NewRefund, OrderStatus, PaymentStatus, RefundStatus};

fn refund(amount: i64) -> NewRefund<'static> {
    NewRefund { amount, notes: Notes::from([("why", "test")]), receipt: "refund-1" }
}

#[tokio::test]
async fn a_purchase_from_order_to_refund() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let order = stage.order(150_000, "A-1").await;
    assert_eq!((&order.status, order.attempts), (&OrderStatus::Created, 0));

    let told = stage.sim("pay", json!({"order_id": order.id, "outcome": "failure"})).await;
    assert_eq!((told["status"].as_str(), &told["signature"]), (Some("failed"), &Value::Null));
    let told = stage.sim("pay", json!({"order_id": order.id, "outcome": "success"})).await;
    let (payment, signature) = (told["payment_id"].as_str(), told["signature"].as_str());
    let secret = ApiSecret::new(SECRET);
    let back = verify_return(&secret, &order.id, payment.unwrap(), signature.unwrap()).unwrap();

    let payment = stage.client.fetch_payment(back.payment_id()).await.unwrap();
    assert_eq!((payment.status, payment.amount), (PaymentStatus::Captured, 150_000));
    assert_eq!((payment.fee, payment.tax), (Some(3_540), Some(540)));
    let order = stage.client.fetch_order(&order.id).await.unwrap();
    assert_eq!((order.status, order.attempts, order.amount_paid), (OrderStatus::Paid, 2, 150_000));
    let tries = stage.client.fetch_order_payments(&order.id).await.unwrap();
    assert_eq!(tries.len(), 2);
    assert_eq!(tries[1].error_reason.as_deref(), Some("payment_failed"));

    let part = stage.client.refund(&payment.id, &refund(50_000), "refund-key-1").await.unwrap();
    assert_eq!((part.status, part.amount), (RefundStatus::Processed, 50_000));
    let again = stage.client.refund(&payment.id, &refund(50_000), "refund-key-1").await.unwrap();
    assert_eq!(part.id, again.id);
    let other = stage.client.refund(&payment.id, &refund(60_000), "refund-key-1").await;
    assert_eq!(other.unwrap_err().status(), Some(409));
    let much = stage.client.refund(&payment.id, &refund(100_001), "refund-key-2").await;
    assert!(matches!(much, Err(GatewayError::Api { status: 400, .. })));
    stage.client.refund(&payment.id, &refund(100_000), "refund-key-3").await.unwrap();
    let payment = stage.client.fetch_payment(&payment.id).await.unwrap();
    assert_eq!((payment.status, payment.amount_refunded), (PaymentStatus::Refunded, 150_000));
    assert_eq!(stage.client.fetch_refunds(&payment.id).await.unwrap().len(), 2);
    let order = stage.client.fetch_order(&order.id).await.unwrap();
    assert_eq!(order.status, OrderStatus::Paid);

    let path = format!("/v1/payments/{}/refunds/{}", payment.id, part.id);
    assert_eq!(stage.get(&path).await.0, 200);
    assert_eq!(stage.get("/v1/refunds").await.1["count"], 2);
    stage.close().await;
}

#[tokio::test]
async fn an_order_is_paid_once() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let order = stage.order(10_000, "B-1").await;
    let authorised = stage.pay(&order, "authorized").await;
    let body = json!({"order_id": order.id, "outcome": "success"});
    assert_eq!(stage.post("/_sim/pay", body.clone()).await.0, 400);

    assert!(stage.client.capture(&authorised, 9_900, "INR").await.is_err());
    let captured = stage.client.capture(&authorised, 10_000, "INR").await.unwrap();
    assert_eq!(captured.status, PaymentStatus::Captured);
    let twice = stage.client.capture(&authorised, 10_000, "INR").await.unwrap_err();
    assert!(twice.to_string().contains("already been captured") && !twice.is_unknown());
    let (status, answer) = stage.post("/_sim/pay", body).await;
    let words = answer["error"]["description"].as_str().unwrap();
    assert!(status == 400 && words.contains("already paid"));

    let surplus = stage.sim("surplus", json!({"order_id": order.id})).await;
    assert_eq!(surplus["status"], "captured");
    let tries = stage.client.fetch_order_payments(&order.id).await.unwrap();
    assert_eq!(tries.iter().filter(|one| one.status == PaymentStatus::Captured).count(), 2);
    stage.close().await;
}

#[tokio::test]
async fn time_moves_what_nobody_finished() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let silent = stage.order(10_000, "C-1").await;
    let waiting = stage.pay(&silent, "pending").await;
    let held = stage.order(20_000, "C-2").await;
    let authorised = stage.pay(&held, "authorized").await;
    let is = async |id: &PaymentId, wanted: PaymentStatus| {
        let payment = stage.client.fetch_payment(id).await.unwrap();
        (payment.status == wanted).then_some(payment)
    };
    assert!(is(&waiting, PaymentStatus::Created).await.is_some());
    stage.advance(601).await;
    let failed = until(async || is(&waiting, PaymentStatus::Failed).await).await;
    assert_eq!(failed.error_reason.as_deref(), Some("payment_timed_out"));

    stage.sim(&format!("payments/{waiting}/capture_late"), json!({})).await;
    assert!(is(&waiting, PaymentStatus::Captured).await.unwrap().error_code.is_none());
    assert!(is(&authorised, PaymentStatus::Authorized).await.is_some());
    stage.advance(5 * 86_400).await;
    let back = until(async || is(&authorised, PaymentStatus::Refunded).await).await;
    assert_eq!(back.amount_refunded, 20_000);
    assert_eq!(stage.client.fetch_refunds(&authorised).await.unwrap().len(), 1);
    stage.close().await;
}

#[tokio::test]
async fn late_money_for_a_paid_order_goes_straight_back() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let order = stage.order(10_000, "D-1").await;
    let failed = stage.pay(&order, "failure").await;
    stage.pay(&order, "success").await;
    let late = stage.sim(&format!("payments/{failed}/capture_late"), json!({})).await;
    assert_eq!(
        (late["status"].as_str(), late["captured"].as_bool()),
        (Some("refunded"), Some(false))
    );
    stage.close().await;
}

#[tokio::test]
async fn the_books_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = Stage::open(folder.path(), None).await;
    let order = first.order(12_300, "E-1").await;
    let payment = first.pay(&order, "success").await;
    first.advance(1_000_000).await;
    first.close().await;

    let second = Stage::open(folder.path(), None).await;
    let kept = second.client.fetch_order(&order.id).await.unwrap();
    assert_eq!((kept.status, kept.notes.get("shop")), (OrderStatus::Paid, Some("Kirana")));
    assert!(second.client.fetch_payment(&payment).await.is_ok());
    let later = second.order(12_300, "E-2").await;
    assert!(later.created_at >= order.created_at + 1_000_000 && later.id > order.id);
    second.close().await;
}

#[tokio::test]
async fn every_kind_of_bad_luck_is_told_apart_by_the_client() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let hasty = client(&stage.url, Duration::from_millis(400));
    let new = |receipt| NewOrder { amount: 100, currency: "INR", receipt, notes: Notes::default() };
    for (mode, unknown, transient, made) in [
        ("timeout_before", true, true, 0),
        ("timeout_after", true, true, 1),
        ("500", true, true, 0),
        ("html_502", true, true, 0),
        ("429", false, true, 0),
        ("409", true, true, 0),
        ("401", false, false, 0),
        ("cut_before", true, true, 0),
        ("cut_after", true, true, 1),
    ] {
        let fault = json!({"path_prefix": "/v1/orders", "mode": mode, "times": 1});
        stage.sim("fault", fault).await;
        let error = hasty.create_order(&new(mode)).await.unwrap_err();
        assert_eq!((error.is_unknown(), error.is_transient()), (unknown, transient), "{error}");
        let found = stage.client.find_orders_by_receipt(mode).await.unwrap();
        assert_eq!(found.len(), made, "{mode}");
    }
    // A broken connection is asked once more when it was only a question.
    let order = stage.order(100, "F-1").await;
    stage.sim("fault", json!({"path_prefix": "/v1/", "mode": "cut", "times": 1})).await;
    assert!(stage.client.fetch_order(&order.id).await.is_ok());
    stage.sim("fault", json!({"path_prefix": "/v1/", "mode": "cut", "times": 2})).await;
    assert!(stage.client.fetch_order(&order.id).await.unwrap_err().is_unknown());
    stage.close().await;

    let nobody = client("http://127.0.0.1:9", Duration::from_secs(2));
    let error = nobody.fetch_order(&order.id).await.unwrap_err();
    assert!(matches!(error, GatewayError::Transport { timed_out: false, .. }));
}

#[tokio::test]
async fn answers_can_be_slow_strange_or_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let order = stage.order(10_000, "H-1").await;
    let goes = async |fault: Value| {
        let mut fault = fault;
        fault["path_prefix"] = json!("/v1/orders");
        fault["times"] = json!(1);
        stage.sim("fault", fault).await;
    };
    goes(json!({"mode": "message_parameters", "method": "POST"})).await;
    assert!(stage.client.fetch_order(&order.id).await.is_ok());
    let (status, answer) = stage.post("/v1/orders", json!({})).await;
    assert_eq!((status, answer.get("error"), &answer["parameters"]), (400, None, &json!([])));

    goes(json!({"mode": "slow", "delay_ms": 600})).await;
    let began = std::time::Instant::now();
    assert!(stage.client.fetch_order(&order.id).await.is_ok());
    assert!(began.elapsed() >= Duration::from_millis(600));

    let address = format!("/v1/orders/{}", order.id);
    for (odd, field, wrong) in [
        ("amount", "amount", json!(10_100)),
        ("currency", "currency", json!("USD")),
        ("receipt", "receipt", json!("of-somebody-else")),
        ("no_id", "id", Value::Null),
        ("empty", "amount", Value::Null),
    ] {
        goes(json!({"mode": "odd_200", "odd": odd})).await;
        let (status, answer) = stage.get(&address).await;
        assert_eq!((status, &answer[field]), (200, &wrong), "{odd}");
    }
    stage.pay(&order, "success").await;
    goes(json!({"mode": "odd_200", "odd": "order_id"})).await;
    let (_, list) = stage.get(&format!("{address}/payments")).await;
    assert_eq!(list["items"][0]["order_id"], "order_AAAAAAAAAAAAAA");
    goes(json!({"mode": "odd_200", "odd": "not_json"})).await;
    assert!(matches!(stage.client.fetch_order(&order.id).await, Err(GatewayError::Odd(_))));
    assert!(stage.client.fetch_order(&order.id).await.is_ok());
    stage.close().await;
}

#[tokio::test]
async fn fifty_refunds_at_once_with_one_key_are_one_refund() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let order = stage.order(10_000, "G-1").await;
    let payment = stage.pay(&order, "success").await;
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (client, payment) = (stage.client.clone(), payment.clone());
        all.spawn(async move { client.refund(&payment, &refund(100), "one-single-key").await });
    }
    for answer in all.join_all().await {
        assert!(answer.is_ok() || answer.unwrap_err().status() == Some(409));
    }
    let payment = stage.client.fetch_payment(&payment).await.unwrap();
    assert_eq!(payment.amount_refunded, 100);
    stage.close().await;
}
