//! One card for each thing on the page, with the buttons that make sense in its state.

use super::form::{button, card, choice, field, folded, form};
use crate::razorpay::simulator::entity::{Dispute, Order, Payment, Refund};
use crate::razorpay::simulator::html::{hidden, rupees};
use crate::razorpay::simulator::outbox::EventRow;
use crate::razorpay::wire::{OrderStatus, PaymentStatus, RefundStatus};

const AMOUNT: &str = "Paise (empty: all)";
/// An outcome as the lever calls it, and as its button does.
const OUTCOMES: [(&str, &str); 6] = [
    ("success", "Pay"),
    ("failure", "Fail"),
    ("cancelled", "Cancel"),
    ("pending", "Leave open"),
    ("authorized", "Authorise only"),
    ("late", "Fail, then pay late"),
];

pub(super) fn order(order: &Order) -> String {
    let id = ("order_id", &*order.id);
    let which = hidden(&[("order_id".to_owned(), order.id.clone())]);
    let buttons = if order.status == OrderStatus::Paid {
        vec![form("surplus", &[which, field(AMOUNT, "amount", "")], "Pay once more")]
    } else {
        let mut buttons: Vec<String> = OUTCOMES
            .iter()
            .map(|(outcome, label)| button("pay", &[id, ("outcome", outcome)], label))
            .collect();
        buttons.push(folded("Pay otherwise", &pay_otherwise(which)));
        buttons
    };
    let receipt = order.receipt.as_deref().unwrap_or("no receipt");
    card(&order.id, &[receipt, &rupees(order.amount), order.status.as_str()], &buttons)
}

fn pay_otherwise(which: String) -> String {
    form(
        "pay",
        &[
            which,
            choice("How it ends", "outcome", &OUTCOMES.map(|(outcome, _)| outcome)),
            choice("By", "method", &["upi", "card", "netbanking"]),
            field("Test card or UPI address (empty: the usual one)", "instrument", ""),
            field("Paise (empty: the order's)", "amount", ""),
            field("Currency (empty: the order's)", "currency", ""),
            field("E-mail", "email", ""),
            field("Phone", "contact", ""),
            field("Bring the result to this address", "callback", ""),
        ],
        "Pay so",
    )
}

pub(super) fn payment(payment: &Payment) -> String {
    let lever = |word: &str| format!("payments/{}/{word}", payment.id);
    let act = |word, label| button(&lever(word), &[], label);
    let late = |capture, label| button(&lever("capture_late"), &[("capture", capture)], label);
    let complain = || {
        let fields = [field(AMOUNT, "amount", ""), field("Why (a code)", "reason_code", "")];
        folded("Bank complains", &form(&lever("dispute"), &fields, "Dispute"))
    };
    let buttons = match payment.status {
        PaymentStatus::Created => vec![
            act("authorise", "Authorise"),
            late("true", "Capture"),
            late("false", "Authorise, never capture"),
            act("fail", "Fail"),
        ],
        PaymentStatus::Failed => vec![
            act("authorise", "Authorise late"),
            late("true", "Capture late"),
            late("false", "Authorise late, never capture"),
        ],
        PaymentStatus::Authorized => vec![act("capture", "Capture")],
        PaymentStatus::Captured => {
            let speeds = choice("Speed", "speed", &["normal", "optimum"]);
            vec![
                form(&lever("refund"), &[field(AMOUNT, "amount", ""), speeds], "Refund"),
                complain(),
            ]
        }
        _ => vec![complain()],
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
    let buttons = match refund.status {
        RefundStatus::Pending => vec![
            button(&lever("process"), &[], "Process"),
            button(&lever("process"), &[("speed", "normal")], "Process the slow way"),
            button(&lever("fail"), &[], "Fail"),
        ],
        RefundStatus::Processed => vec![button(&lever("fail"), &[], "Send back")],
        _ => Vec::new(),
    };
    let about = [&refund.payment_id, &*rupees(refund.amount), refund.status.as_str()];
    card(&refund.id, &about, &buttons)
}

pub(super) fn dispute(dispute: &Dispute) -> String {
    let words = [
        ("action_required", "Ask for evidence"),
        ("under_review", "Review"),
        ("won", "Win"),
        ("lost", "Lose"),
        ("closed", "Close"),
    ];
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
