//! What a visitor means to buy.
//!
//! Owns `carts`, `cart_lines`, `cart_changes`, `cart_merges`. What must stay true: every change
//! raises the version by one, "add" loses nothing however many come at once, "set" and "remove" act
//! only on the version the shopper saw, and nobody touches another's cart.

#[cfg(feature = "ssr")]
mod actions;
#[cfg(feature = "ssr")]
mod adding;
mod browser;
#[cfg(feature = "ssr")]
mod history;
mod islands;
#[cfg(feature = "ssr")]
mod merging;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod queries;
#[cfg(feature = "ssr")]
pub mod service;
mod types;

#[cfg(feature = "ssr")]
pub use actions::{routes, seen, to_own_cart, turned_away};
#[cfg(feature = "ssr")]
pub use adding::{Add, Adding, add};
pub use islands::{AddToCart, CartBadge, CartPanel};
#[cfg(feature = "ssr")]
pub use merging::merge;
#[cfg(feature = "ssr")]
pub use pages::add_form;
pub use types::*;
