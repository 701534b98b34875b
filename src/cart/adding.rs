//! Adding to carts. Whoever is alone adds by [`service::add`]. Those who come meanwhile are added
//! together, in one transaction of few statements however many they are, and each is told of
//! success when it is committed. Where one of them cannot be added nothing of it stands, and each
//! goes alone: so a refusal is made in one place only.

use super::queries::{self, AddedTo, Change, NewUnits};
use super::{LINES_MAX, QUANTITY_MAX, Quantity, Refused, history, service};
use crate::account::Owner;
use crate::catalogue;
use crate::clock::Moment;
use crate::db::{self, Connection, Turn, Waiting};
use crate::error::{Failed, Fault};
use crate::state::AppState;
use crate::transact;
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument;

/// So many in one transaction: the first of them wait for the last.
const MOST: usize = 64;
/// Whatever keeps those who write, nobody waits longer than this to be taken along.
const PATIENCE: Duration = Duration::from_secs(2);
/// Nothing is committed that took longer than this until then: a request is answered within half a
/// minute, and whoever was told to try again must not be added to after that.
const TOGETHER_FOR: Duration = Duration::from_secs(5);

/// Units on their way into carts.
pub type Adding = db::Together<Add, Told>;
/// The product's name, or what broke.
type Told = Result<String, String>;

#[derive(Debug)]
pub struct Add {
    pub owner: Owner,
    pub product_id: String,
    pub quantity: Quantity,
}

/// Puts units into the owner's cart, alone or together with others, and returns the product's name
/// once they are in it for good.
pub async fn add(app: &AppState, add: Add) -> Result<String, Failed<Refused>> {
    let add = Arc::new(add);
    match with_others(app, &add).await {
        Ok(told) => told.map_err(|words| Fault::new("adding to carts", words).into()),
        Err(_turn) => transact!(app.db, |tx| {
            let Add { owner, product_id, quantity } = &*add;
            service::add(&mut tx, owner, product_id, *quantity, app.now()).await
        }),
    }
}

/// Refused: it is to be added alone, if there is a turn then in that turn, so that those who come
/// meanwhile gather.
async fn with_others(app: &AppState, add: &Arc<Add>) -> Result<Told, Option<Turn>> {
    if let Some(turn) = app.adding.free_turn() {
        return Err(Some(turn));
    }
    let mut told = app.adding.leave(add);
    loop {
        let turn = tokio::select! {
            biased;
            told = &mut told => return told.map_err(|_| None),
            turn = tokio::time::timeout(PATIENCE, app.adding.turn()) => turn.ok(),
        };
        let Some(turn) = turn else {
            // Once taken it may be in the cart already, and is never added twice.
            return if app.adding.withdraw(add) { Err(None) } else { told.await.map_err(|_| None) };
        };
        match app.adding.take(MOST) {
            taken if taken.len() == 1 && Arc::ptr_eq(&taken[0].one, add) => return Err(Some(turn)),
            // In a task of its own: whoever leads may go away, and the others' units stay counted.
            taken => drop(tokio::spawn(add_for_all(app.clone(), turn, taken).in_current_span())),
        }
    }
}

/// The turn ends when all are told.
async fn add_for_all(app: AppState, _turn: Turn, taken: Vec<Waiting<Add, Told>>) {
    let adds: Vec<&Add> = taken.iter().map(|it| &*it.one).collect();
    let done = transact!(app.db, |tx| {
        let added = add_together(&mut tx, &adds, app.now());
        let late = |_| Err(Failed::Refused(NotTogether));
        tokio::time::timeout(TOGETHER_FOR, added).await.unwrap_or_else(late)
    });
    let told: Vec<Told> = match done {
        Ok(names) => names.into_iter().map(Ok).collect(),
        Err(failed) if failed.is_passing() => return,
        Err(Failed::Refused(NotTogether)) => return,
        // Nobody knows whether the commit was made.
        Err(Failed::Broke(fault)) => vec![Err(fault.to_string()); taken.len()],
    };
    for (waiting, told) in taken.into_iter().zip(told) {
        // Who has gone meanwhile needs no answer.
        let _ = waiting.told.send(told);
    }
}

