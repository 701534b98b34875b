//! Accounts.

use super::Result;
use crate::account::{Email, ProfilePatch, User};
use crate::clock::{self, Moment};
use crate::db::Connection;
use sqlx::FromRow;

/// An account with the hash that its password is checked against.
pub struct Account {
    pub user: User,
    pub password_hash: String,
}

#[derive(FromRow)]
struct AccountRow {
    id: String,
    email: String,
    name: String,
    phone: String,
    admin_since: Option<i64>,
    password_hash: String,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Account {
        let AccountRow { id, email, name, phone, admin_since, password_hash } = row;
        Account { user: User { id, email, name, phone, admin_since }, password_hash }
    }
}

pub async fn find_account(connection: &mut Connection, email: &Email) -> Result<Option<Account>> {
    let row: Option<AccountRow> = sqlx::query_as(
        "select id, email, name, phone, admin_since, password_hash from users where email = $1",
    )
    .bind(email.as_str())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Account::from))
}

pub struct NewUser<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub phone: &'a str,
    pub password_hash: &'a str,
    pub admin_since: Option<Moment>,
}

/// The new account's id; nothing where the address has one already.
pub async fn insert_user(
    connection: &mut Connection,
    user: &NewUser<'_>,
    now: Moment,
) -> Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as(
        "insert into users
             (id, email, name, phone, password_hash, admin_since, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)
         on conflict (email) do nothing
         returning id",
    )
    .bind(clock::new_id())
    .bind(user.email)
    .bind(user.name)
    .bind(user.phone)
    .bind(user.password_hash)
    .bind(user.admin_since)
    .bind(now)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.0))
}

/// Makes an account a shopkeeper's, with a new password. Returns its id.
pub async fn update_to_admin(
    connection: &mut Connection,
    email: &Email,
    password_hash: &str,
    now: Moment,
) -> Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as(
        "update users
         set admin_since = coalesce(admin_since, $1), password_hash = $2, updated_at = $1
         where email = $3
         returning id",
    )
    .bind(now)
    .bind(password_hash)
    .bind(email.as_str())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.0))
}

/// What was not given stays. Was there such an account?
pub async fn update_profile(
    connection: &mut Connection,
    user_id: &str,
    patch: &ProfilePatch,
    now: Moment,
) -> Result<bool> {
    let done = sqlx::query(
        "update users
         set name = coalesce($1, name), phone = coalesce($2, phone), updated_at = $3
         where id = $4",
    )
    .bind(patch.name.as_deref())
    .bind(patch.phone.as_deref())
    .bind(now)
    .bind(user_id)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Only if the password is still the one that was checked.
pub async fn update_password_if(
    connection: &mut Connection,
    user_id: &str,
    checked_hash: &str,
    new_hash: &str,
    now: Moment,
) -> Result<bool> {
    let done = sqlx::query(
        "update users set password_hash = $1, updated_at = $2 where id = $3 and password_hash = $4",
    )
    .bind(new_hash)
    .bind(now)
    .bind(user_id)
    .bind(checked_hash)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whatever the password was. Returns the account's id.
pub async fn update_password(
    connection: &mut Connection,
    email: &str,
    new_hash: &str,
    now: Moment,
) -> Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as(
        "update users set password_hash = $1, updated_at = $2 where email = $3 returning id",
    )
    .bind(new_hash)
    .bind(now)
    .bind(email)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.0))
}

/// Holds the account's row until the transaction ends. Is there one?
pub async fn lock_user(connection: &mut Connection, user_id: &str) -> Result<bool> {
    let held = sqlx::query("update users set updated_at = updated_at where id = $1")
        .bind(user_id)
        .execute(connection)
        .await?;
    Ok(held.rows_affected() == 1)
}

/// Holds the account's row if the password is still the one that was checked.
pub async fn lock_user_if(
    connection: &mut Connection,
    user_id: &str,
    checked_hash: &str,
) -> Result<bool> {
    let held = sqlx::query(
        "update users set updated_at = updated_at where id = $1 and password_hash = $2",
    )
    .bind(user_id)
    .bind(checked_hash)
    .execute(connection)
    .await?;
    Ok(held.rows_affected() == 1)
}
