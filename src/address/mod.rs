//! Where things go: addresses in India.
//!
//! Owns `addresses`. What must stay true: only the owner sees or changes one, at most 20 belong to
//! an account, and of several exactly one is the default. Orders keep copies: nothing here changes
//! them.

mod actions;
mod pages;
mod queries;
pub mod service;
#[cfg(test)]
mod tests;
mod types;

pub use actions::routes;
pub use pages::address_fields;
pub use types::*;
