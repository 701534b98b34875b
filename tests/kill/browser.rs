//! A browser as far as a purchase needs one: cookies, forms, redirects one at a time. It knows that
//! a server can be gone in the middle of a sentence.

use crate::chance::Chance;
use crate::record::Record;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longer than anything a shop may be away for in these runs.
const PATIENCE: Duration = Duration::from_secs(60);

/// No answer came: whatever was asked may have happened or not.
#[derive(Clone, Copy, Debug)]
pub struct Lost;

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// Where it leads, without the shop's own address.
    pub location: String,
    pub body: String,
}

/// One request, kept so that it can be sent again.
#[derive(Clone, Debug)]
pub enum Ask {
    Page(String),
    Json(String),
    Form(String, String),
    /// A form that answers with JSON, as an island sends it.
    JsonForm(String, String),
    /// Another site's page posts into the shop: without our cookie.
    FromElsewhere(String, String),
}

pub struct Browser {
    http: reqwest::Client,
    servers: Vec<SocketAddr>,
    public_url: String,
    /// The address that a rate limit counts.
    peer: String,
    cookies: Vec<(String, String)>,
    record: Arc<Record>,
    chance: Chance,
}

/// The client of everybody here: no proxy, no redirects, bounded.
pub fn http() -> reqwest::Client {
    // Nothing here is reached through TLS, but the client wants to know how it would be. A second
    // call finds a provider in place.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(20))
        .tls_certs_only([])
        .no_proxy()
        .build()
        .unwrap()
}

/// `application/x-www-form-urlencoded`
pub fn encode(fields: &[(&str, &str)]) -> String {
    let part = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pair = |(name, value): &(&str, &str)| format!("{}={}", part(name), part(value));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

impl Browser {
    pub fn new(
        http: reqwest::Client,
        servers: Vec<SocketAddr>,
        public_url: String,
        record: Arc<Record>,
        mut chance: Chance,
    ) -> Browser {
        let (b, c, d) = (chance.below(256), chance.below(256), chance.below(256));
        let (peer, cookies) = (format!("10.{b}.{c}.{d}"), Vec::new());
        Browser { http, servers, public_url, peer, cookies, record, chance }
    }

    /// One try at one of the servers.
    pub async fn once(&mut self, ask: &Ask) -> Result<Answer, Lost> {
        let server = *self.chance.pick(&self.servers);
        let sent = self.request(server, ask).send().await;
        let Ok(answer) = sent else { return self.lost() };
        let status = answer.status().as_u16();
        self.keep_cookies(answer.headers());
        let location = answer.headers().get("location").and_then(|to| to.to_str().ok());
        let location = location.unwrap_or_default();
        let location = location.strip_prefix(&self.public_url).unwrap_or(location).to_owned();
        // A body that breaks off is no answer either.
        let Ok(body) = answer.text().await else { return self.lost() };
        self.record.answered(status);
        Ok(Answer { status, location, body })
    }

    /// The same until a whole answer comes that does not begin with 5: for what may be asked twice.
    pub async fn until_answered(&mut self, ask: &Ask) -> Answer {
        let began = Instant::now();
        loop {
            if let Ok(answer) = self.once(ask).await
                && answer.status < 500
            {
                return answer;
            }
            assert!(began.elapsed() < PATIENCE, "the shop does not come back for {ask:?}");
            tokio::time::sleep(self.chance.milliseconds(10, 40)).await;
        }
    }

    fn lost(&self) -> Result<Answer, Lost> {
        self.record.answered(0);
        Err(Lost)
    }

    fn request(&self, server: SocketAddr, ask: &Ask) -> reqwest::RequestBuilder {
        const FORM: &str = "application/x-www-form-urlencoded";
        let url = |path: &str| format!("http://{server}{path}");
        let form = |path: &str, body: &str| {
            let request = self.http.post(url(path)).body(body.to_owned());
            request.header("content-type", FORM)
        };
        let ours = |request: reqwest::RequestBuilder| {
            request.header("origin", &self.public_url).header("sec-fetch-site", "same-origin")
        };
        let request = match ask {
            Ask::Page(path) => self.http.get(url(path)),
            Ask::Json(path) => self.http.get(url(path)).header("accept", "application/json"),
            Ask::Form(path, body) => ours(form(path, body)),
            Ask::JsonForm(path, body) => {
                ours(form(path, body)).header("accept", "application/json")
            }
            Ask::FromElsewhere(path, body) => {
                let request = form(path, body).header("origin", "https://elsewhere.example");
                request.header("sec-fetch-site", "cross-site")
            }
        };
        let request = request.header("x-forwarded-for", &self.peer);
        if self.cookies.is_empty() || matches!(ask, Ask::FromElsewhere(..)) {
            return request;
        }
        let pairs: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        request.header("cookie", pairs.join("; "))
    }

    fn keep_cookies(&mut self, headers: &reqwest::header::HeaderMap) {
        for cookie in headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap_or_default();
            let Some((name, value)) = cookie.split(';').next().and_then(|p| p.split_once('='))
            else {
                continue;
            };
            self.cookies.retain(|(known, _)| known != name);
            if !cookie.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

impl Answer {
    /// The value of the field with this name in the page's forms.
    pub fn field(&self, name: &str) -> Option<String> {
        let mark = format!("name=\"{name}\" value=\"");
        let value = self.body.split(&mark).nth(1)?.split('"').next()?;
        Some(value.replace("&amp;", "&").replace("&#x27;", "'").replace("&quot;", "\""))
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}
