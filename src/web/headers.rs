//! Headers that every answer carries (OWASP ASVS 5.0, chapter 3.4).

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// What the page's own script tags carry; new for each page.
#[derive(Clone, Debug)]
pub struct Nonce(pub String);

impl Nonce {
    pub fn new() -> Nonce {
        Nonce(hex::encode(crate::clock::random_bytes::<16>()))
    }
}

impl Default for Nonce {
    fn default() -> Self {
        Nonce::new()
    }
}

/// Sets what the handler has not set. A page sets its own content security policy; anything else
/// may load nothing.
pub async fn security_headers(
    State(app): State<crate::state::AppState>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut default = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Not "no-referrer": form posts of our own pages must show where they come from.
    default(header::REFERRER_POLICY, "same-origin");
    default(header::X_FRAME_OPTIONS, "DENY");
    default(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; img-src 'self'; style-src 'self'; frame-ancestors 'none'",
    );
    default(HeaderName::from_static("cross-origin-opener-policy"), "same-origin-allow-popups");
    default(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if app.config.is_https() {
        default(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    response
}
