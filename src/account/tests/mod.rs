//! What must stay true of accounts, on a fresh database: the verbs, and the doors that lead to
//! them.

mod carts;
mod deeds;
mod hostile;
mod journeys;
mod passwords;
pub mod site;
mod verbs;
