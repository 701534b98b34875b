//! What was tried, paid and given back for an order, as tables.

use crate::order::When;
use crate::payment::{Attempt, AttemptState, Payment, Reason, Refund, RefundState, Role, Status};
use leptos::prelude::*;

pub(super) fn payments_view(payments: Vec<Payment>) -> AnyView {
    let rows: Vec<AnyView> = payments.into_iter().map(payment_row).collect();
    table("Payments", &["Payment", "Amount", "State", "Seen", "What it was"], rows)
}

fn payment_row(payment: Payment) -> AnyView {
    let (class, words) = match payment.status {
        Status::Captured => ("badge badge-good", "Captured"),
        Status::Authorized => ("badge badge-wait", "Authorised"),
        Status::Created => ("badge badge-wait", "Created"),
        Status::Failed => ("badge badge-bad", "Failed"),
    };
    let role = match payment.role {
        Some(Role::Settles) => "Pays this order",
        Some(Role::Surplus) => "A second payment: goes back",
        Some(Role::Late) => "Too late: goes back",
        Some(Role::Mismatch) => "Not what was agreed: set aside",
        None => "",
    };
    view! {
        <tr>
            <td>
                <code>{payment.id}</code>
                <br/>
                <span class="muted">{payment.method}</span>
            </td>
            <td class="amount">{payment.amount.to_string()} " " {payment.currency}</td>
            <td><span class=class>{words}</span></td>
            <td><When at=payment.captured_at.unwrap_or(payment.seen_at)/></td>
            <td>{role} {problem(payment.problem)}</td>
        </tr>
    }
    .into_any()
}

pub(super) fn refunds_view(refunds: Vec<Refund>) -> AnyView {
    let rows: Vec<AnyView> = refunds.into_iter().map(refund_row).collect();
    table("Refunds", &["Refund", "Amount", "State", "Intended", "Why"], rows)
}

fn refund_row(refund: Refund) -> AnyView {
    let (class, words) = match refund.state {
        RefundState::Intended => ("badge badge-wait", "Intended"),
        RefundState::Unknown => ("badge badge-wait", "Not known, asked again"),
        RefundState::Pending => ("badge badge-wait", "On its way"),
        RefundState::Processed => ("badge badge-good", "Through"),
        RefundState::Failed => ("badge badge-bad", "Failed"),
    };
    let due = due(&refund);
    let id = gateway_id(refund.gateway_refund_id);
    let tries = format!("tries: {}", refund.tries);
    let said = (!refund.words.is_empty()).then(|| format!(": “{}”", refund.words));
    view! {
        <tr>
            <td>
                {id}
                <br/>
                <span class="muted">"of "<code>{refund.payment_id}</code></span>
            </td>
            <td class="amount">{refund.amount.to_string()}</td>
            <td><span class=class>{words}</span> <br/> <span class="muted">{tries}</span></td>
            <td><When at=refund.created_at/></td>
            <td>{reason_words(refund.reason)} {said} {due} {problem(refund.problem)}</td>
        </tr>
    }
    .into_any()
}

/// The clock that runs against money which the shop could not keep.
fn due(refund: &Refund) -> Option<AnyView> {
    let at = refund.due_at.filter(|_| refund.state != RefundState::Processed)?;
    let due = view! { <p class="muted">"Must be back by "<When at=at/>" (T+5)"</p> };
    Some(due.into_any())
}

fn reason_words(reason: Reason) -> &'static str {
    match reason {
        Reason::Surplus => "The order was paid already",
        Reason::Late => "It came too late",
        Reason::Desk => "Asked for at the desk",
        Reason::Gateway => "Made at the gateway",
    }
}

pub(super) fn attempts_view(attempts: Vec<Attempt>) -> AnyView {
    let rows: Vec<AnyView> = attempts.into_iter().map(attempt_row).collect();
    table("Attempts", &["Gateway order", "Amount", "State", "Opened", "Asked about"], rows)
}

