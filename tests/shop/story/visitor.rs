//! Somebody with a browser: cookies, the page before their eyes, forms sent as browsers send them.

use super::{Form, Page, Shop};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderValue, Request, header};
use http_body_util::BodyExt;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

const REDIRECTS_MAX: usize = 5;

/// A clone is another tab of the same browser.
#[derive(Clone)]
pub struct Visitor {
    pub shop: Shop,
    pub peer: SocketAddr,
    jar: Arc<Mutex<Vec<(String, String)>>>,
    pub page: Page,
}

/// Who makes a browser post, as its headers tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sender {
    /// A page of the shop, as browsers tell it.
    Here,
    /// A page of another site.
    Elsewhere,
    /// No browser.
    Nowhere,
}

/// `application/x-www-form-urlencoded`
pub fn encode(fields: &[(impl AsRef<str>, impl AsRef<str>)]) -> String {
    let part = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", part(name.as_ref()), part(value.as_ref())))
        .collect();
    pairs.join("&")
}

impl Visitor {
    pub fn new(shop: Shop, peer: SocketAddr) -> Visitor {
        Visitor { shop, peer, jar: Arc::default(), page: Page::default() }
    }

    /// The same browser, one more tab.
    pub fn another_tab(&self) -> Visitor {
        self.clone()
    }

    /// Opens a page, following redirects.
    pub async fn opens(&mut self, path: &str) -> &mut Visitor {
        let request = self.get(path);
        self.page = self.ask(path, request).await;
        self.follows().await
    }

    /// Opens a page and stays where the first answer leaves them.
    pub async fn looks_at(&mut self, path: &str) -> &mut Visitor {
        let request = self.get(path);
        self.page = self.ask(path, request).await;
        self
    }

    /// Sends a form of the shop's page, and follows the answer.
    pub async fn sends(&mut self, form: Form) -> &mut Visitor {
        assert_eq!(form.method, "post", "{form:?}");
        self.posts(&form.action, form.fields()).await.follows().await
    }

    /// Posts fields from a page of the shop; redirects are not followed.
    pub async fn posts(
        &mut self,
        path: &str,
        fields: &[(impl AsRef<str>, impl AsRef<str>)],
    ) -> &mut Visitor {
        self.posts_body(path, encode(fields)).await
    }

    pub async fn posts_body(&mut self, path: &str, body: String) -> &mut Visitor {
        let request = self.post(path, Sender::Here, body);
        self.page = self.ask(path, request).await;
        self
    }

    /// A page of another site makes this visitor's browser post: no Lax cookie goes with it (RFC
    /// 6265bis, 5.6.7.1).
    pub async fn posts_from_elsewhere(
        &mut self,
        path: &str,
        fields: &[(impl AsRef<str>, impl AsRef<str>)],
    ) -> &mut Visitor {
        let mut request = self.post(path, Sender::Elsewhere, encode(fields));
        request.headers_mut().remove(header::COOKIE);
        self.page = self.ask(path, request).await;
        self
    }

    /// The same from a browser so old that it sends the cookie with it.
    pub async fn posts_from_elsewhere_with_cookies(
        &mut self,
        path: &str,
        fields: &[(impl AsRef<str>, impl AsRef<str>)],
    ) -> &mut Visitor {
        let request = self.post(path, Sender::Elsewhere, encode(fields));
        self.page = self.ask(path, request).await;
        self
    }

    /// A post with neither Origin nor Sec-Fetch-Site, as programs send it.
    pub async fn posts_from_nowhere(
        &mut self,
        path: &str,
        fields: &[(impl AsRef<str>, impl AsRef<str>)],
    ) -> &mut Visitor {
        let request = self.post(path, Sender::Nowhere, encode(fields));
        self.page = self.ask(path, request).await;
        self
    }

