//! One paid order, for the one who bought it: that it is paid, and what happens next.

use super::body::{StateBadge, When, order_body};
use crate::config::Shop;
use crate::money::Paise;
use crate::order::words::first_name;
use crate::order::{GivenBack, Order};
use leptos::prelude::*;

/// `mine`: an account's own order, which its list of orders leads to again.
pub(super) fn order_view(order: &Order, back: GivenBack, shop: &Shop, mine: bool) -> AnyView {
    let number = order.number.clone().unwrap_or_default();
    let paid_at = order.paid_at.unwrap_or(order.placed_at);
    let again = if mine {
        view! { "You find this page again under "<a href="/account/orders">"your orders"</a>"." }
            .into_any()
    } else {
        view! { "The link in the letter leads to this page again; keep it to yourself." }.into_any()
    };
    let next = match back.of_sale >= order.total {
        true => {
            view! { <p>"All that you paid goes back to you: this order is closed."</p> }.into_any()
        }
        false => what_comes(order),
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
        {given_back(back)}
        <section class="panel no-print">
            <h2>"What happens next"</h2>
            {next}
            <p>{again}</p>
            <p class="muted">"For your papers, print this page: it names HSN codes and taxes."</p>
        </section>
        {order_body(order, shop)}
        <p class="no-print"><a class="btn" href="/products">"Back to the shelves"</a></p>
    }
    .into_any()
}

fn what_comes(order: &Order) -> AnyView {
    view! {
        <p>"Your payment has arrived and your order is booked. There is nothing left to do."</p>
        <p>"The confirmation goes by letter to "<strong>{order.email.clone()}</strong>"."</p>
        <p>"We pack your order and send it to the address below."</p>
    }
    .into_any()
}

fn given_back(back: GivenBack) -> Option<AnyView> {
    let through = (back.through > Paise::ZERO).then(|| {
        let banks = "Banks usually take 5–7 working days to show it.";
        format!("{} was given back to you, the way it was paid. {banks}", back.through)
    });
    let under_way = (back.under_way > Paise::ZERO)
        .then(|| format!("{} is on its way back to you.", back.under_way));
    let told: Vec<String> = through.into_iter().chain(under_way).collect();
    if told.is_empty() {
        return None;
    }
    let told = told.into_iter().map(|words| view! { <p>{words}</p> }).collect_view();
    Some(view! { <section class="panel"><h2>"Money given back"</h2>{told}</section> }.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Gst;
    use crate::order::State;
    use crate::order::tests::{paid_order, shop};

    fn render(order: &Order) -> String {
        Owner::new().with(|| order_view(order, GivenBack::default(), &shop(), false).to_html())
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
    fn what_went_back_is_told() {
        let told =
            |back| Owner::new().with(|| order_view(&paid_order(), back, &shop(), false).to_html());
        let sent = "We pack your order";
        assert!(!told(GivenBack::default()).contains("given back"));
        // A second payment that goes back leaves the order as it is.
        let surplus = GivenBack { under_way: Paise(41_900), ..GivenBack::default() };
        let html = told(surplus);
        assert!(html.contains("₹419.00 is on its way back to you.") && html.contains(sent));
        let whole = Paise(41_900);
        let html = told(GivenBack { through: whole, under_way: Paise::ZERO, of_sale: whole });
        assert!(html.contains("₹419.00 was given back to you") && !html.contains(sent), "{html}");
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
