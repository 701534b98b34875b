//! The levers by name, for whoever presses them: JSON over HTTP, the page's forms, or a test in the
//! same process. docs/simulator.md shows each of them.

mod calling;
mod paying;
mod returning;

use super::Shared;
use super::refusal::Refusal;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;

type Pulled = Result<Value, Refusal>;

/// `lever` as it stands behind `/_sim/`; an empty body is an empty object.
pub(super) async fn pull(shared: &Arc<Shared>, lever: &str, body: &[u8]) -> Pulled {
    let parts: Vec<&str> = lever.split('/').collect();
    match parts[..] {
        ["pay"] => paying::pay(shared, parse(body)?).await,
        ["surplus"] => paying::surplus(shared, parse(body)?).await,
        ["payments", id, "capture_late"] => paying::capture_late(shared, id, parse(body)?).await,
        ["payments", id, "authorise"] => paying::authorise(shared, id).await,
        ["payments", id, "capture"] => paying::capture(shared, id).await,
        ["payments", id, "fail"] => paying::fail(shared, id).await,
        ["payments", id, "refund"] => returning::refund(shared, id, parse(body)?).await,
        ["payments", id, "dispute"] => returning::dispute(shared, id, parse(body)?).await,
        ["refunds"] => returning::refunds(shared, parse(body)?).await,
        ["refunds", id, "process"] => returning::process(shared, id, parse(body)?).await,
        ["refunds", id, "fail"] => returning::fail(shared, id).await,
        ["disputes", id, word] => returning::move_dispute(shared, id, word).await,
        ["balance"] => returning::balance(shared, parse(body)?).await,
        ["lists"] => calling::lists(shared, parse(body)?).await,
        ["webhooks"] => calling::webhooks(shared, parse(body)?).await,
        ["webhooks", "resend"] => calling::resend(shared, parse(body)?).await,
        ["webhooks", "fault"] => calling::mishap(shared, parse(body)?),
        ["webhooks", "secret"] => calling::secret(shared, parse(body)?),
        ["webhooks", "emit"] => calling::emit(shared, parse(body)?).await,
        ["fault"] => calling::fault(shared, parse(body)?),
        ["faults", "clear"] => calling::clear(shared),
        ["clock"] => calling::clock(shared, parse(body)?).await,
        _ => Err(Refusal::wrong_url()),
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| Refusal::state(error.to_string()))
}

fn told<T: Serialize>(what: &T) -> Pulled {
    Ok(serde_json::to_value(what)?)
}
