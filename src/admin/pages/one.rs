//! One order as the desk sees it: what was agreed, what happened, what was paid,
//! and the way to give it back.

use super::records::{attempts_view, payments_view, refunds_view};
use super::refund::refund_forms;
use crate::config::Shop;
use crate::order::{Event, Order, State, StateBadge, When, order_body};
use crate::payment::{Attempt, Payment, Refund};
use crate::ui::Notice;
use crate::web::FormState;
use leptos::prelude::*;

/// What other tables hold about the order.
pub(super) struct Records {
    pub events: Vec<Event>,
    pub attempts: Vec<Attempt>,
    pub payments: Vec<Payment>,
    pub refunds: Vec<Refund>,
}

pub(super) fn title(order: &Order) -> String {
    match &order.number {
        Some(number) => format!("Order {number}"),
        None => "Order without a number".to_owned(),
    }
}

pub(super) fn order_view(
    order: &Order,
    shop: &Shop,
    records: Records,
    state: &FormState,
) -> AnyView {
    let unpaid = (order.state != State::Paid).then(|| {
        view! { <Notice text="Not paid: it has no number and is in no sales figure."/> }
    });
    let forms = refund_forms(&records.payments, state);
    view! {
        {unpaid}
        {facts(order)}
        {order_body(order, shop)}
        {payments_view(records.payments)}
        {refunds_view(records.refunds)}
        {forms}
        {attempts_view(records.attempts)}
        {timeline(records.events)}
    }
    .into_any()
}

fn facts(order: &Order) -> AnyView {
    let account = if order.user_id.is_some() { "Yes" } else { "No, bought as a guest" };
    let paid = order.paid_at.map(|at| view! { <dt>"Paid"</dt><dd><When at=at/></dd> });
    let waits = (order.state == State::AwaitingPayment).then(|| {
        view! { <dt>"Units held until"</dt><dd><When at=order.expires_at/></dd> }
    });
    view! {
        <section class="panel facts">
            <h2>"At a glance"</h2>
            <dl>
                <dt>"State"</dt>
                <dd><StateBadge state=order.state/></dd>
                <dt>"Placed"</dt>
                <dd><When at=order.placed_at/></dd>
                {paid}
                {waits}
                <dt>"E-mail"</dt>
                <dd>{order.email.clone()}</dd>
                <dt>"Account"</dt>
                <dd>{account}</dd>
                <dt>"Order id"</dt>
                <dd><code>{order.id.clone()}</code></dd>
            </dl>
        </section>
    }
    .into_any()
}

fn timeline(events: Vec<Event>) -> AnyView {
    let items = events
        .into_iter()
        .map(|event| {
            view! {
                <li>
                    <When at=event.at/>
                    <strong>{kind_words(&event.kind)}</strong>
                    <p>{event.detail}</p>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="panel"><h2>"Timeline"</h2><ol class="timeline">{items}</ol></section>
    }
    .into_any()
}

/// The kinds of entry that rooms write; one that is not known yet is shown by its own word.
fn kind_words(kind: &str) -> String {
    match kind {
        "placed" => "Placed",
        "paid" => "Paid",
        "expired" => "Ended without payment",
        "cancelled" => "Called off",
        "money-back" => "Money goes back",
        "set-aside" => "Payment set aside",
        "refund" => "Refund",
        other => other,
    }
    .to_owned()
}
