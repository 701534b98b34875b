//! `kirana serve`: the shop, its jobs and, in a demonstration, the gateway's simulator, until told
//! to stop.

use super::{Stopped, create_admin};
use crate::account::Email;
use crate::catalogue;
use crate::config::{Config, GatewayMode};
use crate::jobs;
use crate::razorpay::simulator::{Options, Simulator};
use crate::server;
use crate::state::AppState;
use crate::web;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};
use tokio::signal;
use tokio_util::sync::CancellationToken;

/// Requests and jobs in hand get so long to end.
const LAST_ANSWERS: Duration = Duration::from_secs(10);
/// And the database so long to close; what was committed is safe either way.
const LAST_WRITES: Duration = Duration::from_secs(2);
/// Connections that may wait to be taken. One that finds no place asks again only after a second.
const BACKLOG: u32 = 4_096;
const DEMO_ADMIN: &str = "admin@demo.kirana.example";

pub async fn run() -> Result<(), Stopped> {
    let (options, _) = super::settings()?;
    let listen = options.site_addr;
    // The address is taken first: a port in use is told before anything is made.
    let listener = listen_at(listen).map_err(|e| format!("{listen}: {e}"))?;
    let app = super::open().await?;
    let stop = CancellationToken::new();
    let demo = app.config.gateway.mode == GatewayMode::Simulator;
    let mut simulator = None;
    let mut sign_in = None;
    if demo {
        simulator = Some(simulate(&app.config, listener.local_addr()?, stop.clone()).await?);
        let is_new = catalogue::load_demo(&app).await? > 0;
        sign_in = Some(demo_admin(&app, is_new).await?);
    }
    let mut jobs = jobs::start(app.clone(), stop.clone());
    let router = server::build_router(app.clone())?;
    say_where(&app.config, sign_in.as_deref());
    let told = stop.clone();
    tokio::spawn(async move {
        told_to_stop().await;
        told.cancel();
    });
    let all_ended = async {
        web::serve(listener, router, web::most_connections(), stop.clone()).await;
        while jobs.join_next().await.is_some() {}
        if let Some(simulator) = simulator {
            drop(simulator.await);
        }
    };
    let patience = async {
        stop.cancelled().await;
        tokio::time::sleep(LAST_ANSWERS).await;
    };
    tokio::select! {
        () = all_ended => {}
        () = patience => tracing::warn!("some requests or jobs did not end in time"),
    }
    if tokio::time::timeout(LAST_WRITES, app.db.close()).await.is_err() {
        tracing::warn!("the database was left open");
    }
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
        webhook_url: Some(format!("http://{}/razorpay/webhook", reachable(shop))),
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

fn listen_at(addr: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match addr {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // A shop that is started again takes its address back at once.
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    socket.listen(BACKLOG)
}

/// Where this machine itself reaches the shop.
fn reachable(shop: SocketAddr) -> SocketAddr {
    match shop {
        SocketAddr::V4(_) if shop.ip().is_unspecified() => {
            (Ipv4Addr::LOCALHOST, shop.port()).into()
        }
        SocketAddr::V6(_) if shop.ip().is_unspecified() => {
            (Ipv6Addr::LOCALHOST, shop.port()).into()
        }
        named => named,
    }
}

/// The demonstration's desk: a random password made at the first start and kept in the data folder,
/// from where a database that is new beside an older folder gets it again.
async fn demo_admin(app: &AppState, is_new: bool) -> Result<String, Stopped> {
    let path = app.config.data.join("admin.txt");
    let kept = std::fs::read_to_string(&path).ok().map(|text| text.trim().to_owned());
    if let (Some(sign_in), false) = (&kept, is_new) {
        return Ok(sign_in.clone());
    }
    let known = kept.as_deref().and_then(|text| text.split_once(" / "));
    let password = match known {
        Some((_, password)) => password.to_owned(),
        None => create_admin::generated(),
    };
    let email = known.map_or(DEMO_ADMIN, |(email, _)| email);
    let email = Email::parse(email).ok_or("the address in admin.txt is not one")?;
    create_admin::make(app, &email, "Demo shopkeeper", &password).await?;
    let sign_in = format!("{email} / {password}");
    if kept.as_ref() != Some(&sign_in) {
        keep(&path, &sign_in)?;
    }
    Ok(sign_in)
}

fn keep(path: &Path, sign_in: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(path)?;
    writeln!(file, "{sign_in}")
}

fn say_where(config: &Config, sign_in: Option<&str>) {
    println!();
    println!("Kirana is open at {}", config.public_url);
    if let Some(sign_in) = sign_in {
        println!(
            "This is a demo: no real money. Letters are written to {}",
            config.data.join("mail").display()
        );
        println!("Razorpay simulator at {}", config.gateway.api_url);
        println!("Admin sign-in at {}/admin: {sign_in}", config.public_url);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::service::check_sign_in;
    use crate::clock::Clock;
    use crate::testing::fresh_db;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_shop_on_all_addresses_is_reached_on_this_machine() {
        for (listens, reached) in [
            ("0.0.0.0:3000", "127.0.0.1:3000"),
            ("[::]:80", "[::1]:80"),
            ("192.168.1.5:3000", "192.168.1.5:3000"),
        ] {
            let listens: SocketAddr = listens.parse().unwrap();
            assert_eq!(reachable(listens).to_string(), reached);
        }
    }

    #[tokio::test]
    async fn the_demonstrations_desk_keeps_its_password() {
        let data = tempfile::tempdir().unwrap();
        let mut told = Vec::new();
        // A new shop, the same one again, and a new database beside the old folder.
        for is_new in [true, false, true] {
            let db = fresh_db().await;
            let app = AppState::on(&db, data.path(), Clock::System, &[]).await;
            told.push(demo_admin(&app, is_new).await.unwrap());
            let (email, password) = told[0].split_once(" / ").unwrap();
            let email = Email::parse(email).unwrap();
            let proven = check_sign_in(&app.db, &app.passwords, &email, password, app.now()).await;
            assert_eq!(proven.is_ok_and(|one| one.user().admin_since.is_some()), is_new);
        }
        assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
        let mode = std::fs::metadata(data.path().join("admin.txt")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
