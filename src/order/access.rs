//! The secret link to an order: whoever has it sees the order without signing in.

use super::{Order, State};
use crate::state::AppState;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The secret part of the link to an order: 192 bits that only this shop can compute, so that a
/// letter can be written at any time and a copy of the database opens no order.
pub fn access_key(app: &AppState, order_id: &str) -> String {
    use base64::Engine;
    let tag = access_tag(&app.secret, order_id).finalize().into_bytes();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&tag[..24])
}

/// Compared in constant time. A key that the previous secret made opens, too.
pub fn opens(app: &AppState, order_id: &str, key: &str) -> bool {
    use base64::Engine;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let Ok(given) = engine.decode(key) else { return false };
    let fits =
        |secret: &Vec<u8>| access_tag(secret, order_id).verify_truncated_left(&given).is_ok();
    given.len() == 24 && (fits(&app.secret) || app.previous_secret.as_ref().is_some_and(fits))
}

fn access_tag(secret: &[u8], order_id: &str) -> Hmac<Sha256> {
    let mut tag = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    tag.update(b"order-link:");
    tag.update(order_id.as_bytes());
    tag
}

/// Where an order is looked at, with its key: its own page once it is paid, else its pay page.
pub fn secret_link(app: &AppState, order: &Order) -> String {
    let key = access_key(app, &order.id);
    match (&order.number, order.state) {
        (Some(number), State::Paid) => format!("/orders/{number}?key={key}"),
        _ => format!("/checkout/pay/{}?key={key}", order.id),
    }
}
