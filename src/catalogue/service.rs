//! The verbs of the catalogue: finding and listing, and what a shopkeeper does to the shelf.
//! Callers own the transaction.

use super::queries::{self, Movement, Wanted};
use super::search::Prefix;
use super::{Card, Category, Listing, NewProduct, PAGE_SIZE, Place, Product, Search, search};
use crate::clock::{self, Moment};
use crate::db::Connection;
use crate::error::Fault;
use crate::money::Paise;

/// Cards on the front page.
const FEATURED: i64 = 8;
/// Cards under a product.
const RELATED: i64 = 4;
/// Longest slug or id that is looked up.
const WORD_MAX: usize = 120;

/// Every category with the number of products on sale in it, in the order of the menu.
pub async fn categories(connection: &mut Connection) -> Result<Vec<Category>, Fault> {
    Ok(queries::list_categories(connection).await?)
}

/// One page of the products on sale that fit; past the end it is the last page. A text without any
/// word that could be found finds nothing.
pub async fn list(connection: &mut Connection, search: &Search) -> Result<Listing, Fault> {
    let Some(prefixes) = prefixes(search) else {
        return Ok(Listing { page: 1, pages: 1, ..Listing::default() });
    };
    let page = search.page.max(1);
    let offset = (page - 1).saturating_mul(PAGE_SIZE);
    let wanted = wanted(search, &prefixes);
    let (items, total) = queries::list_cards(connection, &wanted, PAGE_SIZE, offset).await?;
    let pages = pages(total);
    Ok(Listing { items, total, page: page.min(pages), pages })
}

/// As many of the same as a page has, but those behind a place, and the place of the last where
/// more follow. `None`: it is no place of this list. The search's page says nothing here.
pub async fn list_after(
    connection: &mut Connection,
    search: &Search,
    after: Option<&Place>,
) -> Result<Option<(Vec<Card>, Option<Place>)>, Fault> {
    let Some(prefixes) = prefixes(search) else { return Ok(Some((Vec::new(), None))) };
    let wanted = wanted(search, &prefixes);
    if after.is_some_and(|place| !queries::is_of(place, &wanted)) {
        return Ok(None);
    }
    Ok(Some(queries::list_after(connection, &wanted, after, PAGE_SIZE as usize).await?))
}

/// `None` for a text in which nothing can be looked for.
fn prefixes(search: &Search) -> Option<Vec<Prefix>> {
    let prefixes = search::prefixes(&search.text);
    (!prefixes.is_empty() || search.text.trim().is_empty()).then_some(prefixes)
}

fn wanted<'a>(search: &'a Search, prefixes: &'a [Prefix]) -> Wanted<'a> {
    let category = search.category.as_deref().filter(|slug| is_word(slug));
    Wanted { category, prefixes, sort: search.sort }
}

/// An empty list has one page, too.
fn pages(total: i64) -> i64 {
    ((total + PAGE_SIZE - 1) / PAGE_SIZE).max(1)
}

/// A product by its slug, withdrawn ones too.
pub async fn find(connection: &mut Connection, slug: &str) -> Result<Option<Product>, Fault> {
    if !is_word(slug) {
        return Ok(None);
    }
    Ok(queries::find_by_slug(connection, slug).await?)
}

/// A product by its id, withdrawn ones too.
pub async fn find_by_id(connection: &mut Connection, id: &str) -> Result<Option<Product>, Fault> {
    if !is_word(id) {
        return Ok(None);
    }
    Ok(queries::find_by_id(connection, id).await?)
}

/// Slugs and ids come from addresses and forms that anybody can write: nothing else than plain
/// words is asked for (PostgreSQL breaks on NUL).
pub fn is_word(text: &str) -> bool {
    (1..=WORD_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// What is near a product on the shelf.
pub async fn related(connection: &mut Connection, product: &Product) -> Result<Vec<Card>, Fault> {
    Ok(queries::list_related(connection, product, RELATED).await?)
}

/// A few products for the front page, none of them sold out.
pub async fn featured(connection: &mut Connection) -> Result<Vec<Card>, Fault> {
    Ok(queries::list_featured(connection, FEATURED).await?)
}

/// Makes a category and tells its id; `None` where the slug is taken. `position` orders the menu.
pub async fn put_category(
    connection: &mut Connection,
    slug: &str,
    name: &str,
    blurb: &str,
    position: i64,
) -> Result<Option<String>, Fault> {
    let id = clock::new_id();
    let made = queries::insert_category(connection, &id, slug, name, blurb, position).await?;
    Ok(made.then_some(id))
}

/// Puts a product on the shelf, with its opening stock and its words for the search. Returns its
/// id.
pub async fn put_product(
    connection: &mut Connection,
    product: &NewProduct,
    now: Moment,
) -> Result<String, Fault> {
    let category = queries::find_category_name(connection, &product.category_id).await?;
    let category = category.ok_or_else(|| Fault::new("adding a product", "no such category"))?;
    let id = clock::new_id();
    queries::insert_product(connection, &id, product, now).await?;
    // "250 g" is also looked for as "250g".
    let joined = product.pack.replace(' ', "");
    let entries = search::entries(&[
        (&product.name, search::NAME),
        (&product.pack, search::PACK_AND_CATEGORY),
        (&joined, search::PACK_AND_CATEGORY),
        (&category, search::PACK_AND_CATEGORY),
        (&product.description, search::DESCRIPTION),
    ]);
    queries::insert_words(connection, &id, &entries).await?;
    if product.stock > 0 {
        let stock = product.stock;
        queries::insert_movement(connection, &id, Movement::Opening, stock, now).await?;
    }
    Ok(id)
}

/// Takes a product off the shelf; orders and held units stay as they are. False: it was not there.
pub async fn withdraw(
    connection: &mut Connection,
    product_id: &str,
    now: Moment,
) -> Result<bool, Fault> {
    Ok(queries::update_withdrawn(connection, product_id, now).await?)
}

/// Sets price and maximum retail price, tax included. False: no such product.
pub async fn change_price(
    connection: &mut Connection,
    product_id: &str,
    price: Paise,
    mrp: Paise,
    now: Moment,
) -> Result<bool, Fault> {
    Ok(queries::update_price(connection, product_id, price, mrp, now).await?)
}

/// Units came in. False: no such product.
pub async fn receive(
    connection: &mut Connection,
    product_id: &str,
    quantity: i64,
    now: Moment,
) -> Result<bool, Fault> {
    let Some(units) = queries::lock_units(connection, product_id).await? else { return Ok(false) };
    queries::insert_movement(connection, product_id, Movement::Received, quantity, now).await?;
    queries::update_on_hand(connection, product_id, units.on_hand + quantity, now).await?;
    Ok(true)
}

/// Sets the stock to what was counted: more was received, fewer were sold over the counter. Never
/// below what is promised to payments under way. False: no such product, or so many are promised.
pub async fn set_stock(
    connection: &mut Connection,
    product_id: &str,
    counted: i64,
    now: Moment,
) -> Result<bool, Fault> {
    let Some(units) = queries::lock_units(connection, product_id).await? else { return Ok(false) };
    if counted < units.held {
        return Ok(false);
    }
    let (movement, quantity) = match counted - units.on_hand {
        0 => return Ok(true),
        more @ 1.. => (Movement::Received, more),
        fewer => (Movement::Sold(None), -fewer),
    };
    queries::insert_movement(connection, product_id, movement, quantity, now).await?;
    queries::update_on_hand(connection, product_id, counted, now).await?;
    Ok(true)
}
