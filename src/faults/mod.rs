//! Named points where a test stops or holds up the program, chance from a seed, and bugs that a
//! test plants to see that it would find them.
//!
//! Owns no table. What must stay true: in a release every function here is empty and nothing can be
//! planted. Armed is a shop with debug assertions: a debug build, and the optimised one of the
//! seeded runs, of which no program is made; there, too, nothing happens without a seed.

#[cfg(debug_assertions)]
mod armed;
#[cfg(not(debug_assertions))]
mod disarmed;

#[cfg(debug_assertions)]
pub use armed::*;
#[cfg(not(debug_assertions))]
pub use disarmed::*;
