//! Products side by side: lists, the front page, what is near a product.

use super::{Result, places, read_pictures};
use crate::catalogue::search::Prefix;
use crate::catalogue::{Card, Category, Product, Sort};
use crate::db::{self, Connection, Kind};
use crate::money::Paise;
use sqlx::{AssertSqlSafe, FromRow};

/// What a card shows; every list of cards selects this.
macro_rules! card {
    () => {
        "p.id, p.slug, p.name, p.pack, p.pictures, p.price_paise, p.mrp_paise,
         cast(p.on_hand - p.held as bigint) as stock_left"
    };
}

pub(super) use card;

#[derive(FromRow)]
pub(super) struct CardRow {
    id: String,
    slug: String,
    name: String,
    pack: String,
    pictures: String,
    price_paise: i64,
    mrp_paise: i64,
    stock_left: i64,
}

impl From<CardRow> for Card {
    fn from(row: CardRow) -> Card {
        Card {
            id: row.id,
            slug: row.slug,
            name: row.name,
            pack: row.pack,
            picture: read_pictures(&row.pictures).into_iter().next().unwrap_or_default(),
            price: Paise(row.price_paise),
            mrp: Paise(row.mrp_paise),
            left: row.stock_left,
        }
    }
}

#[derive(FromRow)]
struct CountedRow {
    #[sqlx(flatten)]
    card: CardRow,
    total: i64,
}

/// A list: which products, in which order.
pub struct Wanted<'a> {
    pub category: Option<&'a str>,
    /// Beginnings of words, all of which a product must have.
    pub prefixes: &'a [Prefix],
    pub sort: Sort,
}

impl Wanted<'_> {
    /// How many placeholders the words and the category take.
    pub(super) fn values(&self) -> usize {
        2 * self.prefixes.len() + usize::from(self.category.is_some())
    }
}

/// Binds the words and the category.
macro_rules! bind_wanted {
    ($query:expr, $wanted:expr) => {{
        let mut query = $query;
        for prefix in $wanted.prefixes {
            query = query.bind(&prefix.from).bind(&prefix.end);
        }
        if let Some(category) = $wanted.category {
            query = query.bind(category);
        }
        query
    }};
}
pub(super) use bind_wanted;

/// The page's cards and how many products the whole list has. An offset past the end means the last
/// page.
pub async fn list_cards(
    connection: &mut Connection,
    wanted: &Wanted<'_>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Card>, i64)> {
    let statement = AssertSqlSafe(list_statement(wanted, db::kind_of(connection)));
    let query = bind_wanted!(sqlx::query_as::<_, CountedRow>(statement), wanted);
    let rows = query.bind(limit).bind(offset).fetch_all(connection).await?;
    let total = rows.first().map_or(0, |row| row.total);
    Ok((rows.into_iter().map(|row| row.card.into()).collect(), total))
}

/// Composed of fixed pieces and placeholders alone; what a visitor typed is always bound.
fn list_statement(wanted: &Wanted<'_>, kind: Kind) -> String {
    let limit = format!("${}", wanted.values() + 1);
    let offset = format!("${}", wanted.values() + 2);
    let start = format!(
        "select case when total > {offset} then {offset}
                     when total > 0 then (total - 1) / {limit} * {limit}
                     else 0 end as at"
    );
    let page = format!("limit {limit} offset ({start} from counted)");
    match (wanted.prefixes.is_empty(), wanted.sort) {
        (true, Sort::Featured) => places::shelves_statement(wanted, kind, &limit, &start),
        (true, _) => shelf_statement(wanted, &page),
        (false, _) => search_statement(wanted, &page),
    }
}

/// The number of all is counted beside the page, not by a window over it: so an index that has the
/// order is read only as far as the page needs.
fn shelf_statement(wanted: &Wanted<'_>, page: &str) -> String {
    format!(
        "with counted as materialized (select count(*) as total from {from})
         select {columns}, (select total from counted) as total
         from {from} order by {order} {page}",
        columns = card!(),
        from = format_args!("{} {}", tables(wanted), conditions(wanted)),
        order = places::order(wanted),
    )
}

/// What fits is found once, with no more of each than the order needs; what a card shows is read
/// for the page alone.
fn search_statement(wanted: &Wanted<'_>, page: &str) -> String {
    format!(
        "with {hits}fits as materialized (select {keys} from {tables} {conditions}),
              counted as materialized (select count(*) as total from fits),
              page as (select f.* from fits f order by {order} {page})
         select {columns}, (select total from counted) as total
         from page f cross join products p where p.id = f.id order by {order}",
        hits = hits(wanted),
        keys = places::keys(wanted),
        tables = tables(wanted),
        conditions = conditions(wanted),
        columns = card!(),
        order = places::order_of_keys(wanted),
    )
}

