//! One product: picture, price, what is left, what it is, and the way into the cart.

use super::address::category_href;
use super::shelf::{FEW, Shelf};
use crate::catalogue::{Card, Product};
use crate::money::Gst;
use crate::ui::{Crumbs, EmptyState, PriceTag};
use leptos::prelude::*;

/// `add` is the cart room's form for this product.
pub(super) fn product_view(product: Product, related: Vec<Card>, add: AnyView) -> AnyView {
    let paragraphs: Vec<String> = product
        .description
        .split("\n\n")
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect();
    let paragraphs = paragraphs.into_iter().map(|part| view! { <p>{part}</p> }).collect_view();
    let facts = facts(&product);
    view! {
        {crumbs(&product)}
        <div class="product">
            {pictures(product.pictures, &product.name)}
            <div class="product-words stack">
                <div>
                    <h1>{product.name}</h1>
                    <p class="muted">{product.pack}</p>
                </div>
                <p class="product-price">
                    <PriceTag price=product.price mrp=product.mrp/>
                    <span class="muted">"Inclusive of all taxes"</span>
                </p>
                {stock_words(product.left)}
                {add}
                <div class="prose">{paragraphs}</div>
                {facts}
            </div>
        </div>
        {more(related, "You may also like")}
    }
    .into_any()
}

/// For a product that is no longer sold: said kindly, with what stands near it.
pub(super) fn withdrawn_view(product: Product, related: Vec<Card>) -> AnyView {
    let category = category_href(&product.category_slug);
    let crumbs = crumbs(&product);
    view! {
        {crumbs}
        <h1 class="visually-hidden">{product.name.clone()}</h1>
        <EmptyState
            picture="/not-found.svg"
            heading=format!("{} is no longer sold", product.name)
            text="It has left our shelves. Orders that hold it are as good as ever."
        >
            <a class="btn btn-primary" href=category>{format!("See {}", product.category_name)}</a>
        </EmptyState>
        {more(related, "Near it on the shelf")}
    }
    .into_any()
}

fn crumbs(product: &Product) -> AnyView {
    let trail = vec![
        ("/products".to_owned(), "Products".to_owned()),
        (category_href(&product.category_slug), product.category_name.clone()),
    ];
    view! { <Crumbs trail here=product.name.clone()/> }.into_any()
}

/// The main picture is what the page is waited for; the others come when they are near.
fn pictures(pictures: Vec<String>, name: &str) -> AnyView {
    let mut pictures = pictures.into_iter();
    let main = pictures.next().map(|src| {
        view! { <img src=src alt=name.to_owned() width="640" height="640" fetchpriority="high"/> }
    });
    let others: Vec<_> = pictures
        .enumerate()
        .map(|(index, src)| {
            let alt = format!("{name}, picture {}", index + 2);
            view! { <img src=src alt=alt width="320" height="320" loading="lazy"/> }
        })
        .collect();
    let others =
        (!others.is_empty()).then(|| view! { <div class="product-more-pictures">{others}</div> });
    view! { <div class="product-pictures">{main}{others}</div> }.into_any()
}

fn stock_words(left: i64) -> AnyView {
    let (class, words) = match left {
        ..=0 => ("stock stock-none", "Sold out".to_owned()),
        1..=FEW => ("stock stock-few", format!("Only {left} left")),
        _ => ("stock stock-good", "In stock".to_owned()),
    };
    view! { <p class=class>{words}</p> }.into_any()
}

/// What the law asks to be told, and the tax inside the price.
fn facts(product: &Product) -> AnyView {
    let gst = Gst::inside(product.price, product.tax_rate, false).unwrap_or_default().total();
    let gst = format!("{} ({gst} inside the price)", product.tax_rate);
    let fact = |name: &'static str, value: String| {
        (!value.is_empty()).then(|| view! { <dt>{name}</dt><dd>{value}</dd> })
    };
    view! {
        <section class="facts">
            <h2>"Details"</h2>
            <dl>
                {fact("Net quantity", product.pack.clone())}
                {fact("GST", gst)}
                {fact("HSN code", product.hsn.clone())}
                {fact("MRP", product.mrp.to_string())}
            </dl>
        </section>
    }
    .into_any()
}

fn more(related: Vec<Card>, heading: &'static str) -> Option<AnyView> {
    (!related.is_empty()).then(|| {
        view! {
            <section class="stack related">
                <h2>{heading}</h2>
                <Shelf items=related below=true/>
            </section>
        }
        .into_any()
    })
}
