//! The demonstration's catalogue, and growing it.

use crate::catalogue::{Search, demo, grow, load_demo, queries, service};
use crate::clock::Clock;
use crate::state::AppState;
use crate::testing::{TestDb, fresh_db};
use crate::web::Assets;
use tempfile::TempDir;

async fn shop(db: &TestDb) -> (AppState, TempDir) {
    let data = tempfile::tempdir().unwrap();
    let app = AppState::on(db, data.path(), Clock::set(super::NOW), &[]).await;
    (app, data)
}

#[tokio::test]
async fn the_demonstration_comes_once_even_to_two_servers_at_once() {
    let db = fresh_db().await;
    let (app, data) = shop(&db).await;
    let other = AppState::open(app.config.clone(), app.clock.clone(), Assets::default());
    let other = other.await.unwrap();
    let (one, two) = tokio::join!(load_demo(&app), load_demo(&other));
    let goods: usize = demo::CATEGORIES.iter().map(|category| category.products.len()).sum();
    assert_eq!(one.unwrap() + two.unwrap(), goods);
    assert_eq!(load_demo(&app).await.unwrap(), 0);
    let mut c = db.read.acquire().await.unwrap();
    let tea = service::find(&mut c, "assam-tea").await.unwrap().unwrap();
    let picture = data.path().join(tea.pictures[0].trim_start_matches('/'));
    assert!(std::fs::read_to_string(picture).unwrap().starts_with("<svg"));
    let categories = service::categories(&mut c).await.unwrap();
    assert_eq!(categories.len(), demo::CATEGORIES.len());
    let search = Search { text: "assam tea".into(), ..Search::default() };
    let found = service::list(&mut c, &search).await.unwrap();
    assert_eq!(found.items[0].slug, "assam-tea");
}

#[tokio::test]
async fn a_grown_catalogue_has_as_many_products_as_were_wanted() {
    let db = fresh_db().await;
    let (app, _data) = shop(&db).await;
    assert!(grow(&app, 10).await.is_err());
    load_demo(&app).await.unwrap();
    grow(&app, 200).await.unwrap();
    assert_eq!(grow(&app, 200).await.unwrap(), 0);
    let mut c = db.read.acquire().await.unwrap();
    assert_eq!(queries::count_products(&mut c).await.unwrap(), 200);
    let on_sale: i64 =
        service::categories(&mut c).await.unwrap().iter().map(|category| category.products).sum();
    assert_eq!(on_sale, 200);
}
