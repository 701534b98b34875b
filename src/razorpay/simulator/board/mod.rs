//! `/_sim/`: the levers as buttons for a person, with what happened last. Works without script:
//! each button is a form, and its fields become the JSON that the lever takes.

mod cards;
mod form;
mod panels;

use super::html::{document, esc};
use super::refusal::Refusal;
use super::request::pairs;
use super::store::{Desk, Span};
use super::{Shared, levers};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const NEWEST: Span = Span { count: 20, ..Span::ALL };
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; \
    frame-ancestors 'none'; form-action 'self'";
/// A form knows text only: fields that levers want as numbers, and as yes or no.
const NUMBERS: [&str; 8] = [
    "amount",
    "paise",
    "lag_seconds",
    "settle_seconds",
    "times",
    "seconds",
    "delay_ms",
    "advance_seconds",
];
const FLAGS: [&str; 6] = ["enabled", "opaque", "parts", "fail", "forget_keys", "capture"];

pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Result<Response, Refusal> {
    page(&shared, StatusCode::OK, None).await
}

/// Pulls the lever named in the form and shows the page anew, or why it did not work.
pub(super) async fn press(
    State(shared): State<Arc<Shared>>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let (lever, fields) = read(&String::from_utf8_lossy(&body));
    match levers::pull(&shared, &lever, &json!(fields).to_string().into_bytes()).await {
        Ok(_) => Ok(Redirect::to("/_sim/").into_response()),
        Err(why) => page(&shared, why.status(), Some(why.description())).await,
    }
}

fn read(form: &str) -> (String, Map<String, Value>) {
    let mut lever = String::new();
    let mut fields = Map::new();
    for (name, text) in pairs(form).filter(|(_, text)| !text.trim().is_empty()) {
        if name == "lever" {
            lever = text;
            continue;
        }
        let text = text.trim();
        let value = match &*name {
            name if NUMBERS.contains(&name) => text.parse().map(|number: i64| json!(number)).ok(),
            name if FLAGS.contains(&name) => Some(json!(text == "true")),
            "now_ms" => milliseconds(text).map(|at| json!(at)),
            "payload" => serde_json::from_str(text).ok(),
            _ => None,
        };
        // What is not as the lever wants it stays as it is: the lever says what is wrong.
        fields.insert(name, value.unwrap_or_else(|| json!(text)));
    }
    (lever, fields)
}

/// Since 1970, of a date and time of day in UTC as browsers write them (HTML, local date and time).
fn milliseconds(text: &str) -> Option<i64> {
    // Seconds that are none are not sent.
    let whole = [format!("{text}Z"), format!("{text}:00Z")];
    let moment = whole.iter().find_map(|it| OffsetDateTime::parse(it, &Rfc3339).ok())?;
    i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok()
}

async fn page(
    shared: &Arc<Shared>,
    status: StatusCode,
    wrong: Option<&str>,
) -> Result<Response, Refusal> {
    let mut desk = Desk::open(shared).await?;
    let conditions = desk.conditions().await?;
    let orders = desk.list_orders(NEWEST, None, None).await?;
    let payments = desk.list_payments(NEWEST, None).await?;
    let refunds = desk.list_refunds(NEWEST, None).await?;
    let disputes = desk.list_disputes(NEWEST).await?;
    let mut events = desk.list_events(NEWEST.count).await?;
    events.reverse();
    let sections = [
        ("Orders", orders.iter().map(|record| cards::order(&record.order)).collect()),
        ("Payments", payments.iter().map(cards::payment).collect()),
        ("Refunds", refunds.iter().map(cards::refund).collect()),
        ("Disputes", disputes.iter().map(cards::dispute).collect()),
        ("Events", events.iter().map(|event| cards::event(event, desk.now)).collect()),
        ("Time", panels::time(desk.now)),
        ("Webhooks", panels::webhooks(shared)),
        ("Bad luck with requests", panels::requests(shared)),
        ("Refunds and lists", panels::conditions(&conditions)),
    ];
    let wrong = wrong.map(|why| format!("<p class=\"wrong\" role=\"alert\">{}</p>", esc(why)));
    let main = format!(
        "<h1>Levers of the Razorpay simulator</h1>{}\
         <p>What a customer, a bank or bad luck would do. Amounts are in paise.</p>{}",
        wrong.unwrap_or_default(),
        sections.map(|(title, cards)| section(title, &cards)).concat(),
    );
    Ok(document(status, POLICY, "Levers", " class=\"wide\"", &main))
}

fn section(title: &str, cards: &[String]) -> String {
    if cards.is_empty() {
        return format!("<h2>{title}</h2><p>None yet.</p>");
    }
    let cards: String = cards.iter().map(|card| format!("<li>{card}</li>")).collect();
    format!("<h2>{title}</h2><ul class=\"cards\">{cards}</ul>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_becomes_what_the_lever_takes() {
        let (lever, fields) = read("lever=payments%2Fpay_1%2Frefund&amount=500&speed=&note=7");
        assert_eq!(lever, "payments/pay_1/refund");
        assert_eq!(json!(fields), json!({ "amount": 500, "note": "7" }));
        let (_, fields) = read("lever=webhooks&enabled=false&amount=five");
        assert_eq!(json!(fields), json!({ "enabled": false, "amount": "five" }));
        let form = "lever=webhooks%2Femit&event=a&payload=%7B%22x%22%3A1%7D";
        assert_eq!(json!(read(form).1), json!({ "event": "a", "payload": { "x": 1 } }));
        for (told, at) in [("1970-01-01T00:01", 60_000), ("1970-01-01T00:00:01.5", 1_500)] {
            let (_, fields) = read(&format!("lever=clock&now_ms={told}"));
            assert_eq!(json!(fields), json!({ "now_ms": at }), "{told}");
        }
    }
}
