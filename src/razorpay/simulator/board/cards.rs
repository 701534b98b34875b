//! One card for each thing on the page, with the buttons that make sense in its state.

use crate::razorpay::simulator::Shared;
use crate::razorpay::simulator::entity::{Dispute, Order, Payment, Refund};
use crate::razorpay::simulator::html::{esc, hidden, rupees};
use crate::razorpay::simulator::outbox::EventRow;
use crate::razorpay::simulator::settings::Conditions;
use crate::razorpay::wire::{OrderStatus, PaymentStatus, RefundStatus};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub(super) fn time(now: i64) -> String {
    let jumps = [("10 minutes", 600), ("1 hour", 3_600), ("1 day", 86_400), ("5 days", 432_000)];
    let buttons = jumps.map(|(label, seconds)| {
        button("clock", &[("advance_seconds", &seconds.to_string())], &format!("Forward {label}"))
    });
    let shown = OffsetDateTime::from_unix_timestamp(now.div_euclid(1_000))
        .ok()
        .and_then(|moment| moment.format(&Rfc3339).ok())
        .unwrap_or_default();
    format!("<p>Here it is {shown}.</p>{}", row(&buttons))
}

pub(super) fn webhooks(shared: &Shared) -> Vec<String> {
    let on = shared.webhooks.is_on();
    let (state, other) = match (on, shared.webhooks.is_listening()) {
        (true, true) => ("on", "Switch off"),
        (true, false) => ("on, but have no address to go to", "Switch off"),
        (false, _) => ("off", "Switch on"),
    };
    let switch = button("webhooks", &[("enabled", if on { "false" } else { "true" })], other);
    let waiting = shared.mishaps.waiting().len();
    let modes = [
        "duplicate",
        "simultaneous",
        "reorder",
        "delay",
        "drop",
        "old_secret",
        "bad_signature",
        "missing_id",
        "foreign",
        "other_amount",
    ];
    let mishap = form(
        "webhooks/fault",
        &[
            choice("What goes wrong", "mode", &modes),
            field("With the event (empty: any)", "event", "payment.captured", ""),
            field("Times", "times", "", "1"),
            field("Seconds, for duplicate and delay", "seconds", "", ""),
        ],
        "Let it go wrong",
    );
    vec![
        format!("<p>Webhooks are {state}.</p>{}", row(&[switch])),
        format!("<p>Faults of events waiting: {waiting}</p>{mishap}"),
    ]
}

pub(super) fn requests(shared: &Shared) -> Vec<String> {
    let modes = [
        "timeout_before",
        "timeout_after",
        "cut_before",
        "cut_after",
        "429",
        "500",
        "html_502",
        "message_parameters",
        "slow",
        "odd_200",
    ];
    let odd = ["", "amount", "currency", "no_id", "receipt", "order_id", "empty", "not_json"];
    let fault = form(
        "fault",
        &[
            field("Addresses that begin so", "path_prefix", "", "/v1/orders"),
            choice("Method", "method", &["", "GET", "POST", "PATCH"]),
            choice("What goes wrong", "mode", &modes),
            choice("Wrong in an odd answer", "odd", &odd),
            field("Times", "times", "", "1"),
            field("Milliseconds, for slow", "delay_ms", "", ""),
        ],
        "Let it go wrong",
    );
    let waiting = shared.faults.waiting().len();
    let clear = button("faults/clear", &[], "Nothing more goes wrong");
    vec![format!("<p>Faults of requests waiting: {waiting}</p>{}{fault}", row(&[clear]))]
}

pub(super) fn conditions(conditions: &Conditions) -> Vec<String> {
    let balance = conditions.balance.map_or_else(|| "endless".to_owned(), rupees);
    let (begin, other) =
        if conditions.refunds_pend { ("pending", "processed") } else { ("processed", "pending") };
    let lag = conditions.list_lag_seconds;
    vec![
        format!(
            "<p>Balance for refunds: {balance}</p>{}",
            form("balance", &[field("Paise (empty: endless)", "paise", "0", "")], "Set balance")
        ),
        format!(
            "<p>Refunds begin {begin}.</p>{}",
            row(&[button("refunds", &[("begin", other)], &format!("Let them begin {other}"))])
        ),
        format!(
            "<p>Lists lag {lag} seconds.</p>{}",
            form("lists", &[field("Seconds", "lag_seconds", "", "0")], "Set lag")
        ),
    ]
}

pub(super) fn order(order: &Order) -> String {
    let pay =
        |outcome, label| button("pay", &[("order_id", &order.id), ("outcome", outcome)], label);
    let buttons = if order.status == OrderStatus::Paid {
        vec![button("surplus", &[("order_id", &order.id)], "Pay once more")]
    } else {
        vec![
            pay("success", "Pay"),
            pay("failure", "Fail"),
            pay("pending", "Leave open"),
            pay("authorized", "Authorise only"),
            pay("late", "Fail, then pay late"),
        ]
    };
    let receipt = order.receipt.as_deref().unwrap_or("no receipt");
    card(&order.id, &[receipt, &rupees(order.amount), order.status.as_str()], &buttons)
}

