//! One scenario's world: the gateway, the door for its webhooks, one or two servers of the shop on
//! one database, and the record of what clients were told.

use crate::books::{self, Books, broken};
use crate::browser::{self, Browser};
use crate::chance::Chance;
use crate::door;
use crate::gateway::{Gateway, WEBHOOK_SECRET};
use crate::invariants::UNFINISHED;
use crate::program::{self, Program, Settings};
use crate::record::Record;
use crate::shelf;
use sqlx::AnyPool;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Somebody who waits for a page gives up after so long.
const PATIENCE: Duration = Duration::from_secs(30);
/// As long as less and less is unfinished, a run may take its time; this long without any progress
/// it has come as far as it will.
const STUCK_AFTER: Duration = Duration::from_secs(60);
/// A first page that was waited for longer is told, with what its server said.
const SLOW: Duration = Duration::from_secs(2);
/// How fast the shop's clock runs after the load, so that nobody waits long for polls and expiry.
const CLOCK_AFTERWARDS: u32 = 600;

/// How a scenario differs from one server on an SQLite file.
pub struct Plan {
    pub seed: u64,
    /// A PostgreSQL database, or the shop's own SQLite file.
    pub database: Option<String>,
    pub servers: usize,
    /// Another place for the shop's data folder.
    pub data: Option<PathBuf>,
    /// Words before the program's own, which make a command that becomes the program.
    pub through: Vec<String>,
    /// How many times faster than the wall's the shop's clock runs under load.
    pub clock: u32,
    /// Longest pause between two errands of one shopper, in milliseconds.
    pub think_ms: u64,
}

pub struct Market {
    pub gateway: Gateway,
    pub record: Arc<Record>,
    pub public_url: String,
    pub products: Vec<String>,
    pub think_ms: u64,
    pub database: String,
    through: Vec<String>,
    clock: u32,
    servers: Vec<Server>,
    http: reqwest::Client,
    chance: Mutex<Chance>,
    folder: tempfile::TempDir,
}

struct Server {
    address: SocketAddr,
    settings: Settings,
    log: PathBuf,
    program: Mutex<Option<Program>>,
}

