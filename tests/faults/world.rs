//! One world: a database of its own, two servers on it, the gateway, and the hands of time.

use crate::answers::{self, Answer, Jar};
use crate::deeds::Told;
use crate::shoppers::Shopper;
use crate::tally::Tally;
use crate::template::{self, Database, template};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use kirana::clock::Clock;
use kirana::config::{Config, DEMO_KEY_ID, DEMO_KEY_SECRET};
use kirana::faults::{self, Chance};
use kirana::razorpay::simulator::{Options, Simulator};
use kirana::server;
use kirana::state::AppState;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::rc::Rc;
use tokio::net::TcpListener;

/// 14 November 2023, 22:13 UTC.
pub const NOW: i64 = 1_700_000_000_000;
pub const PUBLIC_URL: &str = "http://shop.test";
pub const WEBHOOK_SECRET: &str = "hook-of-the-test";
/// Signed webhooks until not long ago; both servers still take it.
pub const EARLIER_SECRET: &str = "hook-of-last-week";

/// Something that one server does, and that can be stopped on the way.
pub type Doing = Pin<Box<dyn Future<Output = Answer>>>;

pub struct Server {
    pub app: AppState,
    router: Router,
    clock: Clock,
    /// How far this server's clock is from the true time.
    skew: i64,
}

/// What becomes of the words about each deed.
#[derive(Default)]
pub enum Story {
    #[default]
    Untold,
    /// Printed, for who replays a seed.
    Shown,
    /// For who compares two runs of one seed.
    Kept(Rc<RefCell<Vec<String>>>),
}

pub struct World {
    pub servers: Vec<Server>,
    pub gateway: Simulator,
    pub chance: Chance,
    pub now: i64,
    pub shoppers: Vec<Shopper>,
    pub desk: Jar,
    pub tally: Tally,
    pub told: Told,
    /// Lists lag now: what the gateway tells may be too little.
    pub lag: bool,
    /// Somebody woke in this step: what it asked before it stood still may be told no more.
    pub woken: bool,
    /// The server that answers now did not hear of a commit.
    pub deaf: bool,
    /// Ids of all payments that shoppers made at the gateway.
    pub payments: Vec<String>,
    /// Ids of events that somebody signed rightly, the gateway's own apart.
    pub signed: Vec<String>,
    pub story: Story,
    config: Config,
    peers: u32,
    database: Option<(String, String)>,
    folder: tempfile::TempDir,
}

