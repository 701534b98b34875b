//! Every SQL statement of this room. Each names the owner, so that another's address is not found.

use super::{Address, NewAddress};
use crate::clock::Moment;
use crate::db::Connection;
use sqlx::FromRow;

type Result<T> = std::result::Result<T, sqlx::Error>;

#[derive(FromRow)]
struct AddressRow {
    id: String,
    name: String,
    phone: String,
    line1: String,
    line2: String,
    landmark: String,
    city: String,
    state: String,
    pin: String,
    default_since: Option<i64>,
}

impl From<AddressRow> for Address {
    fn from(row: AddressRow) -> Address {
        let is_default = row.default_since.is_some();
        let AddressRow { id, name, phone, line1, line2, landmark, city, state, pin, .. } = row;
        Address { id, name, phone, line1, line2, landmark, city, state, pin, is_default }
    }
}

/// The default first, then the newest.
pub async fn list_addresses(connection: &mut Connection, user_id: &str) -> Result<Vec<Address>> {
    let rows: Vec<AddressRow> = sqlx::query_as(
        "select id, name, phone, line1, line2, landmark, city, state, pin, default_since
         from addresses where user_id = $1
         order by case when default_since is null then 1 else 0 end, created_at desc, id desc
         limit 20",
    )
    .bind(user_id)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Address::from).collect())
}

pub async fn find_address(
    connection: &mut Connection,
    user_id: &str,
    id: &str,
) -> Result<Option<Address>> {
    let row: Option<AddressRow> = sqlx::query_as(
        "select id, name, phone, line1, line2, landmark, city, state, pin, default_since
         from addresses where user_id = $1 and id = $2",
    )
    .bind(user_id)
    .bind(id)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Address::from))
}

pub async fn count_addresses(connection: &mut Connection, user_id: &str) -> Result<i64> {
    let (count,): (i64,) = sqlx::query_as("select count(*) from addresses where user_id = $1")
        .bind(user_id)
        .fetch_one(connection)
        .await?;
    Ok(count)
}

pub async fn insert_address(
    connection: &mut Connection,
    user_id: &str,
    id: &str,
    address: &NewAddress,
    default_since: Option<Moment>,
    now: Moment,
) -> Result<()> {
    sqlx::query(
        "insert into addresses (id, user_id, name, phone, line1, line2, landmark, city, state, pin,
                                default_since, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
    )
    .bind(id)
    .bind(user_id)
    .bind(&address.name)
    .bind(&address.phone)
    .bind(&address.line1)
    .bind(&address.line2)
    .bind(&address.landmark)
    .bind(&address.city)
    .bind(&address.state)
    .bind(&address.pin)
    .bind(default_since)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn update_address(
    connection: &mut Connection,
    user_id: &str,
    id: &str,
    address: &NewAddress,
    now: Moment,
) -> Result<bool> {
    let done = sqlx::query(
        "update addresses
         set name = $1, phone = $2, line1 = $3, line2 = $4, landmark = $5, city = $6, state = $7,
             pin = $8, updated_at = $9
         where user_id = $10 and id = $11",
    )
    .bind(&address.name)
    .bind(&address.phone)
    .bind(&address.line1)
    .bind(&address.line2)
    .bind(&address.landmark)
    .bind(&address.city)
    .bind(&address.state)
    .bind(&address.pin)
    .bind(now)
    .bind(user_id)
    .bind(id)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Was it the default? Nothing where there was no such address.
pub async fn delete_address(
    connection: &mut Connection,
    user_id: &str,
    id: &str,
) -> Result<Option<bool>> {
    let row: Option<(Option<i64>,)> = sqlx::query_as(
        "delete from addresses where user_id = $1 and id = $2 returning default_since",
    )
    .bind(user_id)
    .bind(id)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.0.is_some()))
}

pub async fn clear_default(connection: &mut Connection, user_id: &str) -> Result<()> {
    sqlx::query(
        "update addresses set default_since = null
         where user_id = $1 and default_since is not null",
    )
    .bind(user_id)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn update_default(
    connection: &mut Connection,
    user_id: &str,
    id: &str,
    now: Moment,
) -> Result<bool> {
    let done =
        sqlx::query("update addresses set default_since = $1 where user_id = $2 and id = $3")
            .bind(now)
            .bind(user_id)
            .bind(id)
            .execute(connection)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// The newest address that is left becomes the default, if any is.
pub async fn update_newest_to_default(
    connection: &mut Connection,
    user_id: &str,
    now: Moment,
) -> Result<()> {
    sqlx::query(
        "update addresses set default_since = $1
         where id = (select a.id from addresses a where a.user_id = $2
                     order by a.created_at desc, a.id desc limit 1)",
    )
    .bind(now)
    .bind(user_id)
    .execute(connection)
    .await?;
    Ok(())
}
