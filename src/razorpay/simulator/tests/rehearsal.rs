//! The simulator in the hands of a test: nothing happens by itself, and everything happens again.

use super::webhooks::receiver;
use super::*;
use crate::razorpay::simulator::Delivery;

const NOW: i64 = 1_800_000_000_000;

fn options(webhook_url: &str) -> Options {
    Options {
        key_id: KEY.into(),
        key_secret: SECRET.into(),
        webhook_secret: WEBHOOK_SECRET.into(),
        webhook_url: Some(webhook_url.to_owned()),
        public_url: "http://localhost".into(),
        store: std::path::PathBuf::new(),
        time_scale: 1,
    }
}

async fn simulator(seed: u64, webhook_url: &str) -> (Simulator, Client) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let simulator = Simulator::in_memory(options(webhook_url), seed, NOW).await.unwrap();
    tokio::spawn(simulator.clone().answer(listener, std::future::pending()));
    (simulator, client(&url, Duration::from_secs(10)))
}

async fn order(client: &Client, receipt: &str) -> Order {
    let notes = Notes::default();
    let new = NewOrder { amount: 50_000, currency: "INR", receipt, notes };
    client.create_order(&new).await.unwrap()
}

/// A sale and its refund with a failing webhook between them, as the ledger shows it.
async fn story(seed: u64) -> Value {
    let (simulator, client) = simulator(seed, "http://shop.invalid/hook").await;
    let order = order(&client, "S-1").await;
    let paid = json!({"order_id": order.id, "outcome": "success"});
    let told = simulator.pull("pay", &paid).await.unwrap();
    simulator.set_time(NOW + 1_500).await.unwrap();
    for delivery in simulator.due().await.unwrap() {
        simulator.delivered(&delivery, Ok(503)).await.unwrap();
    }
    let refund = format!("payments/{}/refund", told["payment_id"].as_str().unwrap());
    simulator.pull(&refund, &json!({})).await.unwrap();
    simulator.ledger().await.unwrap()
}

#[tokio::test]
async fn the_same_seed_is_the_same_story() {
    let first = story(7).await;
    assert_eq!(first, story(7).await);
    assert_ne!(first, story(8).await);
    assert_eq!(first["now"], NOW + 1_500);
}

#[tokio::test]
async fn events_leave_when_they_are_handed_over() {
    let (simulator, client) = simulator(1, "http://shop.invalid/hook").await;
    let order = order(&client, "S-2").await;
    simulator.pull("pay", &json!({"order_id": order.id, "outcome": "success"})).await.unwrap();
    let names = |due: &[Delivery]| due.iter().map(|one| one.event.clone()).collect::<Vec<_>>();
    let due = simulator.due().await.unwrap();
    assert_eq!(names(&due), ["payment.authorized"]);
    simulator.delivered(&due[0], Ok(200)).await.unwrap();
    assert!(simulator.due().await.unwrap().is_empty());
    assert_eq!(simulator.age().await.unwrap(), Some(NOW + 800));

    simulator.set_time(NOW + 1_000).await.unwrap();
    let due = simulator.due().await.unwrap();
    assert_eq!(names(&due), ["payment.captured", "order.paid"]);
    assert_eq!(names(&simulator.due().await.unwrap()), names(&due));
    simulator.delivered(&due[1], Err("the shop is down".to_owned())).await.unwrap();
    simulator.delivered(&due[0], Ok(204)).await.unwrap();
    assert!(simulator.due().await.unwrap().is_empty());
    simulator.set_time(NOW + 1_000 + 230).await.unwrap();
    let again = simulator.due().await.unwrap();
    assert_eq!((names(&again), again[0].tries), (vec!["order.paid".to_owned()], 1));
    assert_eq!((&again[0].body, &again[0].headers), (&due[1].body, &due[1].headers));
}

