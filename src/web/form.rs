//! A posted form as the browser sent it: named text fields, each at most once, bounded in size.

use super::Failure;
use crate::error::Refusal;
use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;

/// Larger than any honest form of the shop.
const LIMIT: usize = 64 * 1024;
const FIELDS_MAX: usize = 200;

/// The fields of a form post. A field sent twice, an over-long body or another content type is
/// refused before any action runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Parses `application/x-www-form-urlencoded` text (WHATWG URL, section 5).
    pub fn parse(body: &[u8]) -> Result<Fields, Refusal> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(Refusal::new(400, "A field of the form was sent twice."));
            }
            fields.push((name, value));
            if fields.len() > FIELDS_MAX {
                return Err(Refusal::new(400, "The form has too many fields."));
            }
        }
        Ok(Fields(fields))
    }

    /// Fields from somewhere else than a form, each name once.
    pub fn of(fields: impl IntoIterator<Item = (&'static str, String)>) -> Fields {
        Fields(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The field's text without surrounding blanks; empty when it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The field exactly as sent: for passwords.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// All fields but those named, to be shown again beside their messages.
    pub fn except(&self, secret: &[&str]) -> Vec<(String, String)> {
        self.0.iter().filter(|(name, _)| !secret.contains(&name.as_str())).cloned().collect()
    }
}

/// Percent-decoding with `+` for a blank. NUL and other control characters are refused: no honest
/// field holds them and PostgreSQL cannot store NUL in text.
fn decode(part: &[u8]) -> Result<String, Refusal> {
    let blanks: Vec<u8> = part.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    let bytes: Vec<u8> = percent_encoding::percent_decode(&blanks).collect();
    let text = String::from_utf8(bytes)
        .map_err(|_| Refusal::new(400, "The form is not valid UTF-8 text."))?;
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Refusal::new(400, "The form holds characters that cannot be stored."));
    }
    Ok(text)
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Fields, Failure> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.unwrap_or("application/x-www-form-urlencoded");
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Refusal::new(415, "The shop takes forms, not this kind of body.").into());
        }
        let body = to_bytes(request.into_body(), LIMIT)
            .await
            .map_err(|_| Refusal::new(413, "The form is too long."))?;
        Ok(Fields::parse(&body)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_browsers_write_them() {
        let form = Fields::parse(b"name=Asha+Rao&city=M%C3%BCnchen&empty=&bare").unwrap();
        assert_eq!(form.text("name"), "Asha Rao");
        assert_eq!(form.text("city"), "München");
        assert_eq!(form.text("empty"), "");
        assert_eq!(form.text("absent"), "");
        assert_eq!(form.except(&["name"]).len(), 3);
    }

    #[test]
    fn doubled_broken_and_unstorable_fields_are_refused() {
        for body in [&b"a=1&a=2"[..], b"a=%ff", b"a=%00", b"a=x%1by"] {
            assert_eq!(Fields::parse(body).unwrap_err().status, 400);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_parse_or_are_refused(body: Vec<u8>) {
            let _ = Fields::parse(&body);
        }
    }
}
