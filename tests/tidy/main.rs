//! Keeps the walls of the house standing: who may call whom, where SQL and settings live, how long
//! a file may grow. A wall that must move is moved here, with its reason.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own source should fail")]

mod doors;
mod files;
mod migrations;
mod pages;
mod rooms;

use std::fs;
use std::path::{Path, PathBuf};

/// Every Rust file of the project: its path and its text.
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

/// The part of a file that ships: without its unit tests.
fn shipped<'a>(path: &str, text: &'a str) -> &'a str {
    if path.ends_with("/tests.rs") || path.contains("/tests/") {
        return "";
    }
    text.split("#[cfg(test)]\nmod tests {").next().unwrap()
}

/// Fails with every place where a wall is broken.
#[track_caller]
fn report(wall: &str, broken: Vec<String>) {
    assert!(broken.is_empty(), "{wall}\n{}", broken.join("\n"));
}
