//! Sessions, and who asks.

use super::Result;
use crate::account::{CartHead, User};
use crate::clock::Moment;
use crate::db::Connection;
use sqlx::FromRow;

pub struct FoundVisitor {
    pub seen_at: Moment,
    pub flash: Option<String>,
    pub user: Option<User>,
    pub cart: Option<CartHead>,
}

#[derive(FromRow)]
struct VisitorRow {
    seen_at: i64,
    flash: Option<String>,
    user_id: Option<String>,
    email: Option<String>,
    name: Option<String>,
    phone: Option<String>,
    admin_since: Option<i64>,
    cart_id: Option<String>,
    cart_version: Option<i64>,
    cart_units: i64,
}

/// Session, user and cart in one reading (the cart's tables are another room's: read only).
pub async fn find_visitor(
    connection: &mut Connection,
    id_hash: &str,
    now: Moment,
) -> Result<Option<FoundVisitor>> {
    let row: Option<VisitorRow> = sqlx::query_as(
        "select s.seen_at, s.flash, u.id as user_id, u.email, u.name, u.phone, u.admin_since,
                c.id as cart_id, c.version as cart_version,
                cast(coalesce((select sum(l.quantity) from cart_lines l where l.cart_id = c.id), 0)
                     as bigint) as cart_units
         from sessions s
         left join users u on u.id = s.user_id
         left join carts c on c.user_id = s.user_id
                           or (s.user_id is null and c.session_hash = s.id_hash)
         where s.id_hash = $1 and s.expires_at > $2",
    )
    .bind(id_hash)
    .bind(now)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(VisitorRow::found))
}

impl VisitorRow {
    fn found(self) -> FoundVisitor {
        let user = match (self.user_id, self.email, self.name, self.phone) {
            (Some(id), Some(email), Some(name), Some(phone)) => {
                Some(User { id, email, name, phone, admin_since: self.admin_since })
            }
            _ => None,
        };
        let cart = match (self.cart_id, self.cart_version) {
            (Some(id), Some(version)) => Some(CartHead { id, version, units: self.cart_units }),
            _ => None,
        };
        FoundVisitor { seen_at: self.seen_at, flash: self.flash, user, cart }
    }
}

pub async fn insert_session(
    connection: &mut Connection,
    id_hash: &str,
    user_id: Option<&str>,
    now: Moment,
    expires_at: Moment,
) -> Result<()> {
    sqlx::query(
        "insert into sessions (id_hash, user_id, created_at, seen_at, expires_at)
         values ($1, $2, $3, $3, $4)",
    )
    .bind(id_hash)
    .bind(user_id)
    .bind(now)
    .bind(expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn touch_session(
    connection: &mut Connection,
    id_hash: &str,
    now: Moment,
    expires_at: Moment,
) -> Result<()> {
    sqlx::query("update sessions set seen_at = $1, expires_at = $2 where id_hash = $3")
        .bind(now)
        .bind(expires_at)
        .bind(id_hash)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn delete_session(connection: &mut Connection, id_hash: &str) -> Result<()> {
    sqlx::query("delete from sessions where id_hash = $1")
        .bind(id_hash)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn delete_guest_session(connection: &mut Connection, id_hash: &str) -> Result<()> {
    sqlx::query("delete from sessions where id_hash = $1 and user_id is null")
        .bind(id_hash)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn delete_expired_sessions(connection: &mut Connection, now: Moment) -> Result<u64> {
    let gone = sqlx::query("delete from sessions where expires_at <= $1")
        .bind(now)
        .execute(connection)
        .await?;
    Ok(gone.rows_affected())
}

pub async fn update_flash(connection: &mut Connection, id_hash: &str, flash: &str) -> Result<()> {
    sqlx::query("update sessions set flash = $1 where id_hash = $2")
        .bind(flash)
        .bind(id_hash)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn delete_sessions_of(connection: &mut Connection, user_id: &str) -> Result<u64> {
    let gone = sqlx::query("delete from sessions where user_id = $1")
        .bind(user_id)
        .execute(connection)
        .await?;
    Ok(gone.rows_affected())
}
