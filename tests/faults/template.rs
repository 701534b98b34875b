//! What every world begins with: a migrated database with a small shelf, a shopkeeper who is signed
//! in, and two customers with accounts. Made once, copied for each seed.

use crate::answers::{self, Jar};
use crate::world::{EARLIER_SECRET, NOW, PUBLIC_URL, WEBHOOK_SECRET};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use kirana::account::{self, Email};
use kirana::catalogue::{NewProduct, service};
use kirana::clock::Clock;
use kirana::config::{self, Config};
use kirana::db::Connection;
use kirana::error::Fault;
use kirana::money::{Paise, TaxRate};
use kirana::state::AppState;
use kirana::web::Assets;
use kirana::{faults, server, transact};
use leptos::config::LeptosOptions;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

pub const PASSWORD: &str = "green tea, no sugar";
pub const DESK: &str = "desk@example.in";
pub const CUSTOMERS: [&str; 2] = ["asha@example.in", "ravi@example.in"];

/// Slug, price in paise, tax in basis points, units. Some are scarce, so that shoppers collide.
const SHELF: [(&str, i64, i64, i64); 4] = [
    ("assam-tea", 18_500, 500, 500),
    ("cow-ghee", 62_000, 1_200, 8),
    ("soan-papdi", 9_900, 500, 4),
    ("saffron", 45_000, 500, 1),
];

pub struct Template {
    pub site: Assets,
    pub desk: Vec<(String, String)>,
    pub products: Vec<(String, i64)>,
    /// The SQLite file, or the address of the PostgreSQL database that is copied.
    pub database: Database,
    _folder: tempfile::TempDir,
}

pub enum Database {
    File(PathBuf),
    Postgres { server: String, name: String },
}

/// A folder in memory where the machine has one.
pub fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.unwrap()
}

pub fn template() -> &'static Template {
    static MADE: OnceLock<Template> = OnceLock::new();
    MADE.get_or_init(|| {
        // On a thread of its own: whoever asks may be inside a runtime already.
        std::thread::spawn(|| runtime().block_on(make())).join().unwrap()
    })
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

pub fn settings(url: &str, data: &Path, gateway: &str) -> Config {
    let known = [
        ("DATABASE_URL", url.to_owned()),
        ("KIRANA_DATA", data.display().to_string()),
        ("KIRANA_PUBLIC_URL", PUBLIC_URL.to_owned()),
        ("RAZORPAY_API_URL", gateway.to_owned()),
        ("RAZORPAY_WEBHOOK_SECRET", WEBHOOK_SECRET.to_owned()),
        ("RAZORPAY_WEBHOOK_SECRET_PREVIOUS", EARLIER_SECRET.to_owned()),
        ("SESSION_SECRET", "a secret of thirty-two characters".to_owned()),
    ];
    config::read(&|name| known.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone())).unwrap()
}

async fn make() -> Template {
    faults::seed(0);
    let folder = folder();
    let database = match std::env::var("TEST_DATABASE_URL") {
        Ok(server) if server.starts_with("postgres") => {
            let name = format!("faults_{}", std::process::id());
            order(&server, &format!("create database {name}")).await;
            Database::Postgres { server, name }
        }
        _ => Database::File(folder.path().join("template.db")),
    };
    let url = match &database {
        Database::File(path) => format!("sqlite:{}", path.display()),
        Database::Postgres { server, name } => beside(server, name),
    };
    let site = site(folder.path());
    let config = settings(&url, &folder.path().join("data"), "http://127.0.0.1:9");
    let app = AppState::open(config, Clock::set(NOW), site.clone()).await.unwrap();
    let done: Result<Vec<(String, i64)>, Fault> = transact!(app.db, |tx| fill(&mut tx).await);
    let products = done.unwrap();
    let hash = app.passwords.hash(PASSWORD).await.unwrap();
    for email in CUSTOMERS.into_iter().chain([DESK]) {
        let email = Email::parse(email).unwrap();
        let made: Result<String, Fault> = transact!(app.db, |tx| {
            account::service::create_admin(&mut tx, &email, "Mira", &hash, NOW).await
        });
        made.unwrap();
    }
    let others = "update users set admin_since = null where email <> $1";
    sqlx::query(others).bind(DESK).execute(&app.db.write).await.unwrap();
    let desk = signed_in(&app, DESK).await;
    if matches!(database, Database::File(_)) {
        sqlx::query("pragma wal_checkpoint(truncate)").execute(&app.db.write).await.unwrap();
    }
    app.db.close().await;
    Template { site, desk, products, database, _folder: folder }
}

async fn fill(connection: &mut Connection) -> Result<Vec<(String, i64)>, Fault> {
    let category = service::put_category(connection, "larder", "Larder", "All of it.", 1).await?;
    let category = category.unwrap();
    let mut products = Vec::new();
    for (slug, price, tax, stock) in SHELF {
        let product = NewProduct {
            category_id: category.clone(),
            slug: slug.to_owned(),
            name: slug.to_owned(),
            description: "As good as at home.".to_owned(),
            pack: "250 g".to_owned(),
            pictures: vec![format!("/pictures/{slug}.svg")],
            price: Paise(price),
            mrp: Paise(price * 2),
            tax_rate: TaxRate(tax),
            hsn: "0902".to_owned(),
            stock,
        };
        products.push((service::put_product(connection, &product, NOW).await?, price));
    }
    Ok(products)
}

async fn signed_in(app: &AppState, email: &str) -> Vec<(String, String)> {
    let jar = Jar::default();
    let form = [("email", email), ("password", PASSWORD)];
    let form = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut request = Request::post("/do/account/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, PUBLIC_URL)
        .body(Body::from(answers::encode(&form)))
        .unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 9))));
    let router = server::build_router(app.clone()).unwrap();
    let answer = answers::ask(router, request, Some(jar.clone())).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    jar.take()
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

/// The address of another database on the same PostgreSQL.
pub fn beside(server: &str, name: &str) -> String {
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/{name}")
}

/// One statement that no transaction may hold, such as making a database.
pub async fn order(server: &str, statement: &str) {
    use sqlx::Connection as _;
    kirana::db::install_drivers();
    let mut connection = sqlx::AnyConnection::connect(server).await.unwrap();
    let statement = sqlx::AssertSqlSafe(statement.to_owned());
    sqlx::query(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}
