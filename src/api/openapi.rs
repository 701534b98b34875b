//! The API's description (OpenAPI 3.1), made from the code, and the parts of it that are the same
//! for every address.

use super::problem::{MEDIA_TYPE, Problem};
use super::{described, docs_page, once};
use crate::account::Visitor;
use crate::error::Fault;
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::routing::get;
use std::future::ready;
use std::sync::Arc;
use utoipa::openapi::path::{Operation, ParameterIn};
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
    for (status, response) in responses.iter_mut() {
        if let RefOr::T(response) = response {
            response.description = answer(status).to_owned();
        }
    }
    responses.insert("default".to_owned(), problem().into());
    for parameter in operation.parameters.iter_mut().flatten() {
        // A header is there or not, it is never null.
        if let RefOr::T(parameter) = parameter
            && parameter.parameter_in == ParameterIn::Header
        {
            parameter.schema = Some(header_text(&parameter.name).into());
        }
    }
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

/// `/api/openapi.json` for programs, `/api/docs` for people: made once, when the program starts.
pub(super) fn routes(document: OpenApi) -> Result<Router<AppState>, Fault> {
    let writing = |e| Fault::new("writing the API's description", e);
    let document = finished(document);
    let text = document.to_pretty_json().map_err(writing)?;
    let value = Arc::new(serde_json::to_value(&document).map_err(writing)?);
    let headers =
        [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, no-cache")];
    let page = move |State(app): State<AppState>, visitor: Visitor| {
        ready(docs_page::show(&value, &app, &visitor))
    };
    Ok(Router::new()
        .route("/openapi.json", get(move || ready((headers, text.clone()))))
        .route("/docs", get(page)))
}
