//! Is this e-mail address usable? Looks at the address alone: its form, hosts that give addresses
//! away for ten minutes, and hosts that look like a slip of the fingers. Never asks whether
//! somebody has an account, so it can tell a stranger nothing (OWASP WSTG, IDNT-04).

use super::Email;

/// Hosts of throw-away addresses, one a line.
const DISPOSABLE: &str = include_str!("disposable_domains.txt");

/// Hosts that most shoppers' addresses are at: what a mistyped one was meant to be.
const MEANT: [&str; 14] = [
    "gmail.com",
    "yahoo.com",
    "yahoo.co.in",
    "yahoo.in",
    "ymail.com",
    "rediffmail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "icloud.com",
    "proton.me",
    "protonmail.com",
    "zohomail.in",
    "googlemail.com",
];

/// Hosts that exist although they look like one of [`MEANT`] with a slip in it.
const REAL: [&str; 23] = [
    "mail.com",
    "email.com",
    "gmx.com",
    "gmx.net",
    "ymail.in",
    "rocketmail.com",
    "rediff.com",
    "zohomail.com",
    "zohomail.eu",
    "hotmail.co.in",
    "hotmail.co.uk",
    "hotmail.de",
    "hotmail.fr",
    "hotmail.in",
    "outlook.in",
    "outlook.de",
    "outlook.fr",
    "live.in",
    "like.com",
    "yahoo.ca",
    "yahoo.co.uk",
    "yahoo.com.au",
    "yahoo.de",
];

