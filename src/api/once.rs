//! Idempotency keys (IETF draft, The Idempotency-Key HTTP Header Field): a request that comes again
//! with the same key is answered with what it came to the first time.
//!
//! The answer is kept in the transaction that does the work, so there is one exactly if the work
//! was done; a refusal changes nothing and is not kept, so that the same key may be tried again.

use super::queries::{self, Claim};
use crate::account::Owner;
use crate::clock::{DAY, Moment};
use crate::db::Connection;
use crate::error::{Failed, Fault, Refusal};
use crate::state::AppState;
use axum::http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

pub const KEY: &str = "Idempotency-Key";
/// How long an answer is kept.
const KEPT: i64 = DAY;
pub const KEY_MAX: usize = 255;

/// The key of a request, if it has one, and a fingerprint of what it asks.
pub struct Once {
    key: Option<String>,
    asked: String,
}

impl Once {
    pub fn of(parts: &Parts, body: &[u8]) -> Result<Once, Refusal> {
        let mut hash = Sha256::new();
        for part in [parts.method.as_str(), parts.uri.path()] {
            hash.update(part);
            hash.update([0]);
        }
        hash.update(body);
        let asked = hex::encode(hash.finalize());
        let Some(key) = parts.headers.get(KEY) else { return Ok(Once { key: None, asked }) };
        let key = key.to_str().ok().map(|text| bare(text.trim()));
        let fits = |key: &&str| {
            (1..=KEY_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic())
        };
        let words = format!("{KEY} must be 1 to {KEY_MAX} visible characters.");
        let key = key.filter(fits).ok_or_else(|| Refusal::new(400, words))?;
        Ok(Once { key: Some(key.to_owned()), asked })
    }

    /// What this owner's request came to before; nothing if it is to be done now.
    pub async fn find<T: DeserializeOwned>(
        &self,
        connection: &mut Connection,
        owner: &Owner,
        now: Moment,
    ) -> Result<Option<T>, Failed<Refusal>> {
        let Some(key) = &self.key else { return Ok(None) };
        let owner = written(owner);
        queries::delete_answer(connection, &owner, key, now - KEPT).await?;
        match queries::claim(connection, &owner, key, &self.asked, now).await? {
            Claim::Mine => Ok(None),
            Claim::Known { asked, .. } if asked != self.asked => {
                let words = format!("This {KEY} came with another request before.");
                Err(Failed::Refused(Refusal::new(422, words).of_kind("key-used-differently")))
            }
            Claim::Known { answer, .. } => {
                let read = serde_json::from_str(&answer);
                Ok(Some(read.map_err(|e| Fault::new("reading a kept answer", e))?))
            }
        }
    }

    /// Keeps the answer for whoever asks again.
    pub async fn keep(
        &self,
        connection: &mut Connection,
        owner: &Owner,
        answer: &impl Serialize,
    ) -> Result<(), Fault> {
        let Some(key) = &self.key else { return Ok(()) };
        let answer = serde_json::to_string(answer);
        let answer = answer.map_err(|e| Fault::new("writing a kept answer", e))?;
        Ok(queries::update_answer(connection, &written(owner), key, &answer).await?)
    }

    /// A secret of this owner's key: the same for the same key. Without a key one of its own.
    pub fn placement_key(&self, owner: &Owner) -> String {
        use base64::Engine;
        let Some(key) = &self.key else { return crate::clock::random_token() };
        let mut hash = Sha256::new();
        for part in [written(owner).as_str(), key] {
            hash.update(part);
            hash.update([0]);
        }
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(hash.finalize())
    }
}

/// The draft writes a key in quotes; many clients do not.
fn bare(key: &str) -> &str {
    let inner = key.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.is_empty()).unwrap_or(key)
}

fn written(owner: &Owner) -> String {
    match owner {
        Owner::User(id) => format!("user:{id}"),
        Owner::Guest(session) => format!("guest:{session}"),
    }
}

/// Forgets answers past their time. Returns how many.
pub async fn forget_answers(app: &AppState) -> Result<u64, Fault> {
    let mut connection = app.db.write.acquire().await?;
    Ok(queries::delete_answers(&mut connection, app.now() - KEPT).await?)
}

/// Runs one expression in one transaction, once for each key of this owner, and gives its answer;
/// asked again, the answer that was kept. Gives `Result<T, Failed<Refusal>>`.
macro_rules! once {
    ($app:expr, $once:expr, $owner:expr, |$tx:ident, $now:ident| $work:expr) => {{
        let $now = $app.now();
        let done: Result<_, $crate::error::Failed<$crate::error::Refusal>> =
            $crate::transact!($app.db, |$tx| {
                async {
                    if let Some(kept) = $once.find(&mut $tx, $owner, $now).await? {
                        return Ok(kept);
                    }
                    let answer =
                        $work.map_err(|failed| failed.map($crate::error::Refusal::from))?;
                    $once.keep(&mut $tx, $owner, &answer).await?;
                    Ok(answer)
                }
                .await
            });
        done
    }};
}
pub(super) use once;
