//! Asking many questions without pressing the gateway: so many a second, and a growing pause where
//! it says that this is too much or that it is in trouble (Razorpay: API, rate limits).

use super::error::GatewayError;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// How often one question is asked before its failure is the answer.
const TRIES: u32 = 4;
/// After the first failure; then twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// One caller's patience; questions asked at once through the same one queue up.
#[derive(Debug)]
pub struct Pace {
    every: Duration,
    first_pause: Duration,
    next: Mutex<Instant>,
}

impl Pace {
    /// At most so many questions a second; zero means one.
    pub fn per_second(rate: u32) -> Pace {
        let every = Duration::from_secs(1) / rate.max(1);
        Pace { every, first_pause: FIRST_PAUSE, next: Mutex::new(Instant::now()) }
    }

    /// The same with another pause after the first failure.
    pub fn pausing(self, first_pause: Duration) -> Pace {
        Pace { first_pause, ..self }
    }

    /// Asks in turn, and again while the answer is one that may well be another later. Only for
    /// questions that change nothing.
    pub async fn ask<T, A>(&self, question: impl Fn() -> A) -> Result<T, GatewayError>
    where
        A: Future<Output = Result<T, GatewayError>>,
    {
        let mut pause = self.first_pause;
        for _ in 1..TRIES {
            self.turn().await;
            match question().await {
                Err(error) if error.is_transient() => sleep(pause).await,
                answer => return answer,
            }
            pause *= 2;
        }
        self.turn().await;
        question().await
    }

    /// Every page of a list. The list's span must have a fixed end, so that what is new meanwhile
    /// does not move the pages.
    pub async fn ask_all<T, A>(&self, page: impl Fn(usize) -> A) -> Result<Vec<T>, GatewayError>
    where
        A: Future<Output = Result<Vec<T>, GatewayError>>,
    {
        let mut all = Vec::new();
        loop {
            let skip = all.len();
            let items = self.ask(|| page(skip)).await?;
            let last = items.len() < super::lists::PAGE;
            all.extend(items);
            if last {
                return Ok(all);
            }
        }
    }

    async fn turn(&self) {
        let at = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let at = (*next).max(Instant::now());
            *next = at + self.every;
            at
        };
        sleep_until(at).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    fn busy() -> GatewayError {
        GatewayError::from_answer(429, b"")
    }

    #[tokio::test]
    async fn questions_keep_their_distance_and_trouble_is_waited_out() {
        let pace = Pace::per_second(50).pausing(Duration::from_millis(1));
        let (asked, started) = (AtomicU32::new(0), Instant::now());
        let answer = pace
            .ask(|| async {
                let first = asked.fetch_add(1, Ordering::SeqCst) < 3;
                if first { Err(busy()) } else { Ok(7) }
            })
            .await;
        assert_eq!(answer, Ok(7));
        assert!(started.elapsed() >= Duration::from_millis(60), "{:?}", started.elapsed());
    }

    #[tokio::test]
    async fn a_refusal_is_an_answer_and_patience_ends() {
        let pace = Pace::per_second(1_000).pausing(Duration::from_millis(1));
        let asked = AtomicU32::new(0);
        let refused = || async {
            asked.fetch_add(1, Ordering::SeqCst);
            Err::<(), _>(GatewayError::from_answer(400, b"no"))
        };
        assert!(pace.ask(refused).await.is_err());
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        let never = || async {
            asked.fetch_add(1, Ordering::SeqCst);
            Err::<(), _>(busy())
        };
        assert_eq!(pace.ask(never).await, Err(busy()));
        assert_eq!(asked.load(Ordering::SeqCst), 1 + TRIES);
    }

    #[tokio::test]
    async fn a_list_is_read_to_its_last_page() {
        let pace = Pace::per_second(1_000);
        let whole: Vec<usize> = (0..250).collect();
        let page = |skip: usize| {
            let items = whole.iter().skip(skip).take(100).copied().collect();
            async move { Ok(items) }
        };
        assert_eq!(pace.ask_all(page).await.unwrap(), whole);
    }
}
