//! Putting products on the shelf, finding, changing and withdrawing them.

use super::{NOW, category, product, put};
use crate::catalogue::{Category, NewProduct, service};
use crate::money::Paise;
use crate::testing::fresh_db;

#[tokio::test]
async fn a_product_is_read_back_as_it_was_put() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    let tea = category(&mut c, "tea", 1).await;
    let new = product(&tea, "assam-tea", "Assam “tea” ☕ '; drop table products");
    let id = put(&mut c, &new).await;
    let found = service::find(&mut c, "assam-tea").await.unwrap().unwrap();
    assert_eq!((&found.id, &found.name, &found.pictures), (&id, &new.name, &new.pictures));
    assert_eq!((found.price, found.mrp, found.left), (Paise(10_000), Paise(12_000), 10));
    assert_eq!((found.category_slug.as_str(), found.category_name.as_str()), ("tea", "TEA"));
    assert!(!found.withdrawn);
    assert_eq!(service::find_by_id(&mut c, &id).await.unwrap(), Some(found));
}

#[tokio::test]
async fn hostile_names_find_nothing() {
    let db = fresh_db().await;
    let mut c = db.read.acquire().await.unwrap();
    let long = "a".repeat(100_000);
    for name in ["", "\0", "a\0b", "' or 1=1 --", "%", "చాయ్", &long] {
        assert_eq!(service::find(&mut c, name).await.unwrap(), None, "{name}");
        assert_eq!(service::find_by_id(&mut c, name).await.unwrap(), None, "{name}");
    }
}

#[tokio::test]
async fn a_category_counts_what_is_on_sale_and_keeps_its_place() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    let tea = category(&mut c, "tea", 2).await;
    category(&mut c, "spices", 1).await;
    assert!(service::put_category(&mut c, "tea", "Tea", "", 3).await.unwrap().is_none());
    put(&mut c, &product(&tea, "assam", "Assam")).await;
    let gone = put(&mut c, &product(&tea, "nilgiri", "Nilgiri")).await;
    assert!(service::withdraw(&mut c, &gone, NOW).await.unwrap());
    let told = |slug: &str, products| Category {
        slug: slug.into(),
        name: slug.to_uppercase(),
        blurb: "A shelf.".into(),
        products,
    };
    let found = service::categories(&mut c).await.unwrap();
    assert_eq!(found, [told("spices", 0), told("tea", 1)]);
}

#[tokio::test]
async fn a_withdrawn_product_is_found_and_says_so() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    let tea = category(&mut c, "tea", 1).await;
    let id = put(&mut c, &product(&tea, "assam", "Assam")).await;
    assert!(service::withdraw(&mut c, &id, NOW).await.unwrap());
    assert!(!service::withdraw(&mut c, &id, NOW).await.unwrap());
    assert!(service::find(&mut c, "assam").await.unwrap().unwrap().withdrawn);
}

#[tokio::test]
async fn a_price_changes_and_never_passes_the_maximum_retail_price() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    let tea = category(&mut c, "tea", 1).await;
    let id = put(&mut c, &product(&tea, "assam", "Assam")).await;
    assert!(service::change_price(&mut c, &id, Paise(9_000), Paise(9_500), NOW).await.unwrap());
    assert!(!service::change_price(&mut c, "none", Paise(1), Paise(1), NOW).await.unwrap());
    assert!(service::change_price(&mut c, &id, Paise(9_600), Paise(9_500), NOW).await.is_err());
    let found = service::find(&mut c, "assam").await.unwrap().unwrap();
    assert_eq!((found.price, found.mrp), (Paise(9_000), Paise(9_500)));
}

#[tokio::test]
async fn near_a_product_is_what_can_be_had_at_about_the_price() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    let tea = category(&mut c, "tea", 1).await;
    let other = category(&mut c, "spices", 2).await;
    put(&mut c, &product(&other, "turmeric", "Turmeric")).await;
    for (slug, price, stock) in
        [("a", 10_000, 5), ("b", 50_000, 5), ("c", 11_000, 5), ("d", 10_000, 0), ("e", 30_000, 1)]
    {
        let price = Paise(price);
        let new = NewProduct { price, mrp: price, stock, ..product(&tea, slug, slug) };
        put(&mut c, &new).await;
    }
    let first = service::find(&mut c, "a").await.unwrap().unwrap();
    let near = service::related(&mut c, &first).await.unwrap();
    let slugs: Vec<&str> = near.iter().map(|card| card.slug.as_str()).collect();
    assert_eq!(slugs, ["c", "e", "b", "d"]);
}

#[tokio::test]
async fn the_front_page_shows_every_category_and_nothing_sold_out() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    let tea = category(&mut c, "tea", 1).await;
    let spices = category(&mut c, "spices", 2).await;
    for number in 0..9 {
        put(&mut c, &product(&tea, &format!("tea-{number}"), &format!("Tea {number}"))).await;
    }
    put(&mut c, &NewProduct { stock: 0, ..product(&tea, "gone", "A gone one") }).await;
    put(&mut c, &product(&spices, "clove", "Clove")).await;
    let slugs: Vec<String> =
        service::featured(&mut c).await.unwrap().into_iter().map(|card| card.slug).collect();
    let teas = (1..7).map(|number| format!("tea-{number}"));
    let expected: Vec<String> =
        ["tea-0", "clove"].into_iter().map(str::to_owned).chain(teas).collect();
    assert_eq!(slugs, expected);
}
