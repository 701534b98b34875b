//! The words of this room: a letter, and when a letter that did not leave is tried again.

use crate::clock::{HOUR, MINUTE, Moment};

/// What a room wants written to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What sort of letter it is, such as `order-confirmation`.
    pub kind: String,
    /// What it speaks of. There is one letter for each kind and subject.
    pub about: String,
    /// One e-mail address without a name.
    pub recipient: String,
    pub subject: String,
    pub text: String,
    /// A whole document, see [`layout_html`](super::layout_html).
    pub html: String,
}

/// A letter that waits in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// Stays the same however often it is tried, and is part of its Message-ID.
    pub id: String,
    pub letter: Letter,
    pub created_at: Moment,
    /// How often it was tried, this time included.
    pub tries: i64,
}

const PAUSES: [i64; 7] = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR, 24 * HOUR];
/// After about a week nobody waits for the letter any more.
const TRIES: i64 = 12;

/// How long to wait after so many tries, in milliseconds; `None`: it is given up.
pub fn pause_after(tries: i64) -> Option<i64> {
    if tries >= TRIES {
        return None;
    }
    let place = usize::try_from(tries - 1).unwrap_or(0).min(PAUSES.len() - 1);
    Some(PAUSES[place])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_day_and_end_after_a_week() {
        let pauses: Vec<i64> = (1..).map_while(pause_after).collect();
        assert_eq!(pauses[..4], [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR]);
        assert!(pauses.is_sorted());
        let whole: i64 = pauses.iter().sum();
        assert!((5 * 24 * HOUR..8 * 24 * HOUR).contains(&whole), "{whole}");
    }
}
