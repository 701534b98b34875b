//! The JSON API beside bare handlers: the same requests to both, at one connection and at many.

use crate::bare::{self, Bare};
use crate::client::{self, Asks, Load, Row};
use crate::gateway::WEBHOOK_SECRET;
use crate::statements::Statements;
use crate::{Failed, PRODUCTS, Shop, serve};
use kirana::clock;
use kirana::db::Kind;
use kirana::razorpay::WebhookSecret;
use kirana::razorpay::signature::sign_webhook;
use kirana::state::AppState;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

const CONNECTIONS: [usize; 3] = [1, 32, 256];
const WARM_UP: Duration = Duration::from_millis(500);
const EACH: Duration = Duration::from_millis(2_500);
/// Shop and bare handler take turns, so that a machine whose speed wavers is slow for both.
const TURNS: u32 = 2;
/// Products in a cart that is read, and in one that grows.
const LINES: usize = 5;
/// Units that go into one cart before the next one is taken: most of what five lines hold.
const ADDS: usize = 480;
/// Carts that wait for the rows of adding, and of ordering (one each).
const CARTS: usize = 3_000;
const ORDERS: usize = 12_000;

/// What is asked, and how.
struct Address {
    name: &'static str,
    path: &'static str,
    is_read: bool,
    asks: Box<dyn Fn() -> Asks>,
}

pub async fn measure(shop: &Shop, statements: &Statements) -> Result<(), Failed> {
    let mut handlers = Vec::new();
    let all = addresses(shop, CARTS, ORDERS).await?;
    for address in &all {
        let request = (address.asks)()(0).ok_or("nothing to ask")?;
        statements.start();
        let answer = client::ask(shop.at, &request).await?;
        let seen = statements.stop();
        if !answer.head.starts_with("HTTP/1.1 20") {
            return Err(format!("{}: {} {}", address.name, answer.head, answer.body).into());
        }
        let bare = Bare::of(&shop.app, seen)?;
        handlers.push((address.path, if address.is_read { bare.get() } else { bare.post() }));
    }
    let floor = serve(bare::router(handlers)).await?;
    println!(
        "\n| API, {PRODUCTS} products | connections | requests/s | p50 ms | p99 ms | bare handler: \
         requests/s | p50 ms | p99 ms | shop to bare |\n|---|---|---|---|---|---|---|---|---|"
    );
    for address in &all {
        for connections in CONNECTIONS {
            let asks = || (0..connections).map(|_| (address.asks)()).collect();
            let mut rows = [Row::default(), Row::default()];
            for _ in 0..TURNS {
                for (to, row) in [floor, shop.at].into_iter().zip(&mut rows) {
                    Load { to, asks: asks() }.run(WARM_UP).await?;
                    if shop.app.db.kind == Kind::Postgres {
                        take_stock(shop).await?;
                        Load { to, asks: asks() }.run(WARM_UP).await?;
                    }
                    row.add(Load { to, asks: asks() }.run(EACH / TURNS).await?);
                }
            }
            let [bare, shop] = &rows;
            let ratio = shop.beside(bare);
            println!("| {} | {connections} | {shop} | {bare} | {ratio:.2} |", address.name);
        }
    }
    Ok(())
}

/// PostgreSQL keeps the plans that it made for small tables until it counts their rows again,
/// within a minute; a row is over sooner.
async fn take_stock(shop: &Shop) -> Result<(), Failed> {
    sqlx::query("analyze").execute(&shop.app.db.write).await?;
    Ok(())
}

async fn addresses(shop: &Shop, carts: usize, orders: usize) -> Result<Vec<Address>, Failed> {
    let products = plenty_of_some(&shop.app).await?;
    let read = cart(shop.at, &products).await?;
    let read = client::request("GET", "/api/cart", &[("Cart-Token", &read)], "");
    let list = client::request("GET", "/api/products", &[], "");
    let growing = Carts::filled(shop.at, &products, carts).await?;
    let ordered = Carts::filled(shop.at, &products, orders).await?;
    Ok(vec![
        address("cart read", "/api/cart", true, move || always(&read)),
        address("cart add", "/api/cart/add", false, move || adds(&growing, &products)),
        address("product list", "/api/products", true, move || always(&list)),
        address("create from cart", "/api/payments/create-from-cart", false, move || {
            order(&ordered)
        }),
        address("webhook", "/razorpay/webhook", false, webhooks),
    ])
}

fn address(
    name: &'static str,
    path: &'static str,
    is_read: bool,
    asks: impl Fn() -> Asks + 'static,
) -> Address {
    Address { name, path, is_read, asks: Box::new(asks) }
}

fn always(request: &str) -> Asks {
    let request = request.to_owned();
    Arc::new(move |_| Some(request.clone()))
}

