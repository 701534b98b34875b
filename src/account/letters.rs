//! The letters that this room writes. None repeats anything that a stranger typed, for whoever asks
//! for a letter chooses neither its words nor a name in it.

use super::Email;
use crate::config::Config;
use crate::mail::{self, Letter};

/// Whose letter it is, and where its links lead.
#[derive(Clone, Debug)]
pub struct Letterhead {
    pub shop: String,
    /// The shop's address without a trailing slash.
    pub base: String,
}

impl From<&Config> for Letterhead {
    fn from(config: &Config) -> Letterhead {
        Letterhead { shop: config.shop.name.clone(), base: config.public_url.clone() }
    }
}

/// One paragraph of a letter: words, or a link of its own.
enum Part {
    Words(String),
    Link { label: &'static str, href: String },
}

/// To a new address: the link that makes the account.
pub fn confirm(head: &Letterhead, to: &Email, token: &str, about: &str) -> Letter {
    let parts = [
        words("Hello,"),
        Part::Words(format!(
            "somebody, we hope you, asked for an account at {} with this e-mail address. To \
             finish, open this page and press \"Create account\":",
            head.shop
        )),
        Part::Link {
            label: "Create my account",
            href: format!("{}/sign-up/confirm?token={token}", head.base),
        },
        words(
            "The link works once, for 24 hours. If it was not you, do nothing: no account is made.",
        ),
    ];
    letter(head, "sign-up", about, to, "Finish your account", &parts)
}

/// To an address that has an account and was given at sign-up again.
pub fn already_known(head: &Letterhead, to: &Email, about: &str) -> Letter {
    let parts = [
        words("Hello,"),
        Part::Words(format!(
            "somebody, perhaps you, asked for an account at {} with this e-mail address. You have \
             one already: you can simply sign in.",
            head.shop
        )),
        Part::Link { label: "Sign in", href: format!("{}/sign-in", head.base) },
        words("If you forgot the password, choose a new one here:"),
        Part::Link { label: "Choose a new password", href: format!("{}/forgot", head.base) },
        words("If it was not you, do nothing: nothing has changed."),
    ];
    letter(head, "sign-up", about, to, "You already have an account", &parts)
}

/// To an account: the link that sets a new password.
pub fn reset(head: &Letterhead, to: &Email, token: &str, about: &str) -> Letter {
    let parts = [
        words("Hello,"),
        Part::Words(format!(
            "somebody, we hope you, asked to choose a new password for your account at {}. You can \
             do it on this page:",
            head.shop
        )),
        Part::Link {
            label: "Choose a new password",
            href: format!("{}/reset?token={token}", head.base),
        },
        words(
            "The link works once, for 30 minutes. If it was not you, do nothing: your password \
             stays as it is.",
        ),
    ];
    letter(head, "password-reset", about, to, "Choose a new password", &parts)
}

/// To an address without an account, whose owner may have used another one.
pub fn reset_unknown(head: &Letterhead, to: &Email, about: &str) -> Letter {
    let parts = [
        words("Hello,"),
        Part::Words(format!(
            "somebody, perhaps you, asked to choose a new password at {}. There is no account with \
             this e-mail address. Perhaps you used another one, or would like to make an account:",
            head.shop
        )),
        Part::Link { label: "Create an account", href: format!("{}/sign-up", head.base) },
        words("If it was not you, do nothing."),
    ];
    letter(head, "password-reset", about, to, "About your password", &parts)
}

/// To an account whose password has changed (OWASP ASVS 5.0, 6.3.7).
pub fn password_changed(head: &Letterhead, to: &Email, about: &str) -> Letter {
    let parts = [
        words("Hello,"),
        Part::Words(format!(
            "the password of your account at {} was just changed. Every other sign-in was ended.",
            head.shop
        )),
        words("If it was not you, choose a new password at once:"),
        Part::Link { label: "Choose a new password", href: format!("{}/forgot", head.base) },
    ];
    letter(head, "password-changed", about, to, "Your password was changed", &parts)
}

fn words(text: &str) -> Part {
    Part::Words(text.to_owned())
}

fn letter(
    head: &Letterhead,
    kind: &'static str,
    about: &str,
    to: &Email,
    heading: &str,
    parts: &[Part],
) -> Letter {
    let mut text = String::new();
    let mut html = String::new();
    for part in parts {
        match part {
            Part::Words(words) => {
                text.push_str(&format!("{words}\n\n"));
                html.push_str(&format!("<p>{}</p>", mail::escape(words)));
            }
            Part::Link { label, href } => {
                text.push_str(&format!("{href}\n\n"));
                html.push_str(&format!("<p><a href=\"{}\">{label}</a></p>", mail::escape(href)));
            }
        }
    }
    text.push_str(&format!("{}\n{}\n", head.shop, head.base));
    Letter {
        kind: kind.into(),
        about: about.to_owned(),
        recipient: to.to_string(),
        subject: format!("{heading} – {}", head.shop),
        text,
        html: mail::layout_html(&head.shop, heading, &html),
    }
}
