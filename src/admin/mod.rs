//! The shopkeeper's desk: it reads widely, and would write only through the rooms' services.
//!
//! Owns no table. What must stay true: to a customer no page of the desk exists, and orders
//! awaiting payment are never counted as sales.

mod desk;
mod pages;

pub use pages::routes;
