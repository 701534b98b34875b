//! Password hashing: argon2id with 19 MiB, two passes, one lane (OWASP Password Storage cheat
//! sheet), off the async threads and bounded in number, so that a flood of sign-ins cannot eat the
//! memory.

use crate::clock;
use crate::error::Fault;
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use prometheus::IntCounter;
use std::sync::Arc;
use tokio::sync::Semaphore;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes computed at once; the rest waits its turn.
const AT_ONCE: usize = 2;
/// Same parameters, no password: what is checked where there is no account.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlz\
                     $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[derive(Clone, Debug)]
pub struct PasswordHasher {
    turns: Arc<Semaphore>,
    computed: IntCounter,
}

impl PasswordHasher {
    /// Each hash that is computed is counted there.
    pub fn new(computed: IntCounter) -> PasswordHasher {
        PasswordHasher { turns: Arc::new(Semaphore::new(AT_ONCE)), computed }
    }

    /// The PHC string to store.
    pub async fn hash(&self, password: &str) -> Result<String, Fault> {
        let password = password.to_owned();
        self.in_turn(move || hash(&password)).await?
    }

    /// Does the password fit the stored hash? Without one (no such account) the same work is done
    /// against a dummy, so that the answer takes as long.
    pub async fn verify(&self, password: &str, stored: Option<String>) -> Result<bool, Fault> {
        let password = password.to_owned();
        self.in_turn(move || {
            let known = stored.is_some();
            let against = stored.as_deref().unwrap_or(DUMMY);
            let hash = PasswordHash::new(against)
                .map_err(|e| Fault::new("reading a stored password hash", e.to_string()))?;
            let fits = argon2()?.verify_password(password.as_bytes(), &hash).is_ok();
            Ok(fits && known)
        })
        .await?
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Fault> {
        let turn = self.turns.clone().acquire_owned().await;
        let turn = turn.map_err(|e| Fault::new("waiting for a hashing turn", e))?;
        self.computed.inc();
        let done = tokio::task::spawn_blocking(move || {
            let made = work();
            drop(turn);
            made
        });
        done.await.map_err(|e| Fault::new("hashing a password", e))
    }
}

fn argon2() -> Result<Argon2<'static>, Fault> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|e| Fault::new("choosing argon2 parameters", e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Result<String, Fault> {
    let salt = SaltString::encode_b64(&clock::random_bytes::<16>())
        .map_err(|e| Fault::new("making a salt", e.to_string()))?;
    let hash = argon2()?.hash_password(password.as_bytes(), &salt);
    Ok(hash.map_err(|e| Fault::new("hashing a password", e.to_string()))?.to_string())
}

/// Was this stored hash made with other parameters than today's, so that it should be made anew at
/// the next sign-in (OWASP Password Storage, "Upgrading the work factor")?
pub fn is_outdated(stored: &str) -> bool {
    let parameters = PasswordHash::new(stored).ok().and_then(|hash| Params::try_from(&hash).ok());
    parameters.is_none_or(|p| (p.m_cost(), p.t_cost(), p.p_cost()) != (MEMORY_KIB, PASSES, LANES))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Metrics;
    use std::sync::mpsc;
    use std::time::Duration;
    use tokio::time::timeout;

    impl Default for PasswordHasher {
        fn default() -> Self {
            PasswordHasher::new(Metrics::new().unwrap().password_hashes)
        }
    }

    #[tokio::test]
    async fn no_more_than_so_many_work_at_once_even_when_those_who_asked_are_gone() {
        let hasher = PasswordHasher::default();
        let (start, mut started) = tokio::sync::mpsc::unbounded_channel();
        let mut ends = Vec::new();
        for _ in 0..AT_ONCE {
            let ((end, ended), (hasher, start)) =
                (mpsc::channel::<()>(), (hasher.clone(), start.clone()));
            ends.push(end);
            let asked = tokio::spawn(async move {
                let work = move || (start.send(()), ended.recv());
                hasher.in_turn(work).await.map(|_| ())
            });
            started.recv().await.unwrap();
            asked.abort();
        }
        let mut next = std::pin::pin!(hasher.verify("tea", None));
        let soon = Duration::from_millis(200);
        assert!(timeout(soon, &mut next).await.is_err(), "it waits for its turn");
        assert_eq!(hasher.computed.get(), AT_ONCE as u64);
        ends.pop();
        assert!(!next.await.unwrap());
    }

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_fits() {
        let hasher = PasswordHasher::default();
        let stored = hasher.hash("green tea, no sugar").await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(hasher.verify("green tea, no sugar", Some(stored.clone())).await.unwrap());
        assert!(!hasher.verify("green tea, sugar", Some(stored)).await.unwrap());
        assert!(!hasher.verify("green tea, no sugar", None).await.unwrap());
    }

    #[test]
    fn the_dummy_costs_what_a_real_hash_costs() {
        assert!(!is_outdated(DUMMY));
        assert!(!is_outdated(&hash("x").unwrap()));
    }

    #[test]
    fn older_parameters_are_noticed() {
        assert!(is_outdated(&DUMMY.replace("m=19456", "m=4096")));
        assert!(is_outdated("not a hash"));
    }
}
