//! The words of this room, shared with the browser: a cart as it is shown, what a line must say,
//! and why the shop may refuse a change.

use crate::money::{Gst, Paise, TaxRate};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Most units of one product in a cart; the database holds the same bound.
pub const QUANTITY_MAX: i64 = 99;
/// Most different products in a cart.
pub const LINES_MAX: i64 = 100;

/// A whole number of units from 1 to [`QUANTITY_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(i64);

impl Quantity {
    /// Reads plain decimal digits; signs, exponents, words and blanks inside are refused.
    pub fn parse(text: &str) -> Result<Quantity, Refused> {
        let digits =
            !text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit());
        let units = digits.then(|| text.parse().ok()).flatten();
        units.map_or(Err(Refused::BadQuantity), Quantity::of)
    }

    pub fn of(units: i64) -> Result<Quantity, Refused> {
        match units {
            1..=QUANTITY_MAX => Ok(Quantity(units)),
            _ => Err(Refused::BadQuantity),
        }
    }

    pub fn units(self) -> i64 {
        self.0
    }
}

/// The cart that a form or island saw: its changes hold only for that state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub cart_id: String,
    pub version: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartView {
    pub id: String,
    pub version: i64,
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub product_id: String,
    pub slug: String,
    pub name: String,
    pub pack: String,
    pub picture: String,
    pub quantity: i64,
    /// Today's price, tax included.
    pub price: Paise,
    /// The price when the shopper put it in.
    pub seen_price: Paise,
    pub mrp: Paise,
    pub tax_rate: TaxRate,
    /// Units that can still be bought.
    pub left: i64,
    pub withdrawn: bool,
}

/// What a line must say before it is bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    Withdrawn,
    SoldOut,
    OnlyLeft(i64),
    PriceChanged { was: Paise, is: Paise },
}

impl Warning {
    /// Must the cart be mended before an order can be placed?
    pub fn stops_checkout(self) -> bool {
        !matches!(self, Warning::PriceChanged { .. })
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::Withdrawn => f.write_str("No longer sold. Please remove it."),
            Warning::SoldOut => f.write_str("Sold out. Please remove it."),
            Warning::OnlyLeft(left) => write!(f, "Only {left} left. Please lower the quantity."),
            Warning::PriceChanged { was, is } => {
                write!(f, "The price changed from {was} to {is} since you added it.")
            }
        }
    }
}

impl Line {
    pub fn total(&self) -> Paise {
        Paise(self.price.0.saturating_mul(self.quantity))
    }

    pub fn warning(&self) -> Option<Warning> {
        if self.withdrawn {
            Some(Warning::Withdrawn)
        } else if self.left == 0 {
            Some(Warning::SoldOut)
        } else if self.left < self.quantity {
            Some(Warning::OnlyLeft(self.left))
        } else if self.price != self.seen_price {
            Some(Warning::PriceChanged { was: self.seen_price, is: self.price })
        } else {
            None
        }
    }

    fn counts(&self) -> bool {
        !self.withdrawn && self.left > 0
    }
}

impl CartView {
    pub fn seen(&self) -> Seen {
        Seen { cart_id: self.id.clone(), version: self.version }
    }

    pub fn units(&self) -> i64 {
        self.lines.iter().map(|line| line.quantity).sum()
    }

    /// Lines that cannot be bought at all are shown but not reckoned.
    pub fn subtotal(&self) -> Paise {
        self.sum(Line::total)
    }

    /// The tax inside the subtotal, as it is split inside the seller's state or outside it.
    pub fn gst(&self, same_state: bool) -> Gst {
        let parts = self.lines.iter().filter(|line| line.counts());
        let gst = |line: &Line| Gst::inside(line.total(), line.tax_rate, same_state);
        parts.fold(Gst::default(), |sum, line| gst(line).and_then(|g| sum.plus(g)).unwrap_or(sum))
    }

    pub fn tax(&self) -> Paise {
        self.gst(true).total()
    }

    /// Against the printed maximum retail prices.
    pub fn savings(&self) -> Paise {
        self.sum(|line| Paise((line.mrp.0 - line.price.0).max(0).saturating_mul(line.quantity)))
    }

    fn sum(&self, part: impl Fn(&Line) -> Paise) -> Paise {
        let parts = self.lines.iter().filter(|line| line.counts()).map(|line| part(line).0);
        Paise(parts.fold(0, i64::saturating_add))
    }

    pub fn can_check_out(&self) -> bool {
        !self.lines.is_empty()
            && !self.lines.iter().any(|line| line.warning().is_some_and(Warning::stops_checkout))
    }
}

