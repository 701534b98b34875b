//! Time, ids and randomness: the only place that asks the machine for them, so that a test can set
//! the clock and a demonstration can speed it up.

use crate::faults;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime, UtcOffset, macros::format_description};

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// A moment in milliseconds since 1970 UTC.
pub type Moment = i64;

/// The clock of one shop: the system's, the system's sped up, or one that a test sets.
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    Fast { started: Instant, began_at: Moment, speed: u32 },
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// Runs `speed` times as fast as the system's clock, from now.
    pub fn fast(speed: u32) -> Clock {
        Clock::Fast { started: Instant::now(), began_at: system_now(), speed }
    }

    /// Stands still until [`Clock::advance`] is called.
    pub fn set(at: Moment) -> Clock {
        Clock::Set(Arc::new(AtomicI64::new(at)))
    }

    pub fn now(&self) -> Moment {
        match self {
            Clock::System => system_now(),
            Clock::Fast { started, began_at, speed } => {
                let elapsed = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
                began_at.saturating_add(elapsed.saturating_mul(i64::from(*speed)))
            }
            Clock::Set(at) => at.load(Ordering::SeqCst),
        }
    }

    /// Moves a set clock forward; any other clock goes its own way.
    pub fn advance(&self, milliseconds: i64) {
        if let Clock::Set(at) = self {
            at.fetch_add(milliseconds, Ordering::SeqCst);
        }
    }
}

fn system_now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A new row's id: UUIDv7, so that ids sort by age (RFC 9562).
pub fn new_id() -> String {
    faults::id().unwrap_or_else(|| uuid::Uuid::now_v7().to_string())
}

/// `N` bytes nobody can guess.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    faults::draw(&mut bytes);
    bytes
}

/// A secret of 256 bits in URL-safe letters (ASVS 5.0, 7.2.3 asks for 128).
pub fn random_token() -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

/// "22 November 2026, 15:04 IST"
pub fn in_words(at: Moment) -> String {
    let format =
        format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute] IST");
    india(at).and_then(|time| time.format(format).ok()).unwrap_or_default()
}

/// The machine's form for a `<time datetime>` (RFC 3339, to the second).
pub fn rfc3339(at: Moment) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]+05:30");
    india(at).and_then(|time| time.format(format).ok()).unwrap_or_default()
}

/// The year in India at that moment: part of an order's number.
pub fn year(at: Moment) -> i32 {
    india(at).map_or(1970, |time| time.year())
}

/// The date in India at that moment, as "2026-11-22".
pub fn day(at: Moment) -> String {
    let format = format_description!("[year]-[month]-[day]");
    india(at).and_then(|time| time.format(format).ok()).unwrap_or_default()
}

/// Reads a date, meaning its first moment in India, or a moment as RFC 3339 writes it.
pub fn parse(text: &str) -> Option<Moment> {
    let date = format_description!("[year]-[month]-[day]");
    let moment = match Date::parse(text, date) {
        Ok(date) => date.midnight().assume_offset(UtcOffset::from_hms(5, 30, 0).ok()?),
        Err(_) => OffsetDateTime::parse(text, &Rfc3339).ok()?,
    };
    i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok()
}

fn india(at: Moment) -> Option<OffsetDateTime> {
    let offset = UtcOffset::from_hms(5, 30, 0).ok()?;
    Some(OffsetDateTime::from_unix_timestamp(at.div_euclid(1000)).ok()?.to_offset(offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_in_indian_time() {
        assert_eq!(in_words(1_700_000_000_000), "15 November 2023, 03:43 IST");
        assert_eq!(rfc3339(1_700_000_000_000), "2023-11-15T03:43:20+05:30");
    }

    #[test]
    fn dates_and_moments_are_read_as_in_india() {
        assert_eq!(day(1_700_000_000_000), "2023-11-15");
        assert_eq!(parse("2023-11-15"), Some(1_699_986_600_000));
        assert_eq!(parse("2023-11-15T03:43:20+05:30"), Some(1_700_000_000_000));
        assert_eq!(parse("2023-11-14T22:13:20Z"), Some(1_700_000_000_000));
        for wrong in ["", "yesterday", "2023-13-01", "15.11.2023", "2023-11-15T03:43:20"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_set_clock_moves_only_when_told() {
        let clock = Clock::set(5);
        let same = clock.clone();
        clock.advance(MINUTE);
        assert_eq!(same.now(), 5 + MINUTE);
    }
}
