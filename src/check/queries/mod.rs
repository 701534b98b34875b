//! Every SQL statement of this room. It reads the tables of all rooms, in single statements, and
//! writes none but its own.

pub mod books;
pub mod money;
pub mod orders;
pub mod runs;
pub mod stock;

use super::Row;
use crate::clock::Moment;
use crate::db::Connection;

type Result<T> = std::result::Result<T, sqlx::Error>;

/// What one invariant's statement finds wrong. A single statement sees one state of the database.
pub async fn list_wrong(
    connection: &mut Connection,
    statement: &'static str,
    now: Moment,
) -> Result<Vec<Row>> {
    let query = sqlx::query_as(statement);
    let query = if statement.contains("$1") { query.bind(now) } else { query };
    let rows: Vec<(String, String)> = query.fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(subject, what)| Row { subject, what }).collect())
}
