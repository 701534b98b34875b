//! A password that somebody chooses (OWASP ASVS 5.0, 6.2: length counts, mixing is not forced,
//! common passwords are refused).

use super::Email;
use std::fmt;

const SHORTEST: usize = 8;
const LONGEST: usize = 128;
/// The most common ones of eight characters and more, one a line, in lower case.
const COMMON: &str = include_str!("../common_passwords.txt");

/// Good enough to be kept. Silent in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

impl NewPassword {
    /// Taken as typed, blanks included. `email`: the account's address, where it is known.
    pub fn choose(text: &str, email: Option<&Email>) -> Result<NewPassword, &'static str> {
        let length = text.chars().count();
        if length < SHORTEST {
            return Err("Please use at least 8 characters.");
        }
        if length > LONGEST {
            return Err("Please use at most 128 characters.");
        }
        let lower = text.to_lowercase();
        if email.is_some_and(|email| lower.trim() == email.as_str()) {
            return Err("Please choose a password that is not your e-mail address.");
        }
        if is_simple(&lower) || COMMON.lines().any(|common| common == lower) {
            return Err(
                "This password is among the first that a guesser tries. Please choose another.",
            );
        }
        Ok(NewPassword(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

/// Three different characters or fewer, or a plain run such as `23456789` or `zyxwvuts`.
fn is_simple(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let mut distinct = codes.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let run = |step: i64| codes.windows(2).all(|pair| pair[1] - pair[0] == step);
    distinct.len() <= 3 || run(1) || run(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(text: &str) -> Result<NewPassword, &'static str> {
        NewPassword::choose(text, Email::parse("asha@example.com").as_ref())
    }

    #[test]
    fn long_enough_and_not_common_is_all_that_is_asked() {
        for good in ["green tea, no sugar", "chai&pakora", "चाय और पकौड़ा", "        x y z w"]
        {
            assert_eq!(choose(good).unwrap().as_str(), good);
        }
        assert!(choose(&"abcde".repeat(25)).is_ok());
    }

    #[test]
    fn what_guessers_try_first_is_refused() {
        for bad in [
            "",
            "short",
            "password",
            "PASSWORD",
            "Password123",
            "aaaaaaaa",
            "12121212",
            "23456789",
            "zyxwvuts",
            "asha@example.com",
            "Asha@Example.com",
            "qwertyuiop",
            "india@123",
        ] {
            assert!(choose(bad).is_err(), "{bad}");
        }
        assert!(choose(&"abcd".repeat(33)).is_err());
    }

    #[test]
    fn the_list_holds_only_what_the_length_lets_through() {
        assert!(COMMON.lines().count() >= 200);
        for line in COMMON.lines() {
            assert!(line.len() >= SHORTEST && line == line.to_lowercase(), "{line}");
        }
    }

    #[test]
    fn a_password_does_not_show() {
        assert_eq!(format!("{:?}", choose("green tea, no sugar")), "Ok(NewPassword(…))");
    }
}
