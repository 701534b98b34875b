//! The first start of the program without any setting: a complete demonstration, which says in its
//! last lines where it is and how to get to the desk.

use crate::story::encode;
use crate::testing::fresh_db;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const LAST: &str = "Admin sign-in at ";

/// Ends with the test, also by a panic.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Below the ports that the system gives to outgoing connections.
fn free_address(from: u16) -> SocketAddr {
    let mut ports = (from..from + 1_000).map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    ports.find(|address| TcpListener::bind(address).is_ok()).expect("a free port")
}

/// Starts it in an empty folder. What it says until it says nothing more for a while.
async fn starts(folder: &Path, settings: &[(&str, String)]) -> (Running, Vec<String>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kirana"));
    command
        .current_dir(folder)
        .env_clear()
        .envs(settings.iter().map(|(name, value)| (*name, value)))
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .stdout(Stdio::piped());
    let mut running = Running(command.spawn().unwrap());
    let said = BufReader::new(running.0.stdout.take().unwrap());
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let mut lines = said.lines().map_while(Result::ok);
        lines.all(|line| tell.send(line).is_ok());
    });
    let mut lines: Vec<String> = Vec::new();
    // Filling the shelf may take its time on a busy machine; after the last line comes no other.
    let patience = |lines: &[String]| match lines.last() {
        Some(line) if line.starts_with(LAST) => Duration::from_millis(500),
        _ => Duration::from_secs(120),
    };
    while let Ok(Some(line)) = tokio::time::timeout(patience(&lines), told.recv()).await {
        lines.push(line);
    }
    (running, lines)
}

#[tokio::test(flavor = "multi_thread")]
async fn its_last_lines_lead_into_the_shop_and_to_the_desk() {
    let (folder, db) = (tempfile::tempdir().unwrap(), fresh_db().await);
    let first = u16::try_from(std::process::id() % 10_000).unwrap() + 10_000;
    let shop = free_address(first);
    let simulator = free_address(shop.port() + 1);
    let mut settings = vec![
        ("LEPTOS_SITE_ADDR", shop.to_string()),
        ("KIRANA_SIMULATOR_ADDR", simulator.to_string()),
    ];
    // On SQLite the database is the demonstration's own, in its data folder.
    if db.url.starts_with("postgres") {
        settings.push(("DATABASE_URL", db.url.clone()));
    }
    let (running, said) = starts(folder.path(), &settings).await;
    let kept = std::fs::read_to_string(folder.path().join("data/admin.txt")).unwrap();
    let desk = format!("http://{shop}/admin");
    let expected = [
        String::new(),
        format!("Kirana is open at http://{shop}"),
        "This is a demo: no real money. Letters are written to data/mail".to_owned(),
        format!("Razorpay simulator at http://localhost:{}", simulator.port()),
        format!("{LAST}{desk}: {}", kept.trim()),
    ];
    assert_eq!(said, expected);

    drop(rustls::crypto::ring::default_provider().install_default());
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .tls_certs_only([])
        .no_proxy()
        .build()
        .unwrap();
    let open = http.get(format!("http://{shop}/")).send().await.unwrap();
    assert_eq!(open.status(), 200);
    let at_the_gateway = http.get(format!("http://{simulator}/")).send().await.unwrap();
    assert_eq!(at_the_gateway.status(), 200);
    let stranger = http.get(&desk).send().await.unwrap();
    assert_eq!(stranger.headers()["location"], "/sign-in?next=%2Fadmin");
    let (email, password) = kept.trim().split_once(" / ").unwrap();
    let fields = [("email", email), ("password", password), ("next", "/admin")];
    let signed_in = http
        .post(format!("http://{shop}/do/account/sign-in"))
        .header("origin", format!("http://{shop}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encode(&fields))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (signed_in.status().as_u16(), &signed_in.headers()["location"]),
        (303, &"/admin".parse().unwrap())
    );
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let page = http.get(&desk).header("cookie", cookie).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains(&format!("At the desk: {email}")));

    // The same again: it makes nothing anew and says the same.
    drop(running);
    let (_again, said) = starts(folder.path(), &settings).await;
    assert_eq!(said, expected);
}
