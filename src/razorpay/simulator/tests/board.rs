//! The levers as a person presses them: a page of forms that work without script.

use super::*;
use scraper::{Html, Selector};

impl Stage {
    async fn board(&self) -> String {
        let answer = self.http.get(format!("{}/_sim/", self.url)).send().await.unwrap();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("script-src 'self'") && policy.contains("form-action 'self'"));
        answer.text().await.unwrap()
    }

    /// Presses the form whose button says so, as a browser on the page would.
    async fn presses(&self, button: &str, more: &[(&str, &str)]) -> reqwest::Response {
        let board = self.board().await;
        let mut fields: Vec<(String, String)> = form(&board, button);
        for (name, value) in more {
            fields.retain(|(known, _)| known != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let request = self.http.post(format!("{}/_sim", self.url)).header("Origin", &self.url);
        request.form(&fields).send().await.unwrap()
    }
}

fn form(board: &str, button: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(board);
    let forms = Selector::parse("form").unwrap();
    let (buttons, inputs) = (Selector::parse("button").unwrap(), Selector::parse("input").unwrap());
    let form = page
        .select(&forms)
        .find(|form| form.select(&buttons).any(|one| one.text().collect::<String>() == button))
        .unwrap_or_else(|| panic!("no button says {button}"));
    form.select(&inputs)
        .map(|input| {
            let value = |name| input.value().attr(name).unwrap_or_default().to_owned();
            (value("name"), value("value"))
        })
        .collect()
}

#[tokio::test]
async fn a_person_pays_refunds_and_disputes_without_script() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let order = stage.order(50_000, "<b>B-1</b>").await;
    assert!(stage.board().await.contains("&lt;b&gt;B-1&lt;/b&gt;"));
    for (button, more) in [
        ("Fail, then pay late", &[][..]),
        ("Let them begin pending", &[]),
        ("Refund", &[("amount", "12500")]),
        ("Dispute", &[]),
        ("Win", &[]),
        ("Process", &[]),
    ] {
        let answer = stage.presses(button, more).await;
        assert_eq!((answer.status().as_u16(), button), (303, button));
        assert_eq!(answer.headers()["location"], "/_sim/");
    }
    let books = stage.ledger().await;
    assert_eq!(books["payments"][0]["amount_refunded"], 12_500);
    assert_eq!(books["refunds"][0]["status"], "processed");
    assert_eq!(books["disputes"][0]["status"], "won");
    assert_eq!(books["orders"][0]["id"], json!(order.id));

    let refused = stage.presses("Refund", &[("amount", "99999")]).await;
    assert_eq!(refused.status().as_u16(), 400);
    assert!(refused.text().await.unwrap().contains("greater than amount captured"));
    stage.close().await;
}

#[tokio::test]
async fn a_person_makes_things_go_wrong_and_right_again() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let fault = [("path_prefix", "/v1/orders"), ("mode", "429"), ("times", "2")];
    stage.presses("Let it go wrong", &[("lever", "fault"), fault[0], fault[1], fault[2]]).await;
    assert_eq!(stage.get("/v1/orders").await.0, 429);
    stage.presses("Nothing more goes wrong", &[]).await;
    assert_eq!(stage.get("/v1/orders").await.0, 200);
    stage.presses("Switch off", &[]).await;
    assert_eq!(stage.ledger().await["webhooks"]["enabled"], false);
    stage.presses("Set lag", &[("lag_seconds", "30")]).await;
    assert_eq!(stage.ledger().await["conditions"]["list_lag_seconds"], 30);
    stage.presses("Forward 1 hour", &[]).await;
    stage.close().await;
}

#[tokio::test]
async fn only_the_page_itself_may_send_its_forms() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    let address = format!("{}/_sim", stage.url);
    let fields = [("lever", "webhooks"), ("enabled", "false")];
    let elsewhere = stage.http.post(&address).header("Origin", "http://evil.example");
    assert_eq!(read(elsewhere.form(&fields)).await.0, 400);
    assert_eq!(read(stage.http.post(&address).form(&fields)).await.0, 400);
    // A name of somebody else that leads here, as in a rebinding attack.
    let rebound = stage.http.post(&address).header("Host", "evil.example");
    let rebound = rebound.header("Origin", "http://evil.example").form(&fields);
    assert_eq!(
        read(rebound).await.1["error"]["description"],
        "The requested URL was not found on the server."
    );
    assert_eq!(read(stage.http.get(&address).header("Host", "evil.example")).await.0, 400);
    assert_eq!(stage.ledger().await["webhooks"]["enabled"], true);
    stage.close().await;
}
