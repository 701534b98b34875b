//! Which room calls which.

use crate::{report, shipped, sources};

/// Which room may name which. Everything may use `account`'s guards, `clock`, `config`, `db`,
/// `error`, `money`, `state`, `ui` and `web`.
const ARROWS: &[(&str, &[&str])] = &[
    ("catalogue", &["cart"]), // the add form on a product page; the cart's rules stay there
    ("cart", &["catalogue"]),
    ("account", &["cart", "mail"]), // merge at sign-in; letters
    ("address", &[]),
    // One transaction takes the units out of the stock; letters are written, the desk's link read.
    ("order", &["catalogue", "mail", "address"]),
    ("checkout", &["cart", "catalogue", "address", "order", "payment"]),
    // Paid, sold and taken out of the cart happen in one transaction.
    ("payment", &["order", "razorpay", "cart", "mail"]),
    ("mail", &[]),
    ("razorpay", &[]),
    // It holds every room's books against each other and against the gateway's.
    ("check", &["order", "payment", "razorpay"]),
    // The same verbs for programs.
    ("api", &["address", "cart", "catalogue", "checkout", "order", "payment", "razorpay"]),
    ("jobs", &["api", "cart", "catalogue", "check", "checkout", "order", "payment", "mail"]),
    ("admin", &["address", "order", "payment", "catalogue", "check", "mail"]),
    ("cli", &["api", "catalogue", "check", "jobs", "order", "payment", "razorpay", "server"]),
];
const EVERYBODY: &[&str] = &[
    "account", "clock", "config", "db", "error", "faults", "money", "state", "ui", "web",
    "transact",
];

fn room(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("src/")?;
    rest.split_once('/').map(|(room, _)| room)
}

#[test]
fn rooms_call_only_along_the_arrows() {
    let mut broken = Vec::new();
    for (path, text) in sources() {
        let Some(room) = room(&path) else { continue };
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else { continue };
        for part in shipped(&path, &text).split("crate::").skip(1) {
            for named in named(part) {
                let known = named == room || EVERYBODY.contains(&named) || allowed.contains(&named);
                if !known {
                    broken.push(format!("{path}: {room} names {named}"));
                }
            }
        }
    }
    broken.dedup();
    report("a room calls another that it may not know:", broken);
}

/// The rooms right behind `crate::`, also of a braced list.
fn named(part: &str) -> Vec<&str> {
    let end_of_word = |text: &str| {
        text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
    };
    if let Some(list) = part.strip_prefix('{') {
        let mut depth = 0;
        let mut names = Vec::new();
        let mut fresh = true;
        for (at, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => fresh = true,
                c if fresh && !c.is_whitespace() => {
                    names.push(&list[at..at + end_of_word(&list[at..])]);
                    fresh = false;
                }
                _ => {}
            }
        }
        return names;
    }
    vec![&part[..end_of_word(part)]]
}