/// A connection fills one cart after the other.
fn adds(carts: &Arc<Carts>, products: &[String]) -> Asks {
    let (carts, products) = (carts.clone(), products.to_vec());
    let mine = AtomicUsize::new(0);
    Arc::new(move |nth| {
        if nth.is_multiple_of(ADDS) {
            mine.store(carts.next.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        }
        let token = carts.tokens.get(mine.load(Ordering::Relaxed))?;
        Some(add(Some(token), &products[nth % LINES]))
    })
}

/// Each request orders a cart of its own, from an address of its own: the shop takes only so many
/// orders a minute from one.
fn order(carts: &Arc<Carts>) -> Asks {
    static PEERS: AtomicU32 = AtomicU32::new(0x0a00_0001);
    let carts = carts.clone();
    let body = json!({
        "email": "asha@example.in",
        "address": { "name": "Asha Rao", "phone": "98765 43210", "line1": "12, MG Road",
                     "city": "Bengaluru", "state": "29", "pin": "560001" },
    });
    let body = body.to_string();
    Arc::new(move |_| {
        let token = carts.tokens.get(carts.next.fetch_add(1, Ordering::Relaxed))?;
        let peer = std::net::Ipv4Addr::from_bits(PEERS.fetch_add(1, Ordering::Relaxed));
        let peer = peer.to_string();
        let fields =
            [("Cart-Token", token.as_str()), ("X-Forwarded-For", &peer), ("Content-Type", JSON)];
        Some(client::request("POST", "/api/payments/create-from-cart", &fields, &body))
    })
}

/// Of Razorpay's form and signed as they are, each with an id of its own.
fn webhooks() -> Asks {
    let body = json!({
        "entity": "event", "account_id": "acc_Kirana0000001", "event": "payment.captured",
        "contains": ["payment"], "created_at": 1_700_000_000,
        "payload": { "payment": { "entity": {
            "id": "pay_Bench000000001", "entity": "payment", "amount": 41_900, "currency": "INR",
            "status": "captured", "order_id": "order_Bench00000001", "method": "upi",
            "captured": true, "email": "asha@example.in", "contact": "+919876543210",
            "created_at": 1_700_000_000 } } },
    });
    let body = body.to_string();
    let signature = sign_webhook(&WebhookSecret::new(WEBHOOK_SECRET), body.as_bytes());
    Arc::new(move |_| {
        // Of the form that the gateway's ids have; others are not believed to tell events apart.
        let id = clock::new_id().replace('-', "");
        let fields = [("X-Razorpay-Signature", signature.as_str()), ("X-Razorpay-Event-Id", &id)];
        Some(client::request("POST", "/razorpay/webhook", &fields, &body))
    })
}

const JSON: &str = "application/json";

/// Guests' carts with one unit each.
struct Carts {
    tokens: Vec<String>,
    next: AtomicUsize,
}

impl Carts {
    async fn filled(
        shop: SocketAddr,
        products: &[String],
        many: usize,
    ) -> Result<Arc<Carts>, Failed> {
        let makers = (0..32).map(|_| async {
            let mut tokens = Vec::new();
            for at in 0..many / 32 {
                tokens.push(new_cart(shop, &products[at % products.len()]).await?);
            }
            Ok::<_, Failed>(tokens)
        });
        let tokens = futures_util::future::try_join_all(makers).await?.concat();
        Ok(Arc::new(Carts { tokens, next: AtomicUsize::new(0) }))
    }
}

/// A cart of five lines.
pub async fn cart(shop: SocketAddr, products: &[String]) -> Result<String, Failed> {
    let token = new_cart(shop, &products[0]).await?;
    for product in &products[1..LINES] {
        client::ask(shop, &add(Some(&token), product)).await?;
    }
    Ok(token)
}

async fn new_cart(shop: SocketAddr, product: &str) -> Result<String, Failed> {
    let answer = client::ask(shop, &add(None, product)).await?;
    let cart: Value = serde_json::from_str(&answer.body)?;
    Ok(cart["cart_token"].as_str().ok_or("no cart token")?.to_owned())
}

pub fn add(token: Option<&str>, product: &str) -> String {
    let body = json!({ "product_id": product, "quantity": 1 }).to_string();
    let kind = ("Content-Type", JSON);
    match token {
        None => client::request("POST", "/api/cart/add", &[kind], &body),
        Some(token) => {
            client::request("POST", "/api/cart/add", &[kind, ("Cart-Token", token)], &body)
        }
    }
}

/// A hundred products, so that orders seldom want the same one, with more units than can be sold.
pub async fn plenty_of_some(app: &AppState) -> Result<Vec<String>, Failed> {
    let ids: Vec<(String,)> =
        sqlx::query_as("select id from products where withdrawn_at is null order by id limit 100")
            .fetch_all(&app.db.read)
            .await?;
    let ids: Vec<String> = ids.into_iter().map(|row| row.0).collect();
    for id in &ids {
        sqlx::query("update products set on_hand = on_hand + 1000000 where id = $1")
            .bind(id)
            .execute(&app.db.write)
            .await?;
    }
    Ok(ids)
}
