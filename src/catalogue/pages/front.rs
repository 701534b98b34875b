//! The front page: what the shop is, its categories, a shelf of featured products.

use super::address::category_href;
use super::shelf::Shelf;
use crate::catalogue::{Card, Category};
use leptos::prelude::*;

pub(super) fn home_view(shop: &str, categories: Vec<Category>, featured: Vec<Card>) -> AnyView {
    let pictures: Vec<String> = featured.iter().take(3).map(|card| card.picture.clone()).collect();
    let tiles = categories.into_iter().map(category_tile).collect_view();
    let shelf = (!featured.is_empty()).then(|| {
        view! {
            <section class="stack">
                <div class="section-head">
                    <h2>"From our shelves"</h2>
                    <a href="/products">"See all products"</a>
                </div>
                <Shelf items=featured below=true/>
            </section>
        }
        .into_any()
    });
    view! {
        {hero(shop.to_owned(), pictures)}
        <section class="stack">
            <h2>"Shop by category"</h2>
            <ul class="category-tiles" role="list">{tiles}</ul>
        </section>
        {shelf}
        {promises()}
    }
    .into_any()
}

fn hero(shop: String, pictures: Vec<String>) -> AnyView {
    let pictures = pictures.into_iter().map(|src| {
        view! { <img src=src alt="" width="320" height="320" decoding="async"/> }
    });
    view! {
        <section class="hero">
            <div class="hero-words">
                <p class="eyebrow">{shop}</p>
                <h1>"Good things, honestly priced."</h1>
                <p class="lead">
                    "Every price includes GST. You see the whole sum, delivery and all, \
                     before you pay."
                </p>
                <div class="cluster">
                    <a class="btn btn-primary" href="/products">"Browse all products"</a>
                </div>
            </div>
            <div class="hero-pictures" aria-hidden="true">{pictures.collect_view()}</div>
        </section>
    }
    .into_any()
}

fn category_tile(category: Category) -> AnyView {
    let unit = if category.products == 1 { "product" } else { "products" };
    view! {
        <li class="category-tile">
            <a href=category_href(&category.slug)>{category.name}</a>
            <p class="muted">{format!("{} {unit}", category.products)}</p>
        </li>
    }
    .into_any()
}

/// What the shop keeps by the way it is built; nothing here depends on a merchant's habits.
const PROMISES: [(&str, &str); 3] = [
    ("One clear price", "GST is inside every price, and your order shows it line by line."),
    (
        "Paid means ordered",
        "When your payment arrives, your order stands, even if your connection drops.",
    ),
    (
        "Nobody pays twice",
        "A payment that comes twice, or too late for the goods, goes back in full.",
    ),
];

fn promises() -> AnyView {
    let each =
        PROMISES.map(|(title, text)| view! { <li><strong>{title}</strong><p>{text}</p></li> });
    view! {
        <section class="promises">
            <h2 class="visually-hidden">"How this shop works"</h2>
            <ul role="list">{each.into_iter().collect_view()}</ul>
        </section>
    }
    .into_any()
}
