//! A customer's own orders, newest first.

use super::body::{StateBadge, When};
use crate::account::account_nav;
use crate::order::{Head, State};
use crate::ui::{EmptyState, PageHead, Price};
use leptos::prelude::*;

pub(super) fn own_view(orders: Vec<Head>) -> AnyView {
    let found = if orders.is_empty() {
        view! {
            <EmptyState
                picture="/empty-cart.svg"
                heading="No orders yet"
                text="What you buy while signed in stands here, with its papers."
            >
                <a class="btn btn-primary" href="/products">"Browse products"</a>
            </EmptyState>
        }
        .into_any()
    } else {
        let cards = orders.into_iter().map(card).collect_view();
        view! { <ul class="orders" role="list">{cards}</ul> }.into_any()
    };
    view! {
        {account_nav("/account/orders")}
        <PageHead title="Your orders"/>
        {found}
    }
    .into_any()
}

/// An order without a number was not paid: it is known by its day, and leads to paying.
fn card(order: Head) -> AnyView {
    let (title, link) = match (&order.number, order.state) {
        (Some(number), _) => {
            (format!("Order {number}"), Some((format!("/orders/{number}"), "See the order")))
        }
        (None, State::AwaitingPayment) => {
            let pay = format!("/checkout/pay/{}", order.id);
            ("Waiting for your payment".to_owned(), Some((pay, "Pay now")))
        }
        (None, _) => ("Order without payment".to_owned(), None),
    };
    let link = link.map(|(href, words)| {
        let class = if order.number.is_some() { "btn" } else { "btn btn-primary" };
        // The words alone would be the same on every card (WCAG 2.2, 2.4.4).
        let about = format!(": {title}");
        view! {
            <a class=class href=href>{words}<span class="visually-hidden">{about}</span></a>
        }
    });
    view! {
        <li class="card">
            <div class="order-head">
                <div>
                    <h2>{title}</h2>
                    <p class="muted">"Placed on "<When at=order.placed_at/></p>
                </div>
                <StateBadge state=order.state/>
            </div>
            <div class="order-head"><Price price=order.total/>{link}</div>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Paise;

    fn render(orders: Vec<Head>) -> String {
        Owner::new().with(|| own_view(orders).to_html())
    }

    fn head(number: Option<&str>, state: State) -> Head {
        Head {
            id: "o1".into(),
            number: number.map(str::to_owned),
            state,
            email: "asha@example.in".into(),
            total: Paise(41_900),
            placed_at: 1_700_000_000_000,
        }
    }

    #[test]
    fn each_order_leads_where_it_goes_on() {
        let html = render(vec![
            head(Some("K2026-00001"), State::Paid),
            head(None, State::AwaitingPayment),
            head(None, State::Cancelled),
        ]);
        assert!(html.contains("href=\"/orders/K2026-00001\""), "{html}");
        assert!(html.contains("href=\"/checkout/pay/o1\""), "{html}");
        assert_eq!(html.matches("class=\"btn").count(), 2);
        assert!(html.contains("₹419.00"));
    }

    #[test]
    fn no_orders_is_said_kindly() {
        assert!(render(Vec::new()).contains("No orders yet"));
    }
}
