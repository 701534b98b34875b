//! Named points where a test stops or holds up the program, chance from a seed, and bugs that a
//! test plants to see that it would find them.
//!
//! Owns no table. What must stay true: in a release every function here is empty and nothing can be
//! planted; in a debug build nothing happens on a thread that was given no seed. No feature of its
//! own, because each would be one more build of the whole shop.

#[cfg(debug_assertions)]
mod armed;
#[cfg(not(debug_assertions))]
mod disarmed;

#[cfg(debug_assertions)]
pub use armed::*;
#[cfg(not(debug_assertions))]
pub use disarmed::*;
