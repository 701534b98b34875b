//! The list of products: search, categories, order, the shelf and its pages.

use super::address::{TEXT_MAX, list_href, list_title};
use super::shelf::Shelf;
use crate::catalogue::{Category, Listing, Search, Sort};
use crate::ui::{EmptyState, PageHead, Pager};
use leptos::prelude::*;

pub(super) fn list_view(search: &Search, listing: Listing, categories: Vec<Category>) -> AnyView {
    let chosen = search.category.as_ref();
    let chosen = chosen.and_then(|slug| categories.iter().find(|category| category.slug == *slug));
    let lead = chosen.map(|category| category.blurb.clone()).filter(|blurb| !blurb.is_empty());
    let place = chosen.map_or("all products", |category| &category.name).to_owned();
    let count = count(listing.total, listing.page, listing.pages);
    let found = if listing.total == 0 {
        nothing(search, &place)
    } else {
        let (page, pages) = (listing.page, listing.pages);
        let paged = search.clone();
        view! {
            <Shelf items=listing.items/>
            <Pager page pages href=move |to| list_href(&paged, to)/>
        }
        .into_any()
    };
    view! {
        <PageHead title=list_title(search, &categories) lead/>
        {chips(search, categories)}
        {filter_form(search, &place)}
        <p class="result-count muted" role="status">{count}</p>
        {found}
    }
    .into_any()
}

/// Links to the same search in each category.
fn chips(search: &Search, categories: Vec<Category>) -> AnyView {
    let chip = |slug: Option<String>, name: String| {
        let current = (slug == search.category).then_some("true");
        let href = list_href(&Search { category: slug, ..search.clone() }, 1);
        view! { <li><a href=href aria-current=current>{name}</a></li> }
    };
    let all = chip(None, "All".to_owned());
    let each: Vec<_> =
        categories.into_iter().map(|category| chip(Some(category.slug), category.name)).collect();
    view! {
        <nav class="chips" aria-label="Categories"><ul role="list">{all}{each}</ul></nav>
    }
    .into_any()
}

/// Search within the category, and the order; a plain GET form, so the address holds it all.
fn filter_form(search: &Search, place: &str) -> AnyView {
    let category = search.category.clone();
    let category = category.map(|slug| view! { <input type="hidden" name="category" value=slug/> });
    let chosen = search.sort;
    let sorts = Sort::ALL.map(|sort| {
        view! { <option value=sort.word() selected=sort == chosen>{sort.label()}</option> }
    });
    view! {
        <form class="filters" role="search" aria-label="This list" method="get" action="/products">
            {category}
            <div class="field filter-text">
                <label for="q">{format!("Search in {place}")}</label>
                <input
                    type="search"
                    id="q"
                    name="q"
                    value=search.text.clone()
                    maxlength=TEXT_MAX.to_string()
                />
            </div>
            <div class="field">
                <label for="sort">"Sort by"</label>
                <select id="sort" name="sort">{sorts.into_iter().collect_view()}</select>
            </div>
            <button class="btn" type="submit">"Show"</button>
        </form>
    }
    .into_any()
}

fn count(total: i64, page: i64, pages: i64) -> String {
    let found = match total {
        0 => return "Nothing found".to_owned(),
        1 => "1 product".to_owned(),
        many => format!("{many} products"),
    };
    if pages > 1 { format!("{found}, page {page} of {pages}") } else { found }
}

fn nothing(search: &Search, place: &str) -> AnyView {
    let text = if search.text.is_empty() {
        "There is nothing on this shelf at the moment.".to_owned()
    } else {
        format!("Nothing in {place} matches “{}”. Fewer or shorter words find more.", search.text)
    };
    view! {
        <EmptyState picture="/not-found.svg" heading="Nothing found" text>
            <a class="btn btn-primary" href="/products">"See all products"</a>
        </EmptyState>
    }
    .into_any()
}
