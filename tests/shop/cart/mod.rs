//! The cart is never out of step: guests and accounts, several tabs and devices, races, strangers.

mod changes;
mod ending;
mod gathering;
mod parallel;
mod shelf_changes;
mod signing_in;
mod strangers;
mod summary;
