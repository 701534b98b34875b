//! What was agreed, as every page shows it: the frozen lines, the sums with their tax, the address.

use crate::address::state_name;
use crate::clock::{Moment, in_words, rfc3339};
use crate::config::Shop;
use crate::money::Paise;
use crate::order::words::{address_lines, gst_on_shipping, gst_parts, line_title, shipping_words};
use crate::order::{Line, Order, State};
use leptos::prelude::*;

/// The whole of an order under a page's own heading. Shows only frozen copies, so it is the same in
/// a year (CGST Rules, rule 46, names what such a paper holds).
pub fn order_body(order: &Order, shop: &Shop) -> AnyView {
    view! {
        {bought(order)}
        <div class="order-parts">
            {sums(order)}
            {parties(order, shop)}
        </div>
    }
    .into_any()
}

/// A moment in words and for machines.
#[component]
pub fn When(at: Moment) -> impl IntoView {
    view! { <time datetime=rfc3339(at)>{in_words(at)}</time> }.into_any()
}

/// Where an order stands, as a badge.
#[component]
pub fn StateBadge(state: State) -> impl IntoView {
    let class = match state {
        State::Paid => "badge badge-good",
        State::AwaitingPayment => "badge badge-wait",
        State::Expired | State::Cancelled => "badge",
    };
    view! { <span class=class>{state.label()}</span> }.into_any()
}

fn bought(order: &Order) -> AnyView {
    let rows = order.lines.iter().map(row).collect_view();
    view! {
        <section class="panel">
            <h2>"What was ordered"</h2>
            <table class="table order-lines">
                <thead>
                    <tr>
                        <th scope="col">"Product"</th>
                        <th scope="col" class="number">
                            <abbr title="Quantity">"Qty"</abbr>
                        </th>
                        <th scope="col" class="amount">"Amount"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn row(line: &Line) -> AnyView {
    let each = (line.quantity > 1).then(|| {
        let each = format!("{} each", line.unit_price);
        view! { <span class="muted">{each}</span> }
    });
    let mut facts = vec![format!("GST {}", line.tax_rate)];
    if !line.hsn.is_empty() {
        facts.insert(0, format!("HSN {}", line.hsn));
    }
    let taxes = gst_parts(&line.gst).into_iter();
    facts.extend(taxes.map(|(name, tax)| format!("{name} {tax}")));
    let facts = facts.join(" · ");
    view! {
        <tr>
            <td>
                <strong>{line_title(line)}</strong>
                <br/>
                <span class="muted">{facts}</span>
            </td>
            <td class="number">{line.quantity}</td>
            <td class="amount">{line.total.to_string()} <br/> {each}</td>
        </tr>
    }
    .into_any()
}

fn sums(order: &Order) -> AnyView {
    let total = if order.state == State::Paid { "Total paid" } else { "Total" };
    let savings = (order.savings > Paise::ZERO).then(|| {
        view! { <dt>"You save on MRP"</dt><dd>{order.savings.to_string()}</dd> }
    });
    let shipping_tax = gst_on_shipping(order);
    let on_shipping = (shipping_tax > Paise::ZERO).then(|| {
        let words = format!("{shipping_tax} of the GST is on shipping.");
        view! { <p class="muted">{words}</p> }
    });
    let taxes = gst_parts(&order.gst)
        .into_iter()
        .map(|(name, tax)| {
            view! { <dt>{format!("{name} included")}</dt><dd>{tax.to_string()}</dd> }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>"Sum"</h2>
            <dl class="summary">
                <dt>"Subtotal"</dt>
                <dd>{order.subtotal.to_string()}</dd>
                <dt>"Shipping"</dt>
                <dd>{shipping_words(order.shipping)}</dd>
                <dt class="total">{total}</dt>
                <dd class="total">{order.total.to_string()}</dd>
                {taxes}
                {savings}
            </dl>
            {on_shipping}
        </section>
    }
    .into_any()
}

fn parties(order: &Order, shop: &Shop) -> AnyView {
    let lines = address_lines(&order.ship_to)
        .into_iter()
        .map(|line| view! { <span>{line}</span><br/> })
        .collect_view();
    let to = &order.ship_to.state;
    let supply = format!("Place of supply: {} ({to})", state_name(to));
    let seller = format!("Sold by {}, {}", shop.name, state_name(&shop.state));
    view! {
        <section class="panel">
            <h2>"Goes to"</h2>
            <address>{lines}</address>
            <p class="muted">{supply} <br/> {seller}</p>
        </section>
    }
    .into_any()
}
