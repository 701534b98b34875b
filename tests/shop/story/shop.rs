//! One test's own shop: fresh database, set clock, gateway, and the real router, which visitors
//! reach directly and the gateway over HTTP.

use super::gateway::{Gateway, WEBHOOK_SECRET};
use super::{PASSWORD, Visitor, shelf};
use crate::testing::{TestDb, fresh_db};
use axum::Router;
use axum::extract::Request;
use kirana::catalogue::{self, Product};
use kirana::clock::{Clock, MINUTE};
use kirana::config::{self, Config};
use kirana::db::Kind;
use kirana::error::Fault;
use kirana::state::AppState;
use kirana::web::Assets;
use kirana::{account, jobs, server, transact};
use leptos::config::LeptosOptions;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::net::TcpListener;
use tower::ServiceExt;

/// Accepted beside the current one, as after a change in the gateway's dashboard.
pub const PREVIOUS_SECRET: &str = "hook-of-yesterday";

#[derive(Clone)]
pub struct Shop(Arc<Inner>);

pub struct Inner {
    pub db: TestDb,
    pub gateway: Gateway,
    pub clock: Clock,
    pub config: Config,
    site: Assets,
    running: Arc<RwLock<(AppState, Router)>>,
    visitors: AtomicU32,
    _folder: tempfile::TempDir,
}

impl Deref for Shop {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Shop {
    /// Opens with a small shelf and no jobs running: a test says when they work.
    pub async fn open() -> Shop {
        Shop::open_with(&[]).await
    }

    /// The same with other settings.
    pub async fn open_with(settings: &[(&str, &str)]) -> Shop {
        let db = fresh_db().await;
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let gateway = Gateway::open(folder.path(), address).await;
        let mut known = vec![
            ("DATABASE_URL", db.url.clone()),
            ("KIRANA_DATA", folder.path().join("data").display().to_string()),
            ("KIRANA_PUBLIC_URL", format!("http://{address}")),
            ("RAZORPAY_API_URL", gateway.url.clone()),
            ("RAZORPAY_WEBHOOK_SECRET", WEBHOOK_SECRET.to_owned()),
            ("RAZORPAY_WEBHOOK_SECRET_PREVIOUS", PREVIOUS_SECRET.to_owned()),
        ];
        known.splice(0..0, settings.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let get = |name: &str| known.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone());
        let config = config::read(&get).unwrap();
        let clock = Clock::set(Clock::System.now());
        let site = site(folder.path());
        let running = Arc::new(RwLock::new(start(&config, &clock, &site).await));
        serve(listener, running.clone());
        let visitors = AtomicU32::new(0);
        let inner = Inner { db, gateway, clock, config, site, running, visitors, _folder: folder };
        let shop = Shop(Arc::new(inner));
        shelf::fill(&shop.app()).await;
        shop
    }

    pub fn app(&self) -> AppState {
        self.running.read().unwrap().0.clone()
    }

    pub fn router(&self) -> Router {
        self.running.read().unwrap().1.clone()
    }

    /// The program ends without a farewell and another one starts on the same database.
    pub async fn is_killed_and_started(&self) {
        self.starts_with(&self.config).await;
    }

    /// The same with other settings from now on.
    pub async fn starts_with(&self, config: &Config) {
        let fresh = start(config, &self.clock, &self.site).await;
        let (old, _) = std::mem::replace(&mut *self.running.write().unwrap(), fresh);
        old.db.close().await;
    }

    /// Somebody with an empty cookie jar, at an address of their own.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(self.clone(), self.next_peer())
    }

    /// Somebody who made an account with this address through the letter, and is signed in.
    pub async fn customer(&self, email: &str) -> Visitor {
        let mut visitor = self.visitor();
        visitor.makes_an_account(email).await;
        visitor
    }

    /// A shopkeeper, signed in.
    pub async fn shopkeeper(&self) -> Visitor {
        let (app, now) = (self.app(), self.clock.now());
        let email = account::Email::parse("desk@example.in").unwrap();
        let hash = app.passwords.hash(PASSWORD).await.unwrap();
        let made: Result<String, Fault> = transact!(app.db, |tx| {
            account::service::create_admin(&mut tx, &email, "Mira", &hash, now).await
        });
        made.unwrap();
        let mut mira = self.visitor();
        mira.signs_in("desk@example.in").await.is_at("/account");
        mira
    }

    /// Another address on the network, for visitors whom a rate limit must not stop.
    pub fn next_peer(&self) -> SocketAddr {
        let number = self.visitors.fetch_add(1, Ordering::SeqCst) + 1;
        let [_, b, c, d] = number.to_be_bytes();
        SocketAddr::from((Ipv4Addr::new(10, b, c, d), 40_000))
    }

