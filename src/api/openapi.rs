//! The API's description (OpenAPI 3.1), made from the code, and the parts of it that are the same
//! for every address.

use super::problem::{MEDIA_TYPE, Problem};
use super::{described, docs_page, once};
use crate::account::Visitor;
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::routing::get;
use std::future::ready;
use std::sync::Arc;
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, Info, Object, ObjectBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    Response, ResponseBuilder, Server, Type,
};
use utoipa::{PartialSchema, ToSchema};

/// The whole description, as `docs/openapi.json` keeps it.
pub fn document() -> OpenApi {
    finished(described().into_openapi())
}

/// What stands before the addresses.
pub(super) fn head() -> OpenApi {
    let mut info = Info::new("Kirana", env!("CARGO_PKG_VERSION"));
    info.description = Some(
        "The shop as programs see it. Every address is known with and without a slash at its end; \
         refusals are problem details (RFC 9457). A tour with examples: docs/api.md."
            .to_owned(),
    );
    let mut components = Components::new();
    components.add_security_scheme(
        "access_token",
        SecurityScheme::Http(
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build(),
        ),
    );
    let cart_token = ApiKeyValue::with_description(
        super::caller::CART_TOKEN,
        "A guest's key to a cart, as `POST /api/cart/add` gives it.",
    );
    components
        .add_security_scheme("cart_token", SecurityScheme::ApiKey(ApiKey::Header(cart_token)));
    let session = ApiKeyValue::with_description(
        "kirana",
        "A browser's session with the shop's own pages; `__Host-kirana` over https. Other methods \
         than GET must come from the shop's own origin.",
    );
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

/// What is the same for every operation: it may answer with a problem, its answers say in words
/// what they are, and it lives under `/api`.
fn finished(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_default();
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    let mut parts = Vec::new();
    Problem::schemas(&mut parts);
    components.schemas.extend(parts);
    for item in document.paths.paths.values_mut() {
        let operations =
            [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        operations.into_iter().flatten().for_each(finish);
    }
    document.servers = Some(vec![Server::new("/api")]);
    document
}

fn finish(operation: &mut Operation) {
    // A comment's lines are as long as the source wants them.
    operation.summary = operation.summary.take().map(|summary| summary.replace('\n', " "));
    let responses = &mut operation.responses.responses;
    let tags = operation.tags.clone().unwrap_or_default();
    let is_of = |tag: &str| tags.iter().any(|one| one == tag);
    if is_of("catalogue") {
        responses.insert("304".to_owned(), Response::new("").into());
        operation.parameters.get_or_insert_default().push(known_tag().into());
    }
    responses.insert("default".to_owned(), problem().into());
    for (status, response) in responses.iter_mut() {
        if let RefOr::T(response) = response {
            if response.description.is_empty() {
                response.description = answer(status).to_owned();
            }
            let more: &[&str] = match status.as_str() {
                "201" => &["Location"],
                "200" | "304" if is_of("catalogue") || is_of("cart") => &["ETag"],
                "default" => &["Retry-After"],
                _ => &[],
            };
            for name in more.iter().chain(&["RateLimit-Policy", "RateLimit"]) {
                response.headers.insert((*name).to_owned(), header_told(name).into());
            }
        }
    }
    for parameter in operation.parameters.iter_mut().flatten() {
        // A header is there or not, it is never null.
        if let RefOr::T(parameter) = parameter
            && parameter.parameter_in == ParameterIn::Header
        {
            parameter.schema = Some(header_text(&parameter.name).into());
        }
    }
}

fn known_tag() -> Parameter {
    ParameterBuilder::new()
        .name("If-None-Match")
        .parameter_in(ParameterIn::Header)
        .description(Some("`ETag`s of answers that are known already."))
        .build()
}

fn header_told(name: &str) -> Header {
    let words = match name {
        "ETag" => "The version of what is answered.",
        "Location" => "The address of what was made.",
        "Retry-After" => "Seconds to wait, with 429 and 503.",
        "RateLimit" => "What is left of that limit (IETF draft, RateLimit header fields for HTTP).",
        _ => "The limit on all requests of one peer; with 429 the one that was met (same draft).",
    };
    HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .description(Some(words))
        .build()
}

fn header_text(name: &str) -> Object {
    let text = ObjectBuilder::new().schema_type(Type::String);
    match name {
        once::KEY => text
            .min_length(Some(1))
            .max_length(Some(once::KEY_MAX))
            .pattern(Some("^[!-~]+$"))
            .build(),
        _ => text.build(),
    }
}

fn answer(status: &str) -> &'static str {
    match status {
        "201" => "Made, or made before with the same idempotency key.",
        "202" => "Taken in; a letter follows.",
        "204" => "Done; there is nothing to tell.",
        "304" => "What is known already still holds.",
        _ => "Done.",
    }
}

fn problem() -> Response {
    let schema = Ref::from_schema_name(Problem::name());
    ResponseBuilder::new()
        .description("Why it was not done.")
        .content(MEDIA_TYPE, ContentBuilder::new().schema(Some(schema)).build())
        .build()
}

/// `/api/openapi.json` for programs, `/api/docs` for people: written once.
pub(super) fn routes(document: OpenApi) -> serde_json::Result<Router<AppState>> {
    let document = finished(document);
    let text = document.to_pretty_json()?;
    let value = Arc::new(serde_json::to_value(&document)?);
    let headers =
        [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, no-cache")];
    let page = move |State(app): State<AppState>, visitor: Visitor| {
        ready(docs_page::show(&value, &app, &visitor))
    };
    Ok(Router::new()
        .route("/openapi.json", get(move || ready((headers, text.clone()))))
        .route("/docs", get(page)))
}
