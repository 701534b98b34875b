//! The nightly check, and the desk's page about it.

use super::{Verdict, busy};
use crate::story::Shop;
use kirana::check::{nightly, service};

#[tokio::test(flavor = "multi_thread")]
async fn one_server_checks_once_a_night() {
    let shop = busy().await;
    let app = shop.app();
    let (a, b) = tokio::join!(nightly(&app), nightly(&app));
    assert_eq!((a.unwrap(), b.unwrap()), (0, 0));
    nightly(&app).await.unwrap();
    assert_eq!(shop.count("check_runs").await, 1);
    assert_eq!(shop.count("check_runs where ended_at is not null and with_gateway = 1").await, 1);
    shop.passes(24 * 60).await;
    shop.works().await;
    nightly(&app).await.unwrap();
    assert_eq!(shop.count("check_runs").await, 2);
    assert_eq!(shop.count("desk_tasks where kind = 'check'").await, 0);
    let runs = service::list_runs(&app).await.unwrap();
    assert!(runs.iter().all(|run| run.broken == 0 && run.report.len() > 20));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_a_stopped_server_left_is_made_by_another() {
    let shop = Shop::open().await;
    let app = shop.app();
    nightly(&app).await.unwrap();
    shop.meddles("update check_runs set ended_at = null").await;
    nightly(&app).await.unwrap();
    assert_eq!(shop.count("check_runs where ended_at is null").await, 1, "perhaps it still runs");
    shop.meddles("update check_runs set started_at = 1").await;
    nightly(&app).await.unwrap();
    assert_eq!(shop.count("check_runs where ended_at is not null").await, 1);
    assert_eq!(shop.count("check_runs").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_broken_becomes_one_task_for_a_person() {
    let shop = Shop::open().await;
    shop.visitor().buys("assam-tea", 1).await;
    shop.meddles("update products set on_hand = on_hand + 1 where slug = 'assam-tea'").await;
    for _ in 0..2 {
        assert_eq!(nightly(&shop.app()).await.unwrap(), 1);
        shop.passes(24 * 60).await;
        shop.works().await;
    }
    let subjects = shop.texts("select subject from desk_tasks where kind = 'check'").await;
    assert_eq!(subjects, ["What is on hand is what came in less what went out"]);
    shop.shopkeeper().await.opens("/admin").await.sees("The books do not agree").sees("Assam tea");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_checks_by_a_button_and_sees_what_is_wrong() {
    let shop = Shop::open().await;
    shop.visitor().buys("assam-tea", 1).await;
    let mut desk = shop.shopkeeper().await;
    desk.opens("/admin").await.opens("/admin/check").await.got(200).sees("No check was made yet");
    let button = desk.page.form("/do/admin/check");
    desk.sends(button.clone()).await.is_at("/admin/check").sees("Everything holds.");
    desk.sees("Order numbers have no gaps").sees("everything held").does_not_see("Broken");
    shop.meddles("update orders set email = 'eve@example.in'").await;
    desk.sends(button).await.sees("1 of 19 do not hold.").sees("Broken");
    desk.sees("is not what was agreed").sees("1 broken");
    assert_eq!(shop.count("check_runs").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_runs_are_kept() {
    let shop = Shop::open().await;
    for number in 0..70 {
        shop.meddles(&format!(
            "insert into check_runs (id, started_at, ended_at, with_gateway)
             values ('{number}', {number}, 1, 0)"
        ))
        .await;
    }
    let outcomes = service::check_now(&shop.app()).await.unwrap();
    assert!(outcomes.iter().all(|one| one.verdict == Verdict::Holds));
    assert_eq!(shop.count("check_runs").await, 60);
    assert_eq!(shop.count("check_runs where started_at < 11").await, 0);
}
