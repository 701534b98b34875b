//! The catalogue on a fresh database.

mod filling;
mod lists;
mod shelf;
mod units;

use super::{NewProduct, service};
use crate::db::Connection;
use crate::money::{Paise, TaxRate};

pub const NOW: i64 = 1_700_000_000_000;

pub async fn category(c: &mut Connection, slug: &str, position: i64) -> String {
    let id = service::put_category(c, slug, &slug.to_uppercase(), "A shelf.", position).await;
    id.unwrap().unwrap()
}

pub fn product(category_id: &str, slug: &str, name: &str) -> NewProduct {
    NewProduct {
        category_id: category_id.into(),
        slug: slug.into(),
        name: name.into(),
        description: "Plain words about it.".into(),
        pack: "250 g".into(),
        pictures: vec![format!("/pictures/{slug}.svg"), "/pictures/back.svg".into()],
        price: Paise(10_000),
        mrp: Paise(12_000),
        tax_rate: TaxRate(500),
        hsn: "0902".into(),
        stock: 10,
    }
}

pub async fn put(c: &mut Connection, product: &NewProduct) -> String {
    service::put_product(c, product, NOW).await.unwrap()
}
