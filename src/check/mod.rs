//! The check of the shop's books: what must always be true is looked at, and held against the
//! gateway's books.
//!
//! Owns `check_runs`. What must stay true: it reads other rooms' tables and writes none of them, so
//! it is safe on a live shop; each look is one statement, which sees one state of the database;
//! what is flagged is looked at a second time, because a shop in motion may be seen between two
//! steps; an answer that did not come is never a verdict.

mod compare;
mod gateway;
mod invariants;
mod nightly;
mod queries;
pub mod service;
mod types;

pub use gateway::Window;
pub use nightly::nightly;
pub use types::{Outcome, Row, Run, Verdict};
