//! The verbs of this room: look at everything, keep what was found.

use super::gateway::{self, Window};
use super::invariants::{IN_THE_SHOP, Invariant, Look};
use super::{Outcome, Row, Run, Verdict, queries};
use crate::clock;
use crate::error::Fault;
use crate::order;
use crate::state::AppState;
use indicatif::ProgressBar;
use std::time::Duration;

/// What is flagged is looked at again after so long: longer than any step of a live shop.
pub const SECOND_LOOK: Duration = Duration::from_secs(3);
/// Runs that are kept.
const KEPT: i64 = 60;
/// Orders whose frozen copies are reckoned together.
const ORDERS_AT_ONCE: i64 = 200;

/// What to look at, and how.
#[derive(Debug)]
pub struct Plan {
    /// Also hold the gateway's books against the shop's.
    pub gateway: Option<Window>,
    /// How long to wait before the second look.
    pub second_look: Duration,
    /// Moves with the questions to the gateway; hidden where nobody looks.
    pub bar: ProgressBar,
}

impl Plan {
    /// The shop's own database alone.
    pub fn of_the_shop() -> Plan {
        Plan { gateway: None, second_look: SECOND_LOOK, bar: ProgressBar::hidden() }
    }
}

/// Looks at every invariant. Reads only.
pub async fn run(app: &AppState, plan: &Plan) -> Result<Vec<Outcome>, Fault> {
    let mut outcomes = look_at_all(app, plan.second_look).await?;
    if let Some(window) = &plan.gateway {
        let compared = gateway::compare_all(app, window, plan.second_look, &plan.bar).await?;
        outcomes.extend(compared);
        outcomes.sort_by_key(|outcome| outcome.invariant);
    }
    Ok(outcomes)
}

async fn look_at_all(app: &AppState, second_look: Duration) -> Result<Vec<Outcome>, Fault> {
    let mut first = Vec::new();
    for invariant in IN_THE_SHOP {
        first.push(look(app, invariant).await);
    }
    let flagged = |looked: &Looked| !looked.as_ref().is_ok_and(Vec::is_empty);
    if first.iter().any(flagged) {
        tokio::time::sleep(second_look).await;
    }
    let mut outcomes = Vec::new();
    for (invariant, before) in IN_THE_SHOP.iter().zip(first) {
        let looked =
            if flagged(&before) { still(before, look(app, invariant).await) } else { before };
        outcomes.push(match looked {
            Ok(rows) => Outcome::new(invariant.number, invariant.name, rows, Vec::new()),
            Err(fault) => Outcome::new(invariant.number, invariant.name, Vec::new(), told(&fault)),
        });
    }
    Ok(outcomes)
}

type Looked = Result<Vec<Row>, Fault>;

async fn look(app: &AppState, invariant: &Invariant) -> Looked {
    match invariant.look {
        Look::Statement(statement) => {
            let mut connection = app.db.read.acquire().await?;
            Ok(queries::list_wrong(&mut connection, statement, app.now()).await?)
        }
        Look::FrozenCopies => frozen_copies(app).await,
    }
}

/// What is wrong now and was before, too.
fn still(before: Looked, now: Looked) -> Looked {
    let now = now?;
    // A first look that failed says nothing against the second.
    let Ok(before) = before else { return Ok(now) };
    Ok(now.into_iter().filter(|row| before.iter().any(|b| b.subject == row.subject)).collect())
}

fn told(fault: &Fault) -> Vec<Row> {
    tracing::error!(reference = %fault.reference, "{fault}");
    vec![Row { subject: "database".to_owned(), what: format!("could not be asked: {fault}") }]
}

/// Orders whose lines, address or totals are not what was agreed.
async fn frozen_copies(app: &AppState) -> Looked {
    let mut rows = Vec::new();
    let mut after = String::new();
    loop {
        let mut connection = app.db.read.acquire().await?;
        let orders = order::service::list_after(&mut connection, &after, ORDERS_AT_ONCE).await?;
        drop(connection);
        let Some(last) = orders.last() else { return Ok(rows) };
        after.clone_from(&last.id);
        for order in orders.iter().filter(|order| !order::is_as_agreed(order)) {
            let what = "is not what was agreed: a line, the address or the total was changed";
            rows.push(Row { subject: order.id.clone(), what: what.to_owned() });
        }
    }
}

/// Looks at what the shop's database alone tells, and keeps what was found.
pub async fn check_now(app: &AppState) -> Result<Vec<Outcome>, Fault> {
    let id = clock::new_id();
    let mut connection = app.db.write.acquire().await?;
    queries::runs::insert_run(&mut connection, &id, app.now()).await?;
    drop(connection);
    let outcomes = run(app, &Plan::of_the_shop()).await?;
    keep(app, &id, &outcomes).await?;
    Ok(outcomes)
}

/// Keeps the result of a run that was begun under this id.
pub(super) async fn keep(app: &AppState, id: &str, outcomes: &[Outcome]) -> Result<(), Fault> {
    let report = serde_json::to_string(outcomes).map_err(|e| Fault::new("writing a report", e))?;
    let broken = outcomes.iter().filter(|one| one.verdict == Verdict::Broken).count();
    let broken = i64::try_from(broken).unwrap_or(i64::MAX);
    let mut connection = app.db.write.acquire().await?;
    queries::runs::update_run(&mut connection, id, broken, &report, app.now()).await?;
    Ok(queries::runs::delete_older(&mut connection, KEPT).await?)
}

/// The runs that are kept, the newest first.
pub async fn list_runs(app: &AppState) -> Result<Vec<Run>, Fault> {
    let mut connection = app.db.read.acquire().await?;
    Ok(queries::runs::list_runs(&mut connection, KEPT).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(subjects: &[&str]) -> Vec<Row> {
        let row = |subject: &&str| Row { subject: (*subject).to_owned(), what: "odd".to_owned() };
        subjects.iter().map(row).collect()
    }

    #[test]
    fn only_what_is_wrong_twice_counts() {
        let seen_twice = |before, now| still(before, now).unwrap();
        assert_eq!(seen_twice(Ok(rows(&["a", "b"])), Ok(rows(&["b", "c"]))), rows(&["b"]));
        assert_eq!(seen_twice(Ok(rows(&["a"])), Ok(Vec::new())), Vec::new());
        let failed = || Err(Fault::new("looking", "away"));
        assert_eq!(seen_twice(failed(), Ok(rows(&["c"]))), rows(&["c"]));
        assert!(still(Ok(rows(&["a"])), failed()).is_err());
    }
}
