//! What has one door only: the database, the clock, the settings, the gates between the halves.

use crate::{report, shipped, sources};
use std::fs;
use std::path::Path;

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
