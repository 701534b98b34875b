//! Every SQL statement of this room.

use super::{CartView, Line};
use crate::account::Owner;
use crate::clock::Moment;
use crate::db::Connection;
use crate::money::{Paise, TaxRate};
use sqlx::FromRow;

mod heads;
mod history;
mod several;

pub use heads::*;
pub use history::*;
pub use several::*;

type Result<T> = std::result::Result<T, sqlx::Error>;

impl Owner {
    /// What stands in the owner's column: a user's id or a session's hash, which never look alike.
    fn key(&self) -> &str {
        match self {
            Owner::User(id) | Owner::Guest(id) => id,
        }
    }
}

#[derive(FromRow)]
struct ViewRow {
    cart_id: String,
    version: i64,
    product_id: Option<String>,
    slug: Option<String>,
    name: Option<String>,
    pack: Option<String>,
    pictures: Option<String>,
    quantity: Option<i64>,
    price_paise: Option<i64>,
    seen_price_paise: Option<i64>,
    mrp_paise: Option<i64>,
    tax_rate_bp: Option<i64>,
    stock_left: Option<i64>,
    withdrawn_at: Option<i64>,
}

/// Behind a `mine` with the cart's `id`: `own_holds`, the units of each product that open orders of
/// this cart, or of carts merged into it, hold. They are not "sold to somebody else" and count as
/// left. Made once for a cart, not for each line, and from the cart on whatever a planner guesses:
/// `cross join` keeps SQLite, and `materialized` PostgreSQL, from looking through the shop's orders
/// line by line. (The order's tables are other rooms': read only.)
macro_rules! own_holds {
    () => {
        "origins as (
             select id from mine
             union all
             select m.cart_id from mine cross join cart_merges m where m.into_cart_id = mine.id),
         own_holds as materialized (
             select h.product_id, sum(h.quantity) as units
             from origins cross join orders o cross join attempts a cross join stock_holds h
             where o.cart_id = origins.id and o.state = 'awaiting_payment'
               and a.order_id = o.id and a.state = 'open' and h.attempt_id = a.id
             group by h.product_id)"
    };
}

/// The owner's cart with today's prices and stock, in one statement.
pub async fn find_cart(connection: &mut Connection, owner: &Owner) -> Result<Option<CartView>> {
    let rows: Vec<ViewRow> = sqlx::query_as(concat!(
        "with mine as (select id, version from carts where user_id = $1 or session_hash = $1), ",
        own_holds!(),
        " select mine.id as cart_id, mine.version, l.product_id, p.slug, p.name, p.pack, p.pictures,
                l.quantity, p.price_paise, l.seen_price_paise, p.mrp_paise, p.tax_rate_bp,
                cast(p.on_hand - p.held + coalesce(own.units, 0) as bigint) as stock_left,
                p.withdrawn_at
         from mine
         left join cart_lines l on l.cart_id = mine.id
         left join products p on p.id = l.product_id
         left join own_holds own on own.product_id = l.product_id
         order by l.added_at, l.product_id"
    ))
    .bind(owner.key())
    .fetch_all(connection)
    .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let (id, version) = (first.cart_id.clone(), first.version);
    let lines = rows.into_iter().filter_map(ViewRow::line).collect();
    Ok(Some(CartView { id, version, lines }))
}

impl ViewRow {
    fn line(self) -> Option<Line> {
        let quantity = self.quantity?;
        let price = Paise(self.price_paise?);
        let pictures: Vec<String> = serde_json::from_str(&self.pictures?).unwrap_or_default();
        Some(Line {
            product_id: self.product_id?,
            slug: self.slug?,
            name: self.name?,
            pack: self.pack?,
            picture: pictures.into_iter().next().unwrap_or_default(),
            quantity,
            price,
            seen_price: Paise(self.seen_price_paise?),
            mrp: Paise(self.mrp_paise?),
            tax_rate: TaxRate(self.tax_rate_bp?),
            left: self.stock_left?,
            withdrawn: self.withdrawn_at.is_some(),
        })
    }
}

/// What a line came to, and what is known of its product.
#[derive(FromRow)]
pub struct Added {
    pub quantity: i64,
    pub name: String,
    pub stock_left: i64,
}

