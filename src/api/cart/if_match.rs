//! `If-Match`: what is asked holds for the cart that the program saw (RFC 9110, 13.1.1). Tags are
//! compared strongly, so a weak one, or one that cannot be read, is that of no cart.

use crate::account::Owner;
use crate::cart::{Refused, Seen, service};
use crate::db::Connection;
use crate::error::{Fault, Refusal};
use axum::http::{HeaderMap, header};

pub enum IfMatch {
    /// Any cart, as long as there is one.
    Any,
    /// The cart at one of these versions.
    OneOf(Vec<Seen>),
}

impl IfMatch {
    /// The condition of a request, if it has one.
    pub fn of(headers: &HeaderMap) -> Option<IfMatch> {
        if !headers.contains_key(header::IF_MATCH) {
            return None;
        }
        let lines = headers.get_all(header::IF_MATCH).iter();
        let tags = lines.flat_map(|line| line.to_str().unwrap_or_default().split(','));
        let tags: Vec<&str> = tags.map(str::trim).collect();
        Some(match tags.contains(&"*") {
            true => IfMatch::Any,
            false => IfMatch::OneOf(tags.into_iter().map(read).collect()),
        })
    }

    /// The condition of a request that must have one.
    pub fn needed(headers: &HeaderMap) -> Result<IfMatch, Refusal> {
        let words = "Send the cart's ETag as If-Match, so that nothing is changed unseen.";
        IfMatch::of(headers).ok_or_else(|| Refusal::new(428, words).of_kind("version-needed"))
    }

    /// What the owner's cart must be, as the cart's verbs ask it: of several that are named the one
    /// that it is. To be asked in the verb's transaction.
    pub async fn seen(&self, connection: &mut Connection, owner: &Owner) -> Result<Seen, Fault> {
        if let IfMatch::OneOf(tags) = self
            && let [only] = tags.as_slice()
        {
            return Ok(only.clone());
        }
        let now = service::lock_own(connection, owner).await?;
        Ok(match self {
            IfMatch::OneOf(tags) if !tags.contains(&now) => tags[0].clone(),
            _ => now,
        })
    }
}

fn read(tag: &str) -> Seen {
    let (cart_id, version) = tag.trim_matches('"').rsplit_once('.').unwrap_or_default();
    let plain = cart_id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let cart_id = if plain { cart_id.to_owned() } else { String::new() };
    Seen { cart_id, version: version.parse().unwrap_or(-1) }
}

/// A condition that does not hold is 412, also where the tag is another cart's or none at all:
/// whether there is such a cart is not told.
pub fn precondition(refused: Refused) -> Refusal {
    match refused {
        Refused::NotFound => {
            let words = "This is not the cart that was seen, so nothing was done.";
            Refusal::new(412, words).of_kind("cart-changed")
        }
        Refused::Changed(_) => Refusal { status: 412, ..refused.into() },
        refused => refused.into(),
    }
}