pub(super) fn payment(payment: &Payment) -> String {
    let lever = |word: &str| format!("payments/{}/{word}", payment.id);
    let act = |word, label| button(&lever(word), &[], label);
    let buttons = match payment.status {
        PaymentStatus::Created => vec![act("authorise", "Authorise"), act("fail", "Fail")],
        PaymentStatus::Failed => {
            vec![act("authorise", "Authorise late"), act("capture_late", "Capture late")]
        }
        PaymentStatus::Authorized => vec![act("capture", "Capture")],
        PaymentStatus::Captured => vec![
            form(&lever("refund"), &[field("Paise (empty: all)", "amount", "", "")], "Refund"),
            act("dispute", "Dispute"),
        ],
        _ => vec![act("dispute", "Dispute")],
    };
    let order = payment.order_id.as_deref().unwrap_or("no order");
    let refunded = format!("{} refunded", rupees(payment.amount_refunded));
    let about = [order, &payment.method, &rupees(payment.amount), payment.status.as_str()];
    let about = if payment.amount_refunded > 0 {
        [&about[..], &[&refunded]].concat()
    } else {
        about.to_vec()
    };
    card(&payment.id, &about, &buttons)
}

pub(super) fn refund(refund: &Refund) -> String {
    let lever = |word: &str| format!("refunds/{}/{word}", refund.id);
    let buttons = if refund.status == RefundStatus::Pending {
        vec![button(&lever("process"), &[], "Process"), button(&lever("fail"), &[], "Fail")]
    } else {
        Vec::new()
    };
    let about = [&refund.payment_id, &*rupees(refund.amount), refund.status.as_str()];
    card(&refund.id, &about, &buttons)
}

pub(super) fn dispute(dispute: &Dispute) -> String {
    let words = [("under_review", "Review"), ("won", "Win"), ("lost", "Lose"), ("closed", "Close")];
    let open = !matches!(&*dispute.status, "won" | "lost" | "closed");
    let buttons: Vec<String> = words
        .iter()
        .filter(|_| open)
        .map(|(word, label)| button(&format!("disputes/{}/{word}", dispute.id), &[], label))
        .collect();
    let about = [&*dispute.payment_id, &rupees(dispute.amount), &dispute.status];
    card(&dispute.id, &about, &buttons)
}

pub(super) fn event(event: &EventRow, now: i64) -> String {
    let state = match (event.delivered_at, event.next_at) {
        (Some(_), _) => "delivered".to_owned(),
        (None, Some(at)) => format!("due in {} s", (at - now).max(0).div_euclid(1_000)),
        (None, None) => "not sent".to_owned(),
    };
    let tries = format!("{} tries", event.tries);
    let answer = event.last_answer.as_deref().unwrap_or("no answer yet");
    let mode = event.mode.as_deref().unwrap_or("nothing wrong");
    let again = button("webhooks/resend", &[("event_id", &event.id)], "Send again");
    card(&event.name, &[&event.id, &state, &tries, answer, mode], &[again])
}

fn card(title: &str, about: &[&str], buttons: &[String]) -> String {
    let about: Vec<String> = about.iter().map(|text| esc(text)).collect();
    format!("<h3>{}</h3><p>{}</p>{}", esc(title), about.join(" · "), row(buttons))
}

fn row(buttons: &[String]) -> String {
    if buttons.is_empty() {
        return String::new();
    }
    format!("<div class=\"row\">{}</div>", buttons.concat())
}

fn button(lever: &str, fields: &[(&str, &str)], label: &str) -> String {
    let fields: Vec<(String, String)> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    form(lever, &[hidden(&fields)], label)
}

fn form(lever: &str, parts: &[String], label: &str) -> String {
    let lever = hidden(&[("lever".to_owned(), lever.to_owned())]);
    let parts = parts.concat();
    format!(
        "<form method=\"post\" action=\"/_sim\">{lever}{parts}<button>{}</button></form>",
        esc(label)
    )
}

fn field(label: &str, name: &str, hint: &str, value: &str) -> String {
    format!(
        "<label>{label} <input name=\"{name}\" placeholder=\"{hint}\" value=\"{value}\" \
         autocomplete=\"off\"></label>"
    )
}

fn choice(label: &str, name: &str, words: &[&str]) -> String {
    let options: String =
        words.iter().map(|word| format!("<option value=\"{word}\">{word}</option>")).collect();
    format!("<label>{label} <select name=\"{name}\">{options}</select></label>")
}
