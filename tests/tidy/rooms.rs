//! Which room calls which.

use crate::{report, shipped, sources};
use std::collections::BTreeSet;

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
    // The frame that every room stands in knows next to none of them.
    ("ui", &["cart"]), // the badge in the header
    ("web", &[]),
    ("config", &["address"]), // the seller's state is one of its codes
    ("db", &[]),
    ("faults", &[]),
];
const EVERYBODY: &[&str] = &[
    "account", "clock", "config", "db", "error", "faults", "money", "state", "ui", "web",
    "transact",
];

/// The folder that a file belongs to, also of the file beside it that bears its name.
fn room(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("src/")?;
    let name = rest.split('/').next()?;
    Some(name.strip_suffix(".rs").unwrap_or(name))
}

fn arrows_of(room: &str) -> Option<&'static [&'static str]> {
    ARROWS.iter().find(|(name, _)| *name == room).map(|(_, allowed)| *allowed)
}

#[test]
fn every_room_has_its_arrows() {
    let sources = sources();
    let folders = sources.iter().filter_map(|(path, _)| path.strip_prefix("src/")?.split_once('/'));
    let folders: BTreeSet<&str> = folders.map(|(room, _)| room).collect();
    assert!(folders.len() > 15, "the rooms were not found");
    let listed: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    let missing = folders.difference(&listed).map(|room| format!("{room} is not in the list"));
    let gone = listed.difference(&folders).map(|room| format!("{room} is listed and not there"));
    report("whom may it call?", missing.chain(gone).collect());
    assert_eq!(ARROWS.len(), listed.len(), "a room is listed twice");
}

#[test]
fn rooms_call_only_along_the_arrows() {
    let mut broken = Vec::new();
    for (path, text) in sources() {
        let Some(room) = room(&path) else { continue };
        // Files that are no room are the map and the frame's own: `app`, `server`, `state`.
        let Some(allowed) = arrows_of(room) else { continue };
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
