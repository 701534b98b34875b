//! Products and categories: the same for everybody, so that an answer may be kept and asked about
//! with `If-None-Match`.

#![expect(unused_qualifications, reason = "utoipa writes out where the types of a query are")]

use super::asked::{Named, Sought, is_plain};
use super::wire::{self, List, Money, Told};
use crate::catalogue::{self, Card, Place, Search, Sort, service};
use crate::error::Refusal;
use crate::state::AppState;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one)).routes(routes!(categories))
}

/// A product as a list shows it.
#[derive(Serialize, ToSchema)]
pub struct ProductCard {
    pub id: String,
    pub slug: String,
    pub name: String,
    pub pack: String,
    pub picture: String,
    /// Tax included.
    pub price: Money,
    pub mrp: Money,
    /// Units that nobody has bought or holds.
    pub left: i64,
}

#[derive(Serialize, ToSchema)]
pub struct Product {
    pub id: String,
    pub slug: String,
    pub name: String,
    pub description: String,
    pub pack: String,
    pub pictures: Vec<String>,
    /// Tax included.
    pub price: Money,
    pub mrp: Money,
    /// Basis points: 500 is 5 %.
    pub tax_rate_bp: i64,
    pub hsn: String,
    pub left: i64,
    /// Taken off the shelf: known, but not sold.
    pub withdrawn: bool,
    pub category: CategoryName,
}

#[derive(Serialize, ToSchema)]
pub struct CategoryName {
    pub slug: String,
    pub name: String,
}

#[derive(Serialize, ToSchema)]
pub struct Category {
    pub slug: String,
    pub name: String,
    pub blurb: String,
    /// Products on sale in it.
    pub products: i64,
}

impl From<Card> for ProductCard {
    fn from(card: Card) -> ProductCard {
        ProductCard {
            id: card.id,
            slug: card.slug,
            name: card.name,
            pack: card.pack,
            picture: card.picture,
            price: card.price.into(),
            mrp: card.mrp.into(),
            left: card.left,
        }
    }
}

impl From<catalogue::Product> for Product {
    fn from(product: catalogue::Product) -> Product {
        Product {
            id: product.id,
            slug: product.slug,
            name: product.name,
            description: product.description,
            pack: product.pack,
            pictures: product.pictures,
            price: product.price.into(),
            mrp: product.mrp.into(),
            tax_rate_bp: product.tax_rate.0,
            hsn: product.hsn,
            left: product.left,
            withdrawn: product.withdrawn,
            category: CategoryName { slug: product.category_slug, name: product.category_name },
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ProductQuery {
    /// Words that must be found in name, pack, category or description.
    #[serde(default)]
    q: String,
    /// A category's slug.
    category: Option<String>,
    #[serde(default)]
    #[param(inline)]
    sort: ProductSort,
    /// `next` of the page before.
    cursor: Option<String>,
}

#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum ProductSort {
    /// The best match first; without words by category and name.
    #[default]
    Featured,
    Newest,
    PriceUp,
    PriceDown,
    Name,
}

impl From<ProductSort> for Sort {
    fn from(sort: ProductSort) -> Sort {
        match sort {
            ProductSort::Featured => Sort::Featured,
            ProductSort::Newest => Sort::Newest,
            ProductSort::PriceUp => Sort::PriceUp,
            ProductSort::PriceDown => Sort::PriceDown,
            ProductSort::Name => Sort::Name,
        }
    }
}

/// What is on sale, 24 on a page.
#[utoipa::path(get, path = "/products", tag = "catalogue", operation_id = "list_products",
    params(ProductQuery), responses((status = 200, body = List<ProductCard>)))]
async fn list(
    State(app): State<AppState>,
    headers: HeaderMap,
    Sought(query): Sought<ProductQuery>,
) -> Told {
    let sort = Sort::from(query.sort);
    let after = match &query.cursor {
        Some(cursor) => Some(place(cursor, sort).ok_or_else(unknown_cursor)?),
        None => None,
    };
    let category = query.category;
    if category.as_ref().is_some_and(|slug| !is_plain(slug)) {
        return Ok(wire::shared(&headers, &List::<ProductCard>::whole(Vec::new())));
    }
    let search = Search { text: query.q, category, sort, page: 1 };
    let mut connection = app.db.read.acquire().await?;
    let found = service::list_after(&mut connection, &search, after.as_ref()).await?;
    drop(connection);
    let (items, last) = found.ok_or_else(unknown_cursor)?;
    let items = items.into_iter().map(ProductCard::from).collect();
    Ok(wire::shared(&headers, &List { items, next: last.map(|last| cursor(&last, sort)) }))
}

fn cursor(place: &Place, sort: Sort) -> String {
    wire::cursor(&serde_json::json!([sort.word(), place]).to_string())
}

/// The place that a cursor of a list in this order means.
fn place(cursor: &str, sort: Sort) -> Option<Place> {
    let (word, place): (String, Place) = serde_json::from_str(&wire::read_cursor(cursor)?).ok()?;
    (word == sort.word()).then_some(place)
}

pub fn unknown_cursor() -> Refusal {
    Refusal::new(422, "This is no cursor that the API gave.")
}

/// One product, also when it is not sold any more.
#[utoipa::path(get, path = "/products/{slug}", tag = "catalogue", operation_id = "show_product",
    params(("slug" = String, Path)), responses((status = 200, body = Product)))]
async fn one(State(app): State<AppState>, headers: HeaderMap, Named(slug): Named) -> Told {
    let mut connection = app.db.read.acquire().await?;
    let found = service::find(&mut connection, &slug).await?;
    let product = found.ok_or_else(|| Refusal::not_found("that product"))?;
    Ok(wire::shared(&headers, &Product::from(product)))
}

/// The shop's shelves, in the order of its menu.
#[utoipa::path(get, path = "/categories", tag = "catalogue", operation_id = "list_categories",
    responses((status = 200, body = List<Category>)))]
async fn categories(State(app): State<AppState>, headers: HeaderMap) -> Told {
    let mut connection = app.db.read.acquire().await?;
    let found = service::categories(&mut connection).await?;
    let category = |found: catalogue::Category| Category {
        slug: found.slug,
        name: found.name,
        blurb: found.blurb,
        products: found.products,
    };
    Ok(wire::shared(&headers, &List::whole(found.into_iter().map(category).collect())))
}
