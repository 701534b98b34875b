//! The pieces of the page: a card, a row of buttons, a form and its fields. Each form names its
//! lever; what its fields are called is what the lever takes.

use crate::razorpay::simulator::html::{esc, hidden};

/// `buttons` are HTML already.
pub(super) fn card(title: &str, about: &[&str], buttons: &[String]) -> String {
    let about: Vec<String> = about.iter().map(|text| esc(text)).collect();
    format!("<h3>{}</h3><p>{}</p>{}", esc(title), about.join(" · "), row(buttons))
}

pub(super) fn row(buttons: &[String]) -> String {
    if buttons.is_empty() {
        return String::new();
    }
    format!("<div class=\"row\">{}</div>", buttons.concat())
}

/// What is seldom wanted, behind a word.
pub(super) fn folded(word: &str, inside: &str) -> String {
    format!("<details><summary>{}</summary>{inside}</details>", esc(word))
}

/// A form with nothing to fill in.
pub(super) fn button(lever: &str, fields: &[(&str, &str)], label: &str) -> String {
    let fields: Vec<(String, String)> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    form(lever, &[hidden(&fields)], label)
}

/// `parts` are HTML already.
pub(super) fn form(lever: &str, parts: &[String], label: &str) -> String {
    let lever = hidden(&[("lever".to_owned(), lever.to_owned())]);
    let parts = parts.concat();
    format!(
        "<form method=\"post\" action=\"/_sim\">{lever}{parts}<button>{}</button></form>",
        esc(label)
    )
}

/// `value` is what stands there already.
pub(super) fn field(label: &str, name: &str, value: &str) -> String {
    input(label, name, "text", value)
}

/// A date and a time of day, UTC.
pub(super) fn moment(label: &str, name: &str) -> String {
    input(label, name, "datetime-local", "")
}

fn input(label: &str, name: &str, kind: &str, value: &str) -> String {
    format!(
        "<label>{} <input type=\"{kind}\" name=\"{name}\" value=\"{}\" \
         autocomplete=\"off\"></label>",
        esc(label),
        esc(value)
    )
}

/// Yes where it is ticked.
pub(super) fn flag(label: &str, name: &str, is_on: bool) -> String {
    let checked = if is_on { " checked" } else { "" };
    format!(
        "<label><input type=\"checkbox\" name=\"{name}\" value=\"true\"{checked}> {}</label>",
        esc(label)
    )
}

/// One of the words, the first if nobody chooses; the empty word is any.
pub(super) fn choice(label: &str, name: &str, words: &[&str]) -> String {
    let option = |word: &&str| {
        let shown = if word.is_empty() { "any" } else { word };
        format!("<option value=\"{word}\">{shown}</option>")
    };
    let options: String = words.iter().map(option).collect();
    format!("<label>{} <select name=\"{name}\">{options}</select></label>", esc(label))
}
