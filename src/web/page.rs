//! From a view to an answer: the document around it, the content security policy that fits it, and
//! the script only where an island needs it.

use super::headers::Nonce;
use crate::account::Visitor;
use crate::config::GatewayMode;
use crate::state::AppState;
use crate::ui::{Document, Frame};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use std::sync::Arc;

/// What a page may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripts {
    None,
    Islands,
    /// The few lines that look again (`public/look-again.js`).
    LookAgain,
    /// The gateway's checkout and our few lines that open it.
    Checkout,
}

/// What the document around a view needs to know.
#[derive(Clone, Debug)]
pub struct Page {
    title: String,
    description: Option<String>,
    status: StatusCode,
    scripts: Scripts,
    noindex: bool,
    /// Seconds after which the page looks again by itself.
    refresh: Option<u32>,
}

impl Page {
    pub fn new(title: impl Into<String>) -> Page {
        Page {
            title: title.into(),
            description: None,
            status: StatusCode::OK,
            scripts: Scripts::None,
            noindex: false,
            refresh: None,
        }
    }

    pub fn describe(mut self, text: impl Into<String>) -> Page {
        self.description = Some(text.into());
        self
    }

    pub fn status(mut self, status: StatusCode) -> Page {
        self.status = status;
        self
    }

    pub fn scripts(mut self, scripts: Scripts) -> Page {
        self.scripts = scripts;
        self
    }

    /// Not for search engines.
    pub fn noindex(mut self) -> Page {
        self.noindex = true;
        self
    }

    pub fn refresh(mut self, seconds: u32) -> Page {
        self.refresh = Some(seconds);
        self.scripts = Scripts::LookAgain;
        self
    }

    /// Renders the whole document.
    pub fn show(
        self,
        app: &AppState,
        visitor: &Visitor,
        body: impl FnOnce() -> AnyView + Send + 'static,
    ) -> Response {
        let nonce = Nonce::new();
        let policy = policy(app, self.scripts, &nonce);
        let frame = self.frame(app, visitor, &nonce);
        let html = fragment(|| view! { <Document frame>{body()}</Document> }.into_any());
        let mut response =
            (self.status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html)
                .into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.kept()));
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        if self.scripts == Scripts::Checkout {
            let payment = format!("payment=(self \"{}\")", app.config.gateway.checkout_url);
            if let Ok(value) = HeaderValue::from_str(&payment) {
                headers.insert(HeaderName::from_static("permissions-policy"), value);
            }
        }
        response
    }

    /// Every page shows the visitor's own cart, so nothing in between may keep it. What is the
    /// visitor's alone (cart, checkout, account, orders) the browser does not keep either: behind
    /// the back button it would show a cart that was (OWASP ASVS 5.0, 14.3.2).
    fn kept(&self) -> &'static str {
        if self.noindex { "private, no-store" } else { "private, no-cache" }
    }

    fn frame(&self, app: &AppState, visitor: &Visitor, nonce: &Nonce) -> Frame {
        Frame {
            shop: app.config.shop.name.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            noindex: self.noindex,
            refresh: self.refresh,
            css: app.assets.css.clone(),
            islands: (self.scripts == Scripts::Islands)
                .then(|| app.assets.script.as_ref().map(|s| (s.js.clone(), s.wasm.clone())))
                .flatten(),
            nonce: nonce.0.clone(),
            demo: match app.config.gateway.mode {
                GatewayMode::Simulator => Some("Demo: no real money".to_owned()),
                GatewayMode::Test => Some("Test mode: no real money".to_owned()),
                GatewayMode::Live => None,
            },
            user_name: visitor.user().map(|user| user.first_name()),
            admin: visitor.user().is_some_and(|user| user.admin_since.is_some()),
            cart_count: visitor.cart_count(),
            live_badge: self.scripts == Scripts::Islands,
            flash: visitor.flash().cloned(),
        }
    }
}

/// Renders a view alone, without the document around it. The view is made inside a reactive owner,
/// because islands keep their state there even while they are only written out.
pub fn fragment(view: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    owner.with(|| view().to_html())
}

/// Pages without script may run none at all; that they may connect to the shop opens nothing then,
/// and lets tools such as Lighthouse fetch robots.txt from them. The checkout page opens to the
/// gateway's hosts (razorpay.com, standard checkout) and to nothing else.
fn policy(app: &AppState, scripts: Scripts, nonce: &Nonce) -> String {
    let nonce = &nonce.0;
    let base = "default-src 'none'; img-src 'self' data:; font-src 'self'; style-src 'self'; \
                base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'";
    match scripts {
        Scripts::None => format!("{base}; form-action 'self'; connect-src 'self'"),
        Scripts::Islands => format!(
            "{base}; form-action 'self'; connect-src 'self'; \
             script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'"
        ),
        Scripts::LookAgain => {
            format!("{base}; form-action 'self'; connect-src 'self'; script-src 'self'")
        }
        Scripts::Checkout => {
            let api = &app.config.gateway.checkout_url;
            if api.ends_with("razorpay.com") {
                return format!(
                    "default-src 'none'; img-src 'self' data: https://cdn.razorpay.com; \
                     font-src 'self'; style-src 'self' 'unsafe-inline'; base-uri 'none'; \
                     frame-ancestors 'none'; manifest-src 'self'; \
                     script-src 'self' 'nonce-{nonce}' https://checkout.razorpay.com \
                     https://cdn.razorpay.com; \
                     frame-src https://api.razorpay.com https://checkout.razorpay.com; \
                     connect-src 'self' https://api.razorpay.com https://checkout.razorpay.com \
                     https://lumberjack.razorpay.com https://lumberjack-metrics.razorpay.com \
                     https://lumberjack-cx.razorpay.com; \
                     form-action 'self' https://api.razorpay.com"
                );
            }
            format!(
                "{base}; script-src 'self' 'nonce-{nonce}' {api}; frame-src {api}; \
                 connect-src 'self' {api}; form-action 'self' {api}"
            )
        }
    }
}
