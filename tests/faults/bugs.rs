//! Bugs that are planted to be found: what is wrong, and where it was put.

use crate::world::World;

pub fn plant() {
    if let Ok(bug) = std::env::var("KIRANA_PLANTED_BUG") {
        kirana::faults::plant(&bug);
    }
}

/// Bugs that are in the tables rather than in the code.
pub async fn spoil(world: &World) {
    if !kirana::faults::planted("payment-id-not-unique") {
        return;
    }
    let mut connection = world.servers[0].app.db.write.acquire().await.unwrap();
    for statement in [
        "create table payments_copy as select * from payments",
        "drop table payments",
        "alter table payments_copy rename to payments",
    ] {
        sqlx::query(statement).execute(&mut *connection).await.unwrap();
    }
}
