//! This room's and the addresses' routes as a small site of their own, and browsers that visit it.

use crate::account::{self, Email};
use crate::clock::{Clock, Moment};
use crate::error::Fault;
use crate::state::AppState;
use crate::testing::{TestDb, fresh_db};
use crate::web::error_pages;
use crate::{address, transact};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use std::net::SocketAddr;
use tower::ServiceExt;

pub const START: Moment = 1_800_000_000_000;
pub const PASSWORD: &str = "green tea, no sugar";
pub const PASSWORD_TYPED: &str = "green+tea%2C+no+sugar";

pub struct Site {
    pub app: AppState,
    router: Router,
    _db: TestDb,
    _data: tempfile::TempDir,
}

impl Site {
    pub async fn open() -> Site {
        let db = fresh_db().await;
        let data = tempfile::tempdir().unwrap();
        let settings = [("KIRANA_PUBLIC_URL", "http://shop.test")];
        let app = AppState::on(&db, data.path(), Clock::set(START), &settings).await;
        let router = account::routes()
            .merge(address::routes())
            .layer(from_fn_with_state(app.clone(), account::cookie_changes))
            .layer(from_fn_with_state(app.clone(), error_pages))
            .with_state(app.clone());
        Site { app, router, _db: db, _data: data }
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser { site: self, cookie: None, flash: None, peer: [127, 0, 0, 1] }
    }

    /// An account without the walk to it. Its password is [`PASSWORD`].
    pub async fn account(&self, email: &str) -> String {
        let hash = self.app.passwords.hash(PASSWORD).await.unwrap();
        let email = Email::parse(email).unwrap();
        let made: Result<String, Fault> = transact!(self.app.db, |tx| {
            account::service::create_admin(&mut tx, &email, "Asha Rao", &hash, START).await
        });
        let id = made.unwrap();
        self.run(&format!("update users set admin_since = null where id = '{id}'")).await;
        id
    }

    /// A browser signed in to a new account.
    pub async fn customer(&self, email: &str) -> Browser<'_> {
        self.account(email).await;
        let mut browser = self.browser();
        browser.signs_in(email).await;
        browser
    }

    /// The texts of the letters to an address, oldest first.
    pub async fn letters(&self, to: &str) -> Vec<String> {
        let rows: Vec<(String,)> =
            sqlx::query_as("select text_body from letters where recipient = $1 order by id")
                .bind(to)
                .fetch_all(&self.app.db.read)
                .await
                .unwrap();
        rows.into_iter().map(|row| row.0).collect()
    }

    /// The link in the latest letter to an address, as a path.
    pub async fn link(&self, to: &str) -> String {
        let letter = self.letters(to).await.pop().expect("a letter");
        let line = letter.lines().find(|line| line.contains("token=")).expect("a link");
        line.strip_prefix("http://shop.test").expect("our address").to_owned()
    }

    pub async fn count(&self, table: &str) -> i64 {
        let sql = format!("select count(*) from {table}");
        let row: (i64,) =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_one(&self.app.db.read).await.unwrap();
        row.0
    }

    pub async fn run(&self, sql: &str) {
        sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).execute(&self.app.db.write).await.unwrap();
    }
}

/// Keeps the cookies, sends forms, does not follow redirects.
#[derive(Clone)]
pub struct Browser<'a> {
    site: &'a Site,
    /// The session's.
    pub cookie: Option<String>,
    flash: Option<String>,
    /// The address it comes from.
    pub peer: [u8; 4],
}

#[derive(Debug)]
pub struct Seen {
    pub status: StatusCode,
    pub to: String,
    pub retry_after: Option<String>,
    pub body: String,
}

impl Browser<'_> {
    pub async fn get(&mut self, path: &str) -> Seen {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, form: impl Into<String>) -> Seen {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::REFERER, "http://shop.test/from/here");
        self.send(request, Body::from(form.into())).await
    }

    pub async fn asks_json(&mut self, path: &str, form: &str) -> Seen {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json");
        self.send(request, Body::from(form.to_owned())).await
    }

    /// Posts, follows the redirect, and gives the page at its end.
    pub async fn post_and_see(&mut self, path: &str, form: impl Into<String>) -> Seen {
        let seen = self.post(path, form).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
        self.get(&seen.to).await
    }

    pub async fn signs_in(&mut self, email: &str) {
        let form = format!("email={email}&password={PASSWORD_TYPED}");
        let seen = self.post("/do/account/sign-in", form).await;
        assert_eq!((seen.status, seen.to.as_str()), (StatusCode::SEE_OTHER, "/account"));
    }

    pub async fn is_signed_in(&mut self) -> bool {
        self.get("/account").await.status == StatusCode::OK
    }

    async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Seen {
        let cookies: Vec<_> = self.cookie.iter().chain(&self.flash).cloned().collect();
        let request = request.header(header::COOKIE, cookies.join("; "));
        let request = request.extension(ConnectInfo(SocketAddr::from((self.peer, 40_000))));
        let answer = self.site.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        self.take_cookies(&answer);
        let told = |name| answer.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
        let (status, to) = (answer.status(), told(header::LOCATION).unwrap_or_default());
        let retry_after = told(header::RETRY_AFTER);
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Seen { status, to, retry_after, body }
    }

    fn take_cookies(&mut self, answer: &Response) {
        for set in answer.headers().get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(set.contains(part), "{set}");
            }
            let pair = set.split(';').next().unwrap_or_default().to_owned();
            let place = if set.starts_with("kirana=") { &mut self.cookie } else { &mut self.flash };
            *place = Some(pair).filter(|pair| !pair.ends_with('='));
        }
    }
}
