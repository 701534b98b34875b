//! Protocol: who may ask, what is refused, and in which words.

use super::*;

#[tokio::test]
async fn only_the_merchants_key_opens_the_api() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let orders = format!("{}/v1/orders", stage.url);
    let (status, body) = read(stage.http.get(&orders)).await;
    assert_eq!((status, body["error"]["code"].as_str()), (401, Some("BAD_REQUEST_ERROR")));
    let (status, body) = read(stage.http.get(&orders).basic_auth(KEY, Some("wrong"))).await;
    assert_eq!(
        (status, &body),
        (
            401,
            &json!({"error": {
        "code": "BAD_REQUEST_ERROR", "description": "Authentication failed"}})
        )
    );
    let shouting = stage.http.get(&orders).header("Authorization", "basic eDp5");
    assert_eq!(read(shouting).await.0, 401);

    for path in ["/v1/methods", "/methods", "/v1/preferences"] {
        let address = format!("{}{path}?key_id={KEY}", stage.url);
        assert_eq!(read(stage.http.get(address)).await.0, 200, "{path}");
        assert_eq!(read(stage.http.get(format!("{}{path}", stage.url))).await.0, 401);
    }
    let wrong = client(&stage.url, Duration::from_secs(5));
    assert_eq!(wrong.key_id(), KEY);
    stage.close().await;
}

#[tokio::test]
async fn orders_are_checked_strictly() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let long = "r".repeat(41);
    let refused = [
        (json!({}), "The amount field is required."),
        (json!({"amount": "500", "currency": "INR"}), "The amount must be an integer."),
        (json!({"amount": 500.0, "currency": "INR"}), "The amount must be an integer."),
        (json!({"amount": 99, "currency": "INR"}), "The amount must be at least INR 1.00."),
        (
            json!({"amount": 50_000_001, "currency": "INR"}),
            "Amount exceeds maximum amount allowed.",
        ),
        (json!({"amount": 500}), "The currency field is required."),
        (
            json!({"amount": 500, "currency": "INR", "receipt": long}),
            "The receipt may not be greater than 40 characters.",
        ),
        (
            json!({"amount": 500, "currency": "INR", "expire_by": 1}),
            "expire_by is/are not required and should not be sent",
        ),
    ];
    for (body, words) in refused {
        let (status, answer) = stage.post("/v1/orders", body).await;
        assert_eq!((status, answer["error"]["description"].as_str()), (400, Some(words)));
        assert_eq!(answer["error"]["reason"], "input_validation_failed");
    }
    for (path, words) in [
        ("/v1/orders/order_x", "order_x is not a valid id"),
        ("/v1/orders/order_AAAAAAAAAAAAAA", "The id provided does not exist"),
        ("/v1/nothing", "The requested URL was not found on the server."),
        (
            "/v1/payments/pay_AAAAAAAAAAAAAA/capture",
            "The requested URL was not found on the server.",
        ),
    ] {
        let (status, answer) = stage.get(path).await;
        assert_eq!((status, answer["error"]["description"].as_str()), (400, Some(words)));
    }
    stage.close().await;
}

#[tokio::test]
async fn whatever_is_refused_is_refused_in_json() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let (status, answer) = stage.get("/v1/orders/%FF").await;
    assert_eq!((status, answer["error"]["code"].as_str()), (400, Some("BAD_REQUEST_ERROR")));
    let much = json!({"amount": 500, "notes": {"a": "x".repeat(3 << 20)}});
    let (status, answer) = stage.post("/v1/orders", much).await;
    assert_eq!((status, answer["error"]["code"].as_str()), (413, Some("BAD_REQUEST_ERROR")));
    let request = stage.http.post(format!("{}/v1/orders", stage.url)).basic_auth(KEY, Some(SECRET));
    let (status, answer) = read(request.body("{\"amount\":")).await;
    let words = answer["error"]["description"].as_str();
    assert_eq!((status, words), (400, Some("The request body is not valid JSON.")));
    stage.close().await;
}

