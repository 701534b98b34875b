//! One product.

use super::{Result, read_pictures};
use crate::catalogue::Product;
use crate::clock::Moment;
use crate::db::Connection;
use crate::money::{Paise, TaxRate};
use sqlx::FromRow;

macro_rules! product {
    () => {
        "select p.id, p.slug, p.name, p.description, p.pack, p.pictures, p.price_paise, p.mrp_paise,
                p.tax_rate_bp, p.hsn, cast(p.on_hand - p.held as bigint) as stock_left,
                p.withdrawn_at, k.slug as category_slug, k.name as category_name
         from products p join categories k on k.id = p.category_id"
    };
}

#[derive(FromRow)]
struct ProductRow {
    id: String,
    slug: String,
    name: String,
    description: String,
    pack: String,
    pictures: String,
    price_paise: i64,
    mrp_paise: i64,
    tax_rate_bp: i64,
    hsn: String,
    stock_left: i64,
    withdrawn_at: Option<Moment>,
    category_slug: String,
    category_name: String,
}

impl From<ProductRow> for Product {
    fn from(row: ProductRow) -> Product {
        Product {
            id: row.id,
            slug: row.slug,
            name: row.name,
            description: row.description,
            pack: row.pack,
            pictures: read_pictures(&row.pictures),
            price: Paise(row.price_paise),
            mrp: Paise(row.mrp_paise),
            tax_rate: TaxRate(row.tax_rate_bp),
            hsn: row.hsn,
            left: row.stock_left,
            withdrawn: row.withdrawn_at.is_some(),
            category_slug: row.category_slug,
            category_name: row.category_name,
        }
    }
}

pub async fn find_by_slug(connection: &mut Connection, slug: &str) -> Result<Option<Product>> {
    let row: Option<ProductRow> = sqlx::query_as(concat!(product!(), " where p.slug = $1"))
        .bind(slug)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(Product::from))
}

pub async fn find_by_id(connection: &mut Connection, id: &str) -> Result<Option<Product>> {
    let row: Option<ProductRow> = sqlx::query_as(concat!(product!(), " where p.id = $1"))
        .bind(id)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(Product::from))
}

/// All products, withdrawn ones too.
pub async fn count_products(connection: &mut Connection) -> Result<i64> {
    sqlx::query_scalar("select count(*) from products").fetch_one(connection).await
}
