//! Kirana, a web shop in one program: the map. Each room is a folder with one door, `mod.rs`.
//!
//! Shared by server and browser: [`money`], [`cart`]'s types and islands with what they ask of the
//! browser. Everything else is the server's alone.

#[cfg(all(feature = "ssr", test))]
extern crate self as kirana; // so that testing.rs is the same text here and in tests/

pub mod cart; // what a visitor means to buy
pub mod money; // paise, GST

#[cfg(feature = "ssr")]
pub mod db; // the two pools, migrations, what comes at once, where SQLite and PostgreSQL differ

#[cfg(feature = "ssr")]
pub mod account; // who someone is; the guards Visitor, Customer, Admin
#[cfg(feature = "ssr")]
pub mod address; // where things go
#[cfg(feature = "ssr")]
pub mod admin; // the shopkeeper's desk
#[cfg(feature = "ssr")]
pub mod api; // the JSON API: the same verbs for programs
#[cfg(feature = "ssr")]
pub mod app; // the route table: one line per page
#[cfg(feature = "ssr")]
pub mod catalogue; // what is sold, at what price, how many left
#[cfg(feature = "ssr")]
pub mod check; // whether the books agree: with themselves, with the gateway's
#[cfg(feature = "ssr")]
pub mod checkout; // the walk from cart to order
#[cfg(feature = "ssr")]
pub mod cli; // serve, migrate, create-admin, demo, check, reconcile, openapi, simulate
#[cfg(feature = "ssr")]
pub mod clock; // time, ids, randomness
#[cfg(feature = "ssr")]
pub mod config; // the only reader of the environment
#[cfg(feature = "ssr")]
pub mod error; // refusals and faults
#[cfg(feature = "ssr")]
pub mod faults; // for tests: where the program stops, and bugs to be found
#[cfg(feature = "ssr")]
pub mod jobs; // webhook worker, poller, expiry, refunds, letters
#[cfg(feature = "ssr")]
pub mod mail; // letters and how they leave
#[cfg(feature = "ssr")]
pub mod metrics; // what the process counts
#[cfg(feature = "ssr")]
pub mod order; // what was agreed; its states
#[cfg(feature = "ssr")]
pub mod payment; // money owed and received; its states
#[cfg(feature = "ssr")]
pub mod razorpay; // the gateway's language; never names a room
#[cfg(feature = "ssr")]
pub mod server; // layers around the routes
#[cfg(feature = "ssr")]
pub mod state; // AppState
#[cfg(all(feature = "ssr", test))]
mod testing; // a fresh database for each test
#[cfg(feature = "ssr")]
pub mod ui; // parts without meaning: field, price, pager, the document
#[cfg(feature = "ssr")]
pub mod web; // the border with HTTP

/// Where the browser starts: every island of the page comes alive.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
