//! Bugs that are planted to be found: what is wrong, and where it was put.

use crate::world::World;

pub fn plant() {
    if let Ok(bug) = std::env::var("KIRANA_PLANTED_BUG") {
        kirana::faults::plant(&bug);
    }
}

/// Bugs that are in the tables rather than in the code.
pub async fn spoil(_world: &World) {}