#[tokio::test]
async fn time_does_its_work_when_asked() {
    let (simulator, client) = simulator(1, "http://shop.invalid/hook").await;
    let order = order(&client, "S-3").await;
    simulator.pull("pay", &json!({"order_id": order.id, "outcome": "pending"})).await.unwrap();
    let status = async || simulator.ledger().await.unwrap()["payments"][0]["status"].clone();
    simulator.set_time(NOW + 600_000).await.unwrap();
    assert_eq!(status().await, "created");
    simulator.age().await.unwrap();
    assert_eq!(status().await, "failed");
    simulator.set_time(NOW - 86_400_000).await.unwrap();
    assert_eq!(simulator.now(), NOW - 86_400_000);
    let why = simulator.pull("payments/pay_x/refund", &json!({})).await.unwrap_err();
    assert_eq!(why.0, "pay_x is not a valid id");
}

#[tokio::test]
async fn a_delivery_can_also_go_over_the_wire() {
    let (url, letters) = receiver(0).await;
    let (simulator, client) = simulator(1, &url).await;
    let order = order(&client, "S-4").await;
    simulator.pull("pay", &json!({"order_id": order.id, "outcome": "failure"})).await.unwrap();
    for delivery in simulator.due().await.unwrap() {
        simulator.deliver(&delivery).await;
    }
    assert_eq!(letters.lock().unwrap().len(), 1);
    assert!(simulator.due().await.unwrap().is_empty());
}

#[tokio::test]
async fn every_lever_and_every_fault_of_the_guide_exists() {
    const GUIDE: &str = include_str!("../../../../docs/simulator.md");
    let simulator = Simulator::in_memory(options("http://localhost"), 1, NOW).await.unwrap();
    let mut levers = 0;
    for told in GUIDE.split("`sim ").skip(1) {
        let lever = told.split(['`', ' ']).next().unwrap().replace('…', "x");
        if let Err(why) = simulator.pull(&lever, &json!({})).await {
            assert_ne!(why.0, "The requested URL was not found on the server.", "{lever}");
        }
        levers += 1;
    }
    assert!(levers >= 20, "{levers}");

    for (heading, lever, more, count) in [
        ("Events, `\"mode\"`", "webhooks/fault", json!({"secret": "x"}), 10),
        ("Requests, `\"mode\"`", "fault", json!({"path_prefix": "/", "times": 1}), 12),
    ] {
        let table = GUIDE.split(heading).nth(1).unwrap().split("\n\n").nth(1).unwrap();
        let modes: Vec<&str> = table
            .lines()
            .filter_map(|line| line.split('|').nth(1))
            .flat_map(|cell| cell.split('`').skip(1).step_by(2))
            .collect();
        assert_eq!(modes.len(), count);
        for mode in modes {
            let mut body = more.clone();
            body["mode"] = json!(mode);
            simulator.pull(lever, &body).await.unwrap();
        }
    }
}

#[tokio::test]
async fn what_was_never_captured_goes_back_again_when_its_bank_sends_it_back() {
    let (simulator, client) = simulator(1, "http://shop.invalid/hook").await;
    let order = order(&client, "S-1").await;
    let pays = async |outcome: &str| {
        let paid = json!({"order_id": order.id, "outcome": outcome});
        simulator.pull("pay", &paid).await.unwrap()["payment_id"].as_str().unwrap().to_owned()
    };
    let (late, _) = (pays("failure").await, pays("success").await);
    simulator.pull(&format!("payments/{late}/authorise"), &json!({})).await.unwrap();
    let books = simulator.ledger().await.unwrap();
    let refund = books["refunds"][0]["id"].as_str().unwrap();
    simulator.pull(&format!("refunds/{refund}/fail"), &json!({})).await.unwrap();
    for (minutes, states) in [(59, &["failed"][..]), (60, &["failed", "processed"])] {
        simulator.set_time(NOW + minutes * 60_000).await.unwrap();
        simulator.age().await.unwrap();
        let books = simulator.ledger().await.unwrap();
        let mut found: Vec<&str> = books["refunds"]
            .as_array()
            .unwrap()
            .iter()
            .map(|refund| refund["status"].as_str().unwrap())
            .collect();
        found.sort_unstable();
        assert_eq!(found, states, "after {minutes} minutes");
    }
}
