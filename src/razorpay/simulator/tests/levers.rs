//! The levers for money: late banks, capture windows, refunds and their banks, balance, disputes.

use super::*;
use crate::razorpay::{NewRefund, OrderStatus, PaymentStatus};

impl Stage {
    async fn payment(&self, id: &PaymentId) -> Value {
        self.get(&format!("/v1/payments/{id}")).await.1
    }

    /// An order as the merchant writes it himself, with its own capture settings.
    async fn order_with(&self, payment: Value) -> Value {
        let body = json!({"amount": 30_000, "currency": "INR", "payment": payment});
        let (status, order) = self.post("/v1/orders", body).await;
        assert_eq!(status, 200, "{order}");
        order
    }

    async fn pays(&self, order: &Value, outcome: &str) -> PaymentId {
        let told = self.sim("pay", json!({"order_id": order["id"], "outcome": outcome})).await;
        PaymentId::parse(told["payment_id"].as_str().unwrap()).unwrap()
    }

    async fn refuses(&self, lever: &str, body: Value) -> String {
        let (status, answer) = self.post(&format!("/_sim/{lever}"), body).await;
        assert_eq!(status, 400, "{lever}: {answer}");
        answer["error"]["description"].as_str().unwrap().to_owned()
    }

    /// The names of all events so far, oldest first.
    async fn event_names(&self) -> Vec<String> {
        let events = self.ledger().await["events"].as_array().unwrap().clone();
        events.iter().map(|event| event["event"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn a_failed_payment_may_be_authorised_and_captured_late() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let order = stage.order(10_000, "L-1").await;
    let late = stage.pay(&order, "late").await;
    assert_eq!(stage.payment(&late).await["status"], "captured");
    let told = ["payment.failed", "payment.authorized", "payment.captured", "order.paid"];
    assert_eq!(stage.event_names().await, told);

    let second = stage.order(10_000, "L-2").await;
    let open = stage.pay(&second, "pending").await;
    stage.sim(&format!("payments/{open}/fail"), json!({})).await;
    assert_eq!(stage.payment(&open).await["error_reason"], "payment_failed");
    let why = stage.refuses(&format!("payments/{open}/fail"), json!({})).await;
    assert_eq!(why, "The payment is not open");
    let paid = stage.sim(&format!("payments/{open}/authorise"), json!({})).await;
    assert_eq!(paid["status"], "captured");
    stage.close().await;
}

#[tokio::test]
async fn after_the_automatic_window_a_payment_waits_for_a_person_and_then_goes_back() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let options = json!({"automatic_expiry_period": 12, "manual_expiry_period": 60,
        "refund_speed": "optimum"});
    let rule = json!({"capture": "automatic", "capture_options": options});
    let soon = stage.order_with(rule.clone()).await;
    let in_time = stage.pays(&soon, "pending").await;
    let late = stage.order_with(rule).await;
    let too_late = stage.pays(&late, "failure").await;
    stage.advance(11 * 60).await;
    stage.sim(&format!("payments/{in_time}/authorise"), json!({})).await;
    assert_eq!(stage.payment(&in_time).await["status"], "captured");
    stage.advance(2 * 60).await;
    stage.sim(&format!("payments/{too_late}/authorise"), json!({})).await;
    assert_eq!(stage.payment(&too_late).await["status"], "authorized");
    assert_eq!(
        stage.get(&format!("/v1/orders/{}", late["id"].as_str().unwrap())).await.1["status"],
        "attempted"
    );

    stage.advance(48 * 60).await;
    until(async || (stage.payment(&too_late).await["status"] == "refunded").then_some(())).await;
    let refunds = stage.get(&format!("/v1/payments/{too_late}/refunds")).await.1;
    assert_eq!(refunds["items"][0]["speed_processed"], "instant");
    let names = stage.event_names().await;
    assert_eq!(names[names.len() - 2..], ["refund.created", "refund.processed"]);
    stage.close().await;
}

#[tokio::test]
async fn the_merchant_can_capture_and_refund_in_the_dashboard() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let order = stage.order_with(json!({"capture": "manual"})).await;
    let payment = stage.pays(&order, "success").await;
    assert_eq!(stage.payment(&payment).await["status"], "authorized");
    let early = stage.refuses(&format!("payments/{payment}/refund"), json!({})).await;
    assert_eq!(early, "The payment status should be captured for action to be taken");
    stage.sim(&format!("payments/{payment}/capture"), json!({})).await;
    stage.sim(&format!("payments/{payment}/refund"), json!({"amount": 10_000})).await;
    stage.sim(&format!("payments/{payment}/refund"), json!({})).await;
    let refunds = stage.client.fetch_refunds(&payment).await.unwrap();
    let amounts: Vec<i64> = refunds.iter().map(|refund| refund.amount).collect();
    assert_eq!(amounts, [20_000, 10_000]);
    let why = stage.refuses(&format!("payments/{payment}/refund"), json!({})).await;
    assert_eq!(why, "The payment has been fully refunded already");
    stage.close().await;
}

#[tokio::test]
async fn a_refund_waits_for_its_bank_and_may_fail() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    stage.sim("refunds", json!({"begin": "pending"})).await;
    let order = stage.order(10_000, "L-3").await;
    let payment = stage.pay(&order, "success").await;
    let back = async |amount: i64, speed: &str| {
        let body = json!({"amount": amount, "speed": speed});
        let (status, refund) = stage.post(&format!("/v1/payments/{payment}/refund"), body).await;
        assert_eq!((status, refund["status"].as_str()), (200, Some("pending")));
        refund["id"].as_str().unwrap().to_owned()
    };
    let all = back(10_000, "normal").await;
    assert_eq!(stage.payment(&payment).await["status"], "refunded");
    stage.sim(&format!("refunds/{all}/fail"), json!({})).await;
    let again = stage.payment(&payment).await;
    let refunded = (again["amount_refunded"].as_i64(), &again["refund_status"]);
    assert_eq!((again["status"].as_str(), refunded), (Some("captured"), (Some(0), &Value::Null)));

