//! Chance that can be repeated: everything random in a run comes from one printed seed. (The
//! machine's own timing cannot be repeated, so a seed gives a similar run, not the same one.)

use std::time::Duration;

/// SplitMix64 (Steele, Lea, Flood 2014): small, and good enough to choose by.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    pub fn seeded(seed: u64) -> Chance {
        Chance(seed)
    }

    /// Chance for somebody else, independent of what is drawn here afterwards.
    pub fn branch(&mut self) -> Chance {
        Chance(self.draw())
    }

    /// 0 to `n` - 1.
    pub fn below(&mut self, n: u64) -> u64 {
        self.draw() % n.max(1)
    }

    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let at = self.below(u64::try_from(list.len()).unwrap());
        &list[usize::try_from(at).unwrap()]
    }

    pub fn milliseconds(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to - from + 1))
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
