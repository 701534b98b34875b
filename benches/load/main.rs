//! The cart page under load, side by side in one run with a bare axum + sqlx handler that runs the
//! very same statements; then the search, and the program's start. `cargo bench --bench load`.
//!
//! Bounded: five seconds a row, only this machine, stops by itself.

mod client;
mod statements;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::routing::get;
use client::{Load, Row};
use kirana::catalogue::{self, Search};
use kirana::clock::Clock;
use kirana::state::AppState;
use kirana::web::Assets;
use kirana::{config, server};
use serde_json::json;
use sqlx::Row as _;
use statements::Statements;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

const PRODUCTS: i64 = 10_000;
const EACH: Duration = Duration::from_secs(5);

type Failed = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let statements = Statements::watch();
    let folder = tempfile::tempdir()?;
    let data = folder.path().display().to_string();
    let config = config::read(&|name| match name {
        "KIRANA_DATA" => Some(data.clone()),
        "DATABASE_URL" => std::env::var("TEST_DATABASE_URL").ok(),
        _ => None,
    })?;
    let app = AppState::open(config, Clock::System, Assets::default()).await?;
    catalogue::load_demo(&app).await?;
    catalogue::grow(&app, PRODUCTS).await?;
    let shop = serve(server::build_router(app.clone())?).await?;

    let cookie = fill_a_cart(shop).await?;
    // The first look takes the forms' flash away; the page as it is seen from then on is measured.
    client::get(shop, "/cart", &cookie).await?;
    statements.start();
    client::get(shop, "/cart", &cookie).await?;
    let seen = statements.stop();
    println!("The cart page runs {} statements; the bare handler runs the same ones.", seen.len());
    let bare = serve(bare(app.clone(), seen, &cookie)).await?;

    println!("\n| cart page, {PRODUCTS} products | connections | requests/s | p50 ms | p99 ms |");
    println!("|---|---|---|---|---|");
    let mut ratio = Vec::new();
    for connections in [1, 32] {
        let floor = run("bare handler", bare, connections, &cookie).await?;
        let page = run("shop", shop, connections, &cookie).await?;
        ratio.push((connections, page.beside(&floor)));
    }
    for (connections, ratio) in ratio {
        println!("Shop to bare handler at {connections}: {ratio:.2}");
    }
    search(&app).await?;
    app.db.close().await;
    Ok(())
}

async fn serve(router: Router) -> Result<SocketAddr, Failed> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    Ok(address)
}

/// Puts five products into a guest's cart through the shop's own forms; gives back the cookie.
async fn fill_a_cart(shop: SocketAddr) -> Result<String, Failed> {
    let mut cookie = String::new();
    for slug in ["assam-tea", "garam-masala", "kaju-katli", "darjeeling-first-flush", "toor-dal"] {
        let page = client::get(shop, &format!("/products/{slug}"), &cookie).await?;
        let Some(product) = page.body.split("name=\"product\" value=\"").nth(1) else { continue };
        let product = product.split('"').next().unwrap_or_default();
        let form = format!("product={product}&quantity=1");
        let answer = client::post(shop, "/do/cart/add", &cookie, &form).await?;
        cookie = answer.cookie.unwrap_or(cookie);
    }
    Ok(cookie)
}

async fn run(name: &str, to: SocketAddr, connections: usize, cookie: &str) -> Result<Row, Failed> {
    let load = Load { to, path: "/cart", cookie, connections };
    load.run(Duration::from_secs(1)).await?;
    let row = load.run(EACH).await?;
    println!(
        "| {name} | {connections} | {:.0} | {:.2} | {:.2} |",
        row.per_second(),
        row.percentile_ms(50),
        row.percentile_ms(99)
    );
    Ok(row)
}

#[derive(Clone)]
struct Bare {
    app: AppState,
    statements: Vec<&'static str>,
    session: String,
}

/// What a handler without any shop around it does: the same statements, the rows as JSON.
fn bare(app: AppState, statements: Vec<String>, cookie: &str) -> Router {
    use sha2::Digest;
    let token = cookie.split('=').nth(1).unwrap_or_default();
    let session = hex::encode(sha2::Sha256::digest(token.as_bytes()));
    let statements =
        statements.into_iter().map(|text| &*Box::leak(text.into_boxed_str())).collect();
    Router::new().route("/cart", get(bare_cart)).with_state(Bare { app, statements, session })
}

async fn bare_cart(State(bare): State<Bare>) -> ([(header::HeaderName, &'static str); 1], String) {
    let mut cart = Vec::new();
    for statement in &bare.statements {
        let mut query = sqlx::query(*statement).bind(&bare.session);
        if statement.contains("$2") {
            query = query.bind(bare.app.now());
        }
        let rows = query.fetch_all(&bare.app.db.read).await.unwrap_or_default();
        for row in rows {
            if let (Ok(name), Ok(quantity)) =
                (row.try_get::<String, _>("name"), row.try_get::<i64, _>("quantity"))
            {
                cart.push(json!({ "name": name, "quantity": quantity }));
            }
        }
    }
    ([(header::CONTENT_TYPE, "application/json")], json!(cart).to_string())
}

/// Words that match many products, few and none, five hundred times each.
async fn search(app: &AppState) -> Result<(), Failed> {
    println!("\n| search, {PRODUCTS} products | found | p50 ms | p99 ms |\n|---|---|---|---|");
    for text in ["", "tea", "t", "organic assam tea", "masala 100", "zzz"] {
        let search = Search { text: text.to_owned(), page: 1, ..Search::default() };
        let (mut times, mut found) = (Vec::new(), 0);
        for _ in 0..500 {
            let mut connection = app.db.read.acquire().await?;
            let began = Instant::now();
            found = catalogue::service::list(&mut connection, &search).await?.total;
            times.push(began.elapsed());
        }
        let row = Row { times, lasted: EACH };
        println!(
            "| {text:?} | {found} | {:.2} | {:.2} |",
            row.percentile_ms(50),
            row.percentile_ms(99)
        );
    }
    Ok(())
}