/// Adds units of a product on sale to a line, making the line at today's price where there is none.
/// `None`: it is not on sale, or the line would come to more than `most`; nothing has changed then.
pub async fn add_units(
    connection: &mut Connection,
    cart_id: &str,
    product_id: &str,
    units: i64,
    most: i64,
    now: Moment,
) -> Result<Option<Added>> {
    sqlx::query_as(
        "insert into cart_lines (cart_id, product_id, quantity, seen_price_paise, added_at)
         select $1, p.id, $3, p.price_paise, $4 from products p
         where p.id = $2 and p.withdrawn_at is null
         on conflict (cart_id, product_id) do update
             set quantity = cart_lines.quantity + excluded.quantity
             where cart_lines.quantity + excluded.quantity <= $5
         returning quantity,
             (select p.name from products p where p.id = product_id) as name,
             (select cast(p.on_hand - p.held as bigint) from products p
              where p.id = product_id) as stock_left",
    )
    .bind(cart_id)
    .bind(product_id)
    .bind(units)
    .bind(now)
    .bind(most)
    .fetch_optional(connection)
    .await
}

/// Adds units to a line as another cart had them, at the price that was seen there. The named check
/// on `quantity` is the judge of the upper bound.
pub async fn upsert_line(
    connection: &mut Connection,
    cart_id: &str,
    product_id: &str,
    quantity: i64,
    price: Paise,
    now: Moment,
) -> Result<()> {
    sqlx::query(
        "insert into cart_lines (cart_id, product_id, quantity, seen_price_paise, added_at)
         values ($1, $2, $3, $4, $5)
         on conflict (cart_id, product_id) do update
             set quantity = cart_lines.quantity + excluded.quantity",
    )
    .bind(cart_id)
    .bind(product_id)
    .bind(quantity)
    .bind(price.0)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Units of a product that the cart's own open order holds, also where it has no such line.
pub async fn find_own_hold(
    connection: &mut Connection,
    cart_id: &str,
    product_id: &str,
) -> Result<i64> {
    let row: (i64,) = sqlx::query_as(concat!(
        "with mine as (select cast($1 as text) as id), ",
        own_holds!(),
        " select cast(coalesce(sum(units), 0) as bigint) as units
         from own_holds where product_id = $2"
    ))
    .bind(cart_id)
    .bind(product_id)
    .fetch_one(connection)
    .await?;
    Ok(row.0)
}

pub async fn find_quantity(
    connection: &mut Connection,
    cart_id: &str,
    product_id: &str,
) -> Result<Option<i64>> {
    let row: Option<(i64,)> =
        sqlx::query_as("select quantity from cart_lines where cart_id = $1 and product_id = $2")
            .bind(cart_id)
            .bind(product_id)
            .fetch_optional(connection)
            .await?;
    Ok(row.map(|row| row.0))
}

pub async fn list_quantities(
    connection: &mut Connection,
    cart_id: &str,
) -> Result<Vec<(String, i64)>> {
    sqlx::query_as(
        "select product_id, quantity from cart_lines where cart_id = $1
         order by added_at, product_id limit 200",
    )
    .bind(cart_id)
    .fetch_all(connection)
    .await
}

pub async fn count_lines(connection: &mut Connection, cart_id: &str) -> Result<i64> {
    let row: (i64,) = sqlx::query_as("select count(*) from cart_lines where cart_id = $1")
        .bind(cart_id)
        .fetch_one(connection)
        .await?;
    Ok(row.0)
}

pub async fn update_quantity(
    connection: &mut Connection,
    cart_id: &str,
    product_id: &str,
    quantity: i64,
) -> Result<()> {
    sqlx::query("update cart_lines set quantity = $1 where cart_id = $2 and product_id = $3")
        .bind(quantity)
        .bind(cart_id)
        .bind(product_id)
        .execute(connection)
        .await?;
    Ok(())
}

/// The shopper has seen today's prices: they are what the lines were agreed at from now on.
pub async fn update_seen_prices(connection: &mut Connection, cart_id: &str) -> Result<()> {
    sqlx::query(
        "update cart_lines set seen_price_paise =
             (select price_paise from products where products.id = cart_lines.product_id)
         where cart_id = $1",
    )
    .bind(cart_id)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn delete_line(
    connection: &mut Connection,
    cart_id: &str,
    product_id: &str,
) -> Result<()> {
    sqlx::query("delete from cart_lines where cart_id = $1 and product_id = $2")
        .bind(cart_id)
        .bind(product_id)
        .execute(connection)
        .await?;
    Ok(())
}
