//! The walk from cart to order: one page, one transaction, then the pay page.
//!
//! Owns no table. What must stay true: pressing twice, in two tabs or with the same form again
//! gives the same order; what is placed is exactly what was shown; the gateway is called only after
//! the order is committed.

mod actions;
mod pages;
mod pay_page;
mod pay_terms;
pub mod service;
mod types;

pub use actions::routes;
pub use pay_terms::PayTerms;
pub use types::{Contact, Placed, Refused, Review, Wish};
