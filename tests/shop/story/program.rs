//! A program at the shop's other door: it sends JSON and headers, keeps its tokens, reads JSON.

use super::{Page, Shop, Visitor};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

/// A clone is the same program on the same device.
#[derive(Clone)]
pub struct Program {
    visitor: Visitor,
    pub access: Option<String>,
    pub refresh: Option<String>,
    pub cart_token: Option<String>,
    /// Headers of the next request alone.
    once: Vec<(&'static str, String)>,
}

impl Shop {
    /// A program that nobody signed in with, at an address of its own.
    pub fn program(&self) -> Program {
        let visitor = self.visitor();
        let (access, refresh, cart_token, once) = (None, None, None, Vec::new());
        Program { visitor, access, refresh, cart_token, once }
    }

    /// A program signed in to an account of this address.
    pub async fn signed_in_program(&self, email: &str) -> Program {
        self.customer(email).await;
        let mut program = self.program();
        program.signs_in(email).await;
        program
    }
}

impl Program {
    pub fn shop(&self) -> &Shop {
        &self.visitor.shop
    }

    /// The next request carries this header.
    pub fn with(&mut self, name: &'static str, value: impl Into<String>) -> &mut Program {
        self.once.push((name, value.into()));
        self
    }

    pub async fn gets(&mut self, path: &str) -> &mut Program {
        self.asks("GET", path, None).await
    }

    pub async fn posts(&mut self, path: &str, body: Value) -> &mut Program {
        self.asks("POST", path, Some(body)).await
    }

    pub async fn asks(&mut self, method: &str, path: &str, body: Option<Value>) -> &mut Program {
        if body.is_some() {
            self.with("content-type", "application/json");
        }
        let bytes = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        self.asks_with_bytes(method, path, bytes).await
    }

    pub async fn asks_with_bytes(
        &mut self,
        method: &str,
        path: &str,
        body: Vec<u8>,
    ) -> &mut Program {
        let mut headers = HeaderMap::new();
        let bearer = self.access.as_ref().map(|token| format!("Bearer {token}"));
        let known = [("authorization", bearer), ("cart-token", self.cart_token.clone())];
        let known = known.into_iter().filter_map(|(name, value)| Some((name, value?)));
        for (name, value) in known.chain(std::mem::take(&mut self.once)) {
            let value = HeaderValue::from_str(&value).unwrap();
            headers.insert(HeaderName::from_static(name), value);
        }
        self.visitor.makes(method, path, headers, body).await;
        assert_eq!(self.visitor.page.header("set-cookie"), "", "a program gets no cookie");
        self
    }

    pub async fn signs_in(&mut self, email: &str) -> &mut Program {
        let body = json!({ "email": email, "password": super::PASSWORD });
        self.posts("/api/auth/login", body).await.got(200).keeps_tokens()
    }

    /// Keeps what a sign-in or a refresh answered.
    pub fn keeps_tokens(&mut self) -> &mut Program {
        let told = self.json();
        self.access = Some(told["access"].as_str().unwrap().to_owned());
        self.refresh = Some(told["refresh"].as_str().unwrap().to_owned());
        self.cart_token = None;
        self
    }

    /// Puts units into the cart and keeps the cart token, if one was given.
    pub async fn adds(&mut self, slug: &str, units: i64) -> &mut Program {
        let id = self.shop().product(slug).await.id;
        let body = json!({ "product_id": id, "quantity": units });
        self.posts("/api/cart/add/", body).await.got(200);
        if let Some(token) = self.json()["cart_token"].as_str() {
            self.cart_token = Some(token.to_owned());
        }
        self
    }

    /// The `ETag` of the cart as it is now.
    pub async fn cart_tag(&mut self) -> String {
        self.gets("/api/cart/").await.got(200).page().header("etag").to_owned()
    }

    pub fn page(&self) -> &Page {
        &self.visitor.page
    }

    pub fn json(&self) -> Value {
        self.page().json()
    }

    #[track_caller]
    pub fn got(&mut self, status: u16) -> &mut Program {
        let page = self.page();
        assert_eq!(page.status, status, "at {}: {}", page.path, page.body);
        self
    }

    /// Was refused with this kind of problem, as RFC 9457 writes it.
    #[track_caller]
    pub fn is_refused(&mut self, status: u16, kind: &str) -> &mut Program {
        self.got(status);
        let page = self.page();
        assert_eq!(page.header("content-type"), "application/problem+json", "{}", page.path);
        let problem = page.json();
        assert_eq!(problem["type"], format!("/api/docs#{kind}"), "{}", page.body);
        assert_eq!(problem["status"], status);
        assert!(!problem["title"].as_str().unwrap().is_empty(), "{}", page.body);
        assert!(!problem["detail"].as_str().unwrap().is_empty(), "{}", page.body);
        self
    }

    /// The places in the body that the problem speaks of.
    pub fn pointers(&self) -> Vec<String> {
        let problem = self.json();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
    }
}
