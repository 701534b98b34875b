//! The simulator's time and the ids that are made from it. Time may run faster than the wall's, may
//! be moved, and goes on from the same point after a restart. Everything random comes from here, so
//! that a rehearsal with a seed happens the same way every time.

use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// 2014-01-01T00:00:00Z in ms: where Razorpay's ids begin to count.
const IDS_BEGIN_AT: i64 = 1_388_534_400_000;
/// Ten letters tell these moments apart, in ms; later ids would begin anew.
pub(super) const IDS_LAST: Range<i64> = IDS_BEGIN_AT..2_208_988_800_000;
/// ASCII order, so that ids sort by age bytewise.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// One moment known on both clocks.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Anchor {
    real_at: i64,
    shown_at: i64,
    /// 0: time stands still until it is moved.
    scale: u32,
}

pub(super) struct Clock {
    anchor: Mutex<Anchor>,
    last_id: AtomicU64,
    /// Where the next random number comes from; none: from the operating system.
    seeded: Option<AtomicU64>,
}

impl Clock {
    /// Goes on from where an earlier run stood, at a possibly other speed.
    pub(super) fn resume(earlier: Option<Anchor>, scale: u32) -> Self {
        let real_at = real_now();
        let shown_at = earlier.map_or(real_at, |anchor| shown(&anchor, real_at));
        let anchor = Anchor { real_at, shown_at, scale };
        Self { anchor: Mutex::new(anchor), last_id: AtomicU64::new(0), seeded: None }
    }

    /// Stands still at `shown_at`, with all that is random drawn from `seed`.
    pub(super) fn rehearsal(shown_at: i64, seed: u64) -> Self {
        let anchor = Anchor { real_at: 0, shown_at, scale: 0 };
        let seeded = Some(AtomicU64::new(seed));
        Self { anchor: Mutex::new(anchor), last_id: AtomicU64::new(0), seeded }
    }

    /// Milliseconds since 1970, simulated.
    pub(super) fn now(&self) -> i64 {
        shown(&self.lock(), real_now())
    }

    /// Moves forward and returns what has to be kept for the next run.
    pub(super) fn advance(&self, milliseconds: i64) -> Anchor {
        let mut anchor = self.lock();
        anchor.shown_at = anchor.shown_at.saturating_add(milliseconds.max(0));
        *anchor
    }

    /// Shows `at` from now on, which may lie in the past.
    pub(super) fn set(&self, at: i64) -> Anchor {
        let mut anchor = self.lock();
        *anchor = Anchor { real_at: real_now(), shown_at: at, ..*anchor };
        *anchor
    }

    pub(super) fn anchor(&self) -> Anchor {
        *self.lock()
    }

    /// How long to sleep, in real time, until the simulated clock shows `at`.
    pub(super) fn until(&self, at: i64) -> Duration {
        let anchor = *self.lock();
        let left = at.saturating_sub(shown(&anchor, real_now())).max(0).unsigned_abs();
        if left == 0 {
            return Duration::ZERO;
        }
        left.checked_div(u64::from(anchor.scale)).map_or(Duration::MAX, Duration::from_millis)
    }

    /// `prefix` and 14 characters: ten tell the time in nanoseconds, four are random. Never twice
    /// the same, and each greater than the one before.
    pub(super) fn new_id(&self, prefix: &str) -> String {
        let nanoseconds = (self.now() - IDS_BEGIN_AT).max(0).unsigned_abs() * 1_000_000;
        let next = |last: u64| Some(nanoseconds.max(last + 1));
        let last = self.last_id.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next);
        let mut rest = nanoseconds.max(last.unwrap_or_else(|last| last) + 1);
        let mut letters = [b'0'; 10];
        for letter in letters.iter_mut().rev() {
            *letter = letter_of(rest % 62);
            rest /= 62;
        }
        let mut lottery = [0; 4];
        self.random(&mut lottery);
        let lottery = lottery.map(|byte| letter_of(u64::from(byte) % 62));
        prefix.bytes().chain(letters).chain(lottery).map(char::from).collect()
    }

    /// `count` decimal digits, for bank references.
    pub(super) fn digits(&self, count: usize) -> String {
        let mut bytes = vec![0; count];
        self.random(&mut bytes);
        bytes.iter().map(|byte| char::from(b'0' + byte % 10)).collect()
    }

    fn random(&self, bytes: &mut [u8]) {
        let Some(state) = &self.seeded else {
            getrandom::fill(bytes).expect("the operating system gives randomness");
            return;
        };
        for byte in bytes {
            // SplitMix64 (Steele, Lea, Flood 2014): a counter and a mixing function.
            const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
            let mut mixed = state.fetch_add(STEP, Ordering::SeqCst).wrapping_add(STEP);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (mixed ^ (mixed >> 31)).to_le_bytes()[7];
        }
    }

    fn lock(&self) -> MutexGuard<'_, Anchor> {
        // An anchor is replaced as a whole: a panic elsewhere cannot leave it half written.
        self.anchor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn letter_of(value: u64) -> u8 {
    usize::try_from(value).ok().and_then(|at| BASE62.get(at)).copied().unwrap_or(b'0')
}

fn shown(anchor: &Anchor, real_at: i64) -> i64 {
    let passed = real_at.saturating_sub(anchor.real_at).saturating_mul(i64::from(anchor.scale));
    anchor.shown_at.saturating_add(passed.max(0))
}

fn real_now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_of_the_known_form_and_sort_by_age() {
        let clock = Clock::resume(None, 1);
        let ids: Vec<String> = (0..500).map(|_| clock.new_id("pay_")).collect();
        assert!(ids.iter().all(|id| id.len() == 18 && id.starts_with("pay_")));
        assert!(ids.windows(2).all(|pair| pair[0][..14] < pair[1][..14]));
    }

    #[test]
    fn the_time_in_an_id_is_the_one_of_public_samples() {
        // pay_DESlfW9H8K9uqM was made at 1567674599.436.
        let read = "DESlfW9H8K".bytes().fold(0_u64, |sum, byte| {
            let at = BASE62.iter().position(|letter| *letter == byte).unwrap();
            sum * 62 + u64::try_from(at).unwrap()
        });
        let made_at = IDS_BEGIN_AT + i64::try_from(read / 1_000_000).unwrap();
        assert_eq!(made_at, 1_567_674_599_436);
    }

    #[test]
    fn a_rehearsal_stands_still_and_draws_the_same_lots_again() {
        let (one, two) = (Clock::rehearsal(1_800_000_000_000, 7), Clock::rehearsal(0, 7));
        assert_eq!((one.now(), one.until(i64::MAX)), (1_800_000_000_000, Duration::MAX));
        two.set(1_800_000_000_000);
        for _ in 0..50 {
            assert_eq!(one.new_id("pay_"), two.new_id("pay_"));
            assert_eq!(one.digits(12), two.digits(12));
        }
        let other = Clock::rehearsal(1_800_000_000_000, 8);
        assert_ne!(other.digits(12), Clock::rehearsal(0, 7).digits(12));
    }

    #[test]
    fn time_goes_on_after_a_restart() {
        let first = Clock::resume(None, 60);
        let kept = first.advance(1_000_000_000);
        let second = Clock::resume(Some(kept), 1);
        assert!(second.now() >= kept.shown_at);
        assert!(second.until(second.now() + 5_000) <= Duration::from_secs(5));
    }
}
