//! Money: whole paise, checked arithmetic, one place that formats. No float comes near it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount of Indian rupees in paise (1/100 rupee). May be negative only as a difference.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Paise(pub i64);

impl Paise {
    pub const ZERO: Paise = Paise(0);

    /// This amount `quantity` times; `None` past the range of i64.
    pub fn times(self, quantity: i64) -> Option<Paise> {
        self.0.checked_mul(quantity).map(Paise)
    }

    pub fn plus(self, other: Paise) -> Option<Paise> {
        self.0.checked_add(other.0).map(Paise)
    }

    pub fn minus(self, other: Paise) -> Option<Paise> {
        self.0.checked_sub(other.0).map(Paise)
    }

    /// Rupees as a person types them: "419", "419.5", "₹1,23,456.00". By digits, never by a float.
    pub fn parse(text: &str) -> Option<Paise> {
        let plain: String = text.trim().trim_start_matches('₹').replace([',', ' '], "");
        let (rupees, paise) = plain.split_once('.').unwrap_or((&plain, ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if rupees.is_empty() || rupees.len() > 12 || paise.len() > 2 {
            return None;
        }
        if !digits(rupees) || !digits(paise) {
            return None;
        }
        format!("{rupees}{paise:0<2}").parse().ok().map(Paise)
    }
}

/// ₹1,23,456.00: Indian grouping (the last three digits, then pairs), always two decimals.
impl fmt::Display for Paise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "\u{2212}" } else { "" };
        let paise = self.0.unsigned_abs();
        write!(f, "{sign}₹{}.{:02}", grouped(paise / 100), paise % 100)
    }
}

fn grouped(rupees: u64) -> String {
    let digits = rupees.to_string();
    let (head, tail) = digits.split_at(digits.len().saturating_sub(3));
    if head.is_empty() {
        return tail.to_owned();
    }
    let mut out = String::with_capacity(digits.len() + 8);
    for (index, digit) in head.chars().enumerate() {
        if index > 0 && (head.len() - index) % 2 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out.push(',');
    out.push_str(tail);
    out
}

/// A tax rate in basis points: 500 is 5 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaxRate(pub i64);

impl fmt::Display for TaxRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 100, self.0 % 100) {
            (whole, 0) => write!(f, "{whole} %"),
            (whole, rest) => write!(f, "{whole}.{rest:02} %"),
        }
    }
}

/// The GST contained in a price: halves for the centre and the state, or one integrated tax.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gst {
    pub cgst: Paise,
    pub sgst: Paise,
    pub igst: Paise,
}

impl Gst {
    /// The tax inside `total` (a price that includes it), rounded half up to the paisa. Inside the
    /// seller's state each half is rounded by itself, so that CGST always equals SGST
    /// (CGST Act, section 15; IGST Act, sections 7 and 8). `None` past the range of i64.
    pub fn inside(total: Paise, rate: TaxRate, same_state: bool) -> Option<Gst> {
        let whole = i128::from(10_000 + rate.0);
        let tax = i128::from(total.0) * i128::from(rate.0);
        let share = |parts: i128| i64::try_from((tax * 2 + whole * parts) / (2 * whole * parts));
        if same_state {
            let half = Paise(share(2).ok()?);
            Some(Gst { cgst: half, sgst: half, igst: Paise::ZERO })
        } else {
            Some(Gst { igst: Paise(share(1).ok()?), ..Gst::default() })
        }
    }

    pub fn plus(self, other: Gst) -> Option<Gst> {
        Some(Gst {
            cgst: self.cgst.plus(other.cgst)?,
            sgst: self.sgst.plus(other.sgst)?,
            igst: self.igst.plus(other.igst)?,
        })
    }

    pub fn total(self) -> Paise {
        Paise(self.cgst.0.saturating_add(self.sgst.0).saturating_add(self.igst.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rupees_are_read_by_their_digits() {
        for (text, paise) in [
            ("419", 41_900),
            (" ₹1,23,456.00 ", 12_345_600),
            ("8.35", 835),
            ("0.1", 10),
            ("0.01", 1),
            ("5.", 500),
        ] {
            assert_eq!(Paise::parse(text), Some(Paise(paise)), "{text}");
        }
        for text in ["", "-1", "1.005", "1e9", "two", ".5", "1.-5", "9999999999999", "१२"] {
            assert_eq!(Paise::parse(text), None, "{text}");
        }
    }

    #[test]
    fn rupees_are_grouped_the_indian_way() {
        for (paise, text) in [
            (0, "₹0.00"),
            (5, "₹0.05"),
            (99_999, "₹999.99"),
            (100_000, "₹1,000.00"),
            (12_345_600, "₹1,23,456.00"),
            (123_456_789_012, "₹1,23,45,67,890.12"),
            (-12_345_600, "\u{2212}₹1,23,456.00"),
        ] {
            assert_eq!(Paise(paise).to_string(), text);
        }
    }

    #[test]
    fn tax_is_the_part_inside_the_price() {
        let tea = Gst::inside(Paise(18_500), TaxRate(500), true);
        assert_eq!(tea, Some(Gst { cgst: Paise(440), sgst: Paise(440), igst: Paise(0) }));
        let far = Gst::inside(Paise(18_500), TaxRate(500), false);
        assert_eq!(far, Some(Gst { cgst: Paise(0), sgst: Paise(0), igst: Paise(881) }));
        assert_eq!(Gst::inside(Paise(i64::MAX), TaxRate(0), true), Some(Gst::default()));
    }

    #[test]
    fn every_amount_from_one_paisa_to_ten_thousand_rupees_is_exact() {
        let mut wrong = Vec::new();
        for paise in 1..1_000_000 {
            let amount = Paise(paise);
            let typed = format!("{}.{:02}", paise / 100, paise % 100);
            let read = [Paise::parse(&amount.to_string()), Paise::parse(&typed)];
            let rate = [0, 25, 300, 500, 1_200, 1_800, 2_800, 4_000][paise as usize % 8];
            let tax = Gst::inside(amount, TaxRate(rate), false).unwrap().igst.0;
            let nearest = 2 * (tax * (10_000 + rate) - paise * rate).abs() <= 10_000 + rate;
            if read != [Some(amount); 2] || !nearest {
                wrong.push(paise);
            }
        }
        assert_eq!(wrong, Vec::<i64>::new());
    }

    proptest::proptest! {
        #[test]
        fn halves_are_equal_and_a_paisa_apart_from_the_whole_at_most(
            total in 1i64..10_000_000_000,
            rate in proptest::sample::select(vec![0i64, 25, 300, 500, 1200, 1800, 2800, 4000]),
        ) {
            let near = Gst::inside(Paise(total), TaxRate(rate), true).unwrap();
            let far = Gst::inside(Paise(total), TaxRate(rate), false).unwrap();
            proptest::prop_assert_eq!(near.cgst, near.sgst);
            proptest::prop_assert!((near.total().0 - far.total().0).abs() <= 1);
            proptest::prop_assert!(far.igst.0 < total);
        }
    }
}
