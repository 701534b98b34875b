//! One unit is left, two hundred shoppers have it in their carts, stand at the checkout and press
//! at the same moment.

use crate::browser::Ask;
use crate::market::Market;
use crate::shopper::Errand;
use crate::{in_words, row};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

const BUYERS: usize = 200;
const ID: &str = "last-unit";

pub async fn measure(market: &Arc<Market>) {
    put_on_the_shelf(market).await;
    let together = Arc::new(Barrier::new(BUYERS));
    let mut buyers = JoinSet::new();
    for _ in 0..BUYERS {
        let (market, together) = (market.clone(), together.clone());
        buyers.spawn(async move { presses(&market, &together).await });
    }
    let ends = buyers.join_all().await;
    let winners = ends.iter().filter(|end| end.page.is_none()).count();
    let is_clear = |page: &&String| page.to_lowercase().contains("sold out");
    let told = ends.iter().filter_map(|end| end.page.as_ref()).filter(is_clear).count();
    let times: Vec<Duration> = ends.iter().map(|end| end.took).collect();
    let seen = format!("{winners} won, {told} were told so; {}", in_words(&times));
    row(&format!("the last unit, {BUYERS} press at once"), "1 wins, 199 clear messages", &seen);
}

/// How one press ended.
struct End {
    /// What a loser reads; the winner is at the pay page.
    page: Option<String>,
    took: Duration,
}

async fn presses(market: &Market, together: &Barrier) -> End {
    let mut errand = Errand::new(market, market.chance());
    errand.adds(ID, 1).await.unwrap();
    let (key, ask) = errand.checkout_form().await.unwrap();
    together.wait().await;
    let began = Instant::now();
    let answer = errand.browser.until_answered(&ask).await;
    let took = began.elapsed();
    if errand.is_told_placed(&key, &answer).is_some() {
        return End { page: None, took };
    }
    let mut next = answer.location;
    loop {
        let page = errand.browser.until_answered(&Ask::Page(next)).await;
        if page.status != 303 {
            return End { page: Some(page.body), took };
        }
        next = page.location;
    }
}

/// A product of which there is one.
async fn put_on_the_shelf(market: &Market) {
    let pool = market.pool().await;
    sqlx::query(
        "insert into products
             (id, category_id, slug, name, description, pack, pictures, price_paise, mrp_paise,
              tax_rate_bp, hsn, on_hand, created_at, updated_at)
         select $1, category_id, $2, name, description, pack, pictures, price_paise, mrp_paise,
                tax_rate_bp, hsn, 1, created_at, updated_at
         from products where id = $3",
    )
    .bind(ID)
    .bind(ID)
    .bind(&market.products[1])
    .execute(&pool)
    .await
    .unwrap();
    sqlx::query(
        "insert into stock_movements (id, product_id, kind, quantity, at)
         values ($1, $2, 'opening', 1, 0)",
    )
    .bind(ID)
    .bind(ID)
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
}