/// Why the shop did not change the cart. The cart itself is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The guest's session ended while this was asked.
    VisitEnded,
    /// Not this visitor's cart, or none at all.
    NotFound,
    /// The shopper saw an older version; these sentences say what changed since.
    Changed(Vec<String>),
    BadQuantity,
    NotForSale,
    OnlyLeft {
        name: String,
        left: i64,
    },
    TooManyUnits(String),
    TooManyLines,
    NoSuchLine,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::VisitEnded => f.write_str(
                "Your visit ended meanwhile, perhaps because you signed in in another tab. \
                 Nothing was added; please choose again.",
            ),
            Refused::NotFound => f.write_str("That cart was not found. This is your cart now."),
            Refused::Changed(what) if what.is_empty() => f.write_str(
                "Your cart changed in another place meanwhile, so nothing was done. \
                 This is how it is now.",
            ),
            Refused::Changed(what) => write!(
                f,
                "Your cart changed in another place meanwhile, so nothing was done. {} \
                 This is how it is now.",
                what.join(" ")
            ),
            Refused::BadQuantity => {
                write!(f, "Please give the quantity as a whole number from 1 to {QUANTITY_MAX}.")
            }
            Refused::NotForSale => f.write_str("This product is not sold any more."),
            Refused::OnlyLeft { name, left: 0 } => write!(f, "{name} is sold out."),
            Refused::OnlyLeft { name, left } => write!(f, "Only {left} left of {name}."),
            Refused::TooManyUnits(name) => {
                write!(f, "You can buy at most {QUANTITY_MAX} of {name} at once.")
            }
            Refused::TooManyLines => {
                write!(f, "A cart holds at most {LINES_MAX} different products.")
            }
            Refused::NoSuchLine => f.write_str("That product is not in your cart any more."),
        }
    }
}

/// A cart's state as tabs tell it to one another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    pub cart_id: String,
    pub version: i64,
    pub units: i64,
}

impl News {
    pub fn of(cart: &CartView) -> News {
        News { cart_id: cart.id.clone(), version: cart.version, units: cart.units() }
    }

    /// Another cart, or a later version of the same one.
    pub fn is_after(&self, known: &News) -> bool {
        self.cart_id != known.cart_id || self.version > known.version
    }

    /// An earlier version of the same cart: an answer that was overtaken.
    pub fn is_old_to(&self, known: &News) -> bool {
        self.cart_id == known.cart_id && self.version < known.version
    }

    pub fn write(&self) -> String {
        [&self.version.to_string(), &self.units.to_string(), self.cart_id.as_str()].join(" ")
    }

    pub fn read(text: &str) -> Option<News> {
        let mut words = text.splitn(3, ' ');
        let version = words.next()?.parse().ok()?;
        let units = words.next()?.parse().ok()?;
        Some(News { version, units, cart_id: words.next()?.to_owned() })
    }
}

/// What an island is told: the cart's state, a sentence for the shopper, and the cart written anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub news: News,
    pub notice: String,
    pub bad: bool,
    pub html: CartHtml,
}

/// The cart's lines and sum as the page holds them, where the asking island shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CartHtml {
    #[default]
    Unasked,
    Fresh(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(quantity: i64, price: i64, left: i64) -> Line {
        Line {
            product_id: "p".into(),
            slug: "tea".into(),
            name: "Tea".into(),
            pack: "250 g".into(),
            picture: String::new(),
            quantity,
            price: Paise(price),
            seen_price: Paise(100),
            mrp: Paise(120),
            tax_rate: TaxRate(500),
            left,
            withdrawn: false,
        }
    }

    #[test]
    fn quantities_are_plain_whole_numbers() {
        assert_eq!(Quantity::parse("1").unwrap().units(), 1);
        assert_eq!(Quantity::parse("099").unwrap().units(), 99);
        for bad in ["", "0", "-1", "+1", "100", "1e9", "1000000000", "two", "1.0", " 1", "١"] {
            assert_eq!(Quantity::parse(bad), Err(Refused::BadQuantity), "{bad}");
        }
    }

    #[test]
    fn the_worst_news_is_told_first() {
        assert_eq!(line(2, 100, 5).warning(), None);
        let dearer = Warning::PriceChanged { was: Paise(100), is: Paise(110) };
        assert_eq!(line(2, 110, 5).warning(), Some(dearer));
        assert_eq!(line(6, 110, 5).warning(), Some(Warning::OnlyLeft(5)));
        assert_eq!(line(6, 110, 0).warning(), Some(Warning::SoldOut));
        let gone = Line { withdrawn: true, ..line(1, 110, 0) };
        assert_eq!(gone.warning(), Some(Warning::Withdrawn));
        assert!(!dearer.stops_checkout());
    }

    #[test]
    fn what_cannot_be_bought_is_not_reckoned() {
        let cart = CartView { lines: vec![line(2, 100, 5), line(1, 100, 0)], ..Default::default() };
        assert_eq!(cart.subtotal(), Paise(200));
        assert_eq!(cart.savings(), Paise(40));
        assert_eq!(cart.units(), 3);
        assert!(!cart.can_check_out());
    }

    #[test]
    fn news_survive_the_way() {
        let news = News { cart_id: "0190-ab".into(), version: 7, units: 3 };
        assert_eq!(News::read(&news.write()).as_ref(), Some(&news));
        assert_eq!(News::read("x y z"), None);
        assert!(News { version: 8, ..news.clone() }.is_after(&news) && !news.is_after(&news));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_quantity_or_refused(text: String) {
            if let Ok(quantity) = Quantity::parse(&text) {
                proptest::prop_assert!((1..=QUANTITY_MAX).contains(&quantity.units()));
            }
        }
    }
}
