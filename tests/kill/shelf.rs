//! What the market sells: some products of the demonstration's catalogue, with stock to match.

use sqlx::AnyPool;

/// Plenty of most products and few of some, each unit with its reason. Gives back their ids.
pub async fn fill(database: &str) -> Vec<String> {
    let pool = AnyPool::connect(database).await.unwrap();
    let products: Vec<(String,)> = sqlx::query_as("select id from products order by id limit 24")
        .fetch_all(&pool)
        .await
        .unwrap();
    let products: Vec<String> = products.into_iter().map(|row| row.0).collect();
    for (at, product) in products.iter().enumerate() {
        let more = if at % 8 == 0 { 10 } else { 1_000_000 };
        sqlx::query("update products set on_hand = on_hand + $1 where id = $2")
            .bind(more)
            .bind(product)
            .execute(&pool)
            .await
            .unwrap();
        sqlx::query(
            "insert into stock_movements (id, product_id, kind, quantity, at)
             values ($1, $2, 'received', $3, 0)",
        )
        .bind(format!("delivery-{at}"))
        .bind(product)
        .bind(more)
        .execute(&pool)
        .await
        .unwrap();
    }
    pool.close().await;
    products
}
