//! What a server answers, and the forms in it, read without a browser's care.

use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::cell::RefCell;
use std::rc::Rc;
use tower::ServiceExt;

/// The cookies of one browser; a clone is another tab of it.
pub type Jar = Rc<RefCell<Vec<(String, String)>>>;

#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub body: String,
}

impl Answer {
    /// What a job came to.
    pub fn of_job<T>(done: Result<T, kirana::error::Fault>) -> Answer {
        let (status, body) = match done {
            Ok(_) => (200, String::new()),
            Err(fault) => (500, fault.to_string()),
        };
        Answer { status, location: String::new(), body }
    }

    /// The inputs of the form with this action: names and values.
    pub fn form(&self, action: &str) -> Option<Vec<(String, String)>> {
        self.forms(action).into_iter().next()
    }

    pub fn forms(&self, action: &str) -> Vec<Vec<(String, String)>> {
        let head = format!("action=\"{action}");
        let forms = self.body.split("<form").skip(1);
        let forms = forms.filter(|form| form.split('>').next().unwrap().contains(&head));
        forms.map(|form| inputs(form.split("</form>").next().unwrap())).collect()
    }
}

fn inputs(form: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for input in form.split("<input").skip(1) {
        let tag = input.split('>').next().unwrap();
        let Some(name) = attribute(tag, "name") else { continue };
        if !["checkbox", "radio"].contains(&attribute(tag, "type").unwrap_or_default().as_str()) {
            found.push((name, attribute(tag, "value").unwrap_or_default()));
        }
    }
    found
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let value = rest.split('"').next()?;
    Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&"))
}

pub fn value<'a>(form: &'a [(String, String)], name: &str) -> &'a str {
    form.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

pub fn set(form: &mut Vec<(String, String)>, name: &str, value: &str) {
    form.retain(|(known, _)| known != name);
    form.push((name.to_owned(), value.to_owned()));
}

/// `application/x-www-form-urlencoded`
pub fn encode(fields: &[(String, String)]) -> String {
    let part = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", part(name), part(value))).collect();
    pairs.join("&")
}

/// Hands the request to a server and keeps the cookies of its answer.
pub async fn ask(router: axum::Router, mut request: Request<Body>, jar: Option<Jar>) -> Answer {
    if let Some(jar) = &jar {
        let pairs: Vec<String> =
            jar.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !pairs.is_empty() {
            request.headers_mut().insert(header::COOKIE, pairs.join("; ").parse().unwrap());
        }
    }
    let answer = router.oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    if let Some(jar) = jar {
        let mut jar = jar.borrow_mut();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            jar.retain(|(known, _)| known != name);
            if !cookie.contains("Max-Age=0") {
                jar.push((name.to_owned(), value.to_owned()));
            }
        }
    }
    let location = parts.headers.get(header::LOCATION);
    Answer {
        status: parts.status.as_u16(),
        location: location.map_or(String::new(), |to| to.to_str().unwrap().to_owned()),
        body: String::from_utf8_lossy(&bytes).into_owned(),
    }
}
