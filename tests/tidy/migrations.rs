//! Migrations that come later only add: a version that still runs while the next one begins finds
//! all that it reads, and may leave out what it does not know of. Only an index that forbids
//! nothing may go, for no statement names it.

use crate::report;
use std::fs;
use std::path::Path;

/// Before this one no version had another beside it.
const FIRST: &str = "0014";

#[test]
fn later_migrations_only_add() {
    let mut all = Vec::new();
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        all.extend(statements(&text).into_iter().map(|statement| (name.clone(), statement)));
    }
    let forbids_nothing = |index: &str| {
        let made = format!("create index {index} ");
        all.iter().any(|(_, statement)| statement.starts_with(&made))
    };
    let mut broken = Vec::new();
    let mut seen = 0;
    for (name, statement) in all.iter().filter(|(name, _)| name.as_str() >= FIRST) {
        seen += 1;
        if !only_adds(statement, forbids_nothing) {
            broken.push(format!("{name}: {statement}"));
        }
    }
    assert!(seen > 3, "the migrations were not found");
    report("an older version beside this one would break:", broken);
}

fn statements(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("--"));
    let whole = lines.collect::<Vec<_>>().join(" ").to_lowercase();
    let words = |part: &str| part.split_whitespace().collect::<Vec<_>>().join(" ");
    whole.split(';').map(words).filter(|statement| !statement.is_empty()).collect()
}

/// A table, an index that forbids nothing, a column that may be left out, rows; or such an index
/// goes.
fn only_adds(statement: &str, forbids_nothing: impl Fn(&str) -> bool) -> bool {
    let is_column = statement.starts_with("alter table ")
        && statement.contains(" add column ")
        && (!statement.contains(" not null") || statement.contains(" default "))
        && !statement.contains(" unique")
        && !statement.contains(" check");
    let begins = ["create table ", "create index ", "insert into ", "update "];
    is_column
        || begins.iter().any(|begin| statement.starts_with(begin))
        || statement.strip_prefix("drop index ").is_some_and(forbids_nothing)
}

#[test]
fn what_takes_away_or_forbids_is_found() {
    for statement in [
        "alter table orders drop column email",
        "alter table orders rename column email to mail",
        "alter table orders add column later text not null",
        "create unique index orders_by_mail on orders (email)",
        "drop table orders",
        "drop index orders_by_mail",
    ] {
        assert!(!only_adds(statement, |index| index == "orders_by_age"), "{statement}");
    }
    for statement in
        ["alter table orders add column later text not null default ''", "drop index orders_by_age"]
    {
        assert!(only_adds(statement, |index| index == "orders_by_age"), "{statement}");
    }
    assert_eq!(statements("-- Why; because\nupdate a\n  set b = 1;\n"), ["update a set b = 1"]);
}
