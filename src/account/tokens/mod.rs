//! Access tokens: who a program speaks for, signed and short-lived (RFC 7519, RFC 9068), so that
//! the key it was given for longer, the refresh token, travels seldom.

mod hs256;
pub mod sign_in;

use crate::clock::{self, MINUTE, Moment, SECOND};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fmt;

/// How long an access token is good for.
pub const ACCESS_FOR: i64 = 10 * MINUTE;
/// Clocks of several servers may differ by this much.
const SKEW: i64 = 60 * SECOND;
/// RFC 9068, 2.1: no other kind of token passes for one of these.
const TYPE: &str = "at+jwt";

/// What access tokens are signed with, and what they were signed with before. Made from the shop's
/// secret, so that both change together and a demonstration needs neither.
pub struct TokenKeys {
    audience: String,
    current: Key,
    previous: Option<Key>,
}

struct Key {
    id: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

/// What a token says: whose it is, and which sign-in it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    pub user_id: String,
    pub sign_in_id: String,
}

/// The claims as they travel; moments in seconds (RFC 7519, 2).
#[derive(Serialize, Deserialize)]
struct Claims {
    aud: String,
    sub: String,
    sid: String,
    iat: i64,
    exp: i64,
    /// No two tokens are alike, also when one follows the other within a second (RFC 9068, 2.2).
    jti: String,
}

impl TokenKeys {
    /// `public_url` is part of the audience: another shop's tokens are nothing here.
    pub fn new(secret: &[u8], previous: Option<&[u8]>, public_url: &str) -> TokenKeys {
        hs256::install();
        TokenKeys {
            audience: format!("{public_url}/api"),
            current: Key::of(secret),
            previous: previous.map(Key::of),
        }
    }

    /// A token for this sign-in, from now on.
    pub fn sign(
        &self,
        access: &Access,
        now: Moment,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let header = Header {
            typ: Some(TYPE.to_owned()),
            kid: Some(self.current.id.clone()),
            ..Header::new(Algorithm::HS256)
        };
        let claims = Claims {
            aud: self.audience.clone(),
            sub: access.user_id.clone(),
            sid: access.sign_in_id.clone(),
            iat: now / SECOND,
            exp: (now + ACCESS_FOR) / SECOND,
            jti: clock::new_id(),
        };
        jsonwebtoken::encode(&header, &claims, &self.current.encoding)
    }

    /// What a token says, if it is one of ours and its time has not passed. Whether its sign-in
    /// still holds, only the database knows.
    pub fn read(&self, token: &str, now: Moment) -> Option<Access> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        let kid = header.kid.filter(|_| header.typ.as_deref() == Some(TYPE))?;
        let key = [Some(&self.current), self.previous.as_ref()];
        let key = key.into_iter().flatten().find(|key| key.id == kid)?;
        let mut wanted = Validation::new(Algorithm::HS256);
        wanted.set_audience(&[&self.audience]);
        wanted.set_required_spec_claims(&["aud", "sub", "exp"]);
        // By the shop's own clock, below: a test can set it.
        wanted.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &wanted).ok()?.claims;
        let now = now / SECOND;
        let skew = SKEW / SECOND;
        let is_now = claims.exp.saturating_add(skew) > now && claims.iat <= now + skew;
        is_now.then_some(Access { user_id: claims.sub, sign_in_id: claims.sid })
    }
}

impl Key {
    fn of(secret: &[u8]) -> Key {
        let derived = derived(secret, b"api-access-token");
        let id = hex::encode(&derived_id(&derived)[..8]);
        let (encoding, decoding) = (hs256::encoding_key(&derived), hs256::decoding_key(&derived));
        Key { id, encoding, decoding }
    }
}

/// A key of its own for this use: what is signed here is nothing elsewhere.
fn derived(secret: &[u8], purpose: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(purpose);
    mac.finalize().into_bytes().into()
}

/// Tells keys apart and tells nothing of them.
fn derived_id(key: &[u8]) -> [u8; 32] {
    derived(key, b"key-id")
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKeys(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

    const NOW: Moment = 1_800_000_000_000;

    fn keys(secret: &str, previous: Option<&str>) -> TokenKeys {
        TokenKeys::new(secret.as_bytes(), previous.map(str::as_bytes), "https://shop.example")
    }

    fn asha() -> Access {
        Access { user_id: "u1".into(), sign_in_id: "s1".into() }
    }

    #[test]
    fn a_token_is_read_for_ten_minutes_and_a_little() {
        let keys = keys("one", None);
        let token = keys.sign(&asha(), NOW).unwrap();
        assert_eq!(keys.read(&token, NOW), Some(asha()));
        assert_eq!(keys.read(&token, NOW + ACCESS_FOR + 50 * SECOND), Some(asha()));
        assert_eq!(keys.read(&token, NOW + ACCESS_FOR + 61 * SECOND), None);
        assert_eq!(keys.read(&token, NOW - 50 * SECOND), Some(asha()));
        assert_eq!(keys.read(&token, NOW - 70 * SECOND), None, "made in the future");
        assert_ne!(keys.sign(&asha(), NOW).unwrap(), token, "a renewed one is another");
    }

    #[test]
    fn the_previous_secret_is_read_and_signs_no_more() {
        let before = keys("one", None).sign(&asha(), NOW).unwrap();
        let rolled = keys("two", Some("one"));
        assert_eq!(rolled.read(&before, NOW), Some(asha()));
        assert_eq!(keys("two", None).read(&before, NOW), None);
        let after = rolled.sign(&asha(), NOW).unwrap();
        assert_eq!(keys("one", None).read(&after, NOW), None);
    }

    #[test]
    fn nothing_but_our_own_tokens_is_read() {
        let keys = keys("one", None);
        let elsewhere = TokenKeys::new(b"one", None, "https://other.example");
        let foreign = elsewhere.sign(&asha(), NOW).unwrap();
        let token = keys.sign(&asha(), NOW).unwrap();
        let [head, body, tag] = token.split('.').collect::<Vec<_>>()[..] else { panic!() };
        let kid = &keys.current.id;
        let unsigned = BASE64.encode(format!(r#"{{"alg":"none","typ":"at+jwt","kid":"{kid}"}}"#));
        let longer = BASE64.encode(format!(r#"{{"alg":"HS512","typ":"at+jwt","kid":"{kid}"}}"#));
        let plain = BASE64.encode(format!(r#"{{"alg":"HS256","typ":"JWT","kid":"{kid}"}}"#));
        let other = BASE64.encode(
            r#"{"aud":"https://shop.example/api","sub":"u2","sid":"s1",
                                      "iat":1800000000,"exp":1900000000}"#,
        );
        for bad in [
            String::new(),
            "a.b.c".into(),
            foreign,
            format!("{head}.{body}."),
            format!("{head}.{other}.{tag}"),
            format!("{unsigned}.{body}."),
            format!("{longer}.{body}.{tag}"),
            format!("{plain}.{body}.{tag}"),
        ] {
            assert_eq!(keys.read(&bad, NOW), None, "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_not(text: String) {
            proptest::prop_assert_eq!(keys("one", None).read(&text, NOW), None);
        }
    }
}
