//! The cart page beside a bare handler, and the search.

use crate::client::{self, Load, Row};
use crate::statements::Statements;
use crate::{EACH, Failed, PRODUCTS, Shop, WARM_UP, serve};
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::routing::get;
use kirana::catalogue::{self, Search};
use kirana::state::AppState;
use serde_json::json;
use sqlx::Row as _;
use std::net::SocketAddr;
use std::time::Instant;

/// A page as browsers ask for it, brotli accepted.
fn page(cookie: &str) -> String {
    let fields = [("Accept", "text/html"), ("Accept-Encoding", "br"), ("Cookie", cookie)];
    client::request("GET", "/cart", &fields, "")
}

pub async fn measure(shop: &Shop, statements: &Statements) -> Result<(), Failed> {
    let cookie = fill_a_cart(shop.at).await?;
    // The first look takes the forms' flash away; the page as it is seen from then on is measured.
    client::ask(shop.at, &page(&cookie)).await?;
    statements.start();
    client::ask(shop.at, &page(&cookie)).await?;
    let seen = statements.stop();
    println!("The cart page runs {} statements; the bare handler runs the same ones.", seen.len());
    let bare = serve(bare(shop.app.clone(), seen, &cookie)).await?;

    println!("\n| cart page, {PRODUCTS} products | connections | requests/s | p50 ms | p99 ms |");
    println!("|---|---|---|---|---|");
    let mut ratio = Vec::new();
    for connections in [1, 32] {
        let floor = run("bare handler", bare, connections, &cookie).await?;
        let page = run("shop", shop.at, connections, &cookie).await?;
        ratio.push((connections, page.beside(&floor)));
    }
    for (connections, ratio) in ratio {
        println!("Shop to bare handler at {connections}: {ratio:.2}");
    }
    Ok(())
}

/// Puts five products into a guest's cart through the shop's own forms; gives back the cookie.
async fn fill_a_cart(shop: SocketAddr) -> Result<String, Failed> {
    let mut cookie = String::new();
    for slug in ["assam-tea", "garam-masala", "kaju-katli", "darjeeling-first-flush", "toor-dal"] {
        let look = client::request("GET", &format!("/products/{slug}"), &[("Cookie", &cookie)], "");
        let page = client::ask(shop, &look).await?;
        let Some(product) = page.body.split("name=\"product\" value=\"").nth(1) else { continue };
        let product = product.split('"').next().unwrap_or_default();
        let form = format!("product={product}&quantity=1");
        let kind = ("Content-Type", "application/x-www-form-urlencoded");
        let add = client::request("POST", "/do/cart/add", &[kind, ("Cookie", &cookie)], &form);
        cookie = client::ask(shop, &add).await?.cookie.unwrap_or(cookie);
    }
    Ok(cookie)
}

async fn run(name: &str, to: SocketAddr, connections: usize, cookie: &str) -> Result<Row, Failed> {
    let load = Load::same(to, page(cookie), connections);
    load.run(WARM_UP).await?;
    let row = load.run(EACH).await?;
    println!("| {name} | {connections} | {row} |");
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
pub async fn search(app: &AppState) -> Result<(), Failed> {
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
