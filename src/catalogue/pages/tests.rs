//! The views with hostile text, and what they must tell a shopper.

use super::{details, front, listing};
use crate::catalogue::{Card, Category, Listing, Product, Search};
use crate::money::{Paise, TaxRate};
use leptos::prelude::*;

const HOSTILE: &str = "</p></title>\"'><script>alert(1)</script>";

fn render(view: impl FnOnce() -> AnyView) -> String {
    Owner::new().with(|| view().to_html())
}

fn assert_tame(html: &str) {
    assert!(!html.contains("<script>alert") && !html.contains("\"'>"), "{html}");
    assert!(html.contains("alert(1)"), "{html}");
}

fn card(left: i64) -> Card {
    Card {
        id: "p1".into(),
        slug: "assam-tea".to_owned(),
        name: HOSTILE.to_owned(),
        pack: HOSTILE.to_owned(),
        picture: HOSTILE.to_owned(),
        price: Paise(18_500),
        mrp: Paise(21_000),
        left,
    }
}

fn category() -> Category {
    Category {
        slug: "tea".to_owned(),
        name: HOSTILE.to_owned(),
        blurb: HOSTILE.to_owned(),
        products: 1,
    }
}

fn product(left: i64) -> Product {
    Product {
        id: "1".to_owned(),
        slug: "assam-tea".to_owned(),
        name: HOSTILE.to_owned(),
        description: format!("{HOSTILE}\n\nSecond."),
        pack: HOSTILE.to_owned(),
        pictures: vec![HOSTILE.to_owned(), HOSTILE.to_owned()],
        price: Paise(18_500),
        mrp: Paise(21_000),
        tax_rate: TaxRate(500),
        hsn: HOSTILE.to_owned(),
        left,
        withdrawn: false,
        category_slug: "tea".to_owned(),
        category_name: HOSTILE.to_owned(),
    }
}

#[test]
fn hostile_text_stays_text_on_every_page() {
    assert_tame(&render(|| front::home_view(HOSTILE, vec![category()], vec![card(9)])));
    let search = Search {
        text: HOSTILE.to_owned(),
        category: Some("tea".into()),
        page: 1,
        ..Search::default()
    };
    let listing = Listing { items: vec![card(9)], total: 50, page: 1, pages: 3 };
    assert_tame(&render(|| listing::list_view(&search, listing, vec![category()])));
    assert_tame(&render(|| listing::list_view(&search, Listing::default(), vec![category()])));
    assert_tame(&render(|| details::product_view(product(9), vec![card(9)], ().into_any())));
    assert_tame(&render(|| details::withdrawn_view(product(9), vec![card(9)])));
}

#[test]
fn the_stock_is_told_in_words() {
    let words = |left| render(|| details::product_view(product(left), vec![], ().into_any()));
    assert!(words(6).contains("In stock"));
    assert!(words(5).contains("Only 5 left"));
    assert!(words(0).contains("Sold out"));
    let html = render(|| front::home_view("Kirana", vec![], vec![card(3), card(0), card(6)]));
    assert!(html.contains("Only 3 left") && html.contains("Sold out") && !html.contains("Only 6"));
}

#[test]
fn a_product_page_tells_price_tax_and_description() {
    let html = render(|| details::product_view(product(9), vec![], ().into_any()));
    for part in ["₹185.00", "₹210.00", "Inclusive of all taxes", "5 % (₹8.81", "<p>Second.</p>"]
    {
        assert!(html.contains(part), "{part} is missing: {html}");
    }
    assert_eq!(html.matches("fetchpriority=\"high\"").count(), 1, "{html}");
}

#[test]
fn a_list_keeps_the_search_in_its_links() {
    let search = Search { text: "chai & <tea>".into(), page: 2, ..Search::default() };
    let listing = Listing { items: vec![card(9)], total: 60, page: 2, pages: 3 };
    let html = render(|| listing::list_view(&search, listing, vec![category()]));
    for part in [
        "href=\"/products?q=chai%20%26%20%3Ctea%3E&amp;page=3\"",
        "href=\"/products?q=chai%20%26%20%3Ctea%3E&amp;category=tea\"",
        "60 products, page 2 of 3",
        "value=\"featured\" selected",
    ] {
        assert!(html.contains(part), "{part} is missing: {html}");
    }
}