    let fast = back(1_000, "optimum").await;
    let done = stage.sim(&format!("refunds/{fast}/process"), json!({"speed": "normal"})).await;
    assert_eq!(
        (&done["status"], &done["speed_processed"]),
        (&json!("processed"), &json!("normal"))
    );
    let why = stage.refuses(&format!("refunds/{fast}/process"), json!({})).await;
    assert_eq!(why, "The refund is processed already");
    let back = stage.sim(&format!("refunds/{fast}/fail"), json!({})).await;
    assert_eq!(back["status"], "failed", "the bank sends it back");
    assert_eq!(stage.payment(&payment).await["amount_refunded"], 0);
    let why = stage.refuses(&format!("refunds/{fast}/fail"), json!({})).await;
    assert_eq!(why, "The refund is failed already");
    let names = stage.event_names().await;
    let of_refunds: Vec<&str> =
        names.iter().map(String::as_str).filter(|name| name.starts_with("refund")).collect();
    assert_eq!(
        of_refunds,
        [
            "refund.created",
            "refund.failed",
            "refund.created",
            "refund.speed_changed",
            "refund.processed",
            "refund.failed"
        ]
    );
    stage.close().await;
}

#[tokio::test]
async fn a_banks_word_on_a_refund_may_come_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    for (fail, word) in [(false, "processed"), (true, "failed")] {
        let wait = json!({"begin": "pending", "settle_seconds": 3_600, "fail": fail});
        stage.sim("refunds", wait).await;
        let order = stage.order(10_000, word).await;
        let payment = stage.pay(&order, "success").await;
        stage.sim(&format!("payments/{payment}/refund"), json!({"amount": 1_000})).await;
        let status = async || {
            let refunds = stage.get(&format!("/v1/payments/{payment}/refunds")).await.1;
            refunds["items"][0]["status"].as_str().unwrap().to_owned()
        };
        stage.advance(3_000).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(status().await, "pending");
        stage.advance(700).await;
        until(async || (status().await == word).then_some(())).await;
        assert_eq!(stage.event_names().await.last().unwrap(), &format!("refund.{word}"));
    }
    stage.close().await;
}

