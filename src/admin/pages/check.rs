//! The check of the books as the desk sees it: the newest run line by line, and those before.

use crate::admin::desk::{AtDesk, Room, desk_head};
use crate::check::{Outcome, Run, Verdict, service};
use crate::error::Fault;
use crate::order::When;
use crate::state::AppState;
use crate::web::{Failure, Flash, Page, see_other};
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;

const HERE: &str = "/admin/check";

/// `GET /admin/check`
pub(super) async fn page(
    State(app): State<AppState>,
    AtDesk { visitor, admin }: AtDesk,
) -> Result<Response, Failure> {
    let runs = service::list_runs(&app).await?;
    let page = Page::new("Check").noindex();
    Ok(page.show(&app, &visitor, move || {
        let head = desk_head(&admin, Room::Check, "Do the books agree?");
        view! { {head} {check_view(runs)} }.into_any()
    }))
}

/// `POST /do/admin/check`: looks at what the shop's own database tells, in a task of its own, so
/// that a check that was begun is kept even when the browser goes away.
pub(super) async fn now(
    State(app): State<AppState>,
    AtDesk { mut visitor, .. }: AtDesk,
) -> Result<Response, Failure> {
    let checking = app.clone();
    let checked = tokio::spawn(async move { service::check_now(&checking).await }).await;
    let outcomes = checked.map_err(|e| Fault::new("checking", e))??;
    let broken = outcomes.iter().filter(|one| one.verdict != Verdict::Holds).count();
    let flash = match broken {
        0 => Flash::good("Everything holds."),
        broken => Flash::bad(format!("{broken} of {} do not hold.", outcomes.len())),
    };
    visitor.leave(&app, flash).await?;
    Ok(see_other(HERE))
}

fn check_view(runs: Vec<Run>) -> AnyView {
    let history = history(&runs);
    let newest = match runs.into_iter().find(|run| run.ended_at.is_some()) {
        Some(run) => run_view(run),
        None => view! { <p>"No check was made yet."</p> }.into_any(),
    };
    view! {
        <form method="post" action="/do/admin/check">
            <button class="btn" type="submit">"Check now"</button>
            <p class="muted">
                "Looks at the shop's own books and changes nothing. The gateway's are compared \
                 every night, and by "<code>"kirana check --gateway"</code>"."
            </p>
        </form>
        <section class="panel"><h2>"The newest check"</h2>{newest}</section>
        {history}
    }
    .into_any()
}

fn run_view(run: Run) -> AnyView {
    let what = if run.with_gateway { "with the gateway's books" } else { "the shop's books" };
    let rows = run.report.into_iter().map(outcome_row).collect_view();
    view! {
        <p><When at=run.started_at/>", "{what}</p>
        <div class="table-wrap" role="region" aria-label="What must hold" tabindex="0">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col" class="number">"No."</th>
                        <th scope="col">"What must hold"</th>
                        <th scope="col">"Now"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn outcome_row(outcome: Outcome) -> AnyView {
    let (class, words) = match outcome.verdict {
        Verdict::Holds => ("badge badge-good", "Holds"),
        Verdict::Broken => ("badge badge-bad", "Broken"),
        Verdict::Unknown => ("badge badge-wait", "Not compared"),
    };
    let wrong = (!outcome.rows.is_empty()).then(|| {
        let items = outcome.rows.into_iter().map(|row| {
            view! { <li><code>{row.subject}</code>" "{row.what}</li> }
        });
        view! { <ul>{items.collect_view()}</ul> }
    });
    view! {
        <tr>
            <td class="number">{outcome.invariant}</td>
            <td>{outcome.name} {wrong}</td>
            <td><span class=class>{words}</span></td>
        </tr>
    }
    .into_any()
}

fn history(runs: &[Run]) -> Option<AnyView> {
    let items = runs.iter().map(|run| {
        let came_to = match (run.ended_at, run.broken) {
            (None, _) => "did not end yet".to_owned(),
            (Some(_), 0) if run.report.iter().any(|one| one.verdict == Verdict::Unknown) => {
                "nothing broken, not everything compared".to_owned()
            }
            (Some(_), 0) => "everything held".to_owned(),
            (Some(_), broken) => format!("{broken} broken"),
        };
        let what = if run.with_gateway { "with the gateway" } else { "the shop alone" };
        view! { <li><When at=run.started_at/><p>{what}": "{came_to}</p></li> }
    });
    let items = items.collect_view();
    (!runs.is_empty()).then(|| {
        view! {
            <section class="panel">
                <h2>"Checks before"</h2>
                <ol class="timeline">{items}</ol>
            </section>
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Row;

    fn run(verdict: Verdict, rows: Vec<Row>) -> Run {
        let outcome = Outcome { invariant: 7, name: "Stock is right".into(), verdict, rows };
        let broken = i64::from(verdict == Verdict::Broken);
        Run { started_at: 0, ended_at: Some(1), with_gateway: true, broken, report: vec![outcome] }
    }

    fn render(runs: Vec<Run>) -> String {
        Owner::new().with(|| check_view(runs).to_html())
    }

    #[test]
    fn what_is_wrong_is_named_and_escaped() {
        let row = Row { subject: "p1".into(), what: "<script>alert(1)</script>".into() };
        let html = render(vec![run(Verdict::Broken, vec![row])]);
        assert!(html.contains("Broken") && html.contains("1 broken"), "{html}");
        assert!(!html.contains("<script") && html.contains("alert(1)"), "{html}");
    }

    #[test]
    fn a_run_that_could_not_compare_is_not_called_good() {
        let html = render(vec![run(Verdict::Unknown, Vec::new())]);
        assert!(html.contains("Not compared") && !html.contains("everything held"), "{html}");
        let running = Run { ended_at: None, ..run(Verdict::Holds, Vec::new()) };
        let html = render(vec![running]);
        assert!(html.contains("No check was made yet") && html.contains("did not end yet"));
    }
}
