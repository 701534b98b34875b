//! Reading what callers send: JSON or a form, both into one tree, then checked field by field with
//! Razorpay's words. SDKs in PHP and Ruby send forms with `notes[key]=value`.

use super::refusal::Refusal;
use super::store::Span;
use crate::razorpay::wire::Notes;
use axum::http::{HeaderMap, header};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// Nested names deeper than this are not followed.
const DEEPEST: usize = 4;

/// A request's body, or its query.
#[derive(Debug)]
pub(super) struct Fields {
    map: Map<String, Value>,
    /// A form knows text only, so numbers are accepted as text there and nowhere else.
    form: bool,
}

impl Fields {
    pub(super) fn of_body(headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
            return Ok(Self::of_pairs(&String::from_utf8_lossy(body)));
        }
        if body.trim_ascii().is_empty() {
            return Ok(Self { map: Map::new(), form: false });
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(map)) => Ok(Self { map, form: false }),
            // PHP writes an empty object as a list.
            Ok(Value::Array(list)) if list.is_empty() => Ok(Self { map: Map::new(), form: false }),
            _ => Err(Refusal::state("The request body is not valid JSON.")),
        }
    }

    pub(super) fn of_pairs(text: &str) -> Self {
        let mut map = Map::new();
        for (name, value) in pairs(text) {
            let parts: Vec<&str> = name.split(['[', ']']).filter(|part| !part.is_empty()).collect();
            if (1..=DEEPEST).contains(&parts.len()) {
                place(&mut map, &parts, value);
            }
        }
        Self { map, form: true }
    }

    /// Razorpay refuses fields it does not know.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        let extra: Vec<&str> =
            self.map.keys().map(String::as_str).filter(|key| !known.contains(key)).collect();
        let Some(first) = extra.first() else {
            return Ok(());
        };
        let names = extra.join(", ");
        Err(Refusal::field(first, format!("{names} is/are not required and should not be sent")))
    }

    pub(super) fn within(&self, field: &str) -> Option<Self> {
        let map = self.map.get(field)?.as_object()?.clone();
        Some(Self { map, form: self.form })
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.map.get(field).is_some_and(|value| !value.is_null())
    }

    /// Text, or nothing where it is missing, null or of another type.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.map.get(field)?.as_str()
    }

    pub(super) fn flag(&self, field: &str) -> Option<bool> {
        match self.map.get(field)? {
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) => number.as_i64().map(|number| number == 1),
            Value::String(text) => Some(text == "1" || text == "true"),
            _ => None,
        }
    }

    pub(super) fn integer(&self, field: &str) -> Result<Option<i64>, Refusal> {
        let wrong = || Refusal::field(field, format!("The {field} must be an integer."));
        match self.map.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Number(number)) => number.as_i64().map(Some).ok_or_else(wrong),
            Some(Value::String(text)) if self.form => text.parse().map(Some).map_err(|_| wrong()),
            Some(_) => Err(wrong()),
        }
    }

    /// Paise of at least one rupee.
    pub(super) fn amount(&self) -> Result<Option<i64>, Refusal> {
        match self.integer("amount")? {
            Some(amount) if amount < 100 => {
                Err(Refusal::field("amount", "The amount must be at least INR 1.00."))
            }
            amount => Ok(amount),
        }
    }

    pub(super) fn currency(&self) -> Result<String, Refusal> {
        match self.text("currency") {
            None => Err(Refusal::missing("currency")),
            Some("INR") => Ok("INR".to_owned()),
            Some(_) => Err(Refusal::field("currency", "Currency is not supported")),
        }
    }

    pub(super) fn receipt(&self) -> Result<Option<String>, Refusal> {
        match self.map.get("receipt") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.chars().count() <= 40 => Ok(Some(text.clone())),
            Some(Value::String(_)) => {
                let what = "The receipt may not be greater than 40 characters.";
                Err(Refusal::field("receipt", what))
            }
            Some(_) => Err(Refusal::field("receipt", "The receipt must be a string.")),
        }
    }

    /// At most 15 pairs of at most 256 characters each.
    pub(super) fn notes(&self) -> Result<Notes, Refusal> {
        let pairs = match self.map.get("notes") {
            None | Some(Value::Null) => return Ok(Notes::default()),
            Some(Value::Array(list)) if list.is_empty() => return Ok(Notes::default()),
            Some(Value::Object(pairs)) => pairs,
            Some(_) => return Err(Refusal::field("notes", "The notes must be an array.")),
        };
        if pairs.len() > 15 {
            let what = "Number of fields in notes should be less than or equal to 15";
            return Err(Refusal::field("notes", what));
        }
        for (key, value) in pairs {
            let length = match value {
                Value::String(text) => text.chars().count(),
                Value::Number(_) | Value::Bool(_) | Value::Null => 0,
                _ => return Err(Refusal::field("notes", "The notes values must be plain.")),
            };
            if key.chars().count() > 256 || length > 256 {
                let what = "The notes key and value may not be greater than 256 characters.";
                return Err(Refusal::field("notes", what));
            }
        }
        Ok(Notes(pairs.clone()))
    }

    /// `notes` and nothing else: all that orders, payments and refunds let be changed.
    pub(super) fn only_notes(&self) -> Result<Notes, Refusal> {
        self.only(&["notes"])?;
        if self.has("notes") { self.notes() } else { Err(Refusal::missing("notes")) }
    }

    /// `from`, `to`, `count`, `skip` of a list.
    pub(super) fn span(&self) -> Result<Span, Refusal> {
        let count = self.integer("count")?.unwrap_or(10);
        if !(1..=100).contains(&count) {
            return Err(Refusal::field("count", "The count must be between 1 and 100."));
        }
        let skip = self.integer("skip")?.unwrap_or(0);
        if skip < 0 {
            return Err(Refusal::field("skip", "The skip must be at least 0."));
        }
        let from = self.integer("from")?.unwrap_or(0);
        Ok(Span { from, to: self.integer("to")?.unwrap_or(i64::MAX), count, skip })
    }

    /// Is `what` among `expand[]=…`? SDKs write `expand[]`, `expand[0]` and `expand[expand]`.
    pub(super) fn expands(&self, what: &str) -> bool {
        let is = |value: &Value| value.as_str() == Some(what);
        match self.map.get("expand") {
            Some(Value::Object(asked)) => asked.values().any(is),
            Some(Value::Array(asked)) => asked.iter().any(is),
            Some(value) => is(value),
            None => false,
        }
    }

    /// The same for the same content, however it was written.
    pub(super) fn canonical(&self) -> String {
        let mut sorted = Value::Object(self.map.clone());
        sorted.sort_all_objects();
        sorted.to_string()
    }
}

