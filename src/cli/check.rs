//! `kirana check`: one line for each thing that must be true, and an exit code for scripts.

use super::Stopped;
use crate::check::service::{self, Plan};
use crate::check::{Outcome, Verdict, Window};
use crate::razorpay::Pace;
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Write;
use std::io::IsTerminal;
use std::time::Duration;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Also hold the gateway's books against the shop's.
    #[arg(long)]
    gateway: bool,
    /// How many days of the gateway's books.
    #[arg(long, value_name = "N", default_value_t = 30, requires = "gateway",
          value_parser = clap::value_parser!(i64).range(1..=3_650))]
    days: i64,
    /// Questions to the gateway in a second, at most.
    #[arg(long, value_name = "N", default_value_t = 5, requires = "gateway",
          value_parser = clap::value_parser!(u32).range(1..=100))]
    rate: u32,
    /// Seconds before what is flagged is looked at a second time.
    #[arg(long, value_name = "SECONDS", default_value_t = service::SECOND_LOOK.as_secs(),
          value_parser = clap::value_parser!(u64).range(0..=600))]
    second_look: u64,
    /// Print an array of {invariant, name, verdict, rows} instead of lines.
    #[arg(long)]
    json: bool,
}

pub async fn run(args: Args) -> Result<(), Stopped> {
    let app = super::open_as_it_is().await?;
    let pace = Pace::per_second(args.rate);
    let plan = Plan {
        gateway: args.gateway.then_some(Window { days: args.days, pace }),
        second_look: Duration::from_secs(args.second_look),
        bar: bar(args.gateway, "questions to the gateway")?,
    };
    let outcomes = service::run(&app, &plan).await?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&outcomes)?);
    } else {
        print!("{}", lines(&outcomes));
    }
    verdict(&outcomes)
}

/// Shown on a terminal only, on the error output.
pub(super) fn bar(wanted: bool, what: &'static str) -> Result<ProgressBar, Stopped> {
    if !wanted || !std::io::stderr().is_terminal() {
        return Ok(ProgressBar::hidden());
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}, {eta} left")?;
    Ok(ProgressBar::new(0).with_style(style).with_message(what))
}

fn lines(outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        let word = match outcome.verdict {
            Verdict::Holds => "ok ",
            Verdict::Broken => "BAD",
            Verdict::Unknown => "?? ",
        };
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{word} {:>3}  {}", outcome.invariant, outcome.name);
        for row in &outcome.rows {
            let _ = writeln!(text, "           {}: {}", row.subject, row.what);
        }
    }
    text
}

/// The exit code's words: broken is worse than not compared, and neither is silence.
fn verdict(outcomes: &[Outcome]) -> Result<(), Stopped> {
    let count = |verdict| outcomes.iter().filter(|one| one.verdict == verdict).count();
    match (count(Verdict::Broken), count(Verdict::Unknown)) {
        (0, 0) => Ok(()),
        (0, unknown) => {
            Err(format!("nothing was found broken, but {unknown} could not be compared").into())
        }
        (broken, 0) => Err(format!("{broken} of {} do not hold", outcomes.len()).into()),
        (broken, unknown) => Err(format!(
            "{broken} of {} do not hold, and {unknown} could not be compared",
            outcomes.len()
        )
        .into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Row;

    fn outcome(invariant: u8, verdict: Verdict) -> Outcome {
        let row = Row { subject: "p1".into(), what: "is odd".into() };
        let rows = if verdict == Verdict::Holds { Vec::new() } else { vec![row] };
        Outcome { invariant, name: "Something is so".into(), verdict, rows }
    }

    #[test]
    fn each_verdict_has_its_own_word() {
        let outcomes =
            [Verdict::Holds, Verdict::Broken, Verdict::Unknown].map(|one| outcome(14, one));
        assert_eq!(
            lines(&outcomes),
            "ok   14  Something is so\n\
             BAD  14  Something is so\n           p1: is odd\n\
             ??   14  Something is so\n           p1: is odd\n"
        );
    }

    #[test]
    fn not_compared_is_told_apart_from_broken() {
        let told = |verdicts: &[Verdict]| {
            let outcomes: Vec<_> = verdicts.iter().map(|one| outcome(1, *one)).collect();
            verdict(&outcomes).err().map(|stopped| stopped.to_string())
        };
        assert_eq!(told(&[Verdict::Holds]), None);
        let unknown = told(&[Verdict::Holds, Verdict::Unknown]).unwrap();
        assert_eq!(unknown, "nothing was found broken, but 1 could not be compared");
        assert_eq!(told(&[Verdict::Holds, Verdict::Broken]).unwrap(), "1 of 2 do not hold");
    }
}
