//! The layers around the routes, outermost last. Used by the program and by every test.

use crate::error::Fault;
use crate::state::AppState;
use crate::{account, api, app, web};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::path::Path;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::services::ServeDir;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

/// No request of a shopper needs longer; the gateway's own time limit is shorter.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Far above any form or webhook; each door has its own smaller limit.
const BODY_LIMIT: usize = 1024 * 1024;
/// A page is some kilobytes: higher levels cost more time than the bytes they save are worth.
const BROTLI_LEVEL: i32 = 1;

/// The whole shop as one service. Refuses a public address that is no origin.
pub fn build_router(state: AppState) -> Result<Router, Fault> {
    let csrf = CsrfLayer::new()
        .add_trusted_origin(&state.config.public_url)
        .map_err(|e| Fault::new("reading KIRANA_PUBLIC_URL as an origin", e))?;
    let router = Router::new()
        .nest_service("/api", api::service(&state, csrf.clone())?)
        .merge(app::pages().layer(csrf))
        .merge(app::doors())
        .layer(from_fn_with_state(state.clone(), account::cookie_changes))
        .merge(files(&state))
        .layer(from_fn_with_state(state.clone(), web::error_pages))
        .layer(from_fn_with_state(state.clone(), web::security_headers))
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(BROTLI_LEVEL)))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, TIMEOUT))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(TraceLayer::new_for_http())
        .with_state(state);
    Ok(router)
}

/// Files served as they are: the built ones for ever (their names carry a hash), pictures for a
/// day, the rest for an hour.
fn files(state: &AppState) -> Router<AppState> {
    let root = &state.assets.root;
    let folder = |path: &Path| {
        ServeDir::new(path)
            .append_index_html_on_directories(false)
            .precompressed_br()
            .precompressed_gzip()
    };
    Router::new()
        .nest_service("/pkg", folder(&root.join("pkg")))
        .nest_service("/pictures", folder(&state.config.data.join("pictures")))
        .fallback_service(folder(root))
        .layer(from_fn_with_state(state.clone(), cache_files))
}

async fn cache_files(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    if response.status().is_success() {
        let kept = match path.split('/').nth(1) {
            Some("pkg") => app.assets.cache_control,
            Some("pictures") => "public, max-age=86400",
            _ => "public, max-age=3600",
        };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    }
    response
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    let fault = Fault::new("answering a request", "a panic, see above in the log");
    web::Failure::from(fault).into_response()
}
