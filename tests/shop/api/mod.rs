//! The JSON API: what programs ask, get and are refused.

mod agreed;
mod auth;
mod buying;
mod calling_off;
mod cart;
mod catalogue;
mod conventions;
mod doors;
mod profile;
mod registering;
