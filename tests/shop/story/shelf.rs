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
    let category_id = category.unwrap();
    for (slug, name, price, mrp, tax, stock) in SHELF {
        let product = NewProduct {
            category_id: category_id.clone(),
            slug: slug.to_owned(),
            name: name.to_owned(),
            description: format!("{name}, as good as at home."),
            pack: "250 g".to_owned(),
            pictures: vec![format!("/pictures/{slug}.svg")],
            price: Paise(price),
            mrp: Paise(mrp),
            tax_rate: TaxRate(tax),
            hsn: "0902".to_owned(),
            stock,
        };
        service::put_product(connection, &product, now).await?;
    }
    Ok(())
}
