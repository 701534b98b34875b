//! The judge, written apart from the shop: it knows the shop's tables, the gateway's ledger and
//! what clients were told, and none of the shop's code. The numbers are those of docs/faults.md.

mod history;
mod ledger;
mod tables;

pub use history::History;

use crate::world::World;
use sqlx::AnyPool;

/// An invariant that does not hold, and where.
#[derive(Clone, Debug)]
pub struct Broken {
    pub invariant: u8,
    pub what: String,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "invariant {} is broken: {}", self.invariant, self.what)
    }
}

fn broken(invariant: u8, what: impl Into<String>) -> Broken {
    Broken { invariant, what: what.into() }
}

/// What must hold at every moment.
pub async fn always(world: &World) -> Vec<Broken> {
    let pool = &world.servers[0].app.db.read;
    let mut wrong = tables::broken(pool, tables::ALWAYS).await;
    let told = &world.told;
    wrong.extend(told.believed.iter().map(|what| broken(16, format!("a forged webhook: {what}"))));
    let refused = told.disbelieved.iter();
    wrong.extend(refused.map(|id| broken(16, format!("a signed webhook was refused: {id}"))));
    wrong.extend(told.broken.iter().map(|what| broken(0, format!("a server broke: {what}"))));
    wrong.extend(acknowledged(world, pool).await);
    wrong.extend(ledger::always(pool, &world.ledger().await).await);
    wrong
}

/// What must hold when everything has come to rest.
pub async fn settled(world: &World) -> Vec<Broken> {
    let pool = &world.servers[0].app.db.read;
    let mut wrong = tables::broken(pool, tables::SETTLED).await;
    wrong.extend(ledger::settled(pool, &world.ledger().await).await);
    wrong
}

/// Nothing that a client was told is gone, and nothing came in that nobody signed.
async fn acknowledged(world: &World, pool: &AnyPool) -> Vec<Broken> {
    let mut wrong = Vec::new();
    let events = column(pool, "select id from gateway_events").await;
    let orders = column(pool, "select id from orders").await;
    let numbers = column(pool, "select number from orders where state = 'paid'").await;
    let called_off = column(pool, "select id from orders where state = 'cancelled'").await;
    for (what, told, known) in [
        ("an event answered 2xx", &world.told.events, &events),
        ("an order that was placed", &world.told.orders, &orders),
        ("a number shown as paid", &world.told.numbers, &numbers),
        ("an order called off", &world.told.called_off, &called_off),
    ] {
        let gone = told.iter().filter(|id| !known.contains(id));
        wrong.extend(gone.map(|id| broken(16, format!("{what} is gone: {id}"))));
    }
    for id in events.iter().filter(|id| id.starts_with("strange")) {
        if !world.signed.contains(id) {
            wrong.push(broken(16, format!("a forged webhook was stored: {id}")));
        }
    }
    wrong
}

async fn column(pool: &AnyPool, statement: &'static str) -> Vec<String> {
    sqlx::query_scalar(statement).fetch_all(pool).await.unwrap()
}