/// One of the adds is to be answered with something else than "done".
struct NotTogether;

impl From<sqlx::Error> for NotTogether {
    fn from(_: sqlx::Error) -> NotTogether {
        NotTogether
    }
}

type Done<T> = Result<T, NotTogether>;

/// Returns the products' names in the same order. Whatever fails is shown by whoever goes alone.
async fn add_together(
    connection: &mut Connection,
    adds: &[&Add],
    now: Moment,
) -> Result<Vec<String>, Failed<NotTogether>> {
    // Among so many nobody waits long for a cart that somebody holds.
    db::wait_briefly(connection).await.map_err(|_| Failed::Refused(NotTogether))?;
    let mut names = vec![String::new(); adds.len()];
    for round in rounds(adds) {
        for some in round.chunks(queries::TOGETHER) {
            let several: Vec<&Add> = some.iter().map(|&at| adds[at]).collect();
            let named = match several.as_slice() {
                [add] => vec![add_one(connection, add, now).await.map_err(Failed::Refused)?],
                adds => add_some(connection, adds, now).await.map_err(Failed::Refused)?,
            };
            for (&at, name) in some.iter().zip(named) {
                names[at] = name;
            }
        }
    }
    Ok(names)
}

/// The first add of each owner, then each one's second, and so on: no statement changes a cart
/// twice. The first round locks all carts, in the same order whoever else does so.
fn rounds(adds: &[&Add]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..adds.len()).collect();
    order.sort_by_key(|&at| &adds[at].owner);
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    for of_one in order.chunk_by(|&one, &other| adds[one].owner == adds[other].owner) {
        for (nth, &at) in of_one.iter().enumerate() {
            if rounds.len() == nth {
                rounds.push(Vec::new());
            }
            rounds[nth].push(at);
        }
    }
    rounds
}

async fn add_one(connection: &mut Connection, add: &Add, now: Moment) -> Done<String> {
    let Add { owner, product_id, quantity } = add;
    service::add(connection, owner, product_id, *quantity, now).await.map_err(|_| NotTogether)
}

/// What [`service::add`] does, for carts of as many owners.
async fn add_some(connection: &mut Connection, adds: &[&Add], now: Moment) -> Done<Vec<String>> {
    if !adds.iter().all(|add| catalogue::service::is_word(&add.product_id)) {
        return Err(NotTogether);
    }
    let owners: Vec<&Owner> = adds.iter().map(|add| &add.owner).collect();
    let carts = queries::touch_or_insert_carts(connection, &owners, now).await?;
    let mut new = Vec::new();
    for add in adds {
        let cart = carts.iter().find(|cart| cart.is_of(&add.owner)).ok_or(NotTogether)?;
        let (product_id, units) = (add.product_id.as_str(), add.quantity.units());
        new.push(NewUnits { cart_id: &cart.id, version: cart.version, product_id, units });
    }
    let added = queries::add_units_to_carts(connection, &new, QUANTITY_MAX, now).await?;
    let mut changes = Vec::new();
    let mut names = Vec::new();
    for NewUnits { cart_id, version, product_id, units } in new {
        let line = added.iter().find(|line| line.cart_id == cart_id).ok_or(NotTogether)?;
        let AddedTo { quantity: after, ref name, stock_left, .. } = *line;
        if after > stock_left {
            return Err(NotTogether);
        }
        names.push(name.clone());
        let before = after - units;
        changes.push(Change { cart_id, version, product_id, cause: "added", before, after });
    }
    let begun: Vec<&str> =
        changes.iter().filter(|it| it.before == 0).map(|it| it.cart_id).collect();
    if !begun.is_empty() && queries::is_one_longer(connection, &begun, LINES_MAX).await? {
        return Err(NotTogether);
    }
    history::record_all(connection, &changes, now).await.map_err(|_| NotTogether)?;
    Ok(names)
}
