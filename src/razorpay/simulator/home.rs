//! The simulator's front page: says what this is and shows what happened last.

use super::Shared;
use super::html::{document, esc, rupees};
use super::refusal::Refusal;
use super::store::{Desk, Span};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use std::sync::Arc;

const NEWEST: Span = Span { count: 20, ..Span::ALL };
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; \
    frame-ancestors 'none'; form-action 'none'";

pub(super) fn routes() -> Router<Arc<Shared>> {
    // Browsers ask for an icon by themselves; nothing is a better answer than an error.
    Router::new().route("/", get(home)).route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
}

async fn home(State(shared): State<Arc<Shared>>) -> Result<Response, Refusal> {
    let mut desk = Desk::open(&shared).await?;
    let orders = desk.list_orders(NEWEST, None, None).await?;
    let payments = desk.list_payments(NEWEST, None).await?;
    let order_rows = orders.iter().map(|record| {
        let order = &record.order;
        let receipt = order.receipt.as_deref().unwrap_or("none");
        row([&order.id, receipt, &rupees(order.amount), order.status.as_str()])
    });
    let payment_rows = payments.iter().map(|payment| {
        let order = payment.order_id.as_deref().unwrap_or("none");
        row([&payment.id, order, &rupees(payment.amount), payment.status.as_str()])
    });
    let main = format!(
        "<h1>Razorpay on this machine</h1>\
         <p>A stand-in for Razorpay's API, checkout and webhooks at {address}, for the key {key}. \
         It moves no money and talks to nobody but the shop it was started for.</p>\
         <p><a href=\"/_sim/\">Levers</a>: pay, refund, dispute, let things go wrong (from this \
         machine only).</p>\
         {orders}{payments}",
        address = esc(&shared.options.public_url),
        key = esc(&shared.options.key_id),
        orders = table("Last orders", ["Order", "Receipt", "Amount", "State"], order_rows),
        payments = table("Last payments", ["Payment", "Order", "Amount", "State"], payment_rows),
    );
    Ok(document(StatusCode::OK, POLICY, "Front page", " class=\"wide\"", &main))
}

fn row(cells: [&str; 4]) -> String {
    let cells = cells.map(|cell| format!("<td>{}</td>", esc(cell))).concat();
    format!("<tr>{cells}</tr>")
}

fn table(caption: &str, heads: [&str; 4], rows: impl Iterator<Item = String>) -> String {
    let rows: String = rows.collect();
    if rows.is_empty() {
        return format!("<h2>{caption}</h2><p>None yet.</p>");
    }
    let heads = heads.map(|head| format!("<th scope=\"col\">{head}</th>")).concat();
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\">\
         <table><caption>{caption}</caption><thead><tr>{heads}</tr></thead>\
         <tbody>{rows}</tbody></table></div>"
    )
}
