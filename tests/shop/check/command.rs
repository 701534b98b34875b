//! The program itself: `kirana check` and `kirana reconcile` beside a shop that is open.

use super::busy;
use crate::story::Shop;
use std::process::{Command, Output};

/// Runs the built program with the settings of this shop.
async fn kirana(shop: &Shop, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kirana"));
    let config = &shop.config;
    command
        .args(arguments)
        .env_clear()
        .env("DATABASE_URL", &config.database_url)
        .env("KIRANA_DATA", &config.data)
        .env("KIRANA_PUBLIC_URL", &config.public_url)
        .env("RAZORPAY_API_URL", &config.gateway.api_url);
    let done = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let Output { status, stdout, stderr } = done;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_tells_by_lines_by_json_and_by_its_exit_code() {
    let shop = busy().await;
    let (code, lines, errors) = kirana(&shop, &["check"]).await;
    assert_eq!(code, Some(0), "{lines}{errors}");
    assert_eq!(lines.lines().filter(|line| line.starts_with("ok ")).count(), 19, "{lines}");
    assert!(lines.contains("ok   13  Order numbers have no gaps and no doubles"), "{lines}");
    let (code, lines, errors) = kirana(&shop, &["check", "--gateway", "--rate", "100"]).await;
    assert_eq!((code, lines.lines().count()), (Some(0), 23), "{lines}{errors}");

    shop.meddles("update products set on_hand = on_hand + 1 where slug = 'assam-tea'").await;
    let (code, lines, errors) = kirana(&shop, &["check", "--second-look", "0"]).await;
    assert_eq!(code, Some(1));
    assert!(lines.contains("BAD   7  What is on hand"), "{lines}");
    assert!(lines.contains("Assam tea: 998 on hand"), "{lines}");
    assert!(errors.contains("kirana: 1 of 19 do not hold"), "{errors}");
    let (code, json, _) = kirana(&shop, &["check", "--second-look", "0", "--json"]).await;
    let told: serde_json::Value = serde_json::from_str(&json).unwrap();
    let broken: Vec<_> =
        told.as_array().unwrap().iter().filter(|one| one["verdict"] == "broken").collect();
    assert_eq!((code, broken.len()), (Some(1), 1));
    assert_eq!(broken[0]["invariant"], 7);
    assert!(broken[0]["rows"][0]["what"].as_str().unwrap().contains("998 on hand"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_is_away_is_told_apart_from_broken_books() {
    let shop = busy().await;
    shop.gateway.goes_wrong("/v1/", "html502", 10_000).await;
    let (code, lines, errors) =
        kirana(&shop, &["check", "--gateway", "--days", "1", "--rate", "100"]).await;
    assert_eq!(code, Some(1), "{lines}");
    assert!(lines.contains("??    1  Money at the gateway"), "{lines}");
    assert!(errors.contains("nothing was found broken, but 4 could not be compared"), "{errors}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_versions_database_is_refused_and_left_alone() {
    let shop = Shop::open().await;
    let newest = shop.number("select max(version) from _sqlx_migrations").await;
    let later = format!("update _sqlx_migrations set version = 9999 where version = {newest}");
    shop.meddles(&later).await;
    for (version, words) in [(9999, "newer than this program"), (9998, "run `kirana migrate`")] {
        if version == 9998 {
            shop.meddles("delete from _sqlx_migrations where version = 9999").await;
        }
        for command in [&["check"][..], &["reconcile", "--since", "2026-11-20"]] {
            let (code, _, errors) = kirana(&shop, command).await;
            assert_eq!(code, Some(1));
            assert!(errors.contains(words), "{errors}");
        }
    }
    let rows = format!("_sqlx_migrations where version >= {newest}");
    assert_eq!(shop.count(&rows).await, 0, "not migrated");
}

#[tokio::test(flavor = "multi_thread")]
async fn reconciling_a_shop_that_lacks_nothing_says_so() {
    let shop = busy().await;
    let (code, lines, errors) =
        kirana(&shop, &["reconcile", "--since", "2026-01-01", "--rate", "100"]).await;
    assert_eq!(code, Some(0), "{errors}");
    assert!(lines.contains("nothing: the books agree."), "{lines}");
    let (code, _, errors) = kirana(&shop, &["reconcile", "--since", "last week"]).await;
    assert_eq!(code, Some(2));
    assert!(errors.contains("a date like 2026-11-20"), "{errors}");
}