/// Slips too far from what was meant for counting letters.
const SLIPS: [(&str, &str); 6] = [
    ("gmail.in", "gmail.com"),
    ("gmail.co.in", "gmail.com"),
    ("gmail.org", "gmail.com"),
    ("gmail", "gmail.com"),
    ("icloud.in", "icloud.com"),
    ("rediffmail.in", "rediffmail.com"),
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmailCheck {
    Usable(Email),
    Malformed,
    /// The host throws its addresses away.
    Disposable,
    /// Looks like a slip: the whole address as it was probably meant. May still be right.
    Mistyped {
        meant: Email,
    },
}

impl EmailCheck {
    /// Judges a typed address. Takes the same steps for every address that is well formed.
    pub fn of(text: &str) -> EmailCheck {
        // A known slip may lack the dot that a well-formed address has, so it is looked for first.
        let host = text.rsplit_once('@').map(|(_, host)| host.trim().to_ascii_lowercase());
        let meant = host.and_then(|host| meant_host(&host)).and_then(|meant| {
            let (local, _) = text.rsplit_once('@')?;
            Email::parse(&format!("{local}@{meant}"))
        });
        match (meant, Email::parse(text)) {
            (Some(meant), _) => EmailCheck::Mistyped { meant },
            (None, None) => EmailCheck::Malformed,
            (None, Some(email)) if is_disposable(email.host()) => EmailCheck::Disposable,
            (None, Some(email)) => EmailCheck::Usable(email),
        }
    }

    pub fn is_usable(&self) -> bool {
        matches!(self, EmailCheck::Usable(_))
    }

    /// The whole address as it was probably meant.
    pub fn suggestion(&self) -> Option<String> {
        match self {
            EmailCheck::Mistyped { meant } => Some(meant.to_string()),
            _ => None,
        }
    }

    /// What to tell the visitor, if anything.
    pub fn message(&self) -> Option<String> {
        match self {
            EmailCheck::Usable(_) => None,
            EmailCheck::Malformed => Some(Email::WANTED.to_owned()),
            EmailCheck::Disposable => Some(
                "Addresses at this host soon stop working, and letters about your orders would be \
                 lost. Please give one that you keep."
                    .to_owned(),
            ),
            EmailCheck::Mistyped { meant } => Some(format!("Did you mean {meant}?")),
        }
    }
}

fn is_disposable(host: &str) -> bool {
    DISPOSABLE.lines().any(|known| {
        host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

fn meant_host(host: &str) -> Option<&'static str> {
    if let Some((_, meant)) = SLIPS.iter().find(|(slip, _)| *slip == host) {
        return Some(meant);
    }
    // Hosts are short; a long one is not a slip, and comparing it would only cost time.
    if host.len() > 20 || MEANT.contains(&host) || REAL.contains(&host) || is_disposable(host) {
        return None;
    }
    let near = MEANT.iter().map(|meant| (slips_between(host, meant), *meant));
    let (slips, meant) = near.min_by_key(|(slips, _)| *slips)?;
    let same_start = host.as_bytes().first() == meant.as_bytes().first();
    (slips == 1 || (slips == 2 && same_start && host.len() >= 8)).then_some(meant)
}

/// Letters left out, put in, exchanged or swapped with their neighbour (optimal string alignment
/// distance; Damerau 1964).
fn slips_between(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let exchanged = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = exchanged.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before_last[j - 2] + 1);
            }
            row.push(least);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(host: &str) -> Option<String> {
        match EmailCheck::of(&format!("asha@{host}")) {
            EmailCheck::Mistyped { meant } => Some(meant.host().to_owned()),
            _ => None,
        }
    }

    #[test]
    fn slips_are_noticed() {
        for (typed, host) in [
            ("gmial.com", "gmail.com"),
            ("gamil.com", "gmail.com"),
            ("gmail.con", "gmail.com"),
            ("gmail.co", "gmail.com"),
            ("gmali.con", "gmail.com"),
            ("gmail.in", "gmail.com"),
            ("gmail", "gmail.com"),
            ("Gnail.Com", "gmail.com"),
            ("yaho.com", "yahoo.com"),
            ("yahoo.co.im", "yahoo.co.in"),
            ("hotmial.com", "hotmail.com"),
            ("outlok.com", "outlook.com"),
            ("redifmail.com", "rediffmail.com"),
            ("iclod.com", "icloud.com"),
        ] {
            assert_eq!(meant(typed).as_deref(), Some(host), "{typed}");
        }
    }

    #[test]
    fn real_hosts_are_left_alone() {
        let ours = ["example.com", "tea.co.in", "iitb.ac.in", "infosys.com", "me.com", "hey.com"];
        for host in MEANT.iter().chain(&REAL).chain(&ours) {
            let address = format!("asha@{host}");
            let usable = EmailCheck::Usable(Email::parse(&address).unwrap());
            assert_eq!(EmailCheck::of(&address), usable, "{host}");
            assert_eq!(EmailCheck::of(&address).message(), None);
        }
    }

    #[test]
    fn throw_away_hosts_are_known_with_what_is_under_them() {
        for host in ["mailinator.com", "mail.yopmail.com", "Guerrillamail.com"] {
            assert_eq!(EmailCheck::of(&format!("x@{host}")), EmailCheck::Disposable, "{host}");
        }
        assert!(!is_disposable("notmailinator.com"));
        for line in DISPOSABLE.lines() {
            assert!(Email::parse(&format!("x@{line}")).is_some(), "{line}");
        }
    }

    #[test]
    fn the_form_is_judged() {
        for text in ["", "@", "asha", "asha@", "@gmial.com", "a b@gmial.com", "asha@localhost"] {
            assert_eq!(EmailCheck::of(text), EmailCheck::Malformed, "{text}");
        }
    }

    #[test]
    fn slips_are_counted() {
        assert_eq!(slips_between("", "abc"), 3);
        assert_eq!(slips_between("abc", "abc"), 0);
        assert_eq!(slips_between("acb", "abc"), 1);
        assert_eq!(slips_between("kitten", "sitting"), 3);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_judged(text: String) {
            let _ = EmailCheck::of(&text);
            let _ = EmailCheck::of(&format!("a@{text}"));
        }
    }
}