impl Market {
    pub async fn open(plan: Plan) -> Arc<Market> {
        kirana::db::install_drivers();
        let folder = tempfile::tempdir().unwrap();
        let mut chance = Chance::seeded(plan.seed);
        let record = Arc::new(Record::default());
        let http = browser::http();
        let addresses: Vec<SocketAddr> =
            (0..plan.servers).map(|_| program::free_address()).collect();
        let door =
            door::open(addresses.clone(), record.clone(), chance.branch(), http.clone()).await;
        let gateway = Gateway::open(folder.path(), door, http.clone()).await;
        let public_url = format!("http://{}", addresses[0]);
        let data = plan.data.unwrap_or_else(|| folder.path().join("data"));
        let file = format!("sqlite:{}", data.join("kirana.db").display());
        let database = plan.database.unwrap_or(file);
        let settings = |address: &SocketAddr| -> Settings {
            vec![
                ("LEPTOS_SITE_ADDR", address.to_string()),
                ("DATABASE_URL", database.clone()),
                ("KIRANA_DATA", data.display().to_string()),
                ("KIRANA_PUBLIC_URL", public_url.clone()),
                ("KIRANA_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
                ("KIRANA_HOLD_MINUTES", "5".to_owned()),
                ("SESSION_SECRET", "0123456789abcdef0123456789abcdef".to_owned()),
                ("RAZORPAY_API_URL", gateway.url.clone()),
                ("RAZORPAY_WEBHOOK_SECRET", WEBHOOK_SECRET.to_owned()),
            ]
        };
        let servers: Vec<Server> = addresses
            .iter()
            .map(|address| Server {
                address: *address,
                settings: settings(address),
                log: folder.path().join(format!("shop-{}.log", address.port())),
                program: Mutex::new(None),
            })
            .collect();
        let first = &servers[0];
        Program::run(folder.path(), &["demo"], &first.settings, &first.log);
        let products = shelf::fill(&database).await;
        let market = Market {
            gateway,
            record,
            public_url,
            products,
            think_ms: plan.think_ms,
            database,
            through: plan.through,
            clock: plan.clock,
            servers,
            http,
            chance: Mutex::new(chance),
            folder,
        };
        market.start_all(plan.clock).await;
        Arc::new(market)
    }

    /// Chance for one more shopper.
    pub fn chance(&self) -> Chance {
        self.chance.lock().unwrap().branch()
    }

    pub fn browser(&self, chance: Chance) -> Browser {
        let servers = self.servers.iter().map(|server| server.address).collect();
        let (http, url) = (self.http.clone(), self.public_url.clone());
        Browser::new(http, servers, url, self.record.clone(), chance)
    }

    pub fn server_ids(&self) -> Vec<u32> {
        let id = |server: &Server| server.program.lock().unwrap().as_ref().map(Program::id);
        self.servers.iter().filter_map(id).collect()
    }

    pub fn is_closed(&self) {
        for server in &self.servers {
            server.program.lock().unwrap().take();
        }
    }

    async fn start_all(&self, clock: u32) {
        for number in 0..self.servers.len() {
            self.start(number, clock);
            self.first_page(number).await;
        }
    }

    fn start(&self, number: usize, clock: u32) {
        let server = &self.servers[number];
        let mut settings = server.settings.clone();
        settings.push(("KIRANA_CLOCK_SPEED", clock.to_string()));
        let folder = self.folder.path();
        let program = match self.through.split_first() {
            None => Program::start(folder, &["serve"], &settings, &server.log),
            Some((word, rest)) => {
                let mut command = Command::new(word);
                command.args(rest).arg(program::path()).arg("serve");
                Program::start_as(command, folder, &settings, &server.log)
            }
        };
        *server.program.lock().unwrap() = Some(program);
    }

    /// SIGKILL to one server, started again at once. Gives back how long nobody got a page from it.
    pub async fn kills(&self, number: usize) -> Duration {
        let began = Instant::now();
        if let Some(program) = self.servers[number].program.lock().unwrap().as_mut() {
            program.kill();
        }
        self.start(number, self.clock);
        self.first_page(number).await;
        let away = began.elapsed();
        self.record.told().recoveries.push(away);
        away
    }

    /// Until the front page is there.
    async fn first_page(&self, number: usize) {
        let server = &self.servers[number];
        let (began, mut slow) = (Instant::now(), Vec::new());
        loop {
            let asked = Instant::now();
            let page = self.http.get(format!("http://{}/", server.address)).send().await;
            let (waited, heard) = (asked.elapsed(), page.map(|answer| answer.status()));
            if waited > SLOW {
                slow.push(format!("{heard:?} after {} ms", waited.as_millis()));
            }
            if heard.is_ok_and(|status| status.is_success()) {
                if !slow.is_empty() {
                    println!("a slow start: {slow:?}\n{}", program::tail(&server.log));
                }
                return;
            }
            let ended =
                server.program.lock().unwrap().as_mut().is_none_or(|program| program.has_ended());
            let log = || program::tail(&server.log);
            assert!(!ended, "a server ended by itself: {}", log());
            assert!(began.elapsed() < PATIENCE, "a server does not come up: {}", log());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Are all servers still the ones that were started last?
    pub fn nobody_ended(&self) -> bool {
        let runs = |server: &Server| {
            server.program.lock().unwrap().as_mut().is_some_and(|program| !program.has_ended())
        };
        self.servers.iter().all(runs)
    }

    /// The status of one page of a server; `None` when it does not answer.
    pub async fn status_of(&self, number: usize, path: &str) -> Option<u16> {
        let url = format!("http://{}{path}", self.servers[number].address);
        let answer = self.http.get(url).timeout(Duration::from_secs(15)).send().await.ok()?;
        Some(answer.status().as_u16())
    }

    /// Jobs failed since this server began: what calls a person whom the desk cannot be told for.
    pub async fn failed_rounds(&self, number: usize) -> bool {
        let url = format!("http://{}/metrics", self.servers[number].address);
        let Ok(answer) = self.http.get(url).timeout(Duration::from_secs(15)).send().await else {
            return false;
        };
        let text = answer.text().await.unwrap_or_default();
        text.lines().any(|line| line.contains("job_rounds") && line.contains("\"failed\""))
    }

    /// Lets everything come to its end (polls, expiry, refunds, letters, webhooks sent again), with
    /// clocks that run fast; then holds the books against each other.
    pub async fn comes_to_rest(&self) {
        self.is_closed();
        self.start_all(CLOCK_AFTERWARDS).await;
        let pool = self.pool().await;
        let (mut least, mut progress) = (usize::MAX, Instant::now());
        loop {
            self.gateway.passes(300).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
            let unfinished = books::count(&pool, UNFINISHED).await;
            if unfinished < least {
                (least, progress) = (unfinished, Instant::now());
            }
            if unfinished == 0 || progress.elapsed() > STUCK_AFTER {
                break;
            }
        }
        let ledger = self.gateway.ledger().await;
        let mut wrong = broken(&pool, UNFINISHED).await;
        wrong.extend(self.record.told().surprises.clone());
        wrong.extend(self.what_is_wrong(&pool, &ledger).await);
        self.record.told().spare_gateway_orders = books::receipts_asked_twice(&ledger);
        pool.close().await;
        wrong.extend(self.the_shops_own_check());
        assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), self.logs());
    }

    /// The books of this database, which may be a copy, against the ledger and the record.
    pub async fn what_is_wrong(&self, pool: &AnyPool, ledger: &serde_json::Value) -> Vec<String> {
        // Taken out meanwhile, for a lock must not be held while the database is asked.
        let told = std::mem::take(&mut *self.record.told());
        let wrong = Books { pool, ledger, told: &told }.wrong().await;
        *self.record.told() = told;
        wrong
    }

    /// What `kirana check` finds.
    fn the_shops_own_check(&self) -> Option<String> {
        let server = &self.servers[0];
        let log = self.folder.path().join("check.log");
        let words = ["check", "--gateway", "--rate", "100"];
        let holds = Program::ends_well(self.folder.path(), &words, &server.settings, &log);
        (!holds).then(|| format!("kirana check says: {}", program::tail(&log)))
    }

    /// A way into the database beside the shop's.
    pub async fn pool(&self) -> AnyPool {
        AnyPool::connect(&self.database).await.unwrap()
    }

    fn logs(&self) -> String {
        self.servers.iter().map(|server| program::tail(&server.log)).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Market {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("What the servers said last:\n{}", self.logs());
        }
    }
}
