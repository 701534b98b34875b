//! The two kinds of "no", never mixed. A **refusal** is the shop's answer to something the visitor
//! can act on; a **fault** is something that broke, told to nobody but the log.

use crate::clock;
use std::fmt;

/// What the visitor is told when the shop says no: a status, a sentence, and the fields it speaks
/// of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    /// A word for programs: it stays the same when the sentence is written better (RFC 9457, type).
    pub kind: &'static str,
    pub message: String,
    /// Field name and what is wrong with it.
    pub fields: Vec<(String, String)>,
    /// Seconds to wait, for 429 and 503 (RFC 9110, Retry-After).
    pub retry_after: Option<u64>,
}

impl Refusal {
    pub fn new(status: u16, message: impl Into<String>) -> Refusal {
        let (kind, message) = (usual_kind(status), message.into());
        Refusal { status, kind, message, fields: Vec::new(), retry_after: None }
    }

    /// The same with a word of its own, for refusals that a program treats in a way of its own.
    pub fn of_kind(self, kind: &'static str) -> Refusal {
        Refusal { kind, ..self }
    }

    pub fn not_found(what: &str) -> Refusal {
        Refusal::new(404, format!("We could not find {what}."))
    }

    /// A form with something wrong in the named fields.
    pub fn invalid(fields: Vec<(String, String)>) -> Refusal {
        Refusal { fields, ..Refusal::new(422, "Please check the marked fields.") }
    }

    pub fn field(name: &str, message: impl Into<String>) -> Refusal {
        Refusal::invalid(vec![(name.to_owned(), message.into())])
    }
}

fn usual_kind(status: u16) -> &'static str {
    match status {
        401 => "sign-in-needed",
        403 => "not-allowed",
        404 => "not-found",
        405 => "method-not-allowed",
        408 | 504 => "too-slow",
        409 => "conflict",
        413 => "too-large",
        415 => "unsupported-media-type",
        422 => "invalid",
        429 => "too-many-requests",
        400..=499 => "not-understood",
        503 => "try-again",
        _ => "fault",
    }
}

/// Something broke. The chain of causes goes to the log once, with a reference that the visitor
/// sees.
#[derive(Debug)]
pub struct Fault {
    pub doing: &'static str,
    pub cause: Box<dyn std::error::Error + Send + Sync>,
    pub reference: String,
}

impl Fault {
    pub fn new(
        doing: &'static str,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Fault {
        let mut reference = clock::new_id();
        reference.drain(..reference.len().saturating_sub(12));
        Fault { doing, cause: cause.into(), reference }
    }

    /// Would the same transaction, run again, probably pass?
    pub fn is_passing(&self) -> bool {
        let error = self.cause.downcast_ref::<sqlx::Error>();
        error.is_some_and(|e| crate::db::is_passing(e) || matches!(e, sqlx::Error::PoolTimedOut))
    }

    /// Did this named constraint refuse the statement? See [`crate::db::broke`].
    pub fn broke(&self, constraint: &str, sqlite_columns: &str) -> bool {
        let error = self.cause.downcast_ref::<sqlx::Error>();
        error.is_some_and(|error| crate::db::broke(error, constraint, sqlite_columns))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}: {}", self.reference, self.doing, self.cause)?;
        let mut cause = self.cause.source();
        while let Some(deeper) = cause {
            write!(f, ": {deeper}")?;
            cause = deeper.source();
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Fault {
        Fault::new("asking the database", error)
    }
}

/// Why a verb of a room did not do its deed: refused with the room's own reason, or broken.
#[derive(Debug)]
pub enum Failed<R> {
    Refused(R),
    Broke(Fault),
}

impl<R> Failed<R> {
    pub fn is_passing(&self) -> bool {
        matches!(self, Failed::Broke(fault) if fault.is_passing())
    }

    /// The same failure in another room's words.
    pub fn map<S>(self, translate: impl FnOnce(R) -> S) -> Failed<S> {
        match self {
            Failed::Refused(reason) => Failed::Refused(translate(reason)),
            Failed::Broke(fault) => Failed::Broke(fault),
        }
    }

    /// Splits the refusal off, so that `?` carries only the fault on.
    pub fn refused(self) -> Result<R, Fault> {
        match self {
            Failed::Refused(reason) => Ok(reason),
            Failed::Broke(fault) => Err(fault),
        }
    }
}

impl<R> From<Fault> for Failed<R> {
    fn from(fault: Fault) -> Self {
        Failed::Broke(fault)
    }
}

impl<R> From<sqlx::Error> for Failed<R> {
    fn from(error: sqlx::Error) -> Self {
        Failed::Broke(error.into())
    }
}

/// A round over pieces of work that stand for themselves: one that fails keeps no other from its
/// turn, is logged when it happens, and the first one's fault is the round's when all are done.
#[derive(Debug, Default)]
pub struct Round {
    done: usize,
    first: Option<Fault>,
}

impl Round {
    /// `true` counts as done; `false` was somebody else's, or its time has not come.
    pub fn note(&mut self, id: &str, ended: Result<bool, Fault>) {
        match ended {
            Ok(done) => self.done += usize::from(done),
            Err(fault) => {
                tracing::error!(id, reference = %fault.reference, "{fault}");
                self.first.get_or_insert(fault);
            }
        }
    }

    /// How many were done.
    pub fn end(self) -> Result<usize, Fault> {
        self.first.map_or(Ok(self.done), Err)
    }
}

/// What `transact!` asks of an error: may the whole transaction be run again?
pub trait Passing {
    fn is_passing(&self) -> bool;
}

impl Passing for Fault {
    fn is_passing(&self) -> bool {
        Fault::is_passing(self)
    }
}

impl<R> Passing for Failed<R> {
    fn is_passing(&self) -> bool {
        Failed::is_passing(self)
    }
}
