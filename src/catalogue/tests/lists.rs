//! The list: search, category, order, pages.

use super::{NOW, category, product, put};
use crate::catalogue::{Key, Listing, NewProduct, Place, Search, Sort, service};
use crate::db::Connection;
use crate::money::Paise;
use crate::testing::fresh_db;

async fn list(c: &mut Connection, search: &Search) -> Listing {
    service::list(c, search).await.unwrap()
}

fn slugs(listing: &Listing) -> Vec<&str> {
    listing.items.iter().map(|card| card.slug.as_str()).collect()
}

fn looking_for(text: &str) -> Search {
    Search { text: text.into(), page: 1, ..Search::default() }
}

async fn small_shop(c: &mut Connection) {
    let tea = category(c, "tea", 1).await;
    let snacks = category(c, "snacks", 2).await;
    for (at, shelf, slug, name, price, stock, description) in [
        (1, &tea, "green", "Green tea", 30_000, 10, "Leaf from the hills."),
        (2, &tea, "assam", "Assam tea", 18_500, 0, "Strong and malty."),
        (3, &snacks, "biscuit", "Masala biscuit", 9_000, 5, "Good with tea or coffee."),
        (4, &snacks, "makhana", "मखाना roasted", 25_000, 5, "Fox nuts, lightly salted."),
        (5, &tea, "cup", "Teacup", 18_500, 3, "For two."),
    ] {
        let price = Paise(price);
        let description = description.to_owned();
        let new =
            NewProduct { price, mrp: price, stock, description, ..product(shelf, slug, name) };
        service::put_product(c, &new, NOW + at).await.unwrap();
    }
}

#[tokio::test]
async fn an_order_is_what_it_says() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    small_shop(&mut c).await;
    for (sort, expected) in [
        (Sort::Featured, ["green", "cup", "biscuit", "makhana", "assam"]),
        (Sort::Newest, ["cup", "makhana", "biscuit", "assam", "green"]),
        (Sort::PriceUp, ["biscuit", "assam", "cup", "makhana", "green"]),
        (Sort::PriceDown, ["green", "makhana", "cup", "assam", "biscuit"]),
        (Sort::Name, ["assam", "green", "biscuit", "cup", "makhana"]),
    ] {
        let found = list(&mut c, &Search { sort, page: 1, ..Search::default() }).await;
        assert_eq!(slugs(&found), expected, "{sort:?}");
        assert_eq!((found.total, found.page, found.pages), (5, 1, 1));
    }
}

#[tokio::test]
async fn every_word_must_be_found_and_the_name_weighs_most() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    small_shop(&mut c).await;
    let all = ["green", "cup", "biscuit", "assam"];
    for (text, expected) in [
        ("tea", &all[..]),
        ("TEA!", &all),
        ("te", &all),
        ("with", &[]),
        ("biscuit tea", &["biscuit"]),
        ("tea coff", &["biscuit"]),
        ("the tea of assam", &["assam"]),
        ("250", &["green", "cup", "biscuit", "makhana", "assam"]),
        ("assam 250g", &["assam"]),
        ("250 g assam", &["assam"]),
        ("snack", &["biscuit", "makhana"]),
        ("मखाना", &["makhana"]),
        ("मखा", &["makhana"]),
        ("coconut", &[]),
        ("'; drop table products; --", &[]),
        ("%_*\\\0", &[]),
        (&"tea ".repeat(1000), &all),
    ] {
        let found = list(&mut c, &looking_for(text)).await;
        assert_eq!(slugs(&found), expected, "{text}");
        assert_eq!(found.total, i64::try_from(expected.len()).unwrap(), "{text}");
    }
}

#[tokio::test]
async fn a_category_narrows_the_list_and_withdrawn_products_are_not_in_it() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    small_shop(&mut c).await;
    let snacks = Search { category: Some("snacks".into()), ..looking_for("") };
    assert_eq!(slugs(&list(&mut c, &snacks).await), ["biscuit", "makhana"]);
    let both = Search { text: "tea".into(), ..snacks.clone() };
    assert_eq!(slugs(&list(&mut c, &both).await), ["biscuit"]);
    let gone = service::find(&mut c, "biscuit").await.unwrap().unwrap();
    service::withdraw(&mut c, &gone.id, NOW).await.unwrap();
    assert_eq!(slugs(&list(&mut c, &snacks).await), ["makhana"]);
    assert!(list(&mut c, &both).await.items.is_empty());
    let unknown = Search { category: Some("unknown".into()), ..looking_for("") };
    assert_eq!(list(&mut c, &unknown).await.total, 0);
}

#[tokio::test]
async fn pages_hold_every_product_once_and_the_last_stands_for_all_beyond() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    let tea = category(&mut c, "tea", 1).await;
    for number in 0..53 {
        put(&mut c, &product(&tea, &format!("tea-{number}"), "Tea")).await;
    }
    for sort in Sort::ALL {
        let mut seen = Vec::new();
        for page in 1..=3 {
            let found = list(&mut c, &Search { sort, page, ..looking_for("tea") }).await;
            assert_eq!((found.total, found.page, found.pages), (53, page, 3));
            seen.extend(found.items.into_iter().map(|card| card.slug));
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 53, "{sort:?}");
    }
    for page in [4, 100_000, i64::MAX] {
        let found = list(&mut c, &Search { page, ..looking_for("") }).await;
        assert_eq!((found.page, found.pages, found.items.len()), (3, 3, 5));
    }
    for page in [0, -1, i64::MIN] {
        assert_eq!(list(&mut c, &Search { page, ..looking_for("") }).await.page, 1);
    }
    let found = list(&mut c, &Search { page: 9, ..looking_for("coffee") }).await;
    assert_eq!(found, Listing { items: vec![], total: 0, page: 1, pages: 1 });
}