/// The decoded pairs of a form or a query (WHATWG URL, application/x-www-form-urlencoded).
pub(super) fn pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    })
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// `a[b][c]=v` into `{"a":{"b":{"c":"v"}}}`; a repeated `a[]=v` collects under growing numbers.
fn place(map: &mut Map<String, Value>, parts: &[&str], value: String) {
    let [first, rest @ ..] = parts else {
        return;
    };
    if !rest.is_empty() {
        let inner = map.entry(*first).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(inner) = inner {
            place(inner, rest, value);
        }
        return;
    }
    match map.get_mut(*first) {
        Some(Value::Array(list)) => list.push(Value::String(value)),
        Some(Value::String(earlier)) => {
            let both = vec![Value::String(std::mem::take(earlier)), Value::String(value)];
            map.insert((*first).to_owned(), Value::Array(both));
        }
        _ => {
            map.insert((*first).to_owned(), Value::String(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn json(text: &str) -> Fields {
        Fields::of_body(&HeaderMap::new(), text.as_bytes()).unwrap()
    }

    #[test]
    fn forms_and_json_read_alike() {
        let form = Fields::of_pairs(
            "amount=500&currency=INR&notes%5Bcity%5D=New+Delhi&\
             payment[capture_options][automatic_expiry_period]=12",
        );
        assert_eq!(form.amount().unwrap(), Some(500));
        assert_eq!(form.notes().unwrap().get("city"), Some("New Delhi"));
        let options = form.within("payment").and_then(|payment| payment.within("capture_options"));
        assert_eq!(options.unwrap().integer("automatic_expiry_period").unwrap(), Some(12));
        let tree = json(r#"{"amount":500,"notes":{"city":"New Delhi"}}"#);
        assert_eq!(tree.amount().unwrap(), form.amount().unwrap());
    }

    #[test]
    fn amounts_are_integers_of_at_least_one_rupee() {
        for wrong in ["\"500\"", "500.0", "99", "-1", "true", "[]"] {
            assert!(json(&format!("{{\"amount\":{wrong}}}")).amount().is_err(), "{wrong}");
        }
    }

    #[test]
    fn limits_are_those_of_the_documentation() {
        let long = "x".repeat(41);
        assert!(json(&format!(r#"{{"receipt":"{long}"}}"#)).receipt().is_err());
        let many: Vec<String> = (0..16).map(|n| format!("\"k{n}\":\"v\"")).collect();
        assert!(json(&format!(r#"{{"notes":{{{}}}}}"#, many.join(","))).notes().is_err());
        assert!(json(r#"{"a":1,"b":2}"#).only(&["a"]).is_err());
        assert!(Fields::of_pairs("count=101").span().is_err());
        for asked in ["expand[]=card", "expand[0]=card", "expand%5Bexpand%5D=card", "expand=card"] {
            assert!(Fields::of_pairs(asked).expands("card"), "{asked}");
        }
        assert!(Fields::of_pairs("expand[]=emi&expand[]=card").expands("card"));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,120}") {
            let fields = Fields::of_pairs(&text);
            let _ = (fields.amount(), fields.notes(), fields.span(), fields.canonical());
            let _ = Fields::of_body(&HeaderMap::new(), text.as_bytes());
        }
    }
}
