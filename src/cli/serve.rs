//! `kirana serve`: the shop, its jobs and, in a demonstration, the gateway's simulator, until told to
//! stop.

use super::{Stopped, create_admin};
use crate::account::Email;
use crate::catalogue;
use crate::clock;
use crate::config::{Config, GatewayMode};
use crate::jobs;
use crate::razorpay::simulator::{Options, Simulator};
use crate::server;
use crate::state::AppState;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal;
use tokio_util::sync::CancellationToken;

/// Requests and jobs in hand get so long to end.
const LAST_ANSWERS: Duration = Duration::from_secs(10);
const DEMO_ADMIN: &str = "admin@demo.kirana.example";

pub async fn run() -> Result<(), Stopped> {
    let (options, _) = super::settings()?;
    let listen = options.site_addr;
    // Both addresses are taken first: a port in use is told before anything is made.
    let listener = TcpListener::bind(listen).await.map_err(|e| format!("{listen}: {e}"))?;
    let app = super::open().await?;
    let stop = CancellationToken::new();
    let demo = app.config.gateway.mode == GatewayMode::Simulator;
    let mut simulator = None;
    let mut sign_in = None;
    if demo {
        simulator = Some(simulate(&app.config, listener.local_addr()?, stop.clone()).await?);
        catalogue::load_demo(&app).await?;
        sign_in = Some(demo_admin(&app).await?);
    }
    let mut jobs = jobs::start(app.clone(), stop.clone());
    let router = server::build_router(app.clone())?;
    say_where(&app.config, sign_in.as_deref());
    let stopping = stop.clone();
    let serve = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            told_to_stop().await;
            stopping.cancel();
        });
    let patience = async {
        stop.cancelled().await;
        tokio::time::sleep(LAST_ANSWERS).await;
    };
    tokio::select! {
        ended = serve.into_future() => ended?,
        () = patience => tracing::warn!("some requests did not end in time"),
    }
    stop.cancel();
    let ended = async {
        while jobs.join_next().await.is_some() {}
        if let Some(simulator) = simulator {
            drop(simulator.await);
        }
    };
    if tokio::time::timeout(LAST_ANSWERS, ended).await.is_err() {
        tracing::warn!("some jobs did not end in time");
    }
    app.db.close().await;
    Ok(())
}

/// Ctrl-C, or the request to end that service managers send.
pub async fn told_to_stop() {
    let interrupt = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

/// The simulator in this process, on its own address and under another host name.
async fn simulate(
    config: &Config,
    shop: SocketAddr,
    stop: CancellationToken,
) -> Result<tokio::task::JoinHandle<()>, Stopped> {
    let gateway = &config.gateway;
    let secrets = &gateway.webhook_secrets;
    let simulator = Simulator::open(Options {
        key_id: gateway.key_id.clone(),
        key_secret: gateway.key_secret.0.clone(),
        webhook_secret: secrets.first().map(|secret| secret.0.clone()).unwrap_or_default(),
        webhook_url: Some(format!("http://127.0.0.1:{}/razorpay/webhook", shop.port())),
        public_url: gateway.api_url.clone(),
        store: config.data.join("simulator.db"),
        time_scale: config.clock_speed,
    })
    .await?;
    let addr = gateway.simulator_addr;
    let listener = TcpListener::bind(addr).await.map_err(|e| format!("{addr}: {e}"))?;
    Ok(tokio::spawn(async move {
        if let Err(error) = simulator.serve(listener, stop.cancelled_owned()).await {
            tracing::error!(%error, "the simulator stopped");
        }
    }))
}

/// The demonstration's desk: a random password made at the first start and kept in the data folder.
async fn demo_admin(app: &AppState) -> Result<String, Stopped> {
    let path = app.config.data.join("admin.txt");
    if let Ok(known) = std::fs::read_to_string(&path) {
        return Ok(known.trim().to_owned());
    }
    let email = Email::parse(DEMO_ADMIN).ok_or("the demonstration's address is not one")?;
    let password: String = clock::random_token().chars().take(16).collect();
    create_admin::make(app, &email, "Demo shopkeeper", &password).await?;
    let sign_in = format!("{email} / {password}");
    keep(&path, &sign_in)?;
    Ok(sign_in)
}

fn keep(path: &Path, sign_in: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{sign_in}")
}

fn say_where(config: &Config, sign_in: Option<&str>) {
    println!();
    println!("Kirana is open at {}", config.public_url);
    if let Some(sign_in) = sign_in {
        println!("This is a demo: no real money. Letters are written to {}", config.data.join("mail").display());
        println!("Razorpay simulator at {}", config.gateway.api_url);
        println!("Admin sign-in at {}/admin: {sign_in}", config.public_url);
    }
}
