//! The layers around the routes. Used by the program and by every test.

use crate::error::Fault;
use crate::state::AppState;
use crate::{account, api, app, web};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use std::path::Path;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::csrf::CsrfLayer;
use tower_http::services::ServeDir;
use tower_http::trace::TraceLayer;

/// A page is some kilobytes: higher levels cost more time than the bytes they save are worth.
const BROTLI_LEVEL: i32 = 1;

/// The whole shop as one service. Refuses a public address that is no origin.
pub fn build_router(state: AppState) -> Result<Router, Fault> {
    let csrf = CsrfLayer::new()
        .add_trusted_origin(&state.config.public_url)
        .map_err(|e| Fault::new("reading KIRANA_PUBLIC_URL as an origin", e))?;
    let api = Router::new().nest_service("/api", api::service(&state, csrf.clone())?);
    let site = app::pages().layer(csrf).merge(app::doors());
    Ok(framed(api, site, state))
}

/// Whatever the site answers without a body gets a page; `api` makes problems of its own.
fn framed(api: Router<AppState>, site: Router<AppState>, state: AppState) -> Router {
    api.merge(web::bounded(site))
        .layer(from_fn_with_state(state.clone(), account::cookie_changes))
        .merge(web::bounded(files(&state)))
        // In one layer, outermost first: each of its own would box every request once more.
        .layer((
            TraceLayer::new_for_http(),
            // For what draws the pages of errors: that stands outside of the bounds itself.
            CatchPanicLayer::new(),
            CompressionLayer::new().quality(CompressionLevel::Precise(BROTLI_LEVEL)),
            from_fn_with_state(state.clone(), web::security_headers),
            from_fn_with_state(state.clone(), web::error_pages),
        ))
        .with_state(state)
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
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
        if path.starts_with("/pictures/") {
            // For front ends of other origins: the API names pictures to them.
            let name = HeaderName::from_static("cross-origin-resource-policy");
            headers.insert(name, HeaderValue::from_static("cross-origin"));
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::testing::fresh_db;
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::routing::get;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    async fn breaks() -> StatusCode {
        panic!("a bug")
    }

    #[tokio::test]
    async fn a_panic_is_a_page_with_a_reference() {
        let (db, data) = (fresh_db().await, tempfile::tempdir().unwrap());
        let app = AppState::on(&db, data.path(), Clock::System, &[]).await;
        let site = Router::new().route("/breaks", get(breaks));
        let router = framed(Router::new(), site, app);
        let asked = Request::builder().uri("/breaks").body(Body::empty()).unwrap();
        let answer = router.oneshot(asked).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(answer.headers().contains_key(header::CONTENT_SECURITY_POLICY));
        let page = answer.into_body().collect().await.unwrap().to_bytes();
        let page = String::from_utf8(page.to_vec()).unwrap();
        assert!(page.contains("<h1>Something broke</h1>"), "{page}");
        assert!(page.contains("If you write to us, mention") && !page.contains("a bug"), "{page}");
    }
}
