//! The JSON API: the second door to the same verbs, for a mobile app or another front end.
//!
//! Owns `kept_answers`. What must stay true: no rule of the shop lives here; the wire types are
//! this room's own, so that nothing changes for programs when a room changes its words; every
//! refusal is a problem with a `type` that stays; what the API does not know is refused.

mod addresses;
mod asked;
mod auth;
mod caller;
mod cart;
mod catalogue;
mod checkout;
mod docs_page;
mod once;
mod openapi;
mod orders;
mod pace;
mod payments;
mod problem;
mod profile;
mod queries;
mod wire;

pub use once::forget_answers;
pub use openapi::document;

use crate::error::Fault;
use crate::state::AppState;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{from_fn, from_fn_with_state};
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::csrf::CsrfLayer;
use tower_http::normalize_path::NormalizePath;
use utoipa_axum::router::OpenApiRouter;

/// Browsers ask so seldom whether another site may call.
const CORS_FOR: Duration = Duration::from_secs(600);

/// Everything under `/api`; `csrf` guards what comes with a cookie. Each address is known with and
/// without a slash at its end.
pub fn service(state: &AppState, csrf: CsrfLayer) -> Result<NormalizePath<Router>, Fault> {
    let (router, document) = described().split_for_parts();
    let router = router
        .merge(openapi::routes(document)?)
        .layer(csrf)
        .layer(from_fn(caller::only_cookies_need_an_origin))
        .layer(from_fn_with_state(state.clone(), pace::paced))
        .layer(from_fn(problem::problems))
        .layer(cors(&state.config.api.origins)?)
        .with_state(state.clone());
    Ok(NormalizePath::trim_trailing_slash(router))
}

fn described() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::head())
        .merge(catalogue::routes())
        .merge(cart::routes())
        .merge(auth::routes())
        .merge(profile::routes())
        .merge(addresses::routes())
        .merge(checkout::routes())
        .merge(payments::routes())
        .merge(orders::routes())
}

/// Which other sites' pages may call (Fetch standard). Cookies never come along: they are Lax.
fn cors(origins: &[String]) -> Result<CorsLayer, Fault> {
    let origins: Result<Vec<HeaderValue>, _> =
        origins.iter().map(|origin| HeaderValue::from_str(origin)).collect();
    let origins = origins.map_err(|e| Fault::new("reading KIRANA_API_ORIGINS", e))?;
    let header = |name: &'static str| HeaderName::from_static(name);
    Ok(CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            header("cart-token"),
            header("idempotency-key"),
        ])
        .expose_headers([
            header::ETAG,
            header::LOCATION,
            header::RETRY_AFTER,
            header("ratelimit"),
            header("ratelimit-policy"),
        ])
        .max_age(CORS_FOR))
}
