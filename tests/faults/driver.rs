//! Makes a server do something, and stops it or holds it up at a named point on the way.

use crate::answers::Answer;
use crate::deeds::Then;
use crate::world::{Doing, World};
use kirana::faults::{self, Gate, Plan};
use std::future::poll_fn;
use std::task::Poll;

/// How far something came.
enum Ended {
    Done(Answer),
    Held(&'static str, Gate, Doing),
}

/// A server that stands still in the middle of something.
pub struct Paused {
    pub server: usize,
    doing: Doing,
    gate: Gate,
    then: Then,
}

/// What fate has for the next thing that a server does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Luck,
    /// The server dies at its nth point; or, if it comes to fewer, right after its answer. A job
    /// answers nobody.
    Dies(usize),
    /// The server stands still at its nth point that is outside of transactions.
    Pauses(usize),
    /// The server's nth commit lasts, but its answer is lost: to the server it failed.
    Deaf(usize),
}

async fn drive(mut doing: Doing) -> Ended {
    let done = poll_fn(|context| match doing.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Ok(answer)),
        Poll::Pending => faults::take_held().map_or(Poll::Pending, |held| Poll::Ready(Err(held))),
    });
    match done.await {
        Ok(answer) => Ended::Done(answer),
        Err((point, gate)) => Ended::Held(point, gate, doing),
    }
}

impl World {
    /// Does something and sees to what follows from its answer. `None`: there was none, because the
    /// server died or stands still.
    pub async fn act(
        &mut self,
        server: usize,
        doing: Doing,
        then: Then,
        fate: Fate,
        paused: &mut Option<Paused>,
    ) -> Option<Answer> {
        let plan = match fate {
            Fate::Luck | Fate::Deaf(_) => None,
            Fate::Dies(nth) => Some(Plan { nth, outside_only: false }),
            Fate::Pauses(_) if paused.is_some() => None,
            Fate::Pauses(nth) => Some(Plan { nth, outside_only: true }),
        };
        faults::arm(plan);
        faults::deafen(if let Fate::Deaf(nth) = fate { Some(nth) } else { None });
        let ended = drive(doing).await;
        faults::arm(None);
        faults::deafen(None);
        self.deaf = faults::take_unheard();
        if self.deaf {
            self.tell(|| format!("server {server} does not hear of a commit: {then:?}"));
            self.tally.commits_unheard += 1;
        }
        match ended {
            Ended::Done(answer) => {
                if matches!(fate, Fate::Dies(_)) && !matches!(then, Then::Job(_)) {
                    self.tell(|| format!("server {server} dies after its answer: {then:?}"));
                    self.tally.died_at(then.name(), "after its answer");
                    self.dies(server, paused).await;
                }
                self.finish(&then, &answer).await;
                Some(answer)
            }
            Ended::Held(point, gate, doing) if matches!(fate, Fate::Pauses(_)) => {
                self.tell(|| format!("server {server} stands still {point}: {then:?}"));
                self.tally.pauses += 1;
                *paused = Some(Paused { server, doing, gate, then });
                None
            }
            Ended::Held(point, _, doing) => {
                self.tell(|| format!("server {server} dies {point}: {then:?}"));
                self.tally.died_at(then.name(), point);
                drop(doing);
                self.dies(server, paused).await;
                self.unanswered(&then).await;
                None
            }
        }
    }

    /// A server ends without a farewell and is started again.
    pub async fn dies(&mut self, server: usize, paused: &mut Option<Paused>) {
        if let Some(other) = paused.take_if(|other| other.server == server) {
            drop(other.doing);
            self.unanswered(&other.then).await;
        }
        self.tally.crashes += 1;
        self.restart(server).await;
    }

    /// Whoever stands still wakes and goes on to the end.
    pub async fn wake(&mut self, paused: &mut Option<Paused>) {
        let Some(Paused { server, doing, gate, then }) = paused.take() else { return };
        self.tell(|| format!("server {server} wakes: {then:?}"));
        self.woken = true;
        self.deaf = false;
        gate.open();
        if let Ended::Done(answer) = drive(doing).await {
            self.finish(&then, &answer).await;
        }
    }
}
