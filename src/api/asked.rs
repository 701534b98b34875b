//! What a program sends: a JSON body read strictly, names in the address, and queries. Anything
//! that is not understood is refused with its place, never passed over.

use super::once::Once;
use crate::error::Refusal;
use crate::state::AppState;
use crate::web::Failure;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_path_to_error::Segment;
use std::fmt;
use std::marker::PhantomData;

/// Larger than any honest body of the API.
const LIMIT: usize = 64 * 1024;
/// Longest id, slug or number in an address.
const WORD_MAX: usize = 120;

/// What a fragment does not hold as it is, and some more.
const FRAGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'_').remove(b'-').remove(b'.').remove(b'~').remove(b'/');

/// A JSON body and the idempotency key that came with it.
pub struct Asked<T> {
    pub body: T,
    pub once: Once,
}

impl<T: DeserializeOwned> FromRequest<AppState> for Asked<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &AppState) -> Result<Asked<T>, Failure> {
        let (parts, body) = request.into_parts();
        if !is_json(&parts.headers) {
            let words = "The body must be JSON, with Content-Type: application/json.";
            return Err(Refusal::new(415, words).into());
        }
        let bytes = whole(body).await?;
        let once = Once::of(&parts, &bytes, app)?;
        let Object(body) = read(&bytes)?;
        Ok(Asked { body, once })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    kind.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case("application/json")
}

/// The body of a request that needs none: nothing, or an object without fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

/// Refuses a body with anything in it.
pub async fn is_empty(body: Body) -> Result<(), Refusal> {
    let bytes = whole(body).await?;
    if bytes.is_empty() {
        return Ok(());
    }
    let Object(Empty {}) = read(&bytes)?;
    Ok(())
}

async fn whole(body: Body) -> Result<Bytes, Refusal> {
    let too_large = |_| Refusal::new(413, "The body is larger than 64 kilobytes.");
    to_bytes(body, LIMIT).await.map_err(too_large)
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let unreadable = || Refusal::new(400, "The body is not valid JSON in UTF-8.");
    let text = std::str::from_utf8(bytes).map_err(|_| unreadable())?;
    // PostgreSQL cannot store it in text, and no honest field holds it.
    if text.contains("\\u0000") {
        return Err(Refusal::new(422, "The body holds a character that cannot be stored."));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let body = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| if error.inner().is_data() { misplaced(&error) } else { unreadable() })?;
    json.end().map_err(|_| unreadable())?;
    Ok(body)
}

/// Names the field that is missing, unknown or of another type, as a JSON pointer.
fn misplaced(error: &serde_path_to_error::Error<serde_json::Error>) -> Refusal {
    let mut path: Vec<String> = error.path().iter().filter_map(name).collect();
    let text = error.inner().to_string();
    let said = text.split(" at line ").next().unwrap_or(&text);
    let quoted = said.split('`').nth(1).unwrap_or_default();
    let words = if said.starts_with("missing field") {
        path.push(quoted.to_owned());
        "This field is missing.".to_owned()
    } else if said.starts_with("duplicate field") {
        path.push(quoted.to_owned());
        "This field was sent twice.".to_owned()
    } else if said.starts_with("unknown field") {
        if path.last().is_none_or(|last| last != quoted) {
            path.push(quoted.to_owned());
        }
        "The API does not know this field.".to_owned()
    } else {
        format!("This is not what belongs here: {said}.")
    };
    let pointer: String = path.iter().map(|name| format!("/{}", escaped(name))).collect();
    Refusal::field(&pointer, words)
}

/// A name within a pointer within the fragment of an address (RFC 6901, 3 and 6).
fn escaped(name: &str) -> String {
    let name = name.replace('~', "~0").replace('/', "~1");
    utf8_percent_encode(&name, FRAGMENT).to_string()
}

fn name(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// A JSON object. (A list would pass for one otherwise, its items taken as fields in their order.)
#[derive(Debug)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Object<T>, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        from.deserialize_map(Fields(PhantomData))
    }
}

/// For a field that may be left out but not be null: leaving it out means that it stays.
pub fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text: Option<String> = Deserialize::deserialize(from)?;
    text.map(Some).ok_or_else(|| D::Error::custom("null, where a text was expected"))
}

/// An id, slug or number out of the address. Nothing else than a short plain word is looked for.
pub struct Named(pub String);

impl FromRequestParts<AppState> for Named {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Named, Failure> {
        let nothing = || Refusal::new(404, "There is nothing at this address.");
        let found = Path::<String>::from_request_parts(parts, app).await;
        let Path(word) = found.map_err(|_| nothing())?;
        if is_plain(&word) { Ok(Named(word)) } else { Err(nothing().into()) }
    }
}

/// Letters, digits and dashes, as ids, slugs and numbers have them.
pub fn is_plain(word: &str) -> bool {
    (1..=WORD_MAX).contains(&word.len())
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// The query of the address; an unknown name is refused.
pub struct Sought<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for Sought<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Sought<T>, Failure> {
        let read: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, app).await;
        let refused = |error: QueryRejection| {
            let text = error.body_text();
            let said = text.rsplit(": ").next().unwrap_or(&text).to_owned();
            Refusal::new(422, format!("The query is not understood: {said}."))
        };
        let Query(sought) = read.map_err(refused)?;
        Ok(Sought(sought))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[serde(default, deserialize_with = "given")]
        name: Option<String>,
        inner: Option<Object<Inner>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading is of interest")]
    struct Inner {
        pin: i64,
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (body, status, place) in [
            (r#"{"name": 1}"#, 422, "/name"),
            (r#"{"name": null}"#, 422, "/name"),
            (r#"{"nam": "x"}"#, 422, "/nam"),
            (r#"{"inner": {"pin": "5"}}"#, 422, "/inner/pin"),
            (r#"{"inner": {}}"#, 422, "/inner/pin"),
            (r#"{"inner": {"pin": 5, "pim": 5}}"#, 422, "/inner/pim"),
            (r#"{"name": "a", "name": "b"}"#, 422, "/name"),
            (r#"{"inner": [5]}"#, 422, "/inner"),
            (r#"{"a/b~c d": 1}"#, 422, "/a~1b~0c%20d"),
            ("[]", 422, ""),
            ("null", 422, ""),
        ] {
            let refusal = read::<Object<Outer>>(body.as_bytes()).unwrap_err();
            assert_eq!((refusal.status, refusal.fields[0].0.as_str()), (status, place), "{body}");
        }
        for body in ["", "{", "{} {}", "nonsense", "{\"name\": \"\u{7}\"}"] {
            assert_eq!(read::<Object<Outer>>(body.as_bytes()).unwrap_err().status, 400, "{body}");
        }
        assert_eq!(read::<Object<Outer>>(b"{\"name\": \"\xff\"}").unwrap_err().status, 400);
        assert_eq!(read::<Object<Outer>>(br#"{"name": "\u0000"}"#).unwrap_err().status, 422);
        let Object(good) = read::<Object<Outer>>(br#"{"name": "Asha", "inner": null}"#).unwrap();
        assert_eq!((good.name.as_deref(), good.inner.is_none()), (Some("Asha"), true));
    }
}
