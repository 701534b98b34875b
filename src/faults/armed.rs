//! For tests only: one thread is one world, so everything here belongs to the thread that runs it,
//! but for the planted bug, which belongs to the process.
//!
//! A future that reaches its point stands still before a gate. Whoever drives it finds that out
//! with [`take_held`] and either drops it, which is how a process ends whose power is cut (open
//! transactions roll back), or lets others act and opens the gate later.

use std::cell::RefCell;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Poll, Waker};

/// Where to stand still.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The how-manieth point from now on that counts, from 0.
    pub nth: usize,
    /// Points inside a transaction do not count: it would keep others out.
    pub outside_only: bool,
}

#[derive(Default)]
struct Watch {
    plan: Option<Plan>,
    seen: Vec<&'static str>,
    held: Option<(&'static str, Gate)>,
    /// The how-manieth commit from now on is made and not heard of, from 0.
    unheard: Option<usize>,
    was_unheard: bool,
}

/// Where a future stands until somebody opens.
#[derive(Clone, Default)]
pub struct Gate(Arc<Mutex<Bar>>);

#[derive(Default)]
struct Bar {
    is_open: bool,
    waker: Option<Waker>,
}

impl Gate {
    pub fn open(&self) {
        let mut bar = self.bar();
        bar.is_open = true;
        if let Some(waker) = bar.waker.take() {
            waker.wake();
        }
    }

    fn bar(&self) -> MutexGuard<'_, Bar> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

thread_local! {
    static WATCH: RefCell<Watch> = RefCell::default();
    static CHANCE: RefCell<Option<Chance>> = const { RefCell::new(None) };
}

static PLANTED: OnceLock<String> = OnceLock::new();

/// From now on the plan's point holds whoever reaches it, once. `None`: nobody.
pub fn arm(plan: Option<Plan>) {
    WATCH.with_borrow_mut(|watch| watch.plan = plan);
}

/// From now on the how-manieth commit, from 0, is made, and whoever asked for it is told that the
/// connection broke, once. `None`: no commit.
pub fn deafen(nth: Option<usize>) {
    WATCH.with_borrow_mut(|watch| watch.unheard = nth);
}

/// Was a commit made and not heard of since this was asked last?
pub fn take_unheard() -> bool {
    WATCH.with_borrow_mut(|watch| std::mem::take(&mut watch.was_unheard))
}

/// What a commit came to, for who asked for it.
pub fn heard(committed: Result<(), sqlx::Error>) -> Result<(), sqlx::Error> {
    committed?;
    WATCH.with_borrow_mut(|watch| {
        let nth = watch.unheard.take();
        watch.unheard = nth.and_then(|nth| nth.checked_sub(1));
        watch.was_unheard |= nth == Some(0);
        match nth {
            Some(0) => Err(sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into())),
            _ => Ok(()),
        }
    })
}

/// The point at which somebody has come to stand since this was asked last, and the way on.
pub fn take_held() -> Option<(&'static str, Gate)> {
    WATCH.with_borrow_mut(|watch| watch.held.take())
}

/// The points that were reached since this was asked last.
pub fn take_seen() -> Vec<&'static str> {
    WATCH.with_borrow_mut(|watch| std::mem::take(&mut watch.seen))
}

/// A point with no transaction open.
pub async fn reach(point: &'static str) {
    stand(point, true).await;
}

/// A point inside a transaction.
pub async fn reach_inside(point: &'static str) {
    stand(point, false).await;
}

async fn stand(point: &'static str, outside: bool) {
    if !is_seeded() {
        return;
    }
    let stops = WATCH.with_borrow_mut(|watch| {
        watch.seen.push(point);
        let plan = watch.plan.as_mut().filter(|plan| outside || !plan.outside_only)?;
        if plan.nth > 0 {
            plan.nth -= 1;
            return None;
        }
        watch.plan = None;
        let gate = Gate::default();
        watch.held = Some((point, gate.clone()));
        Some(gate)
    });
    let Some(gate) = stops else { return };
    poll_fn(|context| {
        let mut bar = gate.bar();
        bar.waker = Some(context.waker().clone());
        if bar.is_open { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Plants a bug for the whole process; only the first one counts.
pub fn plant(bug: &str) {
    PLANTED.get_or_init(|| bug.to_owned());
}

pub fn planted(bug: &str) -> bool {
    PLANTED.get().is_some_and(|planted| planted == bug)
}

/// Chance of this thread that comes out the same for the same seed (SplitMix64, Steele and others
/// 2014).
#[derive(Clone, Debug)]
pub struct Chance {
    state: u64,
    ids: u64,
}

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance { state: seed, ids: 0 }
    }

    pub fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to one less than `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.draw() % end.max(1)
    }
}

/// Ids and secrets that this thread makes come from this seed from now on.
pub fn seed(seed: u64) {
    CHANCE.set(Some(Chance::new(seed)));
}

/// Is this thread a world of its own? Then one thing is done after the other, so that a seed always
/// tells the same story.
pub fn is_seeded() -> bool {
    CHANCE.with_borrow(Option::is_some)
}

/// A new row's id from the seed: sorted by age like the real ones.
pub fn id() -> Option<String> {
    CHANCE.with_borrow_mut(|chance| {
        let chance = chance.as_mut()?;
        chance.ids += 1;
        let mut tail = [0; 10];
        tail[..8].copy_from_slice(&chance.draw().to_be_bytes());
        let made = uuid::Builder::from_unix_timestamp_millis(1_700_000_000_000 + chance.ids, &tail);
        Some(made.into_uuid().to_string())
    })
}

/// Puts seeded bytes in the place of the machine's, where a seed was set.
pub fn draw(bytes: &mut [u8]) {
    CHANCE.with_borrow_mut(|chance| {
        let Some(chance) = chance.as_mut() else { return };
        for part in bytes.chunks_mut(8) {
            let drawn = chance.draw().to_be_bytes();
            part.copy_from_slice(&drawn[..part.len()]);
        }
    });
}
