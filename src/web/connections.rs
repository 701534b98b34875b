//! Connections: how many there may be, and how they end (decision 12). The shop is never kept
//! from one client by the slowness of others: whoever is waited for has a time limit, and when all
//! places are taken the one waited for the longest gives way to the next who comes.

use super::waiting::{Answer, Question, Stream, Waiting};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::serve::Listener;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// However many files the system allows: each connection may take some memory.
const MOST: usize = 10_000;
/// Open files beside connections and what these read: databases, the gateway, letters.
const OTHER_FILES: u64 = 200;
/// A request's head may be so long (431), and so much of an answer waits to be taken.
const BUFFER: usize = 32 * 1024;
const LOOKS_EVERY: Duration = Duration::from_secs(1);
/// When every place is taken by somebody who is being served.
const ROOM_AGAIN: Duration = Duration::from_millis(10);

/// Takes as many open files as the system gives; half of them are for connections, for each may
/// have a file to read (a picture).
pub fn most_connections() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let files = if raised.is_ok() { maximum } else { current };
    files.map_or(MOST, places)
}

fn places(files: u64) -> usize {
    let places = files.saturating_sub(OTHER_FILES).max(2) / 2;
    usize::try_from(places).unwrap_or(MOST).min(MOST)
}

/// Serves until told to stop, then takes no more connections and returns once the requests in hand
/// are answered.
pub async fn serve(listener: TcpListener, router: Router, most: usize, stop: CancellationToken) {
    let open = Arc::new(Open::default());
    let tasks = TaskTracker::new();
    {
        let taking = take(listener, router.with_state(()), most, &open, &tasks, &stop);
        let looking = async {
            loop {
                tokio::time::sleep(LOOKS_EVERY).await;
                open.ends_overdue();
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = taking => {}
            () = looking => {}
        }
    }
    tasks.close();
    tasks.wait().await;
}

async fn take(
    mut listener: TcpListener,
    router: Router,
    most: usize,
    open: &Arc<Open>,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) {
    loop {
        // Also sits out errors of the system's, such as no more files.
        let (tcp, peer) = Listener::accept(&mut listener).await;
        // Answers are small and whole: nothing is gained by waiting for more to send.
        if let Err(error) = tcp.set_nodelay(true) {
            tracing::debug!(%error, "a connection kept its delay");
        }
        while !open.has_room(most) {
            tokio::time::sleep(ROOM_AGAIN).await;
        }
        let place = Place::taken(open);
        let (router, stop) = (router.clone(), stop.clone());
        tasks.spawn(async move { attend(tcp, peer, router, &place.waiting, stop).await });
    }
}

/// One connection from its first byte to its end. Whoever only connects costs a place, and next to
/// no memory.
async fn attend(
    tcp: TcpStream,
    peer: SocketAddr,
    router: Router,
    waiting: &Arc<Waiting>,
    stop: CancellationToken,
) {
    tokio::select! {
        _ = tcp.readable() => Box::pin(answer(tcp, peer, router, waiting, stop)).await,
        () = waiting.ended() => {}
        () = stop.cancelled() => {}
    }
}

async fn answer(
    tcp: TcpStream,
    peer: SocketAddr,
    router: Router,
    waiting: &Arc<Waiting>,
    stop: CancellationToken,
) {
    let service = service_fn(|request: Request<Incoming>| {
        waiting.asked();
        let question = |body| Body::new(Question { body, waiting: waiting.clone() });
        let mut request = request.map(question);
        request.extensions_mut().insert(ConnectInfo(peer));
        let answered = router.clone().oneshot(request);
        async {
            let response = answered.await?;
            Ok::<_, Infallible>(response.map(|body| Answer { body, waiting: waiting.clone() }))
        }
    });
    let stream = TokioIo::new(Stream { tcp, waiting: waiting.clone() });
    let connection = http1::Builder::new().max_buf_size(BUFFER).serve_connection(stream, service);
    let mut connection = pin!(connection);
    let mut stopped = pin!(stop.cancelled());
    let mut is_last = false;
    loop {
        tokio::select! {
            done = connection.as_mut() => {
                if let Err(error) = done {
                    tracing::debug!(%error, %peer, "a connection broke off");
                }
                return;
            }
            () = waiting.ended() => {
                tracing::debug!(%peer, "a connection was waited for too long");
                return;
            }
            () = stopped.as_mut(), if !is_last => {
                is_last = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// The connections there are.
#[derive(Default)]
struct Open(Mutex<Places>);

#[derive(Default)]
struct Places {
    next: u64,
    taken: HashMap<u64, Arc<Waiting>>,
}

impl Open {
    /// Room for one more. When all places are taken the connection that is waited for the longest
    /// ends; there is no room if none is waited for.
    fn has_room(&self, most: usize) -> bool {
        let mut places = self.places();
        if places.taken.len() < most {
            return true;
        }
        let since = |(id, waiting): (&u64, &Arc<Waiting>)| Some((waiting.since()?, *id));
        let Some((_, longest)) = places.taken.iter().filter_map(since).min() else { return false };
        if let Some(waiting) = places.taken.remove(&longest) {
            waiting.end();
        }
        true
    }

    fn ends_overdue(&self) {
        let now = Instant::now();
        for waiting in self.places().taken.values() {
            if waiting.is_overdue(now) {
                waiting.end();
            }
        }
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place among the open connections, given back when it goes.
struct Place {
    id: u64,
    open: Arc<Open>,
    waiting: Arc<Waiting>,
}

impl Place {
    fn taken(open: &Arc<Open>) -> Place {
        let waiting = Waiting::new();
        let mut places = open.places();
        let id = places.next;
        places.next += 1;
        places.taken.insert(id, waiting.clone());
        drop(places);
        Place { id, open: open.clone(), waiting }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.places().taken.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_files_are_for_connections() {
        assert_eq!(places(1_024), 412);
        assert_eq!(places(20_000), 9_900);
        assert_eq!(places(u64::MAX), MOST);
        assert_eq!(places(0), 1);
    }

    #[test]
    fn the_one_waited_for_longest_gives_way_and_nobody_who_is_served() {
        let open = Arc::new(Open::default());
        let [served, second, third] = std::array::from_fn(|_| {
            std::thread::sleep(Duration::from_millis(2));
            Place::taken(&open)
        });
        served.waiting.asked();
        assert!(open.has_room(4));
        assert_eq!(open.places().taken.len(), 3);
        assert!(open.has_room(3));
        assert!(!open.places().taken.contains_key(&second.id));
        third.waiting.asked();
        assert!(!open.has_room(2), "whoever is served stays");
        drop(third);
        assert!(open.has_room(2));
    }
}