impl World {
    pub async fn open(seed: u64) -> World {
        let template = template();
        faults::seed(seed);
        let folder = template::folder();
        let (url, database) = match &template.database {
            Database::File(path) => {
                let copy: PathBuf = folder.path().join("shop.db");
                std::fs::copy(path, &copy).unwrap();
                (format!("sqlite:{}", copy.display()), None)
            }
            Database::Postgres { server, name } => {
                let copy = format!("{name}_{seed}");
                let statement = format!("create database {copy} template {name}");
                template::order(server, &statement).await;
                (template::beside(server, &copy), Some((server.clone(), copy)))
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gateway_url = format!("http://{}", listener.local_addr().unwrap());
        let options = Options {
            key_id: DEMO_KEY_ID.into(),
            key_secret: DEMO_KEY_SECRET.into(),
            webhook_secret: WEBHOOK_SECRET.into(),
            webhook_url: Some(format!("{PUBLIC_URL}/razorpay/webhook")),
            public_url: gateway_url.clone(),
            store: PathBuf::new(),
            time_scale: 1,
        };
        let gateway = Simulator::in_memory(options, seed, NOW).await.unwrap();
        tokio::spawn(gateway.clone().answer(listener, std::future::pending()));
        let config = template::settings(&url, &folder.path().join("data"), &gateway_url);
        let mut servers = Vec::new();
        for _ in 0..2 {
            servers.push(start(&config, NOW, 0).await);
        }
        World {
            servers,
            gateway,
            chance: Chance::new(seed ^ 0x5EED),
            now: NOW,
            shoppers: (0..3).map(|_| Shopper::default()).collect(),
            desk: Jar::new(template.desk.clone().into()),
            tally: Tally::default(),
            told: Told::default(),
            lag: false,
            woken: false,
            deaf: false,
            payments: Vec::new(),
            signed: Vec::new(),
            story: Story::default(),
            config,
            peers: 0,
            database,
            folder,
        }
    }

    pub fn tell(&self, words: impl FnOnce() -> String) {
        let line = || {
            let (seconds, rest) = ((self.now - NOW) / 1000, (self.now - NOW) % 1000);
            format!("{seconds:>7}.{rest:03}  {}", words())
        };
        match &self.story {
            Story::Untold => {}
            Story::Shown => println!("{}", line()),
            Story::Kept(lines) => lines.borrow_mut().push(line()),
        }
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.chance.below(end)
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub fn one_of<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        let at = self.below(things.len() as u64);
        things.get(at as usize)
    }

    pub fn any_server(&mut self) -> usize {
        self.below(2) as usize
    }

    /// A power cut: nothing of the server is left but what its database holds. What it began beside
    /// its answers finds no connection any more.
    pub async fn restart(&mut self, server: usize) {
        self.servers[server].app.db.close().await;
        let skew = self.servers[server].skew;
        self.servers[server] = start(&self.config, self.now, skew).await;
    }

    /// Time goes by for everybody. Only what time does alone happens at the gateway.
    pub async fn passes(&mut self, milliseconds: i64) {
        self.now += milliseconds;
        for server in &self.servers {
            server.clock.advance(milliseconds);
        }
        self.gateway.set_time(self.now).await.unwrap();
        self.gateway.age().await.unwrap();
    }

    /// One server's clock is wrong from now on.
    pub fn set_skew(&mut self, server: usize, skew: i64) {
        let server = &mut self.servers[server];
        server.clock.advance(skew - server.skew);
        server.skew = skew;
    }

    /// Pulls a lever at the gateway; what it refuses is `None`.
    pub async fn pull(&self, lever: &str, body: Value) -> Option<Value> {
        self.gateway.pull(lever, &body).await.ok()
    }

    pub async fn ledger(&self) -> Value {
        self.gateway.ledger().await.unwrap()
    }

    /// All bad luck at the gateway ends.
    pub async fn gateway_recovers(&mut self) {
        self.lag = false;
        for (lever, body) in [
            ("faults/clear", json!({})),
            ("lists", json!({"lag_seconds": 0, "parts": false})),
            ("refunds", json!({"begin": "processed"})),
            ("balance", json!({"paise": null})),
            ("webhooks", json!({"enabled": true})),
        ] {
            self.pull(lever, body).await.unwrap();
        }
    }

    pub fn get(&mut self, server: usize, path: &str, jar: &Jar) -> Doing {
        let request = Request::get(path).body(Body::empty()).unwrap();
        self.request(server, request, Some(jar.clone()))
    }

    /// A form of the shop's own page.
    pub fn post(
        &mut self,
        server: usize,
        path: &str,
        form: &[(String, String)],
        jar: &Jar,
    ) -> Doing {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, PUBLIC_URL)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(answers::encode(form)))
            .unwrap();
        self.request(server, request, Some(jar.clone()))
    }

    /// Any request, from an address that no limit has counted yet.
    pub fn request(
        &mut self,
        server: usize,
        mut request: Request<Body>,
        jar: Option<Jar>,
    ) -> Doing {
        self.peers += 1;
        let [_, b, c, d] = self.peers.to_be_bytes();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, b, c, d], 4_000))));
        Box::pin(answers::ask(self.servers[server].router.clone(), request, jar))
    }

    /// Ends the world and leaves nothing behind.
    pub async fn close(self) {
        for server in self.servers {
            drop(server.router);
            server.app.db.close().await;
        }
        if let Some((server, copy)) = self.database {
            template::order(&server, &format!("drop database {copy}")).await;
        }
        drop(self.folder);
    }
}

async fn start(config: &Config, now: i64, skew: i64) -> Server {
    let clock = Clock::set(now + skew);
    let site = template().site.clone();
    let app = AppState::open(config.clone(), clock.clone(), site).await.unwrap();
    let router = server::build_router(app.clone()).unwrap();
    Server { app, router, clock, skew }
}
