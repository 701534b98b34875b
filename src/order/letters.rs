//! The letters about an order, as text and as HTML, written in the transaction they speak of.

use super::words::{address_lines, first_name, gst_parts, line_title, one_line, shipping_words};
use super::{Order, State, secret_link};
use crate::clock;
use crate::config::Shop;
use crate::mail::{self, Letter, escape};
use crate::money::Paise;
use crate::state::AppState;

// Mail programs know no style sheets, so letters carry their looks in attributes.
const CELL: &str = "padding:6px 12px 6px 0;vertical-align:top;text-align:left";
const AMOUNT: &str = "padding:6px 0;vertical-align:top;text-align:right;white-space:nowrap";
const SMALL: &str = "color:#5f5748;font-size:14px";

/// Says that the order is paid and holds all that was agreed; one for each order.
pub fn confirmation(app: &AppState, order: &Order) -> Letter {
    thank_you(order, &app.config.shop, &link(app, order))
}

/// Says that what is here of a payment is given back, and `why` (a sentence); one for each payment.
pub fn money_goes_back(
    app: &AppState,
    order: &Order,
    payment_id: &str,
    amount: Paise,
    why: &str,
) -> Letter {
    let back = MoneyBack { payment_id, amount, why };
    back.letter(order, &app.config.shop, &link(app, order))
}

/// Says that some or all of a payment was given back: asked for at the desk, or made at the
/// gateway; one for each refund.
pub fn refund_made(app: &AppState, order: &Order, refund_id: &str, amount: Paise) -> Letter {
    refund_letter(order, &app.config.shop, &link(app, order), refund_id, amount)
}

/// Opens the order without an account (a link that its holder can use is the guest's only way in).
fn link(app: &AppState, order: &Order) -> String {
    format!("{}{}", app.config.public_url, secret_link(app, order))
}

fn thank_you(order: &Order, shop: &Shop, link: &str) -> Letter {
    let number = order.number.clone().unwrap_or_default();
    Letter {
        kind: "order-confirmation".to_owned(),
        about: order.id.clone(),
        recipient: order.email.clone(),
        subject: format!("Thank you for your order {number}"),
        text: thank_you_text(order, &number, shop, link),
        html: mail::layout_html(
            &shop.name,
            "Thank you for your order",
            &thank_you_html(order, &number, link),
        ),
    }
}

/// What was bought and what it costs: (text, amount).
fn lines(order: &Order) -> Vec<(String, Paise)> {
    let told = |line: &super::Line| {
        let title = line_title(line);
        (format!("{} × {title}, {} each", line.quantity, line.unit_price), line.total)
    };
    order.lines.iter().map(told).collect()
}

/// "Paid on 22 November 2026, 15:04 IST"
fn paid_on(order: &Order) -> String {
    format!("Paid on {}", clock::in_words(order.paid_at.unwrap_or(order.placed_at)))
}

/// The sums under the lines, with the tax that they contain.
fn sums(order: &Order) -> Vec<(String, String)> {
    let mut sums = vec![
        ("Subtotal".to_owned(), order.subtotal.to_string()),
        ("Shipping".to_owned(), shipping_words(order.shipping)),
        ("Total paid".to_owned(), order.total.to_string()),
    ];
    let taxes = gst_parts(&order.gst).into_iter();
    sums.extend(taxes.map(|(name, tax)| (format!("{name} in the total"), tax.to_string())));
    sums
}

fn thank_you_text(order: &Order, number: &str, shop: &Shop, link: &str) -> String {
    let mut parts = vec![
        format!("Hello {},", one_line(first_name(order))),
        format!("Thank you for your order at {}. Your payment has arrived.", shop.name),
        format!("Order {number}\n{}", paid_on(order)),
    ];
    let bought: Vec<String> =
        lines(order).into_iter().map(|(what, amount)| format!("{what}: {amount}")).collect();
    parts.push(bought.join("\n"));
    let sums: Vec<String> =
        sums(order).into_iter().map(|(name, amount)| format!("{name}: {amount}")).collect();
    parts.push(sums.join("\n"));
    let to = address_lines(&order.ship_to).join("\n");
    parts.push(format!("We pack it and send it to\n{to}"));
    parts.push(format!("Your order, at any time:\n{link}"));
    parts.push("Whoever has this link can read your order, so please keep it to yourself.".into());
    parts.join("\n\n") + "\n"
}

