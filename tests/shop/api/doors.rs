//! Every address of the description, tried as it should not be.

use crate::story::{Program, Shop};
use serde_json::{Map, Value, json};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Address, its methods, and for each of them what the description says.
async fn described(app: &mut Program) -> Map<String, Value> {
    let document = app.gets("/api/openapi.json").await.got(200).json();
    document["paths"].as_object().unwrap().clone()
}

fn filled(path: &str) -> String {
    let segments = path.split('/').map(|one| if one.starts_with('{') { "x" } else { one });
    format!("/api{}", segments.collect::<Vec<_>>().join("/"))
}

fn is_open(operation: &Value) -> bool {
    let ways = operation["security"].as_array();
    ways.is_none_or(|ways| ways.iter().any(|way| *way == json!({})))
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_must_be_known_is_asked_first() {
    let shop = Shop::open().await;
    let mut tried = 0;
    for (path, item) in described(&mut shop.program()).await {
        for method in METHODS.into_iter().filter(|method| item.get(method).is_some()) {
            let mut nobody = shop.program();
            nobody.asks_with_bytes(&method.to_uppercase(), &filled(&path), Vec::new()).await;
            match is_open(&item[method]) {
                true => assert_ne!(nobody.page().status, 401, "{method} {path}"),
                false => drop(nobody.is_refused(401, "sign-in-needed")),
            }
            tried += 1;
        }
    }
    assert!(tried > 30, "{tried}");
    assert_eq!(shop.count("sessions").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_are_405_and_name_the_right_ones() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    for (path, item) in described(&mut app).await {
        for method in METHODS.into_iter().filter(|method| item.get(method).is_none()) {
            app.asks_with_bytes(&method.to_uppercase(), &filled(&path), Vec::new()).await;
            app.is_refused(405, "method-not-allowed");
            let allow = app.page().header("allow").to_owned();
            for known in METHODS.into_iter().filter(|method| item.get(method).is_some()) {
                assert!(allow.contains(&known.to_uppercase()), "{method} {path} allows {allow}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_a_problem_at_every_door() {
    let shop = Shop::open().await;
    let mut asha = shop.signed_in_program("asha@example.in").await;
    asha.adds("assam-tea", 1).await;
    let before = asha.gets("/api/cart").await.json();
    for (path, item) in described(&mut asha).await {
        for method in ["post", "put", "patch"] {
            if item[method]["requestBody"].is_null() {
                continue;
            }
            let nonsense =
                ["", "null", "1", "[]", "\"x\"", "{\"x\": {}}", "{", "\u{feff}{}", "{}{}"];
            for body in nonsense {
                asha.with("content-type", "application/json").with("if-match", "\"a.1\"");
                let body = body.as_bytes().to_vec();
                asha.asks_with_bytes(&method.to_uppercase(), &filled(&path), body).await;
                let page = asha.page();
                assert!((400..500).contains(&page.status), "{method} {path}: {}", page.body);
                assert_eq!(page.header("content-type"), "application/problem+json", "{path}");
            }
        }
    }
    assert_eq!(asha.gets("/api/cart").await.json(), before);
}
