//! The fault suite: one shop, two servers, a gateway and bad luck, all from a seed; after each run
//! a checker of its own judges. docs/faults.md says which fault is covered where.
//!
//! `KIRANA_SEEDS=n` runs so many seeds, `KIRANA_SEED=n` one of them with its story printed.

#![allow(clippy::unwrap_used, reason = "a run that cannot go on should fail where it stops")]

mod answers;
mod bugs;
mod checker;
mod deeds;
mod desk;
mod driver;
mod guide;
mod planted;
mod quiet;
mod replay;
mod run;
mod saga;
mod shoppers;
mod tally;
mod template;
mod trouble;
mod world;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