fn attempt_row(attempt: Attempt) -> AnyView {
    let (class, words) = match attempt.state {
        AttemptState::Open => ("badge badge-wait", "Open"),
        AttemptState::Paid => ("badge badge-good", "Paid"),
        AttemptState::Ended => ("badge", "Ended"),
    };
    let id = gateway_id(attempt.gateway_order_id);
    let last = attempt.polled_at.map(|at| view! { <When at=at/> });
    let asked = last.map_or_else(|| "Not yet".into_any(), IntoAny::into_any);
    let next = attempt.next_poll_at.map(|at| {
        view! { <br/><span class="muted">"again on "<When at=at/></span> }
    });
    view! {
        <tr>
            <td>
                {id}
                <br/>
                <span class="muted">
                    {attempt.gateway_mode}", receipt "<code>{attempt.receipt}</code>
                </span>
            </td>
            <td class="amount">{attempt.amount.to_string()} " " {attempt.currency}</td>
            <td><span class=class>{words}</span></td>
            <td><When at=attempt.created_at/></td>
            <td>{asked} {next} {problem(attempt.problem)}</td>
        </tr>
    }
    .into_any()
}

fn gateway_id(id: Option<String>) -> AnyView {
    match id {
        Some(id) => view! { <code>{id}</code> }.into_any(),
        None => "None yet".into_any(),
    }
}

/// What the gateway had to say against it.
fn problem(text: Option<String>) -> Option<AnyView> {
    text.map(|text| view! { <p class="muted">{text}</p> }.into_any())
}

/// Wide tables scroll by themselves, and by keyboard too (WCAG 2.2, 2.1.1).
fn table(heading: &'static str, columns: &[&'static str], rows: Vec<AnyView>) -> AnyView {
    let found = if rows.is_empty() {
        view! { <p class="muted">"None."</p> }.into_any()
    } else {
        let columns = columns
            .iter()
            .map(|name| {
                let class = (*name == "Amount").then_some("amount");
                view! { <th scope="col" class=class>{*name}</th> }
            })
            .collect_view();
        view! {
            <div class="table-wrap" role="region" aria-label=heading tabindex="0">
                <table class="table">
                    <thead><tr>{columns}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! { <section class="panel"><h2>{heading}</h2>{found}</section> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Paise;

    #[test]
    fn what_the_gateway_says_stays_text() {
        let payment = Payment {
            id: "pay_1".into(),
            order_id: "o1".into(),
            amount: Paise(41_900),
            currency: "INR".into(),
            status: Status::Captured,
            method: "<b>upi".into(),
            role: Some(Role::Surplus),
            problem: Some("</td><script>alert(1)</script>".into()),
            seen_at: 0,
            captured_at: None,
            refunded: Paise::ZERO,
        };
        let html = Owner::new().with(|| payments_view(vec![payment]).to_html());
        assert!(!html.contains("<script") && !html.contains("<b>upi"), "{html}");
        for part in ["pay_1", "₹419.00", "Captured", "A second payment: goes back", "alert(1)"] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
    }

    #[test]
    fn an_unanswered_refund_is_not_called_failed() {
        let refund = Refund {
            id: "r1".into(),
            payment_id: "pay_1".into(),
            order_id: "o1".into(),
            idempotency_key: "r1".into(),
            gateway_refund_id: None,
            amount: Paise(41_900),
            reason: Reason::Late,
            words: String::new(),
            state: RefundState::Unknown,
            tries: 3,
            problem: None,
            created_at: 0,
            due_at: Some(crate::payment::due_back(0)),
        };
        let html = Owner::new().with(|| refunds_view(vec![refund]).to_html());
        assert!(html.contains("Not known, asked again") && !html.contains("Failed"), "{html}");
        for part in ["None yet", "It came too late", "Must be back by", "6 January 1970"] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
    }
}
