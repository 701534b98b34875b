//! What the shop of a test sells.

use kirana::catalogue::{NewProduct, service};
use kirana::db::Connection;
use kirana::error::Fault;
use kirana::money::{Paise, TaxRate};
use kirana::state::AppState;
use kirana::transact;

/// Slug, name, price and maximum retail price in paise, tax in basis points, units.
const SHELF: [(&str, &str, i64, i64, i64, i64); 5] = [
    ("assam-tea", "Assam tea", 18_500, 20_000, 500, 1_000),
    ("cardamom", "Green cardamom", 24_000, 26_000, 500, 40),
    ("cow-ghee", "Cow ghee", 62_000, 65_000, 1_200, 30),
    ("soan-papdi", "Soan papdi", 9_900, 9_900, 500, 25),
    ("saffron", "Kashmir saffron", 45_000, 50_000, 500, 1),
];

pub async fn fill(app: &AppState) {
    let now = app.now();
    let done: Result<(), Fault> = transact!(app.db, |tx| put_all(&mut tx, now).await);
    done.unwrap();
}

async fn put_all(connection: &mut Connection, now: i64) -> Result<(), Fault> {
    let category = service::put_category(connection, "larder", "Larder", "All of it.", 1).await?;
    let category = category.unwrap();
    for (slug, name, price, mrp, tax, stock) in SHELF {
        let prices = (Paise(price), Paise(mrp), TaxRate(tax));
        service::put_product(connection, &product(&category, slug, name, prices, stock), now)
            .await?;
    }
    Ok(())
}

/// A product of ₹185.00, a thousand units of it, named like its slug.
pub async fn put_one_more(app: &AppState, slug: &str) {
    let mut connection = app.db.write.acquire().await.unwrap();
    let known = service::find(&mut connection, "assam-tea").await.unwrap().unwrap();
    let category = "select category_id from products where id = $1";
    let category: String =
        sqlx::query_scalar(category).bind(&known.id).fetch_one(&mut *connection).await.unwrap();
    let product = product(&category, slug, slug, (known.price, known.mrp, known.tax_rate), 1_000);
    service::put_product(&mut connection, &product, app.now()).await.unwrap();
}

fn product(
    category: &str,
    slug: &str,
    name: &str,
    (price, mrp, tax_rate): (Paise, Paise, TaxRate),
    stock: i64,
) -> NewProduct {
    NewProduct {
        category_id: category.to_owned(),
        slug: slug.to_owned(),
        name: name.to_owned(),
        description: format!("{name}, as good as at home."),
        pack: "250 g".to_owned(),
        pictures: vec![format!("/pictures/{slug}.svg")],
        price,
        mrp,
        tax_rate,
        hsn: "0902".to_owned(),
        stock,
    }
}
