//! What a form post leaves for the page that follows: a notice, and what was typed with what is
//! wrong with it. Kept in the session row; a cookie with its mark says that it is yet to be shown,
//! so that showing it writes nothing.

use crate::error::Refusal;
use serde::{Deserialize, Serialize};

/// Longest text kept for one field, so that a session row stays small.
const KEPT_MAX: usize = 2_000;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// A sentence for the top of the next page; may hold several lines.
    #[serde(default)]
    pub notice: Option<String>,
    /// Is the notice bad news?
    #[serde(default)]
    pub bad: bool,
    #[serde(default)]
    pub form: Option<FormState>,
}

/// One form's fields as typed (without secrets) and the messages beside them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormState {
    pub form: String,
    pub values: Vec<(String, String)>,
    pub errors: Vec<(String, String)>,
}

impl Flash {
    pub fn good(notice: impl Into<String>) -> Flash {
        Flash { notice: Some(notice.into()), ..Flash::default() }
    }

    pub fn bad(notice: impl Into<String>) -> Flash {
        Flash { notice: Some(notice.into()), bad: true, form: None }
    }

    /// A refusal beside the form that earned it.
    pub fn refused(form: &str, values: Vec<(String, String)>, refusal: &Refusal) -> Flash {
        let errors = refusal.fields.clone();
        let state = FormState { errors, ..FormState::typed(form, values) };
        Flash { notice: Some(refusal.message.clone()), bad: true, form: Some(state) }
    }
}

impl FormState {
    /// What was typed into a form that nobody has judged yet.
    pub fn typed(form: &str, values: Vec<(String, String)>) -> FormState {
        let bounded = |value: String| value.chars().take(KEPT_MAX).collect();
        let values = values.into_iter().map(|(name, value)| (name, bounded(value))).collect();
        FormState { form: form.to_owned(), values, errors: Vec::new() }
    }

    pub fn value(&self, name: &str) -> Option<String> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    pub fn error(&self, name: &str) -> Option<String> {
        self.errors.iter().find(|(known, _)| known == name).map(|(_, text)| text.clone())
    }

    /// What was typed, else what is known.
    pub fn value_or(&self, name: &str, known: &str) -> String {
        self.value(name).unwrap_or_else(|| known.to_owned())
    }
}
