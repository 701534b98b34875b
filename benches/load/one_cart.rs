//! Thirty-two connections add to one and the same cart for ten seconds. Whatever was answered with
//! success must be in it, to the unit. A cart holds only so much, so it is compared and emptied
//! whenever it is nearly full.

use crate::api::{add, cart, plenty_of_some};
use crate::client::{self, Asks, Load, Row};
use crate::{Failed, Shop};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const CONNECTIONS: usize = 32;
const LASTING: Duration = Duration::from_secs(10);
/// Fifty lines of at most 99 units, evenly filled.
const LINES: usize = 50;
const FULL: usize = LINES * 99;

pub async fn measure(shop: &Shop) -> Result<(), Failed> {
    let products = Arc::new(plenty_of_some(&shop.app).await?[..LINES].to_vec());
    let shop = shop.at;
    let token = cart(shop, &products).await?;
    let (mut all, mut fillings) = (Row::default(), 0);
    empty(shop, &token).await?;
    while all.lasted < LASTING {
        let row = fill(shop, &token, &products, LASTING - all.lasted).await?;
        let there = units(shop, &token).await?;
        if there != row.times.len() {
            let added = row.times.len();
            return Err(format!("{added} units were acknowledged, {there} are there").into());
        }
        fillings += 1;
        all.add(row);
        empty(shop, &token).await?;
    }
    println!("\n| one cart | connections | requests/s | p50 ms | p99 ms |\n|---|---|---|---|---|");
    println!("| add | {CONNECTIONS} | {all} |");
    println!(
        "Acknowledged: {0} units in {fillings} fillings; found in the cart: {0}. None lost, none \
         doubled.",
        all.times.len()
    );
    Ok(())
}

/// Until the cart is full or the time is over.
async fn fill(
    shop: SocketAddr,
    token: &str,
    products: &Arc<Vec<String>>,
    lasting: Duration,
) -> Result<Row, Failed> {
    let asked = Arc::new(AtomicUsize::new(0));
    let asks: Vec<Asks> = (0..CONNECTIONS)
        .map(|_| {
            let (asked, products, token) = (asked.clone(), products.clone(), token.to_owned());
            let next = move |_| {
                let number = asked.fetch_add(1, Ordering::Relaxed);
                (number < FULL).then(|| add(Some(&token), &products[number % LINES]))
            };
            Arc::new(next) as Asks
        })
        .collect();
    Load { to: shop, asks }.run(lasting).await
}

async fn read(shop: SocketAddr, token: &str) -> Result<Value, Failed> {
    let request = client::request("GET", "/api/cart", &[("Cart-Token", token)], "");
    Ok(serde_json::from_str(&client::ask(shop, &request).await?.body)?)
}

async fn units(shop: SocketAddr, token: &str) -> Result<usize, Failed> {
    let cart = read(shop, token).await?;
    let lines = cart["items"].as_array().ok_or("no items")?;
    let units = lines.iter().filter_map(|line| line["quantity"].as_u64()).sum::<u64>();
    Ok(usize::try_from(units)?)
}

async fn empty(shop: SocketAddr, token: &str) -> Result<(), Failed> {
    let cart = read(shop, token).await?;
    let tag = format!(
        "\"{}.{}\"",
        cart["id"].as_str().unwrap_or_default(),
        cart["version"].as_i64().unwrap_or_default()
    );
    let fields = [("Cart-Token", token), ("If-Match", tag.as_str())];
    client::ask(shop, &client::request("DELETE", "/api/cart", &fields, "")).await?;
    match units(shop, token).await? {
        0 => Ok(()),
        left => Err(format!("{left} units stay in an emptied cart").into()),
    }
}
