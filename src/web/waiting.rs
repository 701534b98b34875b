//! What a connection waits for. Time that a client takes is counted here, from both ends of the
//! connection; the shop's own work has a time limit of its own (`server.rs`).

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// Between two requests. Longer than proxies keep a connection (nginx 60 s, Caddy 2 min), so that
/// it is they who end it and no request meets a closing door.
const IDLE: Duration = Duration::from_secs(150);
/// From the first byte of a request's head to its last.
const HEAD: Duration = Duration::from_secs(15);
/// For an answer of which nothing more is taken.
const UNREAD: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaits {
    Request,
    RestOfHead,
    /// The shop is at work: nobody waits for the client.
    Nothing,
    RestOfBody,
}

/// One connection, as its keeper sees it.
#[derive(Debug)]
pub struct Waiting {
    state: Mutex<State>,
    ended: Notify,
}

#[derive(Debug)]
struct State {
    awaits: Awaits,
    since: Instant,
    /// Since when there is something to send that is not taken.
    unread_since: Option<Instant>,
}

impl Waiting {
    pub fn new() -> Arc<Waiting> {
        let state = State { awaits: Awaits::Request, since: Instant::now(), unread_since: None };
        Arc::new(Waiting { state: Mutex::new(state), ended: Notify::new() })
    }

    /// Since when it is the client's turn; nothing while it is the shop's.
    pub fn since(&self) -> Option<Instant> {
        let state = self.state();
        let turn = (state.awaits != Awaits::Nothing).then_some(state.since);
        state.unread_since.or(turn)
    }

    /// Has the client had all the time there is?
    pub fn is_overdue(&self, now: Instant) -> bool {
        let state = self.state();
        let past = |since: Instant, most: Duration| now.saturating_duration_since(since) > most;
        if let Some(since) = state.unread_since {
            return past(since, UNREAD);
        }
        match state.awaits {
            Awaits::Request => past(state.since, IDLE),
            Awaits::RestOfHead => past(state.since, HEAD),
            // A request in hand is answered 408 in time, with its body or without.
            Awaits::Nothing | Awaits::RestOfBody => false,
        }
    }

    /// The connection is to end.
    pub fn end(&self) {
        self.ended.notify_one();
    }

    pub async fn ended(&self) {
        self.ended.notified().await;
    }

    /// A request is in hand.
    pub fn asked(&self) {
        self.turns(|_| Some(Awaits::Nothing));
    }

    fn turns(&self, next: impl Fn(Awaits) -> Option<Awaits>) {
        let mut state = self.state();
        if let Some(awaits) = next(state.awaits) {
            state.awaits = awaits;
            state.since = Instant::now();
        }
    }

    fn wrote(&self, is_stuck: bool) {
        let mut state = self.state();
        state.unread_since = is_stuck.then(|| state.unread_since.unwrap_or_else(Instant::now));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The connection itself.
pub struct Stream {
    pub tcp: TcpStream,
    pub waiting: Arc<Waiting>,
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.tcp).poll_read(cx, into);
        if read.is_ready() {
            let begins = |awaits| (awaits == Awaits::Request).then_some(Awaits::RestOfHead);
            self.waiting.turns(begins);
        }
        read
    }
}

impl Stream {
    fn noting<T>(&self, written: Poll<T>) -> Poll<T> {
        self.waiting.wrote(written.is_pending());
        written
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write(cx, bytes);
        self.noting(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write_vectored(cx, bytes);
        self.noting(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

/// The body of a request.
pub struct Question {
    pub body: Incoming,
    pub waiting: Arc<Waiting>,
}

impl HttpBody for Question {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let part = Pin::new(&mut self.body).poll_frame(cx);
        let is_late = part.is_pending();
        self.waiting.turns(|awaits| match awaits {
            Awaits::Nothing if is_late => Some(Awaits::RestOfBody),
            Awaits::RestOfBody if !is_late => Some(Awaits::Nothing),
            _ => None,
        });
        part
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer; once it is given away it is the client's turn again.
pub struct Answer {
    pub body: Body,
    pub waiting: Arc<Waiting>,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.waiting.turns(|_| Some(Awaits::Request));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_so_much_time_for_its_part_and_the_shop_all_of_it() {
        let waiting = Waiting::new();
        let after = |time: Duration| waiting.is_overdue(Instant::now() + time);
        let second = Duration::from_secs(1);
        assert!(waiting.since().is_some() && !after(IDLE - second) && after(IDLE + second));
        waiting.turns(|_| Some(Awaits::RestOfHead));
        assert!(waiting.since().is_some() && !after(HEAD - second) && after(HEAD + second));
        waiting.asked();
        assert!(waiting.since().is_none() && !after(10 * IDLE));
        waiting.turns(|_| Some(Awaits::RestOfBody));
        assert!(waiting.since().is_some() && !after(10 * IDLE));
        waiting.asked();
        waiting.wrote(true);
        assert!(waiting.since().is_some() && !after(UNREAD - second) && after(UNREAD + second));
        waiting.wrote(false);
        assert!(waiting.since().is_none());
    }

    #[test]
    fn a_client_that_takes_nothing_is_not_given_new_time_at_each_look() {
        let waiting = Waiting::new();
        waiting.wrote(true);
        let first = waiting.since();
        std::thread::sleep(Duration::from_millis(2));
        waiting.wrote(true);
        assert_eq!(waiting.since(), first);
    }
}
