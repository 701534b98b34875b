//! `kirana reconcile`: what the gateway knows and a restored database does not, shown and, when
//! asked, booked.

use super::{Stopped, check};
use crate::clock::{self, Moment};
use crate::error::{Failed, Fault};
use crate::order;
use crate::payment::reconcile::{self, Difference};
use crate::razorpay::Pace;
use crate::state::AppState;
use crate::transact;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The age of the backup, better a little more: a date (2026-11-20, in India) or a moment as
    /// RFC 3339 writes it.
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    since: Moment,
    /// Book what is missing. Without it nothing is changed.
    #[arg(long)]
    apply: bool,
    /// Give no order number of this year below N: those told to shoppers after the backup are lost.
    #[arg(long, value_name = "N", requires = "apply",
          value_parser = clap::value_parser!(i64).range(1..=999_999_999))]
    first_number: Option<i64>,
    /// Questions to the gateway in a second, at most.
    #[arg(long, value_name = "N", default_value_t = 5,
          value_parser = clap::value_parser!(u32).range(1..=100))]
    rate: u32,
}

fn moment(text: &str) -> Result<Moment, String> {
    clock::parse(text).ok_or_else(|| "a date like 2026-11-20, or a moment like RFC 3339".to_owned())
}

pub async fn run(args: Args) -> Result<(), Stopped> {
    let app = super::open_as_it_is().await?;
    let pace = Pace::per_second(args.rate);
    println!(
        "What the gateway knows since {} and this shop does not:",
        clock::in_words(args.since)
    );
    let differences = look(&app, &pace, args.since).await?;
    print_all(&differences);
    if !args.apply {
        if !differences.is_empty() {
            println!("Nothing was changed. Run the same with --apply to book it.");
        }
        return Ok(());
    }
    if let Some(first) = args.first_number {
        let now = app.now();
        let skipped: Result<i64, Fault> =
            transact!(app.db, |tx| { order::service::skip_numbers(&mut tx, first, now).await });
        println!("{} order numbers are skipped.", skipped?);
    }
    if differences.is_empty() {
        return Ok(());
    }
    for problem in reconcile::apply(&app, &differences).await? {
        println!("{problem}");
    }
    println!("\nWhat is left now:");
    let left = look(&app, &pace, args.since).await?;
    print_all(&left);
    if left.is_empty() { Ok(()) } else { Err("some differences are left".into()) }
}

async fn look(app: &AppState, pace: &Pace, since: Moment) -> Result<Vec<Difference>, Stopped> {
    let bar = check::bar(true, "reading the gateway's books")?;
    let looked = reconcile::find_differences(app, pace, since, &bar).await;
    bar.finish_and_clear();
    looked.map_err(|failed| match failed {
        Failed::Refused(error) => format!("the gateway's books cannot be read: {error}").into(),
        Failed::Broke(fault) => fault.into(),
    })
}

fn print_all(differences: &[Difference]) {
    if differences.is_empty() {
        println!("  nothing: the books agree.");
    }
    for difference in differences {
        println!("  {:<28} {:<24} {}", difference.order, difference.subject, difference.what);
    }
    if !differences.is_empty() {
        let for_persons = differences.iter().filter(|one| one.needs_a_person()).count();
        println!(
            "{} differences; {for_persons} of them a person has to look after.",
            differences.len()
        );
    }
}
