//! Keeps the walls of the house standing: who may call whom, where SQL and settings live, how long
//! a file may grow. A wall that must move is moved here, with its reason.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own source should fail")]

use std::fs;
use std::path::{Path, PathBuf};

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

/// Longer than the rest for a reason.
const LONG_FILES: &[(&str, usize)] = &[
    ("src/order/queries.rs", 420), // one row struct for the one statement that reads an order
    ("src/cart/queries.rs", 460),  // one room, one list of statements
    ("src/payment/queries.rs", 420), // likewise
    ("src/cart/service.rs", 400),
    ("src/config.rs", 350),
    ("src/payment/types.rs", 360),
    ("src/payment/settle.rs", 320),
];
const FILE_MAX: usize = 300;
const FUNCTION_MAX: usize = 70;
const LINE_MAX: usize = 100;

fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for root in ["src", "tests", "benches"] {
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(root), &mut found);
    }
    assert!(found.len() > 60, "the source was not found");
    let base = Path::new(env!("CARGO_MANIFEST_DIR"));
    found
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            (path.strip_prefix(base).unwrap().display().to_string(), text)
        })
        .collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
}

fn room(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("src/")?;
    rest.split_once('/').map(|(room, _)| room)
}

/// The part of a file that ships: without its unit tests.
fn shipped<'a>(path: &str, text: &'a str) -> &'a str {
    if path.ends_with("/tests.rs") || path.contains("/tests/") {
        return "";
    }
    text.split("#[cfg(test)]\nmod tests {").next().unwrap()
}

fn report(wall: &str, broken: Vec<String>) {
    assert!(broken.is_empty(), "{wall}\n{}", broken.join("\n"));
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

#[test]
fn sql_lives_in_the_rooms_private_queries() {
    let mut broken = Vec::new();
    for (path, text) in sources() {
        let homes = ["src/db", "src/testing.rs", "src/web/health.rs", "src/razorpay/simulator/"];
        let home = path.contains("/queries")
            || homes.iter().any(|home| path.starts_with(home))
            || !path.starts_with("src/");
        if !home && shipped(&path, &text).contains("sqlx::query") {
            broken.push(format!("{path} holds SQL"));
        }
        if path.ends_with("/mod.rs") && text.contains("pub mod queries") {
            broken.push(format!("{path} shows its queries to other rooms"));
        }
    }
    report("SQL outside its place:", broken);
}

#[test]
fn only_the_clock_and_the_settings_ask_the_machine() {
    let mut broken = Vec::new();
    for (path, text) in sources() {
        let text = shipped(&path, &text);
        let simulator = path.starts_with("src/razorpay/simulator/");
        if path.starts_with("src/") && path != "src/clock.rs" && !simulator {
            for word in ["SystemTime::now", "Uuid::now_v7", "getrandom::"] {
                if text.contains(word) {
                    broken.push(format!("{path} uses {word}"));
                }
            }
        }
        let reads = ["src/config.rs", "src/testing.rs"].contains(&path.as_str());
        if path.starts_with("src/") && !reads && text.contains("env::var") {
            broken.push(format!("{path} reads the environment"));
        }
    }
    report("time, randomness and settings have one door each:", broken);
}

#[test]
fn gates_stand_at_doors_only() {
    let mut broken = Vec::new();
    for (path, text) in sources() {
        let door = path.ends_with("/mod.rs") || ["src/lib.rs", "src/main.rs"].contains(&&*path);
        if path.starts_with("src/") && !door && text.contains("cfg(feature") {
            broken.push(path);
        }
    }
    report("cfg(feature) belongs to a room's door:", broken);
}

#[test]
fn pages_escape_what_leptos_does_not() {
    let mut broken = Vec::new();
    for (path, text) in sources() {
        let text = shipped(&path, &text);
        if !path.starts_with("src/") || path.starts_with("src/razorpay/") {
            continue;
        }
        let in_ui = path.starts_with("src/ui/");
        for (word, why) in [
            ("<textarea", "is not escaped by leptos: use ui::TextArea"),
            ("inner_html=", "takes raw HTML"),
            ("<Title", "is not escaped by leptos: use web::Page"),
        ] {
            if !in_ui && text.contains(word) {
                broken.push(format!("{path}: {word} {why}"));
            }
        }
        let letter = path.contains("letter") || path.starts_with("src/mail/");
        let drawing = path.starts_with("src/catalogue/demo/");
        if !letter && !drawing && text.contains(" style=") {
            broken.push(format!("{path}: an inline style breaks the content security policy"));
        }
    }
    report("unsafe HTML:", broken);
}

#[test]
fn names_say_what_a_thing_is() {
    let vague = ["utils", "util", "helpers", "common", "manager", "handler", "misc", "data"];
    let mut broken = Vec::new();
    for (path, _) in sources() {
        let words = path.trim_end_matches(".rs").split('/');
        if words.into_iter().any(|word| vague.contains(&word)) {
            broken.push(path);
        }
    }
    report("a name that says nothing:", broken);
}

#[test]
fn files_say_what_they_are_for_and_stay_small() {
    let mut broken = Vec::new();
    for (path, text) in sources() {
        if !text.starts_with("//!") {
            broken.push(format!("{path} does not begin with //!"));
        }
        let allowed = LONG_FILES.iter().find(|(name, _)| *name == path);
        let lines = shipped(&path, &text).lines().count();
        if lines > allowed.map_or(FILE_MAX, |(_, lines)| *lines) {
            broken.push(format!("{path} has {lines} lines"));
        }
        for (number, line) in text.lines().enumerate() {
            if line.chars().count() > LINE_MAX {
                broken.push(format!("{path}:{} is wider than {LINE_MAX}", number + 1));
            }
        }
        for word in ["todo!(", "unimplemented!(", "TODO", "FIXME"] {
            if text.contains(word) && path != "tests/tidy.rs" {
                broken.push(format!("{path} holds {word}"));
            }
        }
    }
    report("files:", broken);
}

#[test]
fn functions_fit_on_a_screen() {
    let mut broken = Vec::new();
    for (path, text) in sources() {
        let mut start: Option<(usize, String, usize)> = None;
        for (number, line) in text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let head = line.trim_start();
            let is_fn = ["fn ", "pub fn ", "async fn ", "pub async fn ", "pub(super) fn "]
                .iter()
                .any(|word| head.starts_with(word));
            if is_fn && start.is_none() && !head.ends_with(';') {
                start = Some((number, head.to_owned(), indent));
            }
            let Some((from, name, depth)) = &start else { continue };
            let ends =
                indent == *depth && (head == "}" || (head.ends_with('}') && *from == number));
            if ends {
                let lines = number - from + 1;
                if lines > FUNCTION_MAX {
                    broken.push(format!("{path}:{} {name} has {lines} lines", from + 1));
                }
                start = None;
            }
        }
    }
    report("functions:", broken);
}

#[test]
fn both_leptos_settings_say_the_same() {
    let base = Path::new(env!("CARGO_MANIFEST_DIR"));
    let settings = |file: &str| -> Vec<String> {
        let text = fs::read_to_string(base.join(file)).unwrap();
        let section = text.split("[package.metadata.leptos]").nth(1).unwrap();
        let section = section.split("\n[").next().unwrap();
        section.lines().filter(|line| line.contains(" = ")).map(str::to_owned).collect()
    };
    let (build, start) = (settings("Cargo.toml"), settings("Leptos.toml"));
    assert!(start.len() > 4);
    let missing = start.into_iter().filter(|line| !build.contains(line)).collect();
    report("Leptos.toml differs from Cargo.toml:", missing);
}
