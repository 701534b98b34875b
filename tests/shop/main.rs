//! Journeys through the real router: a fresh database and a gateway of its own for each test,
//! visitors with cookie jars who read pages and send the forms they find there.
//!
//! SQLite by default, PostgreSQL when `TEST_DATABASE_URL` names a server: the same tests.

#![allow(clippy::unwrap_used, reason = "a journey that cannot go on should fail where it stops")]

mod account;
mod api;
mod bad_input;
mod cart;
mod check;
mod checkout;
mod desk;
mod first_start;
mod pages;
mod payment;
mod routes;
mod story;
#[path = "../../src/testing.rs"]
mod testing;
