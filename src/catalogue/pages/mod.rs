//! The pages of the catalogue: front page, list of products, one product.
//!
//! Each asks at most two statements besides the visitor's own.

mod address;
mod details;
mod front;
mod listing;
mod shelf;
#[cfg(test)]
mod tests;

use super::service;
use crate::account::Reader;
use crate::error::Refusal;
use crate::state::AppState;
use crate::web::{Failure, Page, Scripts};
use address::{first_words, is_slug, list_title, read_search};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;

/// `GET /`
pub async fn home(State(app): State<AppState>, reader: Reader) -> Result<Response, Failure> {
    let Reader { visitor, mut connection } = reader;
    let categories = service::categories(&mut connection).await?;
    let featured = service::featured(&mut connection).await?;
    drop(connection);
    let shop = app.config.shop.name.clone();
    let page = Page::new(shop.clone())
        .describe(format!("{shop}: prices with all taxes, pay by UPI, card or net banking."))
        .scripts(Scripts::Islands);
    Ok(page.show(&app, &visitor, move || front::home_view(&shop, categories, featured)))
}

/// `GET /products?q=&category=&sort=&page=`. Any query is harmless: unknown words mean the
/// defaults.
pub async fn list(
    State(app): State<AppState>,
    Reader { visitor, mut connection }: Reader,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let search = read_search(&pairs);
    let categories = service::categories(&mut connection).await?;
    let known = |slug: &String| categories.iter().any(|category| category.slug == *slug);
    if search.category.as_ref().is_some_and(|slug| !known(slug)) {
        return Err(Refusal::not_found("that category").into());
    }
    let listing = service::list(&mut connection, &search).await?;
    drop(connection);
    let title = list_title(&search, &categories);
    let mut page = Page::new(title.clone())
        .describe(format!("{title} at {}.", app.config.shop.name))
        .scripts(Scripts::Islands);
    if !search.text.is_empty() || search.sort != super::Sort::default() {
        page = page.noindex();
    }
    Ok(page.show(&app, &visitor, move || listing::list_view(&search, listing, categories)))
}

/// `GET /products/{slug}`. A product that is no longer sold says so (410) and shows what is near
/// it.
pub async fn product(
    State(app): State<AppState>,
    Reader { visitor, mut connection }: Reader,
    Path(slug): Path<String>,
) -> Result<Response, Failure> {
    if !is_slug(&slug) {
        return Err(Refusal::not_found("that product").into());
    }
    let found = service::find(&mut connection, &slug).await?;
    let product = found.ok_or_else(|| Refusal::not_found("that product"))?;
    let related = service::related(&mut connection, &product).await?;
    drop(connection);
    let page = Page::new(product.name.clone()).scripts(Scripts::Islands);
    if product.withdrawn {
        let page = page.status(StatusCode::GONE).noindex();
        return Ok(page.show(&app, &visitor, move || details::withdrawn_view(product, related)));
    }
    let page = page.describe(first_words(&product.description));
    Ok(page.show(&app, &visitor, move || {
        let add = crate::cart::add_form(&product);
        details::product_view(product, related, add)
    }))
}
