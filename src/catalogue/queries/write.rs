//! What the shopkeeper changes about categories and products, but for their stock.

use super::{Result, write_pictures};
use crate::catalogue::NewProduct;
use crate::clock::Moment;
use crate::db::Connection;
use crate::money::Paise;
use sqlx::AssertSqlSafe;

/// False: the slug is taken.
pub async fn insert_category(
    connection: &mut Connection,
    id: &str,
    slug: &str,
    name: &str,
    blurb: &str,
    position: i64,
) -> Result<bool> {
    let done = sqlx::query(
        "insert into categories (id, slug, name, blurb, position) values ($1, $2, $3, $4, $5)
         on conflict (slug) do nothing",
    )
    .bind(id)
    .bind(slug)
    .bind(name)
    .bind(blurb)
    .bind(position)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn find_category_name(connection: &mut Connection, id: &str) -> Result<Option<String>> {
    sqlx::query_scalar("select name from categories where id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// Ids of categories by their slugs.
pub async fn list_category_ids(connection: &mut Connection) -> Result<Vec<(String, String)>> {
    sqlx::query_as("select slug, id from categories order by position, name limit 200")
        .fetch_all(connection)
        .await
}

pub async fn insert_product(
    connection: &mut Connection,
    id: &str,
    product: &NewProduct,
    now: Moment,
) -> Result<()> {
    sqlx::query(
        "insert into products (id, category_id, slug, name, description, pack, pictures,
                               price_paise,
                               mrp_paise, tax_rate_bp, hsn, on_hand, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
    )
    .bind(id)
    .bind(&product.category_id)
    .bind(&product.slug)
    .bind(&product.name)
    .bind(&product.description)
    .bind(&product.pack)
    .bind(write_pictures(&product.pictures))
    .bind(product.price.0)
    .bind(product.mrp.0)
    .bind(product.tax_rate.0)
    .bind(&product.hsn)
    .bind(product.stock)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// The index entries of a product, in one statement. Composed of placeholders alone.
pub async fn insert_words(
    connection: &mut Connection,
    product_id: &str,
    entries: &[(String, i64)],
) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let rows: Vec<String> = (0..entries.len())
        .map(|number| format!("(${}, $1, ${})", 2 * number + 2, 2 * number + 3))
        .collect();
    let statement =
        format!("insert into product_words (word, product_id, weight) values {}", rows.join(", "));
    let mut query = sqlx::query(AssertSqlSafe(statement)).bind(product_id);
    for (word, weight) in entries {
        query = query.bind(word).bind(weight);
    }
    query.execute(connection).await?;
    Ok(())
}

/// False: no such product, or withdrawn before.
pub async fn update_withdrawn(
    connection: &mut Connection,
    product_id: &str,
    now: Moment,
) -> Result<bool> {
    let done = sqlx::query(
        "update products set withdrawn_at = $1, updated_at = $1
         where id = $2 and withdrawn_at is null",
    )
    .bind(now)
    .bind(product_id)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn update_price(
    connection: &mut Connection,
    product_id: &str,
    price: Paise,
    mrp: Paise,
    now: Moment,
) -> Result<bool> {
    let done = sqlx::query(
        "update products set price_paise = $1, mrp_paise = $2, updated_at = $3 where id = $4",
    )
    .bind(price.0)
    .bind(mrp.0)
    .bind(now)
    .bind(product_id)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
