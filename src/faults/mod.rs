//! Named points where a test stops or holds up the program, chance from a seed, and bugs that a
//! test plants to see that it would find them.
//!
//! Owns no table. What must stay true: without the feature `faults`, which no release has, every
//! function here is empty and nothing can be planted.

#[cfg(feature = "faults")]
mod armed;
#[cfg(not(feature = "faults"))]
mod disarmed;

#[cfg(feature = "faults")]
pub use armed::*;
#[cfg(not(feature = "faults"))]
pub use disarmed::*;
