//! Writing transactions.
//!
//! On SQLite those that come at once share one commit (group commit): each does its part under a
//! savepoint of a common transaction and queues again, behind those who came meanwhile; whoever's
//! second turn comes first commits for all. So the disk is waited for once, and still nobody is
//! told of success before the commit that holds it. Whoever is alone commits at once. PostgreSQL
//! does the like by itself.
//!
//! A part's savepoint is closed by whoever comes next, in one statement with the opening of their
//! own: that also proves that the transaction is still there (SQLite ends it by itself on a full
//! disk), as a commit does.

use super::pools::PATIENCE;
use sqlx::{Any, AnyConnection, AnyPool, Transaction};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

type Slot = OwnedMutexGuard<Option<Common>>;
/// `None`: not committed yet. An error's words, because each member needs its own.
type Outcome = Option<Result<(), String>>;

/// The common transaction between two turns. First come, first served.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    slot: Arc<Mutex<Option<Common>>>,
    /// How many wait for their first turn.
    waiting: Arc<AtomicUsize>,
}

#[derive(Debug)]
struct Common {
    tx: Transaction<'static, Any>,
    /// Each receiver is a member: one whose part is done and who waits for the commit.
    outcome: watch::Sender<Outcome>,
    /// Somebody's part lies here, whether or not they still wait.
    has_parts: bool,
    /// Somebody went away in the middle of a part, which is still to be undone. Between two turns
    /// the open savepoint is that part's; else it is that of a part which ended.
    is_torn: bool,
}

/// A writing transaction; dropped, it leaves nothing behind.
#[derive(Debug)]
pub enum Work {
    Own(Transaction<'static, Any>),
    Shared(Turn),
}

/// One's turn at the common transaction.
#[derive(Debug)]
pub struct Turn {
    queue: Queue,
    slot: Slot,
    is_done: bool,
}

/// sqlx tells of statements, and of PostgreSQL's commits; this tells which of them belong together.
pub(super) fn tell(summary: &str) {
    tracing::debug!(target: "sqlx::query", summary);
}

impl Work {
    /// Makes it last. After an error nothing of it stands.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Work::Own(tx) => tx.commit().await,
            Work::Shared(turn) => turn.end().await,
        }
    }

    /// Takes it back. What it read may be a member's part: that is true only once this returns
    /// without an error.
    pub async fn undo(self) -> Result<(), sqlx::Error> {
        match self {
            Work::Own(tx) => tx.rollback().await,
            Work::Shared(turn) if turn.slot.as_ref().is_none_or(|it| !it.has_parts) => Ok(()),
            Work::Shared(mut turn) => {
                turn.take_back().await?;
                turn.end().await
            }
        }
    }
}

impl Deref for Work {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        match self {
            Work::Own(tx) => tx,
            Work::Shared(turn) => turn.slot.as_ref().map(|common| &*common.tx).expect(OPEN),
        }
    }
}

impl DerefMut for Work {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        match self {
            Work::Own(tx) => tx,
            Work::Shared(turn) => turn.slot.as_mut().map(|common| &mut *common.tx).expect(OPEN),
        }
    }
}

/// A turn is only given out with a transaction, and only its end takes that away.
const OPEN: &str = "a turn has its transaction";

impl Queue {
    /// Waits for a turn at the common transaction, opening it when there is none.
    pub(super) async fn turn(&self, pool: &AnyPool) -> Result<Turn, sqlx::Error> {
        let mut slot = self.wait().await?;
        // Out of the slot meanwhile: when somebody goes away in the middle of this, nobody can tell
        // which savepoint is open, and the members begin anew.
        let open = match slot.take() {
            Some(common) => common.go_on().await,
            None => None,
        };
        *slot = Some(match open {
            Some(common) => common,
            None => Common::begin(pool).await?,
        });
        tell("begin turn");
        Ok(Turn { queue: self.clone(), slot, is_done: false })
    }

    async fn wait(&self) -> Result<Slot, sqlx::Error> {
        let _counted = Waiting::counted(&self.waiting);
        let leaving = Leaving::armed(self);
        let turn = tokio::time::timeout(PATIENCE, self.slot.clone().lock_owned());
        let slot = turn.await.map_err(|_| sqlx::Error::PoolTimedOut)?;
        leaving.disarm();
        Ok(slot)
    }

    fn is_waited_for(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }
}

struct Waiting<'a>(&'a AtomicUsize);

impl Waiting<'_> {
    fn counted(waiting: &AtomicUsize) -> Waiting<'_> {
        waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

