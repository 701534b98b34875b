//! The levers as a person presses them: a page of forms that work without script.

use super::*;
use scraper::{ElementRef, Html, Selector};
use std::collections::{BTreeMap, BTreeSet};

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

/// What a browser sends of the form as it stands: of boxes those that are ticked, of lists the
/// first word.
fn form(board: &str, button: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(board);
    let [forms, buttons, fields, options] =
        ["form", "button", "input, select", "option"].map(|what| Selector::parse(what).unwrap());
    let form = page
        .select(&forms)
        .find(|form| form.select(&buttons).any(|one| one.text().collect::<String>() == button))
        .unwrap_or_else(|| panic!("no button says {button}"));
    let value = |one: ElementRef| one.value().attr("value").unwrap_or_default().to_owned();
    form.select(&fields)
        .filter(|one| {
            one.value().attr("type") != Some("checkbox") || one.value().attr("checked").is_some()
        })
        .map(|one| {
            let name = one.value().attr("name").unwrap_or_default().to_owned();
            (name, one.select(&options).next().map_or_else(|| value(one), value))
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
        ("Set refunds", &[("begin", "pending")]),
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
    stage.presses("Set refunds", &[("begin", "pending"), ("fail", "true")]).await;
    let set = stage.ledger().await["conditions"].clone();
    assert_eq!((&set["list_lag_seconds"], &set["parts_lag"]), (&json!(30), &json!(false)));
    assert_eq!(
        (&set["refunds_fail"], &set["refund_keys_forgotten"]),
        (&json!(true), &json!(false))
    );
    // As the page stands now: what is ticked stays so until somebody takes the tick away.
    stage.presses("Set refunds", &[]).await;
    assert_eq!(stage.ledger().await["conditions"], set);
    stage.presses("Forward 1 hour", &[]).await;
    stage.presses("Change the secret", &[("secret", "a newer one")]).await;
    let earlier = stage.presses("Let it go wrong", &[("mode", "old_secret")]).await;
    assert_eq!(earlier.status().as_u16(), 303);
    let set = stage.presses("Set the clock", &[("now_ms", "2030-01-31T12:00")]).await;
    assert_eq!(set.status().as_u16(), 303);
    assert!(stage.board().await.contains("Here it is 2030-01-31T12:00:"));
    for (button, wrong) in [
        ("Send the event", &[("event", "a.b"), ("payload", "{")][..]),
        ("Set the clock", &[("now_ms", "yesterday")]),
        ("Set the clock", &[("now_ms", "2040-01-01T00:00")]),
        ("Set the clock", &[("now_ms", "2013-12-31T23:59")]),
        ("Send them there", &[("url", "nowhere")]),
    ] {
        assert_eq!(stage.presses(button, wrong).await.status().as_u16(), 400, "{button}");
    }
    stage.close().await;
}

/// What the levers take, by their own word (an unknown field is refused with the known ones),
/// beside what the page's forms send; the levers are those of docs/simulator.md.
#[tokio::test]
async fn the_page_has_each_lever_with_all_that_it_takes() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    for outcome in ["success", "pending", "failure", "authorized"] {
        let order = stage.order(50_000, outcome).await;
        stage.sim("pay", json!({ "order_id": order.id, "outcome": outcome })).await;
    }
    let paid = stage.ledger().await["payments"].as_array().unwrap().clone();
    let paid = paid.iter().find(|payment| payment["status"] == "captured").unwrap();
    let paid = paid["id"].as_str().unwrap();
    stage.sim("refunds", json!({ "begin": "pending" })).await;
    stage.sim(&format!("payments/{paid}/refund"), json!({ "amount": 500 })).await;
    stage.sim(&format!("payments/{paid}/dispute"), json!({})).await;
    let sent = fields_by_lever(&stage.board().await);

    let levers = include_str!("../../../../docs/simulator.md").split("`sim ").skip(1);
    let mut seen = 0;
    for lever in levers.map(|row| row.split([' ', '`']).next().unwrap()) {
        let form = sent.get(lever).unwrap_or_else(|| panic!("no form pulls {lever}"));
        let answer = stage.post(&format!("/_sim/{lever}"), json!({ "no such": 1 })).await.1;
        let words = answer["error"]["description"].as_str().unwrap_or_default();
        let known = words.split_once("expected").map_or("", |(_, known)| known);
        for field in known.split('`').skip(1).step_by(2) {
            assert!(form.contains(field), "the page's {lever} has no {field}: {form:?}");
            seen += 1;
        }
    }
    assert!(seen > 30, "only {seen} fields were asked for");
    stage.close().await;
}

/// With `…` for the random part of an id, as the documentation writes it.
fn fields_by_lever(board: &str) -> BTreeMap<String, BTreeSet<String>> {
    let page = Html::parse_document(board);
    let [forms, fields] = ["form", "input, select"].map(|what| Selector::parse(what).unwrap());
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for form in page.select(&forms) {
        let named = |one: ElementRef| one.value().attr("name").unwrap_or_default().to_owned();
        let lever = form.select(&fields).find(|one| named(*one) == "lever").unwrap();
        let lever = lever.value().attr("value").unwrap().split('/').map(|part| {
            part.split_once('_')
                .filter(|(kind, _)| ["pay", "rfnd", "disp"].contains(kind))
                .map_or(part.to_owned(), |(kind, _)| format!("{kind}_…"))
        });
        let lever = lever.collect::<Vec<_>>().join("/");
        found.entry(lever).or_default().extend(form.select(&fields).map(named));
    }
    found
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

/// A wrong word is refused with the right ones.
#[tokio::test]
async fn the_page_offers_each_word_that_a_lever_knows() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), None).await;
    stage.order(50_000, "W-1").await;
    let board = Html::parse_document(&stage.board().await);
    for (lever, field) in
        [("webhooks/fault", "mode"), ("fault", "mode"), ("fault", "odd"), ("refunds", "begin")]
    {
        let answer = stage.post(&format!("/_sim/{lever}"), json!({ (field): "no such" })).await.1;
        let words = answer["error"]["description"].as_str().unwrap();
        let (_, known) = words.split_once("expected").unwrap();
        // Two modes have a shorter name, too.
        let known = known.split('`').skip(1).step_by(2);
        let known: BTreeSet<&str> = known.filter(|it| !["cut", "html502"].contains(it)).collect();
        assert_eq!(offered(&board, lever, field), known, "{lever}: {field}");
    }
    for outcome in offered(&board, "pay", "outcome") {
        for method in offered(&board, "pay", "method") {
            let order = stage.order(50_000, outcome).await;
            let pay = json!({ "order_id": order.id, "outcome": outcome, "method": method });
            let paid = stage.sim("pay", pay).await["status"] == "captured";
            assert_eq!(paid, ["success", "late"].contains(&outcome), "{outcome} by {method}");
        }
    }
    stage.close().await;
}

fn offered<'a>(board: &'a Html, lever: &str, field: &str) -> BTreeSet<&'a str> {
    let chosen = format!("input[name=lever][value='{lever}'] ~ label select[name={field}] option");
    let options = Selector::parse(&chosen).unwrap();
    board.select(&options).map(|option| option.value().attr("value").unwrap()).collect()
}
