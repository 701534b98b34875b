//! An Indian mobile number.

use std::fmt;

/// Kept as `+91` and ten digits, the first of them 6 to 9 (Department of Telecommunications,
/// National Numbering Plan 2003: mobile services).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// What to say to somebody who typed something else.
    pub const WANTED: &str = "Please give an Indian mobile number, such as 98765 43210.";

    /// Accepts the ways people write it: `98765 43210`, `+91-98765-43210`, `09876543210`.
    pub fn parse(text: &str) -> Option<Phone> {
        let text = text.trim();
        let (international, rest) = match text.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let spacing = |c: char| c.is_whitespace() || "-.()".contains(c);
        let digits: String = rest.chars().filter(|c| !spacing(*c)).collect();
        if digits.len() > 14 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let country = if international {
            Some(digits.strip_prefix("91")?)
        } else {
            digits.strip_prefix("0091").or_else(|| digits.strip_prefix("91").filter(long))
        };
        let number = country.unwrap_or(&digits);
        let number = number.strip_prefix('0').unwrap_or(number);
        let mobile = number.len() == 10 && matches!(number.as_bytes()[0], b'6'..=b'9');
        mobile.then(|| Phone(format!("+91{number}")))
    }

    /// As stored: `+919876543210`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A number without its country may itself begin with 91; with it, ten digits follow.
fn long(rest: &&str) -> bool {
    rest.len() >= 10
}

/// As people read it: `+91 98765 43210`.
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+91 {} {}", &self.0[3..8], &self.0[8..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_people_write_it() {
        for text in [
            "9876543210",
            "98765 43210",
            "+91-98765-43210",
            "09876543210",
            "+91 (98765) 43210",
            "919876543210",
            "0091 98765 43210",
            "+91 0 98765 43210",
            " 98765.43210 ",
        ] {
            let phone = Phone::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(phone.as_str(), "+919876543210");
            assert_eq!(phone.to_string(), "+91 98765 43210");
        }
        assert_eq!(Phone::parse("9187654321").unwrap().as_str(), "+919187654321");
    }

    #[test]
    fn other_numbers_are_refused() {
        for text in [
            "",
            "+",
            "98765",
            "5876543210",
            "98765432100",
            "+1 987 654 3210",
            "+19876543210",
            "98765x3210",
            "९८७६५४३२१०",
            "98765+43210",
            "0000000000",
            "+9876543210",
        ] {
            assert_eq!(Phone::parse(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_parses_or_is_refused(text: String) {
            if let Some(phone) = Phone::parse(&text) {
                proptest::prop_assert_eq!(Phone::parse(phone.as_str()), Some(phone.clone()));
                proptest::prop_assert_eq!(Phone::parse(&phone.to_string()), Some(phone));
            }
        }
    }
}
