//! What comes at once is written down together: each waits until it is told what became of its own,
//! or has the turn and takes all that wait. What is done in a turn is its room's.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, oneshot};

/// One a process for each kind of thing.
#[derive(Debug)]
pub struct Together<T, A> {
    waiting: Mutex<Vec<Waiting<T, A>>>,
    turn: Arc<AsyncMutex<()>>,
}

/// First come, first served; ends when it is dropped.
pub type Turn = OwnedMutexGuard<()>;

#[derive(Debug)]
pub struct Waiting<T, A> {
    pub one: Arc<T>,
    /// Dropped without a word: it was not written down together with the others.
    pub told: oneshot::Sender<A>,
}

impl<T, A> Default for Together<T, A> {
    fn default() -> Self {
        Together { waiting: Mutex::default(), turn: Arc::default() }
    }
}

impl<T, A> Together<T, A> {
    /// If nobody has it, nor waits for it.
    pub fn free_turn(&self) -> Option<Turn> {
        self.turn.clone().try_lock_owned().ok()
    }

    pub async fn turn(&self) -> Turn {
        self.turn.clone().lock_owned().await
    }

    /// Lets it be taken by whoever has the turn.
    pub fn leave(&self, one: &Arc<T>) -> oneshot::Receiver<A> {
        let (told, answer) = oneshot::channel();
        self.waiting().push(Waiting { one: one.clone(), told });
        answer
    }

    /// False: somebody took it already.
    pub fn withdraw(&self, one: &Arc<T>) -> bool {
        let mut waiting = self.waiting();
        let before = waiting.len();
        waiting.retain(|it| !Arc::ptr_eq(&it.one, one));
        waiting.len() < before
    }

    /// The first of them, without those whose bearers have gone.
    pub fn take(&self, most: usize) -> Vec<Waiting<T, A>> {
        let mut waiting = self.waiting();
        waiting.retain(|it| !it.told.is_closed());
        let some = waiting.len().min(most);
        waiting.drain(..some).collect()
    }

    /// All that wait are told that nobody writes for them.
    pub fn send_away(&self) {
        self.waiting().clear();
    }

    /// As of now.
    pub fn how_many_wait(&self) -> usize {
        self.waiting().len()
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting<T, A>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
