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
mod strict;
mod typed;
mod wire;

pub use once::forget_answers;
pub use openapi::document;

use crate::error::Fault;
use crate::state::AppState;
use crate::web;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{from_fn, from_fn_with_state};
use std::sync::LazyLock;
use std::time::Duration;
use strict::Described;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::csrf::CsrfLayer;
use tower_http::normalize_path::NormalizePath;
use utoipa_axum::router::OpenApiRouter;

/// Browsers ask so seldom whether another site may call.
const CORS_FOR: Duration = Duration::from_secs(600);

/// Every address, what answers there and its description. Made once, for a test opens many servers
/// in one process.
static ROUTES: LazyLock<serde_json::Result<Router<AppState>>> = LazyLock::new(|| {
    let (router, document) = described().split_for_parts();
    let router = router.layer(from_fn_with_state(Described::by(&document), strict::strict));
    Ok(router.merge(openapi::routes(document)?))
});

/// Everything under `/api`; `csrf` guards what comes with a cookie. Each address is known with and
/// without a slash at its end.
pub fn service(state: &AppState, csrf: CsrfLayer) -> Result<NormalizePath<Router>, Fault> {
    let routes = ROUTES.as_ref();
    let routes = routes.map_err(|e| Fault::new("writing the API's description", e.to_string()))?;
    Ok(NormalizePath::trim_trailing_slash(guarded(routes.clone(), state, csrf)?))
}

/// Problems are made outside of whatever may refuse or break, and a browser of another site may
/// read them, too.
fn guarded(routes: Router<AppState>, state: &AppState, csrf: CsrfLayer) -> Result<Router, Fault> {
    let routes = routes
        .layer(csrf)
        .layer(from_fn(caller::only_cookies_need_an_origin))
        .layer(from_fn_with_state(state.clone(), pace::paced));
    Ok(web::bounded(routes)
        .layer(from_fn(problem::problems))
        .layer(cors(&state.config.api.origins)?)
        .with_state(state.clone()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::testing::fresh_db;
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use axum::routing::get;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    async fn breaks() -> StatusCode {
        panic!("a bug")
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_with_a_reference() {
        let (db, data) = (fresh_db().await, tempfile::tempdir().unwrap());
        let origins = [("KIRANA_API_ORIGINS", "https://app.example")];
        let app = AppState::on(&db, data.path(), Clock::System, &origins).await;
        let routes = Router::new().route("/breaks", get(breaks));
        let router = guarded(routes, &app, CsrfLayer::new()).unwrap();
        let asked = Request::builder().uri("/breaks").header("origin", "https://app.example");
        let answer = router.oneshot(asked.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], problem::MEDIA_TYPE);
        assert_eq!(answer.headers()["access-control-allow-origin"], "https://app.example");
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let told: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&told["type"], &told["status"]), (&"/api/docs#fault".into(), &500.into()));
        let detail = told["detail"].as_str().unwrap();
        assert!(detail.contains("mention") && !detail.contains("a bug"), "{detail}");
    }
}
