//! What holds for the gateway as a whole: its time, its webhooks, bad luck, how it works today.

use super::form::{button, choice, field, flag, form, moment, row};
use crate::razorpay::simulator::Shared;
use crate::razorpay::simulator::html::rupees;
use crate::razorpay::simulator::settings::Conditions;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const MISHAPS: [&str; 10] = [
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
const FAULTS: [&str; 12] = [
    "timeout_before",
    "timeout_after",
    "cut_before",
    "cut_after",
    "401",
    "409",
    "429",
    "500",
    "html_502",
    "message_parameters",
    "slow",
    "odd_200",
];
const ODD: [&str; 7] = ["amount", "currency", "no_id", "receipt", "order_id", "empty", "not_json"];
const JUMPS: [(&str, &str); 4] =
    [("10 minutes", "600"), ("1 hour", "3600"), ("1 day", "86400"), ("5 days", "432000")];

pub(super) fn time(now: i64) -> Vec<String> {
    let buttons = JUMPS.map(|(label, seconds)| {
        button("clock", &[("advance_seconds", seconds)], &format!("Forward {label}"))
    });
    let shown = OffsetDateTime::from_unix_timestamp(now.div_euclid(1_000))
        .ok()
        .and_then(|moment| moment.format(&Rfc3339).ok())
        .unwrap_or_default();
    vec![
        format!("<p>Here it is {shown}.</p>{}", row(&buttons)),
        form("clock", &[moment("Date and time (UTC)", "now_ms")], "Set the clock"),
    ]
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
    let mishap = form(
        "webhooks/fault",
        &[
            choice("What goes wrong", "mode", &MISHAPS),
            field("With the event (empty: any)", "event", ""),
            field("Times", "times", "1"),
            field("Seconds, for duplicate and delay", "seconds", ""),
            field("Secret, for old_secret (empty: the one before)", "secret", ""),
        ],
        "Let it go wrong",
    );
    let emit = form(
        "webhooks/emit",
        &[field("Event", "event", ""), field("Payload (JSON)", "payload", "{}")],
        "Send the event",
    );
    vec![
        format!("<p>Webhooks are {state}.</p>{}", row(&[switch])),
        form("webhooks", &[field("Address", "url", "")], "Send them there"),
        form("webhooks/secret", &[field("New secret", "secret", "")], "Change the secret"),
        format!("<p>Faults of events waiting: {waiting}</p>{mishap}"),
        emit,
    ]
}

pub(super) fn requests(shared: &Shared) -> Vec<String> {
    let fault = form(
        "fault",
        &[
            field("Addresses that begin so", "path_prefix", "/v1/orders"),
            choice("Method", "method", &["", "GET", "POST", "PATCH"]),
            choice("What goes wrong", "mode", &FAULTS),
            choice("Wrong in an odd answer", "odd", &ODD),
            field("Times", "times", "1"),
            field("Milliseconds, for slow", "delay_ms", ""),
        ],
        "Let it go wrong",
    );
    let waiting = shared.faults.waiting().len();
    let clear = button("faults/clear", &[], "Nothing more goes wrong");
    vec![format!("<p>Faults of requests waiting: {waiting}</p>{}{fault}", row(&[clear]))]
}

pub(super) fn conditions(conditions: &Conditions) -> Vec<String> {
    let balance = conditions.balance.map_or_else(|| "endless".to_owned(), rupees);
    let paise = conditions.balance.map(|paise| paise.to_string()).unwrap_or_default();
    let lag = conditions.list_lag_seconds;
    vec![
        format!(
            "<p>Balance for refunds: {balance}</p>{}",
            form(
                "balance",
                &[
                    field("Paise (empty: endless)", "paise", &paise),
                    flag("Refuse in words that say nothing", "opaque", conditions.opaque),
                ],
                "Set balance"
            )
        ),
        refunds(conditions),
        format!(
            "<p>Lists lag {lag} seconds.</p>{}",
            form(
                "lists",
                &[
                    field("Seconds", "lag_seconds", &lag.to_string()),
                    flag("Those of one order or payment, too", "parts", conditions.parts_lag),
                ],
                "Set lag"
            )
        ),
    ]
}

fn refunds(conditions: &Conditions) -> String {
    let settle = conditions.refunds_settle_seconds.map(|seconds| seconds.to_string());
    let (begin, words) = match conditions.refunds_pend {
        true => ("pending", ["pending", "processed"]),
        false => ("processed", ["processed", "pending"]),
    };
    let set = form(
        "refunds",
        &[
            choice("Coming ones begin", "begin", &words),
            field(
                "The bank's word after seconds (empty: when somebody gives it)",
                "settle_seconds",
                &settle.unwrap_or_default(),
            ),
            flag("That word is no", "fail", conditions.refunds_fail),
            flag("Forget idempotency keys", "forget_keys", conditions.refund_keys_forgotten),
        ],
        "Set refunds",
    );
    format!("<p>Refunds begin {begin}.</p>{set}")
}
