//! The JSON API: what programs ask, get and are refused.

mod auth;
mod buying;
mod cart;
mod catalogue;
mod conventions;
mod profile;
