//! Filling shelves: the demonstration's goods with their pictures, and any number of made-up ones
//! for measuring.

use super::demo::{self, DemoProduct};
use super::{NewProduct, queries, service};
use crate::clock::Moment;
use crate::db::Connection;
use crate::error::Fault;
use crate::money::{Paise, TaxRate};
use crate::state::AppState;
use crate::transact;
use std::path::Path;

/// Made-up products written in one transaction.
const BATCH: usize = 500;

const ORIGINS: [&str; 24] = [
    "Alleppey",
    "Amritsar",
    "Assam",
    "Bikaner",
    "Chettinad",
    "Coorg",
    "Darbhanga",
    "Goa",
    "Guntur",
    "Jaipur",
    "Kashmir",
    "Konkan",
    "Kumaon",
    "Lucknow",
    "Madurai",
    "Malabar",
    "Malwa",
    "Mysuru",
    "Nagpur",
    "Nilgiri",
    "Palakkad",
    "Ratnagiri",
    "Surat",
    "Wayanad",
];
const KINDS: [&str; 20] = [
    "classic",
    "hand-picked",
    "sun-dried",
    "stone-ground",
    "village",
    "harvest",
    "monsoon",
    "hill",
    "heirloom",
    "festive",
    "everyday",
    "slow-roasted",
    "small-batch",
    "garden",
    "royal",
    "farm",
    "organic",
    "family",
    "traditional",
    "winter",
];
const ADVICE: [&str; 8] = [
    "Keep it in a closed jar, away from light.",
    "Rinse it in cold water before use.",
    "A little is enough: taste before you add more.",
    "Warm it gently in a dry pan to bring out the scent.",
    "Keeps for months in a cool, dry cupboard.",
    "Goes well with curd, lemon and fresh coriander.",
    "Best within half a year after opening.",
    "Soak it overnight and cook it slowly.",
];
const PACKS: [(&str, i64); 4] = [("100 g", 60), ("250 g", 100), ("500 g", 185), ("1 kg", 350)];

/// Puts the demonstration's catalogue into a shop that has no product, and sees to its pictures in
/// the data folder. Run again, or by two servers at once, it adds nothing. Returns how many
/// products came.
pub async fn load_demo(app: &AppState) -> Result<usize, Fault> {
    draw_pictures(&app.config.data)?;
    let now = app.now();
    transact!(app.db, |tx| put_demo(&mut tx, now).await)
}

/// Pictures are drawn from the catalogue's data, so a file that differs is an old one.
fn draw_pictures(data: &Path) -> Result<(), Fault> {
    let folder = data.join("pictures");
    let drawing = |e| Fault::new("drawing the demonstration's pictures", e);
    std::fs::create_dir_all(&folder).map_err(drawing)?;
    for product in demo::CATEGORIES.iter().flat_map(|category| category.products) {
        let path = folder.join(format!("{}.svg", product.slug));
        let picture = demo::draw(product);
        if std::fs::read(&path).is_ok_and(|known| known == picture.as_bytes()) {
            continue;
        }
        std::fs::write(&path, picture).map_err(drawing)?;
    }
    Ok(())
}

async fn put_demo(connection: &mut Connection, now: Moment) -> Result<usize, Fault> {
    if queries::count_products(connection).await? > 0 {
        return Ok(0);
    }
    let mut put = 0;
    for (position, category) in (1..).zip(demo::CATEGORIES) {
        let id = service::put_category(
            connection,
            category.slug,
            category.name,
            category.blurb,
            position,
        )
        .await?;
        // Another server's transaction was first with this very category, and so with all of them.
        let Some(id) = id else { return Ok(put) };
        for product in category.products {
            service::put_product(connection, &from_demo(product, &id), now).await?;
            put += 1;
        }
    }
    Ok(put)
}

fn picture(product: &DemoProduct) -> String {
    format!("/pictures/{}.svg", product.slug)
}

fn from_demo(product: &DemoProduct, category_id: &str) -> NewProduct {
    NewProduct {
        category_id: category_id.to_owned(),
        slug: product.slug.to_owned(),
        name: product.name.to_owned(),
        description: product.description.to_owned(),
        pack: product.pack.to_owned(),
        pictures: vec![picture(product)],
        price: Paise(product.price_paise),
        mrp: Paise(product.mrp_paise),
        tax_rate: TaxRate(product.tax_rate_bp),
        hsn: product.hsn.to_owned(),
        stock: product.stock,
    }
}

/// Makes up products from the demonstration's until there are `wanted` in all, so that a large shop
/// can be measured. Needs the demonstration's categories. Returns how many were made.
pub async fn grow(app: &AppState, wanted: i64) -> Result<usize, Fault> {
    let mut connection = app.db.read.acquire().await?;
    let there = queries::count_products(&mut connection).await?;
    let categories = queries::list_category_ids(&mut connection).await?;
    drop(connection);
    let sources: Vec<(&DemoProduct, &str)> = demo::CATEGORIES
        .iter()
        .filter_map(|category| {
            let (_, id) = categories.iter().find(|(slug, _)| slug == category.slug)?;
            Some(category.products.iter().map(move |product| (product, id.as_str())))
        })
        .flatten()
        .collect();
    if sources.is_empty() {
        return Err(Fault::new("growing the catalogue", "the demonstration's goods are not there"));
    }
    let places: Vec<i64> = (there..wanted).collect();
    let now = app.now();
    for batch in places.chunks(BATCH) {
        transact!(app.db, |tx| put_made_up(&mut tx, &sources, batch, now).await)?;
    }
    app.db.take_stock().await?;
    Ok(places.len())
}

async fn put_made_up(
    connection: &mut Connection,
    sources: &[(&DemoProduct, &str)],
    places: &[i64],
    now: Moment,
) -> Result<(), Fault> {
    for place in places {
        let number = usize::try_from(*place).unwrap_or_default();
        let (source, category_id) = sources[number % sources.len()];
        service::put_product(connection, &made_up(source, category_id, number), now).await?;
    }
    Ok(())
}

/// The `number`th variation of a product. Its number is part of the slug, so that none comes twice.
fn made_up(source: &DemoProduct, category_id: &str, number: usize) -> NewProduct {
    let mixed = number.wrapping_mul(0x9E37_79B9);
    let origin = ORIGINS[mixed % ORIGINS.len()];
    let kind = KINDS[mixed / ORIGINS.len() % KINDS.len()];
    let (pack, percent) = PACKS[mixed / 7 % PACKS.len()];
    let price = (source.price_paise * percent / 100).max(1_000);
    let mrp = price + price * i64::try_from(number % 4).unwrap_or_default() / 20;
    NewProduct {
        slug: format!("{}-{number}", source.slug),
        name: format!("{origin} {kind} {}", lower_first(source.name)),
        description: format!("{}\n\n{}", source.description, ADVICE[mixed / 3 % ADVICE.len()]),
        pack: pack.to_owned(),
        price: Paise(price),
        mrp: Paise(mrp),
        stock: i64::try_from(mixed % 200).unwrap_or_default(),
        ..from_demo(source, category_id)
    }
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
