//! Bugs that are planted to be found: what is wrong, and where it was put.

use crate::world::World;
use sqlx::AssertSqlSafe;

pub fn plant() {
    if let Ok(bug) = std::env::var("KIRANA_PLANTED_BUG") {
        kirana::faults::plant(&bug);
    }
}

/// A table, and the rule that it loses; who refers to another comes first.
const LOST: [(&str, &str); 2] = [
    ("refunds", "constraint refunds_payment_known references payments (id)"),
    ("payments", "constraint payments_pkey primary key"),
];

/// Bugs that are in the tables rather than in the code: the same tables and indexes again, but for
/// the one rule (and the foreign key that needs it).
pub async fn spoil(world: &World) {
    if !kirana::faults::planted("payment-id-not-unique") {
        return;
    }
    let mut connection = world.servers[0].app.db.write.acquire().await.unwrap();
    let mut written = Vec::new();
    for (table, rule) in LOST {
        let statement = "select sql from sqlite_master where tbl_name = $1 and sql is not null
                         order by type = 'table'";
        let rows = sqlx::query_scalar(statement).bind(table).fetch_all(&mut *connection).await;
        let rows: Vec<String> = rows.unwrap();
        assert!(rows.iter().any(|row| row.contains(rule)), "{table} has no {rule}");
        written.extend(rows.into_iter().map(|row| row.replace(rule, "")));
        let drop = AssertSqlSafe(format!("drop table {table}"));
        sqlx::query(drop).execute(&mut *connection).await.unwrap();
    }
    // The other way round: tables before their indexes, and before those that refer to them.
    for statement in written.into_iter().rev() {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut *connection).await.unwrap();
    }
}
