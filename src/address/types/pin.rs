//! A PIN code.

/// Six digits, the first of them 1 to 9 (India Post, Postal Index Number).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pincode(String);

impl Pincode {
    /// What to say to somebody who typed something else.
    pub const WANTED: &str = "Please give the PIN code: six digits, such as 560001.";

    /// Accepts the usual gap in the middle.
    pub fn parse(text: &str) -> Option<Pincode> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let six = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit());
        (six && !digits.starts_with('0')).then_some(Pincode(digits))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first two digits: the postal circle.
    pub fn circle(&self) -> u8 {
        let digits = self.0.as_bytes();
        (digits[0] - b'0') * 10 + (digits[1] - b'0')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_without_a_leading_zero() {
        assert_eq!(Pincode::parse(" 560 001 ").unwrap().as_str(), "560001");
        assert_eq!(Pincode::parse("110-001").unwrap().circle(), 11);
        for bad in ["", "56001", "5600011", "060001", "56000a", "५६०००१", "-", "56+001"]
        {
            assert_eq!(Pincode::parse(bad), None, "{bad}");
        }
    }
}
