//! How an order is put into words, the same on pages and in letters.

use super::{Line, Order, ShipTo};
use crate::account::Phone;
use crate::address;
use crate::money::{Gst, Paise};

/// The taxes inside a price, as GST law names them: two halves inside the seller's state, one
/// integrated tax outside (CGST Act, section 31; CGST Rules, rule 46). Untaxed goods name none.
pub fn gst_parts(gst: &Gst) -> Vec<(&'static str, Paise)> {
    if gst.total() == Paise::ZERO {
        return Vec::new();
    }
    if gst.igst != Paise::ZERO {
        return vec![("IGST", gst.igst)];
    }
    vec![("CGST", gst.cgst), ("SGST", gst.sgst)]
}

/// An address as it stands on a parcel, line by line; what was left empty is left out.
pub(super) fn address_lines(to: &ShipTo) -> Vec<String> {
    let phone = Phone::parse(&to.phone).map(|phone| format!("Phone {phone}"));
    let lines = [
        to.name.clone(),
        to.line1.clone(),
        to.line2.clone(),
        to.landmark.clone(),
        format!("{} {}", to.city, to.pin),
        address::state_name(&to.state).to_owned(),
        phone.unwrap_or_default(),
    ];
    lines.iter().map(|line| one_line(line)).filter(|line| !line.is_empty()).collect()
}

/// Name and pack.
pub(super) fn line_title(line: &Line) -> String {
    match line.pack.is_empty() {
        true => one_line(&line.name),
        false => one_line(&format!("{}, {}", line.name, line.pack)),
    }
}

/// The name for a greeting.
pub(super) fn first_name(order: &Order) -> &str {
    order.ship_to.name.split_whitespace().next().unwrap_or("there")
}

/// The tax inside the shipping: what the frozen lines leave over of the order's own.
pub(super) fn gst_on_shipping(order: &Order) -> Paise {
    let on_lines: i64 = order.lines.iter().map(|line| line.gst.total().0).sum();
    Paise(order.gst.total().0 - on_lines)
}

pub(super) fn shipping_words(shipping: Paise) -> String {
    if shipping == Paise::ZERO { "Free".to_owned() } else { shipping.to_string() }
}

/// Text that was typed elsewhere, on one line: it must not be able to add lines of its own to a
/// letter that speaks of money.
pub(super) fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taxes_are_named_as_the_law_does() {
        let near = Gst { cgst: Paise(440), sgst: Paise(440), igst: Paise::ZERO };
        assert_eq!(gst_parts(&near), [("CGST", Paise(440)), ("SGST", Paise(440))]);
        let far = Gst { igst: Paise(881), ..Gst::default() };
        assert_eq!(gst_parts(&far), [("IGST", Paise(881))]);
        assert_eq!(gst_parts(&Gst::default()), []);
    }

    #[test]
    fn an_address_has_no_empty_lines() {
        let to = ShipTo {
            name: "Asha\r\nRao".into(),
            line1: "12 MG Road".into(),
            city: "Bengaluru".into(),
            state: "29".into(),
            pin: "560001".into(),
            phone: "+919876543210".into(),
            ..ShipTo::default()
        };
        let lines =
            ["Asha Rao", "12 MG Road", "Bengaluru 560001", "Karnataka", "Phone +91 98765 43210"];
        assert_eq!(address_lines(&to), lines);
    }
}
