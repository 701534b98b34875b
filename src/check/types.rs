//! The words of this room: what must hold, what does not, and how the two are told.

use crate::clock::Moment;
use serde::{Deserialize, Serialize};

/// Something that is not as it must be, in words for a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Row {
    /// Which row it is about: an id, a number.
    pub subject: String,
    pub what: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Holds,
    Broken,
    /// It could not be looked at or compared. Nothing is concluded from that.
    Unknown,
}

impl Verdict {
    /// One look's result: what is wrong, and what could not be compared.
    fn of(broken: bool, unsure: bool) -> Verdict {
        match (broken, unsure) {
            (true, _) => Verdict::Broken,
            (false, true) => Verdict::Unknown,
            (false, false) => Verdict::Holds,
        }
    }
}

/// What came of looking at one invariant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The number in `docs/check.md`; several looks may share one.
    pub invariant: u8,
    pub name: String,
    pub verdict: Verdict,
    /// What is wrong, then what could not be compared; at most a hundred.
    pub rows: Vec<Row>,
}

/// Rows of one outcome that are kept.
const ROWS_MAX: usize = 100;

impl Outcome {
    pub(super) fn new(invariant: u8, name: &str, broken: Vec<Row>, unsure: Vec<Row>) -> Outcome {
        let verdict = Verdict::of(!broken.is_empty(), !unsure.is_empty());
        let mut rows = broken;
        rows.extend(unsure);
        rows.truncate(ROWS_MAX);
        Outcome { invariant, name: name.to_owned(), verdict, rows }
    }
}

/// A run that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub started_at: Moment,
    /// `None`: it is under way, or the server stopped in the middle of it.
    pub ended_at: Option<Moment>,
    pub with_gateway: bool,
    /// How many invariants did not hold for sure.
    pub broken: i64,
    pub report: Vec<Outcome>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(subject: &str) -> Row {
        Row { subject: subject.into(), what: "is odd".into() }
    }

    #[test]
    fn what_could_not_be_compared_is_neither_good_nor_bad() {
        let verdict = |broken: &[Row], unsure: &[Row]| {
            Outcome::new(1, "x", broken.to_vec(), unsure.to_vec()).verdict
        };
        assert_eq!(verdict(&[], &[]), Verdict::Holds);
        assert_eq!(verdict(&[], &[row("a")]), Verdict::Unknown);
        assert_eq!(verdict(&[row("a")], &[row("b")]), Verdict::Broken);
    }

    #[test]
    fn a_report_reads_back() {
        let outcome = Outcome::new(7, "Stock", vec![row("p1")], Vec::new());
        let text = serde_json::to_string(&outcome).unwrap();
        assert!(text.contains(r#""verdict":"broken""#), "{text}");
        assert_eq!(serde_json::from_str::<Outcome>(&text).unwrap(), outcome);
    }
}