const UNDO: &str = "rollback to turn";

impl Turn {
    async fn take_back(&mut self) -> Result<(), sqlx::Error> {
        let Some(common) = &mut *self.slot else { return Err(lost("it has ended")) };
        let done = sqlx::query(UNDO).execute(&mut *common.tx).await;
        done.map(drop).map_err(|error| {
            *self.slot = None;
            lost(&error.to_string())
        })
    }

    /// Gives the turn on and waits for the commit.
    async fn end(mut self) -> Result<(), sqlx::Error> {
        tell("end turn");
        self.is_done = true;
        let queue = self.queue.clone();
        let is_alone = |common: &mut Common| common.is_nobodys() && !queue.is_waited_for();
        if let Some(common) = self.slot.take_if(is_alone) {
            return common.tx.commit().await.map_err(|error| lost(&error.to_string()));
        }
        let Some(common) = &mut *self.slot else { return Err(lost("it has ended")) };
        let leaving = Leaving::armed(&queue);
        let outcome = common.outcome.subscribe();
        common.has_parts = true;
        drop(self);
        let done = committed(&queue, outcome).await;
        leaving.disarm();
        done
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        match &mut *self.slot {
            Some(common) if !self.is_done && !common.is_nobodys() => common.is_torn = true,
            _ if self.is_done => {}
            slot => *slot = None,
        }
    }
}

impl Common {
    async fn begin(pool: &AnyPool) -> Result<Common, sqlx::Error> {
        let tx = pool.begin_with("BEGIN IMMEDIATE; SAVEPOINT turn").await?;
        let outcome = watch::Sender::new(None);
        Ok(Common { tx, outcome, has_parts: false, is_torn: false })
    }

    /// With a savepoint for the next part. When that cannot be had the common transaction is given
    /// up, and its members begin anew.
    async fn go_on(mut self) -> Option<Common> {
        let statement = if self.is_torn { UNDO } else { "release turn; savepoint turn" };
        sqlx::query(statement).execute(&mut *self.tx).await.ok()?;
        self.is_torn = false;
        Some(self)
    }

    fn is_nobodys(&self) -> bool {
        self.outcome.receiver_count() == 0
    }
}

/// Waits until somebody committed, or one's own second turn at which to do it.
async fn committed(
    queue: &Queue,
    mut outcome: watch::Receiver<Outcome>,
) -> Result<(), sqlx::Error> {
    let second_turn = tokio::select! {
        biased;
        _ = outcome.wait_for(Option::is_some) => None,
        slot = queue.slot.clone().lock_owned() => Some(slot),
    };
    if let Some(mut slot) = second_turn {
        // While the sender lives and has said nothing, what lies there is the member's own.
        let is_open = outcome.has_changed().is_ok() && outcome.borrow().is_none();
        if let Some(common) = slot.take_if(|_| is_open) {
            // In a task of its own: a commit that was begun must not be lost to those who wait.
            tokio::spawn(commit(common, slot));
        }
    }
    match outcome.wait_for(Option::is_some).await.as_deref() {
        Ok(Some(Ok(()))) => Ok(()),
        Ok(Some(Err(words))) => Err(lost(words)),
        Ok(None) | Err(_) => Err(lost("a part of it could not be undone")),
    }
}

async fn commit(mut common: Common, slot: Slot) {
    if common.is_torn && sqlx::query(UNDO).execute(&mut *common.tx).await.is_err() {
        return;
    }
    let done = common.tx.commit().await;
    common.outcome.send_replace(Some(done.map_err(|error| error.to_string())));
    drop(slot);
}

/// Nothing of a common transaction stands: each of its members may begin anew.
#[derive(Debug)]
pub(super) struct Lost(String);

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the transaction shared with others failed: {}", self.0)
    }
}

impl std::error::Error for Lost {}

fn lost(words: &str) -> sqlx::Error {
    sqlx::Error::AnyDriverError(Box::new(Lost(words.to_owned())))
}

/// Whoever goes away from the queue unanswered may have been the last to care: nobody would commit
/// then, nor take back, and a transaction would stay open.
struct Leaving(Option<Queue>);

impl Leaving {
    fn armed(queue: &Queue) -> Leaving {
        Leaving(Some(queue.clone()))
    }

    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        let (Some(queue), Ok(runtime)) = (self.0.take(), Handle::try_current()) else { return };
        runtime.spawn(async move {
            let mut slot = queue.slot.lock().await;
            slot.take_if(|common| common.is_nobodys());
        });
    }
}
