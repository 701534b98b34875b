//! Names and sizes of files, functions and lines.

use crate::{report, shipped, sources};

/// Longer than the rest for a reason.
const LONG_FILES: &[(&str, usize)] = &[
    ("src/order/queries.rs", 420), // one row struct for the one statement that reads an order
    ("src/payment/queries.rs", 420), // one room, one list of statements
    ("src/cart/service.rs", 320),
    ("src/config.rs", 350),
    ("src/payment/types.rs", 360),
    ("src/payment/settle.rs", 320),
];
const FILE_MAX: usize = 300;
const FUNCTION_MAX: usize = 70;
const LINE_MAX: usize = 100;

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
            if text.contains(word) && path != "tests/tidy/files.rs" {
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