#[tokio::test]
async fn an_order_looks_as_razorpay_writes_it() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let form = "amount=50000&currency=INR&receipt=a1&notes[city]=New+Delhi";
    let request = stage
        .http
        .post(format!("{}/v1/orders/", stage.url))
        .basic_auth(KEY, Some(SECRET))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(form);
    let text = request.send().await.unwrap().text().await.unwrap();
    let id = text.split('"').nth(3).unwrap().to_owned();
    let made_at = text.rsplit(':').next().unwrap();
    assert_eq!(
        text,
        format!(
            "{{\"id\":\"{id}\",\"entity\":\"order\",\"amount\":50000,\"amount_paid\":0,\
         \"amount_due\":50000,\"currency\":\"INR\",\"receipt\":\"a1\",\"offer_id\":null,\
         \"status\":\"created\",\"attempts\":0,\"notes\":{{\"city\":\"New Delhi\"}},\
         \"created_at\":{made_at}"
        )
    );

    let (_, plain) = stage.post("/v1/orders", json!({"amount": 100, "currency": "INR"})).await;
    assert_eq!(plain["notes"], json!([]));
    let (status, patched) = read(
        stage
            .http
            .patch(format!("{}/v1/orders/{id}", stage.url))
            .basic_auth(KEY, Some(SECRET))
            .json(&json!({"notes": {"a": "b"}})),
    )
    .await;
    assert_eq!((status, &patched["notes"]), (200, &json!({"a": "b"})));
    let (status, _) = read(
        stage
            .http
            .patch(format!("{}/v1/orders/{id}", stage.url))
            .basic_auth(KEY, Some(SECRET))
            .json(&json!({"amount": 1})),
    )
    .await;
    assert_eq!(status, 400);
    stage.close().await;
}

#[tokio::test]
async fn lists_are_pages_with_the_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let mut ids = Vec::new();
    for n in 0..12 {
        ids.push(stage.order(100 + n, &format!("r{}", n % 3)).await.id.to_string());
    }
    ids.reverse();
    let of = |answer: &Value| -> Vec<String> {
        let items = answer["items"].as_array().unwrap().iter();
        items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    let (_, first) = stage.get("/v1/orders").await;
    assert_eq!((first["entity"].as_str(), first["count"].as_i64()), (Some("collection"), Some(10)));
    assert_eq!(of(&first), ids[..10]);
    let (_, rest) = stage.get("/v1/orders?count=100&skip=10").await;
    assert_eq!(of(&rest), ids[10..]);
    assert_eq!(stage.get("/v1/orders?count=101").await.0, 400);
    assert_eq!(stage.get("/v1/orders?from=9999999999").await.1["count"], 0);

    let found = stage.client.find_orders_by_receipt("r1").await.unwrap();
    assert_eq!(found.len(), 4);
    assert!(found.iter().all(|order| order.receipt.as_deref() == Some("r1")));
    let expanded = stage.get("/v1/orders?expand[]=payments&count=1").await.1;
    assert_eq!(expanded["items"][0]["payments"]["entity"], "collection");
    let empty = stage.get("/v1/orders/order_AAAAAAAAAAAAAA/payments").await;
    assert_eq!((empty.0, empty.1["count"].as_i64()), (200, Some(0)));
    stage.close().await;
}

#[tokio::test]
async fn the_control_interface_is_for_this_machine_and_for_json() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let address = format!("{}/_sim/clock", stage.url);
    let as_form = stage.http.post(&address).body("advance_seconds=5");
    assert_eq!(read(as_form).await.0, 400);
    assert_eq!(stage.post("/_sim/clock", json!({"advance_seconds": "x"})).await.0, 400);
    let home = stage.http.get(&stage.url).send().await.unwrap().text().await.unwrap();
    assert!(home.contains("no real money") && !home.contains(SECRET));
    stage.close().await;
}