/// The slugs behind a place, and the next place.
async fn after(
    c: &mut Connection,
    search: &Search,
    place: Option<&Place>,
) -> (Vec<String>, Option<Place>) {
    let found = service::list_after(c, search, place).await.unwrap();
    let (cards, next) = found.expect("a place of this list");
    (cards.into_iter().map(|card| card.slug).collect(), next)
}

/// Sixty products on two shelves, every fourth sold out, prices and names in no order.
async fn long_shelves(c: &mut Connection) {
    let shelves = [category(c, "tea", 2).await, category(c, "salt", 1).await];
    for number in 0..60_i64 {
        let shelf = &shelves[usize::from(number % 3 == 0)];
        let (slug, name) = (format!("tea-{number}"), format!("Tea {}", number * 7 % 20));
        let price = Paise(100 + number * 13 % 30);
        let stock = if number % 4 == 0 { 0 } else { 5 };
        let new = NewProduct { price, mrp: price, stock, ..product(shelf, &slug, &name) };
        service::put_product(c, &new, NOW + number / 5).await.unwrap();
    }
}

#[tokio::test]
async fn going_on_from_place_to_place_is_the_same_list() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    long_shelves(&mut c).await;
    for (text, category) in [("", None), ("tea", None), ("", Some("tea")), ("tea 1", Some("salt"))]
    {
        for sort in Sort::ALL {
            let category = category.map(str::to_owned);
            let search = Search { sort, category, ..looking_for(text) };
            let pages = list(&mut c, &search).await.pages;
            let mut numbered = Vec::new();
            for page in 1..=pages {
                let found = list(&mut c, &Search { page, ..search.clone() }).await;
                numbered.extend(found.items.into_iter().map(|card| card.slug));
            }
            let (mut seen, mut place) = after(&mut c, &search, None).await;
            while let Some(from) = place {
                let (more, next) = after(&mut c, &search, Some(&from)).await;
                seen.extend(more);
                place = next;
            }
            assert_eq!(seen, numbered, "{search:?}");
        }
    }
}

#[tokio::test]
async fn what_comes_and_goes_meanwhile_neither_hides_nor_doubles_others() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    long_shelves(&mut c).await;
    for (round, sort) in Sort::ALL.into_iter().enumerate() {
        let search = Search { sort, ..looking_for("") };
        let everything = list(&mut c, &search).await.total;
        let (mut seen, mut place) = after(&mut c, &search, None).await;
        // The last one shown goes, and another comes, on the first shelf.
        let last = service::find(&mut c, seen.last().unwrap()).await.unwrap().unwrap();
        service::withdraw(&mut c, &last.id, NOW).await.unwrap();
        let shelf = category(&mut c, &format!("more-{round}"), -1).await;
        put(&mut c, &product(&shelf, &format!("new-{round}"), "Tea 0")).await;
        while let Some(from) = place {
            let (more, next) = after(&mut c, &search, Some(&from)).await;
            seen.extend(more);
            place = next;
        }
        seen.retain(|slug| *slug != format!("new-{round}"));
        assert_eq!(seen.len(), usize::try_from(everything).unwrap(), "{sort:?}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), usize::try_from(everything).unwrap(), "{sort:?}");
    }
}

#[tokio::test]
async fn a_place_of_another_list_is_none() {
    let db = fresh_db().await;
    let mut c = db.write.acquire().await.unwrap();
    long_shelves(&mut c).await;
    let (_, place) = after(&mut c, &looking_for(""), None).await;
    let place = place.unwrap();
    let by_name = Search { sort: Sort::Name, ..looking_for("") };
    let broken = |keys: Vec<Key>, part: i64| Place { part, keys };
    let text = |text: &str| Key::Text(text.to_owned());
    for (search, place) in [
        (looking_for("tea"), place.clone()),
        (by_name.clone(), place.clone()),
        (by_name.clone(), broken(vec![text("a"), Key::Whole(1)], 0)),
        (by_name.clone(), broken(vec![text("a\0"), text("b")], 0)),
        (by_name.clone(), broken(vec![text("a"), text("b")], 1)),
        (looking_for(""), broken(place.keys.clone(), -1)),
        (looking_for(""), broken(place.keys.clone(), 2)),
    ] {
        let found = service::list_after(&mut c, &search, Some(&place)).await.unwrap();
        assert_eq!(found, None, "{place:?}");
    }
    let most = broken(vec![Key::Whole(i64::MAX), text("x"), text("y"), text("z")], 1);
    let none = service::list_after(&mut c, &looking_for(""), Some(&most)).await.unwrap();
    assert_eq!(none, Some((Vec::new(), None)));
}
