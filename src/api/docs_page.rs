//! `/api/docs`: the description as a page of the shop, for people. It is made from the same
//! document that programs read, and needs no script.

use super::problem::KINDS;
use crate::account::Visitor;
use crate::state::AppState;
use crate::ui::PageHead;
use crate::web::Page;
use axum::response::Response;
use leptos::prelude::*;
use serde_json::Value;
use std::sync::Arc;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

pub fn show(document: &Arc<Value>, app: &AppState, visitor: &Visitor) -> Response {
    let document = document.clone();
    let shop = app.config.shop.name.clone();
    let page = Page::new("The API").describe(format!("The JSON API of {shop}.")).noindex();
    page.show(app, visitor, move || {
        view! {
            <PageHead title="The API" lead="The shop as programs see it.".to_owned()/>
            {intro()}
            {operations(&document).into_iter().map(|one| one.view(&document)).collect_view()}
            {schemas(&document)}
            {problems()}
        }
        .into_any()
    })
}

fn intro() -> AnyView {
    view! {
        <section class="panel stack">
            <p>
                "All addresses begin with "<code>"/api"</code>" and are known with and without a \
                 slash at their end. The same description for programs, as OpenAPI 3.1: "
                <a href="/api/openapi.json">"openapi.json"</a>"."
            </p>
            <p>
                "An account signs in with "<code>"POST /api/auth/login"</code>" and sends its \
                 access token as "<code>"Authorization: Bearer"</code>"; a guest sends the "
                <code>"cart_token"</code>" of the first answer as "<code>"Cart-Token"</code>". \
                 Amounts are whole paise with a text beside them, moments are RFC 3339."
            </p>
        </section>
    }
    .into_any()
}

/// One address with one method.
struct Shown {
    method: &'static str,
    path: String,
    operation: Value,
}

fn operations(document: &Value) -> Vec<Shown> {
    let paths = document["paths"].as_object().cloned().unwrap_or_default();
    let mut shown = Vec::new();
    for (path, item) in paths {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                shown.push(Shown { method, path: path.clone(), operation: operation.clone() });
            }
        }
    }
    shown
}

impl Shown {
    fn view(self, document: &Value) -> AnyView {
        let words = |name: &str| self.operation[name].as_str().unwrap_or_default().to_owned();
        let head = format!("{} /api{}", self.method.to_uppercase(), self.path);
        let parameters = self.operation["parameters"].as_array().cloned().unwrap_or_default();
        let parameters = parameters.iter().map(|one| {
            let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
            let place = match one["required"] == true {
                true => text("in"),
                false => format!("{}, optional", text("in")),
            };
            field(text("name"), place, text("description"))
        });
        let parameters = parameters.collect::<Vec<_>>();
        let body = &self.operation["requestBody"]["content"]["application/json"]["schema"];
        let body = (!body.is_null()).then(|| view! { <p>"Body: "{type_view(body)}</p> }.into_any());
        let answers = self.operation["responses"].as_object().cloned().unwrap_or_default();
        let answers = answers.into_iter().filter(|(status, _)| status != "default");
        let answers = answers.map(|(status, answer)| {
            let schema = &answer["content"]["application/json"]["schema"];
            let schema = (!schema.is_null()).then(|| type_view(schema));
            view! { <p>"Answer: "{status}" "{schema}</p> }
        });
        view! {
            <section class="panel stack" id=words("operationId")>
                <h2><code>{head}</code></h2>
                <p>{words("summary")}" "{words("description")}</p>
                <p class="muted">{who(&self.operation, document)}</p>
                {fields(parameters)}
                {body}
                {answers.collect_view()}
            </section>
        }
        .into_any()
    }
}

/// Who may ask, in words.
fn who(operation: &Value, document: &Value) -> String {
    let Some(ways) = operation["security"].as_array() else {
        return "For everybody.".to_owned();
    };
    let known = &document["components"]["securitySchemes"];
    let mut words: Vec<String> = Vec::new();
    for way in ways {
        match way.as_object().and_then(|way| way.keys().next().cloned()) {
            None => words.push("nothing".to_owned()),
            Some(name) if !known[&name].is_null() => words.push(name.replace('_', " ")),
            Some(_) => {}
        }
    }
    format!("Needs one of: {}.", words.join(", "))
}

fn schemas(document: &Value) -> AnyView {
    let known = document["components"]["schemas"].as_object().cloned().unwrap_or_default();
    let sections = known.into_iter().map(|(name, schema)| {
        let description = schema["description"].as_str().unwrap_or_default().to_owned();
        let choices = schema["enum"].as_array().cloned().unwrap_or_default();
        let choices: Vec<&str> = choices.iter().filter_map(Value::as_str).collect();
        let choices = (!choices.is_empty()).then(|| format!("One of: {}.", choices.join(", ")));
        view! {
            <section class="panel stack" id=name.clone()>
                <h3><code>{name.clone()}</code></h3>
                <p>{description}" "{choices}</p>
                {fields(properties(&schema))}
            </section>
        }
    });
    view! { <h2 id="types">"Types"</h2>{sections.collect_view()} }.into_any()
}

/// The fields of an object, also of one that is put together from several.
fn properties(schema: &Value) -> Vec<AnyView> {
    let mut shown = Vec::new();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        if part.get("$ref").is_some() {
            shown.push(field(String::new(), "all of ".to_owned(), type_name(part)));
        }
        shown.extend(properties(part));
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let description = property["description"].as_str().unwrap_or_default().to_owned();
        shown.push(field(name.clone(), type_name(property), description));
    }
    shown
}

fn field(name: String, kind: String, description: String) -> AnyView {
    view! { <dt><code>{name}</code>" "<span class="muted">{kind}</span></dt><dd>{description}</dd> }
        .into_any()
}

fn fields(rows: Vec<AnyView>) -> Option<AnyView> {
    (!rows.is_empty()).then(|| view! { <dl>{rows}</dl> }.into_any())
}

/// The name of a schema, as a link to it.
fn type_view(schema: &Value) -> AnyView {
    let name = type_name(schema);
    view! { <a href=format!("#{name}")><code>{name.clone()}</code></a> }.into_any()
}

fn type_name(schema: &Value) -> String {
    if let Some(known) = schema["$ref"].as_str() {
        return known.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return choices.iter().map(type_name).collect::<Vec<_>>().join(" or ");
    }
    match &schema["type"] {
        Value::String(kind) if kind == "array" => {
            format!("list of {}", type_name(&schema["items"]))
        }
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or ")
        }
        _ => String::new(),
    }
}

fn problems() -> AnyView {
    let kinds = KINDS.iter().map(|(kind, title)| {
        view! { <dt id=*kind><code>{*kind}</code></dt><dd>{*title}</dd> }
    });
    view! {
        <section class="panel stack">
            <h2 id="problems">"Problems"</h2>
            <p>
                "A refusal is "<code>"application/problem+json"</code>" (RFC 9457). Its "
                <code>"type"</code>" is one of these, behind "<code>"/api/docs#"</code>"."
            </p>
            <dl>{kinds.collect_view()}</dl>
        </section>
    }
    .into_any()
}
