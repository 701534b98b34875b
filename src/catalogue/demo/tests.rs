//! What must hold for every demo product and its picture.

use std::collections::HashSet;

use super::{CATEGORIES, DemoProduct, draw};

/// The slabs of goods since September 2025 (GST Council, 56th meeting).
const GST_SLABS_BP: [i64; 5] = [0, 300, 500, 1_800, 4_000];

fn products() -> impl Iterator<Item = &'static DemoProduct> {
    CATEGORIES.iter().flat_map(|category| category.products)
}

fn is_url_safe(slug: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !slug.is_empty() && slug.chars().all(plain) && !slug.starts_with('-') && !slug.ends_with('-')
}

/// Reads tags one after another and keeps the open ones on a stack.
fn assert_well_formed(slug: &str, svg: &str) {
    let mut open = Vec::new();
    let mut rest = svg;
    while let Some(start) = rest.find('<') {
        let end = rest[start..].find('>').unwrap_or_else(|| panic!("{slug}: tag without end"));
        let tag = &rest[start + 1..start + end];
        assert!(!tag.contains('<'), "{slug}: tag within a tag: {tag}");
        assert!(tag.matches('\'').count().is_multiple_of(2), "{slug}: open quote: {tag}");
        let name = |text: &str| text.split([' ', '/']).next().unwrap_or_default().to_owned();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name(closed)), "{slug}: closed out of turn");
        } else if !tag.ends_with('/') {
            open.push(name(tag));
        }
        rest = &rest[start + end + 1..];
    }
    assert!(open.is_empty(), "{slug}: left open: {open:?}");
}

#[test]
fn there_is_enough_to_browse() {
    assert!(CATEGORIES.len() >= 6);
    assert!(products().count() >= 48);
    assert!(CATEGORIES.iter().all(|category| category.products.len() >= 5));
}

#[test]
fn slugs_are_unique_and_safe_in_addresses() {
    let mut seen = HashSet::new();
    for product in products() {
        assert!(is_url_safe(product.slug), "{}", product.slug);
        assert!(seen.insert(product.slug), "{} is there twice", product.slug);
    }
    let mut shelves = HashSet::new();
    for category in CATEGORIES {
        assert!(is_url_safe(category.slug) && shelves.insert(category.slug), "{}", category.slug);
    }
}

#[test]
fn prices_taxes_and_stock_make_sense() {
    for product in products() {
        let slug = product.slug;
        assert!(product.price_paise > 0, "{slug}");
        assert!(product.mrp_paise >= product.price_paise, "{slug}: price above MRP");
        assert!(GST_SLABS_BP.contains(&product.tax_rate_bp), "{slug}");
        assert!((4..=8).contains(&product.hsn.len()), "{slug}");
        assert!(product.hsn.bytes().all(|digit| digit.is_ascii_digit()), "{slug}");
        assert!(product.stock >= 0, "{slug}");
        assert!((1..=9).contains(&product.look.label.len()), "{slug}");
    }
}

#[test]
fn words_are_whole_sentences() {
    for product in products() {
        let text = product.description;
        let sentences = text.matches(['.', '!']).count();
        assert!((2..=6).contains(&sentences), "{}: {sentences} sentences", product.slug);
        assert!(text.ends_with('.') && !text.contains("  "), "{}", product.slug);
        assert!(!product.name.is_empty() && !product.pack.is_empty(), "{}", product.slug);
    }
}

#[test]
fn the_products_the_stories_are_told_with_are_there() {
    let find = |slug: &str| products().find(|product| product.slug == slug).expect("is sold");
    let tea = find("assam-tea");
    assert_eq!((tea.price_paise, tea.mrp_paise, tea.stock), (18_500, 21_000, 120));
    assert_eq!(find("kaju-katli").stock, 3);
    find("darjeeling-first-flush");
    find("garam-masala");
    assert!(products().any(|product| product.stock == 0));
    assert!(products().any(|product| product.price_paise == product.mrp_paise));
    assert!(products().any(|product| product.price_paise % 100 != 0));
}

#[test]
fn every_picture_is_small_whole_and_harmless() {
    for product in products() {
        let (slug, svg) = (product.slug, draw(product));
        assert!(svg.starts_with("<svg xmlns='http://www.w3.org/2000/svg'"), "{slug}");
        assert!(svg.len() <= 6 * 1024, "{slug}: {} bytes", svg.len());
        for word in ["<script", "<style", "style=", "<image", "data:", "url(http", "onload"] {
            assert!(!svg.contains(word), "{slug} contains {word}");
        }
        assert_eq!(svg.matches("href='").count(), svg.matches("href='#").count(), "{slug}");
        assert_well_formed(slug, &svg);
    }
}

#[test]
fn no_two_pictures_are_alike_and_each_is_repeatable() {
    // Titles and ids differ anyway: leave them out, so that only the drawing counts.
    let bare = |product: &DemoProduct| {
        draw(product)
            .replace(product.slug, "")
            .split_once("</title>")
            .expect("a title")
            .1
            .to_owned()
    };
    let mut seen = HashSet::new();
    for product in products() {
        assert_eq!(draw(product), draw(product), "{}", product.slug);
        assert!(seen.insert(bare(product)), "{} looks like another", product.slug);
    }
}