fn thank_you_html(order: &Order, number: &str, link: &str) -> String {
    let row = |name: &str, amount: &str| {
        let (name, amount) = (escape(name), escape(amount));
        format!("<tr><td style=\"{CELL}\">{name}</td><td style=\"{AMOUNT}\">{amount}</td></tr>")
    };
    let bought: String =
        lines(order).iter().map(|(what, amount)| row(what, &amount.to_string())).collect();
    let sums: String = sums(order).iter().map(|(name, amount)| row(name, amount)).collect();
    let to: Vec<String> = address_lines(&order.ship_to).iter().map(|line| escape(line)).collect();
    format!(
        "<p>Hello {name},</p>\
         <p>Your payment has arrived, and your order is booked.</p>\
         <p><strong>Order {number}</strong><br>{paid_on}</p>\
         <table style=\"width:100%;border-collapse:collapse\">{bought}\
         <tr><td colspan=\"2\" style=\"border-top:1px solid #e4dccb\"></td></tr>{sums}</table>\
         <p>We pack it and send it to</p><p>{to}</p>{button}\
         <p style=\"{SMALL}\">Whoever has this link can read your order, so please keep it to \
         yourself.</p>",
        name = escape(&one_line(first_name(order))),
        number = escape(number),
        paid_on = escape(&paid_on(order)),
        to = to.join("<br>"),
        button = button(link, "See your order"),
    )
}

fn button(link: &str, label: &str) -> String {
    format!(
        "<p><a href=\"{}\" style=\"display:inline-block;padding:10px 18px;border-radius:8px;\
         background:#1f6b54;color:#ffffff;text-decoration:none\">{label}</a></p>",
        escape(link)
    )
}

/// A payment that the shop does not keep.
struct MoneyBack<'a> {
    payment_id: &'a str,
    amount: Paise,
    why: &'a str,
}

impl MoneyBack<'_> {
    fn letter(&self, order: &Order, shop: &Shop, link: &str) -> Letter {
        let paragraphs = self.paragraphs(order);
        let (name, which) = (one_line(first_name(order)), called(order));
        let payment = one_line(self.payment_id);
        let html: String = paragraphs.iter().map(|p| format!("<p>{}</p>", escape(p))).collect();
        Letter {
            kind: "money-goes-back".to_owned(),
            about: self.payment_id.to_owned(),
            recipient: order.email.clone(),
            subject: format!("Your payment of {} is on its way back", self.amount),
            text: format!(
                "Hello {name},\n\n{}\n\nPayment: {payment}\n{which}\n{link}\n",
                paragraphs.join("\n\n")
            ),
            html: mail::layout_html(
                &shop.name,
                "Your money is on its way back",
                &format!(
                    "<p>Hello {},</p>{html}<p style=\"{SMALL}\">Payment: {}<br>{}</p>{}",
                    escape(&name),
                    escape(&payment),
                    escape(&which),
                    button(link, "See your order"),
                ),
            ),
        }
    }

    fn paragraphs(&self, order: &Order) -> Vec<String> {
        let stands = match order.state {
            State::Paid => "Your order itself is paid and stands as it was.",
            _ => "The order is closed: nothing is sent for it, and nothing more is charged.",
        };
        vec![
            one_line(self.why),
            format!(
                "We are returning all that we hold of it, {}, the way it came. Banks usually take \
                 5–7 working days to show it. There is nothing you need to do.",
                self.amount
            ),
            stands.to_owned(),
        ]
    }
}

