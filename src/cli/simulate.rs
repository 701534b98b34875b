//! `kirana simulate`: the Razorpay simulator by itself, for front ends and tests.

use super::Stopped;
use crate::config::{self, DEMO_KEY_ID, DEMO_KEY_SECRET, DEMO_WEBHOOK_SECRET};
use crate::razorpay::simulator::{Options, Simulator};
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::net::TcpListener;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address and port.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3001")]
    listen: SocketAddr,
    /// Where events go; without it they are kept.
    #[arg(long, value_name = "URL", value_parser = web_address)]
    webhook_url: Option<String>,
    /// As browsers reach it [default: http://localhost:PORT].
    #[arg(long, value_name = "URL", value_parser = web_address)]
    public_url: Option<String>,
    /// Its books, an SQLite file.
    #[arg(long, value_name = "PATH", default_value = "data/simulator.db")]
    store: PathBuf,
    /// How much faster than the wall's clock its time runs; 0 stands still until told.
    #[arg(long, value_name = "N", default_value_t = 1)]
    time_scale: u32,
}

fn web_address(text: &str) -> Result<String, String> {
    match reqwest::Url::parse(text).map_err(|e| e.to_string())? {
        url if matches!(url.scheme(), "http" | "https") => Ok(text.to_owned()),
        _ => Err("it begins with neither http:// nor https://".to_owned()),
    }
}

pub async fn run(args: Args) -> Result<(), Stopped> {
    let keys = config::simulator_keys();
    let listen = args.listen;
    let listener = TcpListener::bind(listen).await.map_err(|e| format!("{listen}: {e}"))?;
    // Port 0 is any free one: only now is it known which.
    let port = listener.local_addr()?.port();
    let options = Options {
        key_id: keys.0.unwrap_or_else(|| DEMO_KEY_ID.to_owned()),
        key_secret: keys.1.unwrap_or_else(|| DEMO_KEY_SECRET.to_owned()),
        webhook_secret: keys.2.unwrap_or_else(|| DEMO_WEBHOOK_SECRET.to_owned()),
        webhook_url: args.webhook_url,
        public_url: args.public_url.unwrap_or_else(|| format!("http://localhost:{port}")),
        store: args.store,
        time_scale: args.time_scale,
    };
    if let Some(folder) = options.store.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let address = options.public_url.clone();
    let simulator = Simulator::open(options).await?;
    println!("Razorpay simulator at {address} (no real money)");
    simulator.serve(listener, super::serve::told_to_stop()).await?;
    Ok(())
}
