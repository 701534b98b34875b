//! What an address has no use for is refused by name, never passed over: a query or a body where
//! the API's description has none. Where it has one, the handler reads it as strictly.

use super::asked;
use crate::error::Refusal;
use crate::web::Failure;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::sync::Arc;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

/// Which addresses have no query, and which no body.
#[derive(Clone)]
pub struct Described(Arc<HashMap<String, Vec<(Method, Reads)>>>);

#[derive(Clone, Copy)]
struct Reads {
    query: bool,
    body: bool,
}

impl Described {
    pub fn by(document: &OpenApi) -> Described {
        let mut all = HashMap::new();
        for (path, item) in &document.paths.paths {
            let operations = [
                (Method::GET, &item.get),
                (Method::PUT, &item.put),
                (Method::POST, &item.post),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            let known = operations.into_iter();
            let known = known.filter_map(|(method, one)| Some((method, reads(one.as_ref()?))));
            all.insert(path.clone(), known.collect());
        }
        Described(Arc::new(all))
    }

    fn find(&self, request: &Request) -> Option<Reads> {
        let path = request.extensions().get::<MatchedPath>()?.as_str();
        let path = path.strip_prefix("/api").unwrap_or(path);
        let mut known = self.0.get(path)?.iter();
        known.find(|(method, _)| method == request.method()).map(|(_, reads)| *reads)
    }
}

fn reads(operation: &Operation) -> Reads {
    let mut parameters = operation.parameters.iter().flatten();
    let query = parameters
        .any(|one| matches!(one, RefOr::T(one) if one.parameter_in == ParameterIn::Query));
    Reads { query, body: operation.request_body.is_some() }
}

pub async fn strict(
    State(described): State<Described>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(reads) = described.find(&request) else { return next.run(request).await };
    let name = request.uri().query().and_then(first_name);
    if let Some(name) = name.filter(|_| !reads.query) {
        let words = format!("This address has no query, so `{name}` means nothing here.");
        return Failure::from(Refusal::new(422, words)).into_response();
    }
    if !reads.body {
        let body = std::mem::replace(request.body_mut(), Body::empty());
        if let Err(refusal) = asked::is_empty(body).await {
            return Failure::from(refusal).into_response();
        }
    }
    next.run(request).await
}

/// The first name in a query, cut to what is worth telling.
fn first_name(query: &str) -> Option<String> {
    let mut names = query.split('&').filter_map(|pair| pair.split('=').next());
    let name = names.find(|name| !name.is_empty())?;
    let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
    Some(name.chars().filter(|c| !c.is_control()).take(40).collect())
}
