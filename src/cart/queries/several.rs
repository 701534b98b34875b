//! The statements of adding, for several carts at once. Each has [`TOGETHER`] rows of values, so it
//! is prepared once however many are needed; those left over are empty and match nothing.

use super::{Change, Result};
use crate::account::Owner;
use crate::clock::{self, Moment};
use crate::db::{self, Connection};
use sqlx::any::AnyArguments;
use sqlx::query::QueryAs;
use sqlx::{Any, AssertSqlSafe, FromRow};

/// Most carts in one statement.
pub const TOGETHER: usize = 16;

/// `($2, $3), ($4, $5), …` for so many columns, after so many other values.
fn rows(after: usize, columns: usize) -> String {
    let value = |number: usize| format!("${}", after + number + 1);
    let row = |nth: usize| {
        let values: Vec<_> = (nth * columns..(nth + 1) * columns).map(value).collect();
        format!("({})", values.join(", "))
    };
    (0..TOGETHER).map(row).collect::<Vec<_>>().join(", ")
}

/// A cart that was made or whose version was raised.
#[derive(FromRow)]
pub struct Touched {
    pub id: String,
    pub version: i64,
    owner: String,
}

impl Touched {
    pub fn is_of(&self, owner: &Owner) -> bool {
        self.owner == owner.key()
    }
}

/// [`super::touch_or_insert_users_cart`] and [`super::touch_or_insert_guests_cart`] for several. A
/// guest whose session is gone is left out.
pub async fn touch_or_insert_carts(
    connection: &mut Connection,
    owners: &[&Owner],
    now: Moment,
) -> Result<Vec<Touched>> {
    let (users, guests): (Vec<&Owner>, Vec<&Owner>) =
        owners.iter().partition(|owner| matches!(owner, Owner::User(_)));
    let (rows, held) = (rows(1, 2), db::held(connection));
    let mut touched = Vec::new();
    if !guests.is_empty() {
        let statement = format!(
            "with v (owner, id) as (values {rows})
             insert into carts (id, session_hash, version, created_at, updated_at)
             select v.id, s.id_hash, 1, $1, $1 from v cross join sessions s
             where s.id_hash = v.owner order by s.id_hash {held}
             on conflict (session_hash) do update set version = carts.version + 1, updated_at = $1
             returning id, version, session_hash as owner"
        );
        touched.extend(touch(connection, statement, &guests, now).await?);
    }
    if !users.is_empty() {
        let statement = format!(
            "with v (owner, id) as (values {rows})
             insert into carts (id, user_id, version, created_at, updated_at)
             select v.id, v.owner, 1, $1, $1 from v where v.owner <> '' order by v.owner
             on conflict (user_id) do update set version = carts.version + 1, updated_at = $1
             returning id, version, user_id as owner"
        );
        touched.extend(touch(connection, statement, &users, now).await?);
    }
    Ok(touched)
}

async fn touch(
    connection: &mut Connection,
    statement: String,
    owners: &[&Owner],
    now: Moment,
) -> Result<Vec<Touched>> {
    let mut query = sqlx::query_as(AssertSqlSafe(statement)).bind(now);
    for nth in 0..TOGETHER {
        let owner = owners.get(nth).map_or("", |owner| owner.key());
        query = query.bind(owner).bind(clock::new_id());
    }
    query.fetch_all(connection).await
}

/// Units for a cart that was touched.
pub struct NewUnits<'a> {
    pub cart_id: &'a str,
    pub version: i64,
    pub product_id: &'a str,
    pub units: i64,
}

/// What a line of one of the carts came to, and what is known of its product.
#[derive(FromRow)]
pub struct AddedTo {
    pub cart_id: String,
    pub quantity: i64,
    pub name: String,
    pub stock_left: i64,
}

/// [`super::add_units`] for carts of which each comes once. What cannot be added is left out.
pub async fn add_units_to_carts(
    connection: &mut Connection,
    new: &[NewUnits<'_>],
    most: i64,
    now: Moment,
) -> Result<Vec<AddedTo>> {
    let statement = format!(
        "with v (cart_id, product_id, units) as (values {})
         insert into cart_lines (cart_id, product_id, quantity, seen_price_paise, added_at)
         select v.cart_id, p.id, v.units, p.price_paise, $1 from v cross join products p
         where p.id = v.product_id and p.withdrawn_at is null
         on conflict (cart_id, product_id) do update
             set quantity = cart_lines.quantity + excluded.quantity
             where cart_lines.quantity + excluded.quantity <= $2
         returning cart_id, quantity,
             (select p.name from products p where p.id = product_id) as name,
             (select cast(p.on_hand - p.held as bigint) from products p
              where p.id = product_id) as stock_left",
        rows(2, 3)
    );
    let mut query = sqlx::query_as(AssertSqlSafe(statement)).bind(now).bind(most);
    for nth in 0..TOGETHER {
        let row = new.get(nth).map_or(("", "", 0), |it| (it.cart_id, it.product_id, it.units));
        query = query.bind(row.0).bind(row.1).bind(row.2);
    }
    query.fetch_all(connection).await
}

/// Has one of these carts more lines than so many?
pub async fn is_one_longer(
    connection: &mut Connection,
    cart_ids: &[&str],
    most: i64,
) -> Result<bool> {
    let ids: Vec<_> = (2..TOGETHER + 2).map(|number| format!("${number}")).collect();
    let statement = format!(
        "select cart_id from cart_lines where cart_id in ({}) group by cart_id
         having count(*) > $1 limit 1",
        ids.join(", ")
    );
    let query: QueryAs<'_, Any, (String,), AnyArguments> = sqlx::query_as(AssertSqlSafe(statement));
    let mut query = query.bind(most);
    for nth in 0..TOGETHER {
        query = query.bind(cart_ids.get(nth).copied().unwrap_or_default());
    }
    Ok(query.fetch_optional(connection).await?.is_some())
}

const EMPTY: Change<'static> =
    Change { cart_id: "", version: 0, product_id: "", cause: "", before: 0, after: 0 };

/// [`super::insert_change`] for several.
pub async fn insert_changes(
    connection: &mut Connection,
    changes: &[Change<'_>],
    now: Moment,
) -> Result<()> {
    let statement = format!(
        "with v (cart_id, version, product_id, cause, had, has) as (values {})
         insert into cart_changes
             (cart_id, version, product_id, cause, quantity_before, quantity_after, at)
         select cart_id, version, product_id, cause, had, has, $1 from v where cart_id <> ''",
        rows(1, 6)
    );
    let mut query = sqlx::query(AssertSqlSafe(statement)).bind(now);
    for nth in 0..TOGETHER {
        let it = changes.get(nth).unwrap_or(&EMPTY);
        query = query
            .bind(it.cart_id)
            .bind(it.version)
            .bind(it.product_id)
            .bind(it.cause)
            .bind(it.before)
            .bind(it.after);
    }
    query.execute(connection).await?;
    Ok(())
}
