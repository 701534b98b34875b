//! An e-mail address as this shop takes it.

use std::fmt;

/// A mailbox address in lower case, checked for form only: whether it exists, only a letter can
/// tell.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// What to say to somebody who typed something else.
    pub const WANTED: &str = "Please give an e-mail address such as asha@example.com.";

    /// Accepts what mail servers in practice accept: one `@`, a local part of 1–64 plain
    /// characters, a dotted host name, 254 characters at most (RFC 5321, 4.5.3.1).
    pub fn parse(text: &str) -> Option<Email> {
        let text = text.trim().to_ascii_lowercase();
        let (local, host) = text.split_once('@')?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
        let local_fits = (1..=64).contains(&local.len())
            && local.chars().all(plain)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let label = |part: &str| {
            (1..=63).contains(&part.len())
                && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                && !part.starts_with('-')
                && !part.ends_with('-')
        };
        let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
        let top_level = |part: &str| part.len() >= 2 && !digits(part);
        let host_fits = host.contains('.')
            && host.split('.').all(label)
            && host.rsplit('.').next().is_some_and(top_level);
        (local_fits && host_fits && text.len() <= 254).then_some(Email(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn host(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, host)| host)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lower_case_and_trimmed() {
        let email = Email::parse("  Asha.Rao+tea@Example.CO.IN ").unwrap();
        assert_eq!(email.as_str(), "asha.rao+tea@example.co.in");
        assert_eq!(email.host(), "example.co.in");
    }

    #[test]
    fn what_no_mail_server_takes_is_refused() {
        let long = format!("{}@example.com", "a".repeat(65));
        let far = format!("a@{}.com", "b".repeat(64));
        for bad in [
            "",
            "asha",
            "@example.com",
            "asha@",
            "asha@localhost",
            "a b@example.com",
            "a@b@c.com",
            ".a@example.com",
            "a.@example.com",
            "a..b@example.com",
            "a@-b.com",
            "a@b-.com",
            "a@b..com",
            "a@1.2.3.4",
            "a@example.c",
            "a@ex\u{e4}mple.com",
            "a<b>@example.com",
            "a@example.com\r\nbcc: b@example.com",
            &long,
            &far,
        ] {
            assert_eq!(Email::parse(bad), None, "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn an_accepted_address_is_accepted_again(text in "[ -~]{0,20}@[ -~]{0,20}") {
            if let Some(email) = Email::parse(&text) {
                proptest::prop_assert_eq!(Email::parse(email.as_str()), Some(email.clone()));
            }
        }
    }
}
