//! What a visitor has before the eyes: one answer, read as a browser reads it.

use axum::http::HeaderMap;
use scraper::{ElementRef, Html, Selector};

#[derive(Clone, Debug, Default)]
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    /// Path and query that gave this answer, after any redirects.
    pub path: String,
    pub body: String,
}

/// A form as a browser would send it.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub method: String,
    fields: Vec<(String, String)>,
}

pub fn select(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

fn words(element: ElementRef<'_>) -> String {
    let text: String = element.text().collect::<Vec<_>>().join(" ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Page {
    /// The words of the page, blanks squeezed.
    pub fn text(&self) -> String {
        self.texts("body").concat()
    }

    /// The words of each element that fits.
    pub fn texts(&self, css: &str) -> Vec<String> {
        let html = Html::parse_document(&self.body);
        html.select(&select(css)).map(words).collect()
    }

    /// The attribute of each element that fits and has it.
    pub fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        let (html, which) = (Html::parse_document(&self.body), select(css));
        let values = html.select(&which).filter_map(|element| element.attr(name));
        values.map(str::to_owned).collect()
    }

    pub fn count(&self, css: &str) -> usize {
        Html::parse_document(&self.body).select(&select(css)).count()
    }

    /// The one form that goes to `action`.
    #[track_caller]
    pub fn form(&self, action: &str) -> Form {
        let mut forms = self.forms(action);
        assert!(!forms.is_empty(), "no form to {action} at {}: {}", self.path, self.text());
        forms.remove(0)
    }

    pub fn forms(&self, action: &str) -> Vec<Form> {
        let all = self.all_forms().into_iter();
        all.filter(|form| form.action == action || form.action.starts_with(action)).collect()
    }

    pub fn all_forms(&self) -> Vec<Form> {
        let html = Html::parse_document(&self.body);
        html.select(&select("form")).map(read).collect()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

/// The successful controls of a form (WHATWG HTML, 4.10.21.4).
fn read(form: ElementRef<'_>) -> Form {
    let attr = |name: &str| form.attr(name).unwrap_or_default().to_owned();
    let mut fields = Vec::new();
    for control in form.select(&select("input[name], select[name], textarea[name]")) {
        let name = control.attr("name").unwrap_or_default().to_owned();
        let value = match control.value().name() {
            "select" => chosen(control),
            "textarea" => Some(control.text().collect()),
            _ => typed(control),
        };
        fields.extend(value.map(|value| (name, value)));
    }
    Form { action: attr("action"), method: attr("method"), fields }
}

fn typed(input: ElementRef<'_>) -> Option<String> {
    let value = input.attr("value");
    match input.attr("type").unwrap_or("text") {
        "checkbox" | "radio" => input.attr("checked").map(|_| value.unwrap_or("on").to_owned()),
        "submit" | "button" | "image" | "reset" => None,
        _ => Some(value.unwrap_or_default().to_owned()),
    }
}

fn chosen(list: ElementRef<'_>) -> Option<String> {
    let options = select("option");
    let marked = list.select(&options).find(|option| option.attr("selected").is_some());
    let option = marked.or_else(|| list.select(&options).next())?;
    Some(option.attr("value").unwrap_or_default().to_owned())
}

impl Form {
    /// Types or chooses a value; a field that is not there is added, as a tampering hand would.
    pub fn with(mut self, name: &str, value: &str) -> Form {
        match self.fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value.to_owned(),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    pub fn filled(self, values: &[(&str, &str)]) -> Form {
        values.iter().fold(self, |form, (name, value)| form.with(name, value))
    }

    pub fn without(mut self, name: &str) -> Form {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    pub fn value(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known == name)
    }

    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }
}