#[tokio::test]
async fn refunds_are_paid_from_the_balance() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let order = stage.order(10_000, "L-4").await;
    let payment = stage.pay(&order, "success").await;
    let refund = async |amount| {
        let new = NewRefund { amount, notes: Notes::default(), receipt: "r" };
        stage.client.refund(&payment, &new, &format!("balance-{amount}")).await
    };
    stage.sim("balance", json!({"paise": 999})).await;
    let poor = refund(1_000).await.unwrap_err();
    assert!(poor.to_string().contains("does not have enough balance"), "{poor}");
    stage.sim("balance", json!({"paise": 999, "opaque": true})).await;
    assert!(refund(1_000).await.unwrap_err().to_string().contains("invalid request sent"));
    assert_eq!(stage.payment(&payment).await["amount_refunded"], 0);

    // Another sale fills it: what is paid, less the fee of 236 paise.
    let order = stage.order(10_000, "L-5").await;
    stage.pay(&order, "success").await;
    refund(1_000).await.unwrap();
    assert_eq!(stage.ledger().await["conditions"]["balance"], 999 + 10_000 - 236 - 1_000);
    stage.sim("balance", json!({})).await;
    refund(9_000).await.unwrap();
    stage.close().await;
}

#[tokio::test]
async fn a_dispute_is_told_at_each_step_and_ends_once() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let order = stage.order(10_000, "L-6").await;
    let payment = stage.pay(&order, "success").await;
    stage.sim("balance", json!({"paise": 0})).await;
    let body = json!({"amount": 4_000, "reason_code": "fraudulent"});
    let dispute = stage.sim(&format!("payments/{payment}/dispute"), body).await;
    let id = dispute["id"].as_str().unwrap().to_owned();
    assert_eq!(dispute["status"], "open");
    stage.sim(&format!("disputes/{id}/under_review"), json!({})).await;
    let lost = stage.sim(&format!("disputes/{id}/lost"), json!({})).await;
    assert_eq!((&lost["status"], &lost["amount_deducted"]), (&json!("lost"), &json!(4_000)));
    let why = stage.refuses(&format!("disputes/{id}/won"), json!({})).await;
    assert_eq!(why, "The dispute is lost already");
    let books = stage.ledger().await;
    assert_eq!(books["conditions"]["balance"], -4_000);
    assert_eq!(books["disputes"][0]["id"], json!(id));
    let names = stage.event_names().await;
    let told = ["created", "under_review", "lost"].map(|word| format!("payment.dispute.{word}"));
    assert_eq!(names[names.len() - 3..], told);
    assert_eq!(stage.get(&format!("/v1/disputes/{id}")).await.1["status"], "lost");
    assert_eq!(stage.get("/v1/disputes").await.1["count"], 1);
    stage.close().await;
}

#[tokio::test]
async fn lists_lag_while_one_thing_is_seen_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    stage.sim("lists", json!({"lag_seconds": 120})).await;
    let order = stage.order(10_000, "L-7").await;
    let payment = stage.pay(&order, "success").await;
    assert!(stage.client.find_orders_by_receipt("L-7").await.unwrap().is_empty());
    assert_eq!(stage.get("/v1/payments").await.1["count"], 0);
    assert_eq!(stage.client.fetch_order(&order.id).await.unwrap().status, OrderStatus::Paid);
    assert_eq!(stage.client.fetch_order_payments(&order.id).await.unwrap().len(), 1);
    stage.sim("lists", json!({"lag_seconds": 120, "parts": true})).await;
    assert!(stage.client.fetch_order_payments(&order.id).await.unwrap().is_empty());
    stage.advance(121).await;
    let found = stage.client.fetch_order_payments(&order.id).await.unwrap();
    assert_eq!((&found[0].id, &found[0].status), (&payment, &PaymentStatus::Captured));
    assert_eq!(stage.client.find_orders_by_receipt("L-7").await.unwrap().len(), 1);
    stage.close().await;
}

#[tokio::test]
async fn money_that_does_not_fit_the_order_can_be_made() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let order = stage.order(10_000, "L-8").await;
    let body = json!({"order_id": order.id, "outcome": "success", "amount": 9_900});
    stage.sim("pay", body).await;
    let paid = &stage.client.fetch_order_payments(&order.id).await.unwrap()[0];
    assert_eq!((paid.amount, &paid.status), (9_900, &PaymentStatus::Captured));
    let order = stage.order(10_000, "L-9").await;
    let body = json!({"order_id": order.id, "outcome": "success", "currency": "USD"});
    stage.sim("pay", body).await;
    let paid = &stage.client.fetch_order_payments(&order.id).await.unwrap()[0];
    assert_eq!((paid.amount, &*paid.currency), (10_000, "USD"));
    let why = stage.refuses("pay", json!({"order_id": order.id, "outcome": "maybe"})).await;
    assert_eq!(why, "No outcome is called maybe");
    assert!(stage.refuses("pay", json!({"order": 1})).await.contains("unknown field `order`"));
    stage.close().await;
}
