//! Products and categories over the API.

use crate::story::Shop;
use serde_json::{Value, json};

fn slugs(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| item["slug"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn products_are_found_sorted_and_shown() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    let all = app.gets("/api/products/").await.got(200).json();
    assert_eq!((all["items"].as_array().unwrap().len(), &all["next"]), (5, &Value::Null));
    let cheap = app.gets("/api/products?sort=price-up").await.got(200).json();
    assert_eq!(slugs(&cheap)[0], "soan-papdi");
    let tea = app.gets("/api/products?q=assam&category=larder").await.got(200).json();
    assert_eq!(slugs(&tea), ["assam-tea"]);
    for nothing in ["?q=%2500%25", "?category=none", "?category=%00", "?q=%F0%9F%8D%B5"] {
        let found = app.gets(&format!("/api/products{nothing}")).await.got(200).json();
        assert_eq!(slugs(&found), [""; 0], "{nothing}");
    }
    let tea = app.gets("/api/products/assam-tea/").await.got(200).json();
    assert_eq!(tea["price"], json!({ "paise": 18_500, "text": "₹185.00" }));
    assert_eq!(tea["id"], slug_id(&all, "assam-tea"));
    assert_eq!(tea["category"], json!({ "slug": "larder", "name": "Larder" }));
    let shelves = app.gets("/api/categories").await.got(200).json();
    assert_eq!((&shelves["items"][0]["products"], &shelves["next"]), (&json!(5), &Value::Null));
}

fn slug_id(list: &Value, slug: &str) -> Value {
    let items = list["items"].as_array().unwrap();
    items.iter().find(|item| item["slug"] == slug).unwrap()["id"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_leads_through_every_product_once() {
    let shop = Shop::open().await;
    for number in 0..50 {
        shop.sells_also(&format!("tea-{number:02}")).await;
    }
    let mut app = shop.program();
    let (mut seen, mut path) = (Vec::new(), "/api/products?sort=name".to_owned());
    loop {
        let page = app.gets(&path).await.got(200).json();
        seen.extend(slugs(&page));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/products?sort=name&cursor={next}");
        // A cursor belongs to its list.
        let other = format!("/api/products?sort=newest&cursor={next}");
        app.gets(&other).await.is_refused(422, "invalid");
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((all, seen.len()), (55, 55));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_understood_is_refused() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    for query in ["?cursor=x", "?cursor=cGFnZSAtMQ", "?sort=best", "?page=2", "?q=a&q=b"] {
        app.gets(&format!("/api/products{query}")).await.is_refused(422, "invalid");
    }
    for path in ["/api/products/none", "/api/products/a%2Fb", "/api/products/%00"] {
        app.gets(path).await.is_refused(404, "not-found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_change_is_not_sent_again() {
    let shop = Shop::open().await;
    let mut app = shop.program();
    for path in ["/api/products", "/api/products/assam-tea", "/api/categories"] {
        let tag = app.gets(path).await.got(200).page().header("etag").to_owned();
        assert_eq!(app.page().header("cache-control"), "public, no-cache");
        app.with("if-none-match", format!("\"other\", {tag}")).gets(path).await.got(304);
        assert_eq!((app.page().body.as_str(), app.page().header("etag")), ("", tag.as_str()));
        shop.meddles("update products set withdrawn_at = 1").await;
        app.with("if-none-match", tag).gets(path).await.got(200);
        shop.meddles("update products set withdrawn_at = null").await;
    }
}