fn refund_letter(order: &Order, shop: &Shop, link: &str, refund_id: &str, amount: Paise) -> Letter {
    let (name, which) = (one_line(first_name(order)), called(order));
    let refund = one_line(refund_id);
    let told = format!(
        "We have given {amount} back to you, the way it was paid. Banks usually take 5–7 working \
         days to show it."
    );
    let help = format!("If it has not arrived by then, tell your bank this number: {refund}.");
    Letter {
        kind: "refund".to_owned(),
        about: refund_id.to_owned(),
        recipient: order.email.clone(),
        subject: format!("{amount} is on its way back to you"),
        text: format!("Hello {name},\n\n{told}\n\n{help}\n\n{which}\n{link}\n"),
        html: mail::layout_html(
            &shop.name,
            "Your money is on its way back",
            &format!(
                "<p>Hello {},</p><p>{}</p><p>{}</p><p style=\"{SMALL}\">{}</p>{}",
                escape(&name),
                escape(&told),
                escape(&help),
                escape(&which),
                button(link, "See your order"),
            ),
        ),
    }
}

/// An order that was never paid has no number; it is known by its day.
fn called(order: &Order) -> String {
    match &order.number {
        Some(number) => format!("Order: {number}"),
        None => format!("Order of {}", clock::in_words(order.placed_at)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::tests::{paid_order, shop};

    const LINK: &str = "https://shop.example/orders/K2026-00001?key=abc";
    const HOSTILE: &str = "Tea</td><script>alert(\"1\")</script>\r\n\r\nPay again: http://evil";

    #[test]
    fn a_confirmation_holds_all_that_was_agreed() {
        let order = paid_order();
        let letter = thank_you(&order, &shop(), LINK);
        assert!(letter.kind == "order-confirmation" && letter.about == order.id);
        assert_eq!(letter.recipient, "asha@example.in");
        assert!(letter.subject.contains("K2026-00001"), "{}", letter.subject);
        for body in [&letter.text, &letter.html] {
            for part in [
                "K2026-00001",
                "2 × Assam tea, 250 g, ₹185.00 each",
                "₹370.00",
                "Shipping",
                "₹49.00",
                "Total paid",
                "₹419.00",
                "CGST in the total",
                "SGST in the total",
                "Asha Rao",
                "Bengaluru 560001",
                "Karnataka",
                LINK,
            ] {
                assert!(body.contains(part), "{part} is missing in {body}");
            }
            assert!(!body.contains("IGST"));
        }
    }

    #[test]
    fn hostile_names_stay_text() {
        let mut order = paid_order();
        order.lines[0].name = HOSTILE.into();
        order.ship_to.name = HOSTILE.into();
        order.ship_to.line2 = HOSTILE.into();
        let letter = thank_you(&order, &shop(), LINK);
        assert!(!letter.html.contains("<script"), "{}", letter.html);
        assert!(letter.html.contains("&lt;script&gt;"), "{}", letter.html);
        assert!(!letter.text.lines().any(|line| line.starts_with("Pay again")), "{}", letter.text);
    }

    #[test]
    fn a_refund_is_told_with_its_sum_and_number() {
        let letter = refund_letter(&paid_order(), &shop(), LINK, "rfnd_1", Paise(5_000));
        assert_eq!((letter.kind.as_str(), letter.about.as_str()), ("refund", "rfnd_1"));
        for body in [&letter.text, &letter.html] {
            for part in ["₹50.00", "rfnd_1", "5–7 working", "K2026-00001", LINK] {
                assert!(body.contains(part), "{part} is missing in {body}");
            }
        }
    }

    #[test]
    fn money_that_goes_back_is_told_with_its_reason() {
        let back = MoneyBack { payment_id: "pay_1", amount: Paise(41_900), why: "You paid twice." };
        let mut order = paid_order();
        let letter = back.letter(&order, &shop(), LINK);
        assert!(letter.kind == "money-goes-back" && letter.about == "pay_1");
        for body in [&letter.text, &letter.html] {
            for part in ["You paid twice.", "₹419.00", "5–7 working days", "K2026-00001", LINK]
            {
                assert!(body.contains(part), "{part} is missing in {body}");
            }
            assert!(body.contains("stands as it was"));
        }
        (order.state, order.number) = (State::Expired, None);
        let letter = back.letter(&order, &shop(), LINK);
        assert!(letter.text.contains("The order is closed"));
        assert!(letter.text.contains("Order of 15 November 2023"));
    }
}