/// The products that have all the words, each with its weight below zero: the first in a list has
/// most. A word gives the weight of its best place in the product, twice that where it fits whole.
pub(super) fn hits(wanted: &Wanted<'_>) -> String {
    let words: Vec<String> = (0..wanted.prefixes.len())
        .map(|number| {
            let (from, end) = (2 * number + 1, 2 * number + 2);
            format!(
                "select w.product_id,
                        -max(case w.word when ${from} then 2 * w.weight else w.weight end)
                            as lightness
                 from product_words w where w.word >= ${from} and w.word < ${end}
                 group by w.product_id"
            )
        })
        .collect();
    match words.len() {
        0 => String::new(),
        1 => format!("hits as materialized ({}), ", words.concat()),
        number => format!(
            "hits as materialized (
                 select product_id, cast(sum(lightness) as bigint) as lightness from ({}) words
                 group by product_id having count(*) = {number}), ",
            words.join(" union all ")
        ),
    }
}

/// What is joined crosswise SQLite reads in the order written: from the few hits to their products.
/// Left to itself it reads every product to count them.
pub(super) fn tables(wanted: &Wanted<'_>) -> &'static str {
    match wanted.prefixes.is_empty() {
        true => "products p, categories k",
        false => "hits h cross join products p cross join categories k",
    }
}

pub(super) fn conditions(wanted: &Wanted<'_>) -> String {
    let category = match wanted.category {
        Some(_) => format!("and k.slug = ${}", wanted.values()),
        None => String::new(),
    };
    let hit = if wanted.prefixes.is_empty() { "" } else { "p.id = h.product_id and" };
    format!("where {hit} k.id = p.category_id and p.withdrawn_at is null {category}")
}

/// A few products that can be had, the categories taking turns. Each category gives its first by
/// name; the name of the last one wanted is found first, so that the others are not read.
pub async fn list_featured(connection: &mut Connection, limit: i64) -> Result<Vec<Card>> {
    let rows: Vec<CardRow> = sqlx::query_as(concat!(
        "with shelves as materialized (
             select k.id, k.position,
                    coalesce((select s.name from products s
                              where s.category_id = k.id and s.withdrawn_at is null
                                and s.on_hand > s.held
                              order by s.name limit 1 offset $1),
                             (select max(s.name) from products s
                              where s.category_id = k.id and s.withdrawn_at is null)) as last_name
             from categories k)
         select ",
        card!(),
        " from (select q.*, h.position,
                       row_number() over (partition by h.id order by q.name, q.id) as turn
                from shelves h join products q on q.category_id = h.id and q.name <= h.last_name
                where q.withdrawn_at is null and q.on_hand > q.held) p
         order by p.turn, p.position, p.id limit $1"
    ))
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Card::from).collect())
}

/// Products of the same category: first what can be had, then what costs about as much.
pub async fn list_related(
    connection: &mut Connection,
    product: &Product,
    limit: i64,
) -> Result<Vec<Card>> {
    let rows: Vec<CardRow> = sqlx::query_as(concat!(
        "select ",
        card!(),
        " from products p join categories k on k.id = p.category_id
         where k.slug = $1 and p.id <> $2 and p.withdrawn_at is null
         order by case when p.on_hand > p.held then 0 else 1 end,
                  abs(p.price_paise - $3), p.name, p.id
         limit $4"
    ))
    .bind(&product.category_slug)
    .bind(&product.id)
    .bind(product.price.0)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Card::from).collect())
}

#[derive(FromRow)]
struct CategoryRow {
    slug: String,
    name: String,
    blurb: String,
    products: i64,
}

/// Every category in the order of the menu, with the number of products on sale in it.
pub async fn list_categories(connection: &mut Connection) -> Result<Vec<Category>> {
    let rows: Vec<CategoryRow> = sqlx::query_as(
        "select k.slug, k.name, k.blurb, coalesce(c.products, 0) as products
         from categories k
         left join (select category_id, count(*) as products from products
                    where withdrawn_at is null group by category_id) c on c.category_id = k.id
         order by k.position, k.name limit 200",
    )
    .fetch_all(connection)
    .await?;
    let category = |row: CategoryRow| Category {
        slug: row.slug,
        name: row.name,
        blurb: row.blurb,
        products: row.products,
    };
    Ok(rows.into_iter().map(category).collect())
}