    /// What an island sends: the same form, asking for JSON.
    pub async fn asks_for_json(
        &mut self,
        path: &str,
        fields: &[(impl AsRef<str>, impl AsRef<str>)],
    ) -> (u16, serde_json::Value) {
        let mut request = self.post(path, Sender::Here, encode(fields));
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::ACCEPT, json);
        self.page = self.ask(path, request).await;
        (self.page.status, self.page.json())
    }

    /// Any request, as it is.
    pub async fn makes(&mut self, method: &str, path: &str, headers: HeaderMap, body: Vec<u8>) {
        let mut request = Request::builder().method(method).uri(path);
        *request.headers_mut().unwrap() = headers;
        let mut request = request.body(Body::from(body)).unwrap();
        self.carry_cookies(&mut request);
        self.page = self.ask(path, request).await;
    }

    /// As long as the answer leads on, goes there.
    pub async fn follows(&mut self) -> &mut Visitor {
        for _ in 0..REDIRECTS_MAX {
            if self.page.status != 303 {
                return self;
            }
            let to = self.page.header("location").to_owned();
            let request = self.get(&to);
            self.page = self.ask(&to, request).await;
        }
        panic!("led around in a circle at {}", self.page.path);
    }

    #[track_caller]
    pub fn sees(&mut self, words: &str) -> &mut Visitor {
        let text = self.page.text();
        assert!(text.contains(words), "“{words}” is not at {}: {text}", self.page.path);
        self
    }

    #[track_caller]
    pub fn does_not_see(&mut self, words: &str) -> &mut Visitor {
        let text = self.page.text();
        assert!(!text.contains(words), "“{words}” is at {}: {text}", self.page.path);
        self
    }

    /// Stands on a page whose path begins so.
    #[track_caller]
    pub fn is_at(&mut self, path: &str) -> &mut Visitor {
        let at = &self.page.path;
        assert!(at.starts_with(path), "at {at}, not {path}: {}", self.page.text());
        self
    }

    #[track_caller]
    pub fn got(&mut self, status: u16) -> &mut Visitor {
        let text = self.page.text();
        assert_eq!(self.page.status, status, "at {}: {text}", self.page.path);
        self
    }

    /// Where the last answer leads.
    #[track_caller]
    pub fn led_to(&self) -> &str {
        assert_eq!(self.page.status, 303, "at {}: {}", self.page.path, self.page.text());
        self.page.header("location")
    }

    /// The session cookie's value.
    pub fn session(&self) -> Option<String> {
        let jar = self.jar.lock().unwrap();
        jar.iter().find(|(name, _)| name == "kirana").map(|(_, value)| value.clone())
    }

    /// A browser that somehow got hold of this cookie.
    pub fn takes_cookie(&mut self, value: &str) {
        *self.jar.lock().unwrap() = vec![("kirana".to_owned(), value.to_owned())];
    }

    pub fn forgets_cookies(&mut self) {
        self.jar.lock().unwrap().clear();
    }

    fn get(&self, path: &str) -> Request<Body> {
        let mut request = Request::builder().uri(path).body(Body::empty()).unwrap();
        self.carry_cookies(&mut request);
        request
    }

    fn post(&self, path: &str, from: Sender, body: String) -> Request<Body> {
        let here = self.shop.config.public_url.clone();
        let elsewhere = "https://elsewhere.example".to_owned();
        let request = Request::builder()
            .method("POST")
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = match from {
            Sender::Here => request
                .header(header::REFERER, format!("{here}{}", self.page.path))
                .header(header::ORIGIN, here)
                .header("sec-fetch-site", "same-origin"),
            Sender::Elsewhere => {
                request.header(header::ORIGIN, elsewhere).header("sec-fetch-site", "cross-site")
            }
            Sender::Nowhere => request,
        };
        let mut request = request.body(Body::from(body)).unwrap();
        self.carry_cookies(&mut request);
        request
    }

    fn carry_cookies(&self, request: &mut Request<Body>) {
        let jar = self.jar.lock().unwrap();
        let pairs: Vec<String> =
            jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !pairs.is_empty() {
            let value = HeaderValue::from_str(&pairs.join("; ")).unwrap();
            request.headers_mut().insert(header::COOKIE, value);
        }
    }

    async fn ask(&self, path: &str, mut request: Request<Body>) -> Page {
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let answer = self.shop.router().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        self.keep_cookies(&parts.headers);
        let bytes = body.collect().await.unwrap().to_bytes();
        Page {
            status: parts.status.as_u16(),
            headers: parts.headers,
            path: path.to_owned(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut jar = self.jar.lock().unwrap();
        for cookie in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let pair = cookie.split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            jar.retain(|(known, _)| known != name);
            if !cookie.contains("Max-Age=0") {
                jar.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}
