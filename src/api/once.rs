//! Idempotency keys (IETF draft, The Idempotency-Key HTTP Header Field): a request that comes again
//! with the same key is answered with what it came to the first time.
//!
//! The answer is kept in the transaction that does the work, so there is one exactly if the work
//! was done; a refusal changes nothing and is not kept, so that the same key may be tried again.

use super::queries::{self, Claim};
use crate::account::{Email, Owner};
use crate::clock::{DAY, Moment};
use crate::db::Connection;
use crate::error::{Failed, Fault, Refusal};
use crate::state::AppState;
use axum::http::request::Parts;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

pub const KEY: &str = "Idempotency-Key";
/// How long an answer is kept.
const KEPT: i64 = DAY;
pub const KEY_MAX: usize = 255;

/// The key of a request, if it has one.
pub struct Once(Option<Key>);

/// With a fingerprint of what the request asks.
struct Key {
    key: String,
    asked: String,
    /// The same by the secret that was valid before.
    asked_before: Option<String>,
}

/// In whose name a key counts: an owner's, that of the address that a stranger writes about, or of
/// the letter whose token they hold. A key alone is no name, for two strangers may both choose `1`.
pub struct Holder(String);

impl From<&Owner> for Holder {
    fn from(owner: &Owner) -> Holder {
        Holder(match owner {
            Owner::User(id) => format!("user:{id}"),
            Owner::Guest(session) => format!("guest:{session}"),
        })
    }
}

impl From<&Email> for Holder {
    fn from(email: &Email) -> Holder {
        Holder(format!("address:{email}"))
    }
}

/// Who holds a letter's token and has no account yet.
pub struct OfLetter<'a>(pub &'a str);

impl From<OfLetter<'_>> for Holder {
    fn from(OfLetter(token): OfLetter<'_>) -> Holder {
        Holder(format!("letter:{}", hex::encode(Sha256::digest(token))))
    }
}

impl Once {
    pub fn of(parts: &Parts, body: &[u8], app: &AppState) -> Result<Once, Refusal> {
        let Some(key) = parts.headers.get(KEY) else { return Ok(Once(None)) };
        let key = key.to_str().ok().map(|text| bare(text.trim()));
        let fits = |key: &&str| {
            (1..=KEY_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic())
        };
        let words = format!("{KEY} must be 1 to {KEY_MAX} visible characters.");
        let key = key.filter(fits).ok_or_else(|| Refusal::new(400, words))?;
        let before = app.previous_secret.as_ref();
        Ok(Once(Some(Key {
            key: key.to_owned(),
            asked: fingerprint(&app.secret, parts, body),
            asked_before: before.map(|secret| fingerprint(secret, parts, body)),
        })))
    }

    pub fn is_asked(&self) -> bool {
        self.0.is_some()
    }

    /// What this holder's request came to before; nothing if it is to be done now.
    pub async fn find<T: DeserializeOwned>(
        &self,
        connection: &mut Connection,
        Holder(holder): &Holder,
        now: Moment,
    ) -> Result<Option<T>, Failed<Refusal>> {
        let Some(one) = &self.0 else { return Ok(None) };
        queries::delete_answer(connection, holder, &one.key, now - KEPT).await?;
        match queries::claim(connection, holder, &one.key, &one.asked, now).await? {
            Claim::Mine => Ok(None),
            Claim::Known { asked, .. } if !one.asks(&asked) => {
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
        Holder(holder): &Holder,
        answer: &impl Serialize,
    ) -> Result<(), Fault> {
        let Some(Key { key, .. }) = &self.0 else { return Ok(()) };
        let answer = serde_json::to_string(answer);
        let answer = answer.map_err(|e| Fault::new("writing a kept answer", e))?;
        Ok(queries::update_answer(connection, holder, key, &answer).await?)
    }
}

impl Key {
    fn asks(&self, asked: &String) -> bool {
        *asked == self.asked || self.asked_before.as_ref() == Some(asked)
    }
}

/// The draft writes a key in quotes; many clients do not.
fn bare(key: &str) -> &str {
    let inner = key.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.is_empty()).unwrap_or(key)
}

/// Keyed with the shop's secret: a body may hold a password, and the database's reader is not to
/// try guesses against it.
fn fingerprint(secret: &[u8], parts: &Parts, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    for part in ["asked-once", parts.method.as_str(), parts.uri.path()] {
        mac.update(part.as_bytes());
        mac.update(&[0]);
    }
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

/// Forgets answers past their time. Returns how many.
pub async fn forget_answers(app: &AppState) -> Result<u64, Fault> {
    let mut connection = app.db.write.acquire().await?;
    Ok(queries::delete_answers(&mut connection, app.now() - KEPT).await?)
}

/// Runs one expression in one transaction, once for each key of this holder, and gives its answer;
/// asked again, the answer that was kept. Gives `Result<T, Failed<Refusal>>`.
macro_rules! once {
    ($app:expr, $once:expr, $holder:expr, |$tx:ident, $now:ident| $work:expr) => {{
        let ($now, holder) = ($app.now(), $crate::api::once::Holder::from($holder));
        let done: Result<_, $crate::error::Failed<$crate::error::Refusal>> =
            $crate::transact!($app.db, |$tx| {
                async {
                    if let Some(kept) = $once.find(&mut $tx, &holder, $now).await? {
                        return Ok(kept);
                    }
                    let answer =
                        $work.map_err(|failed| failed.map($crate::error::Refusal::from))?;
                    $once.keep(&mut $tx, &holder, &answer).await?;
                    Ok(answer)
                }
                .await
            });
        done
    }};
}
pub(super) use once;
