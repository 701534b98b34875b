//! The shop under load, side by side in one run with bare axum + sqlx handlers that run the very
//! same statements: the cart page, the search, the JSON API, and one cart that everybody adds to.
//! `cargo bench --bench load`; behind `--` come the parts that are wanted (`page`, `api`,
//! `one-cart`), all of them if none is named.
//!
//! Bounded: some seconds a row, only this machine, stops by itself.

mod api;
mod bare;
mod client;
mod known;
mod one_cart;
mod page;
mod statements;

// The gateway of the kill runs: the simulator as a process of its own.
macro_rules! shared {
    ($($name:ident at $path:literal;)+) => {
        $(#[allow(dead_code, clippy::unwrap_used, reason = "the kill runs' own")]
        #[path = $path]
        mod $name;)+
    };
}
shared! {
    gateway at "../../tests/kill/gateway.rs";
    program at "../../tests/kill/program.rs";
}

use axum::Router;
use gateway::Gateway;
use kirana::catalogue;
use kirana::clock::Clock;
use kirana::state::AppState;
use kirana::web::{self, Assets};
use kirana::{config, server};
use statements::Statements;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PRODUCTS: i64 = 10_000;
const WARM_UP: Duration = Duration::from_secs(1);
const EACH: Duration = Duration::from_secs(4);

type Failed = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let named: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let wants = |part: &str| named.is_empty() || named.iter().any(|it| it == part);
    let statements = Statements::watch();
    // The client wants to know how TLS would be, though nothing here is reached through it.
    drop(rustls::crypto::ring::default_provider().install_default());
    let folder = tempfile::tempdir()?;
    // Nobody pays here, so no webhook comes.
    let nobody = SocketAddr::from(([127, 0, 0, 1], 9));
    let gateway = Gateway::open(folder.path(), nobody, reqwest::Client::new()).await;
    let database = std::env::var("TEST_DATABASE_URL").ok();
    let shop = Shop::open(&folder.path().join("shop"), &gateway, database, PRODUCTS).await?;
    println!("On {:?}", shop.app.db.kind);
    if wants("page") {
        page::measure(&shop, &statements).await?;
        page::search(&shop.app).await?;
    }
    if wants("api") {
        api::measure(&shop, &statements).await?;
    }
    if wants("one-cart") {
        one_cart::measure(&shop).await?;
    }
    shop.app.db.close().await;
    Ok(())
}

/// No jobs running, and no limit on how often one peer may ask.
pub struct Shop {
    pub app: AppState,
    pub at: SocketAddr,
}

impl Shop {
    async fn open(
        folder: &Path,
        gateway: &Gateway,
        database: Option<String>,
        products: i64,
    ) -> Result<Shop, Failed> {
        let folder = folder.display().to_string();
        let config = config::read(&|name| match name {
            "KIRANA_DATA" => Some(folder.clone()),
            "DATABASE_URL" => database.clone(),
            "KIRANA_API_REQUESTS_PER_MINUTE" => Some("1000000".to_owned()),
            "KIRANA_TRUSTED_PROXIES" => Some("127.0.0.1".to_owned()),
            "RAZORPAY_API_URL" => Some(gateway.url.clone()),
            "RAZORPAY_WEBHOOK_SECRET" => Some(gateway::WEBHOOK_SECRET.to_owned()),
            _ => None,
        })?;
        let app = AppState::open(config, Clock::System, Assets::default()).await?;
        catalogue::load_demo(&app).await?;
        catalogue::grow(&app, products).await?;
        let at = serve(server::build_router(app.clone())?).await?;
        Ok(Shop { app, at })
    }
}

/// As the program serves it; the bare handlers, too.
async fn serve(router: Router) -> Result<SocketAddr, Failed> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let at = listener.local_addr()?;
    let most = web::most_connections();
    tokio::spawn(web::serve(listener, router, most, CancellationToken::new()));
    Ok(at)
}
