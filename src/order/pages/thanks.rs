//! One paid order, for the one who bought it: that it is paid, and what happens next.

use super::body::{StateBadge, When, order_body};
use crate::config::Shop;
use crate::order::Order;
use crate::order::words::first_name;
use leptos::prelude::*;

/// `mine`: an account's own order, which its list of orders leads to again.
pub(super) fn order_view(order: &Order, shop: &Shop, mine: bool) -> AnyView {
    let number = order.number.clone().unwrap_or_default();
    let paid_at = order.paid_at.unwrap_or(order.placed_at);
    let again = if mine {
        view! { "You find this page again under "<a href="/account/orders">"your orders"</a>"." }
            .into_any()
    } else {
        view! { "The link in the letter leads to this page again; keep it to yourself." }.into_any()
    };
    view! {
        <div class="order-head">
            <div class="page-head">
                <h1>{format!("Thank you, {}", first_name(order))}</h1>
                <p class="lead">"Order "<strong>{number}</strong></p>
                <p class="muted">"Paid on "<When at=paid_at/></p>
            </div>
            <StateBadge state=order.state/>
        </div>
        <section class="panel no-print">
            <h2>"What happens next"</h2>
            <p>"Your payment has arrived and your order is booked. There is nothing left to do."</p>
            <p>"The confirmation goes by letter to "<strong>{order.email.clone()}</strong>"."</p>
            <p>"We pack your order and send it to the address below."</p>
            <p>{again}</p>
            <p class="muted">"For your papers, print this page: it names HSN codes and taxes."</p>
        </section>
        {order_body(order, shop)}
        <p class="no-print"><a class="btn" href="/products">"Back to the shelves"</a></p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::{Gst, Paise};
    use crate::order::State;
    use crate::order::tests::{paid_order, shop};

    fn render(order: &Order) -> String {
        Owner::new().with(|| order_view(order, &shop(), false).to_html())
    }

    #[test]
    fn the_page_says_what_was_agreed() {
        let html = render(&paid_order());
        for part in [
            "Thank you, Asha",
            "K2026-00001",
            "asha@example.in",
            "Paid",
            "15 November 2023, 03:43 IST",
            "Assam tea, 250 g",
            "HSN 0902 · GST 5 %",
            "₹185.00 each",
            "₹370.00",
            "₹49.00",
            "₹419.00",
            "CGST included",
            "Sold by Kirana, Karnataka",
            "Place of supply: Karnataka (29)",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        assert!(!html.contains("IGST"));
    }

    #[test]
    fn outside_the_sellers_state_the_tax_is_integrated() {
        let mut order = paid_order();
        order.gst = Gst { igst: Paise(2_510), ..Gst::default() };
        order.lines[0].gst = Gst { igst: Paise(1_762), ..Gst::default() };
        let html = render(&order);
        assert!(
            html.contains("IGST included") && html.contains("₹7.48 of the GST is on shipping.")
        );
        assert!(!html.contains("CGST"), "{html}");
    }

    #[test]
    fn hostile_text_stays_text() {
        let mut order = paid_order();
        let hostile = "\"'></dd><script>alert(1)</script>";
        order.lines[0].name = hostile.into();
        order.lines[0].hsn = hostile.into();
        order.email = hostile.into();
        order.ship_to.name = hostile.into();
        order.ship_to.landmark = hostile.into();
        let html = render(&order);
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("alert(1)"));
    }

    #[test]
    fn an_unpaid_order_does_not_say_paid() {
        let mut order = paid_order();
        (order.state, order.number, order.paid_at) = (State::AwaitingPayment, None, None);
        let html = Owner::new().with(|| order_body(&order, &shop()).to_html());
        assert!(!html.contains("Total paid") && html.contains("Total"), "{html}");
    }
}