    /// Every kind of job once.
    pub async fn works(&self) {
        jobs::run_once(&self.app()).await.unwrap();
    }

    /// Time goes by here and at the gateway.
    pub async fn passes(&self, minutes: i64) {
        self.clock.advance(minutes * MINUTE);
        self.gateway.passes(minutes * 60).await;
    }

    /// Puts one more product on the shelf.
    pub async fn sells_also(&self, slug: &str) {
        shelf::put_one_more(&self.app(), slug).await;
    }

    pub async fn product(&self, slug: &str) -> Product {
        let mut connection = self.db.read.acquire().await.unwrap();
        let found = catalogue::service::find(&mut connection, slug).await.unwrap();
        found.unwrap_or_else(|| panic!("no product {slug}"))
    }

    /// How many rows: `shop.count("orders where state = 'paid'")`.
    pub async fn count(&self, rows: &str) -> i64 {
        self.number(&format!("select count(*) from {rows}")).await
    }

    /// Waits until there are so many rows.
    pub async fn until(&self, rows: &str, wanted: i64) {
        for _ in 0..500 {
            if self.count(rows).await == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{rows}: {} instead of {wanted}", self.count(rows).await);
    }

    pub async fn number(&self, statement: &str) -> i64 {
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        sqlx::query_scalar(statement).fetch_one(&self.db.read).await.unwrap()
    }

    pub async fn text(&self, statement: &str) -> String {
        let mut texts = self.texts(statement).await;
        assert_eq!(texts.len(), 1, "{statement}: {texts:?}");
        texts.remove(0)
    }

    pub async fn texts(&self, statement: &str) -> Vec<String> {
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        sqlx::query_scalar(statement).fetch_all(&self.db.read).await.unwrap()
    }

    /// Changes the database behind the shop's back; tells how many rows.
    pub async fn meddles(&self, statement: &str) -> u64 {
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        sqlx::query(statement).execute(&self.db.write).await.unwrap().rows_affected()
    }

    /// Takes every rule away from these tables: what no constraint lets in can then be planted.
    pub async fn loses_the_rules_of(&self, tables: &[&str]) {
        if self.db.kind == Kind::Sqlite {
            self.meddles("pragma foreign_keys = off").await;
        }
        for table in tables {
            self.meddles(&format!("create table bare as select * from {table}")).await;
            let rest = if self.db.kind == Kind::Sqlite { "" } else { " cascade" };
            self.meddles(&format!("drop table {table}{rest}")).await;
            self.meddles(&format!("alter table bare rename to {table}")).await;
        }
    }

    /// The newest letter to this address: subject and plain text.
    pub async fn letter_to(&self, email: &str) -> (String, String) {
        let letters: Vec<(String, String)> = sqlx::query_as(
            "select subject, text_body from letters where recipient = $1
             order by created_at desc, id desc limit 1",
        )
        .bind(email)
        .fetch_all(&self.db.read)
        .await
        .unwrap();
        letters.into_iter().next().unwrap_or_else(|| panic!("no letter to {email}"))
    }

    /// The local path of the first link in the newest letter to this address.
    pub async fn link_in_letter_to(&self, email: &str) -> String {
        let (_, text) = self.letter_to(email).await;
        let base = &self.config.public_url;
        let link = text.split_whitespace().find_map(|word| word.strip_prefix(base.as_str()));
        link.unwrap_or_else(|| panic!("no link in {text}")).to_owned()
    }
}

/// A built browser half, as far as the server looks at it.
fn site(folder: &Path) -> Assets {
    let root = folder.join("site");
    std::fs::create_dir_all(root.join("pkg")).unwrap();
    for file in ["pkg/kirana.js", "pkg/kirana.wasm", "pkg/kirana.css", "robots.txt"] {
        std::fs::write(root.join(file), "as built").unwrap();
    }
    let options = LeptosOptions::builder().output_name("kirana");
    Assets::find(&options.site_root(root.display().to_string()).build())
}

async fn start(config: &Config, clock: &Clock, site: &Assets) -> (AppState, Router) {
    let app = AppState::open(config.clone(), clock.clone(), site.clone()).await.unwrap();
    let router = server::build_router(app.clone()).unwrap();
    (app, router)
}

/// The gateway reaches whichever program is running at that address.
fn serve(listener: TcpListener, running: Arc<RwLock<(AppState, Router)>>) {
    let door = Router::new().fallback(move |request: Request| {
        let router = running.read().unwrap().1.clone();
        router.oneshot(request)
    });
    let door = door.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(axum::serve(listener, door).into_future());
}
