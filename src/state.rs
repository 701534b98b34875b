//! What every request and job shares: database, settings, clock, gateway, letters, limits.

use crate::account::tokens::TokenKeys;
use crate::account::{PasswordHasher, Seen};
use crate::cart::Adding;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::error::Fault;
use crate::mail::Mailer;
use crate::metrics::Metrics;
use crate::payment::Intake;
use crate::razorpay;
use crate::web::{Assets, Limits};
use std::ops::Deref;
use std::sync::Arc;
use tokio::sync::Notify;

/// Cheap to clone; one a process.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

pub struct Shared {
    pub config: Config,
    pub db: Db,
    pub clock: Clock,
    pub gateway: razorpay::Client,
    pub mailer: Mailer,
    pub passwords: PasswordHasher,
    pub limits: Limits,
    /// Visitors' sessions to be kept alive.
    pub seen: Seen,
    pub assets: Assets,
    /// Signs the secret links to orders.
    pub secret: Vec<u8>,
    /// What links were signed with before; they go on opening their orders.
    pub previous_secret: Option<Vec<u8>>,
    /// Signs what programs show to say for whom they speak.
    pub token_keys: TokenKeys,
    pub metrics: Metrics,
    /// Units on their way into carts.
    pub adding: Adding,
    /// Events on their way into the database.
    pub intake: Intake,
    /// Rung when there is work for the jobs: a stored webhook, a written letter.
    pub bell: Notify,
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl AppState {
    /// Opens the database, brings it up to date and readies everything that requests need.
    pub async fn open(config: Config, clock: Clock, assets: Assets) -> Result<AppState, Fault> {
        std::fs::create_dir_all(&config.data).map_err(|e| Fault::new("making KIRANA_DATA", e))?;
        let db = Db::open(&config.database_url).await?;
        db.migrate().await?;
        AppState::around(db, config, clock, assets)
    }

    /// The same around a database that is open already, and is left as it is.
    pub fn around(db: Db, config: Config, clock: Clock, assets: Assets) -> Result<AppState, Fault> {
        let secret = secret(&config)?;
        let previous_secret =
            config.session_secret_previous.as_ref().map(|secret| secret.0.clone().into_bytes());
        let gateway = razorpay::Client::new(razorpay::ClientConfig {
            api_url: config.gateway.api_url.clone(),
            key_id: config.gateway.key_id.clone(),
            key_secret: razorpay::ApiSecret::new(config.gateway.key_secret.0.clone()),
            connect_timeout: razorpay::ClientConfig::CONNECT_TIMEOUT,
            timeout: razorpay::ClientConfig::TIMEOUT,
        })
        .map_err(|e| Fault::new("making the gateway client", e))?;
        let mailer = Mailer::open(&config)?;
        let metrics = Metrics::new()?;
        Ok(AppState(Arc::new(Shared {
            db,
            clock,
            gateway,
            mailer,
            passwords: PasswordHasher::new(metrics.password_hashes.clone()),
            limits: Limits::new(config.api.requests_per_minute),
            seen: Seen::default(),
            assets,
            token_keys: TokenKeys::new(&secret, previous_secret.as_deref(), &config.public_url),
            secret,
            previous_secret,
            metrics,
            adding: Adding::default(),
            intake: Intake::default(),
            bell: Notify::new(),
            config,
        })))
    }

    pub fn now(&self) -> crate::clock::Moment {
        self.clock.now()
    }
}

/// The setting, or one made at the first start and kept in the data folder.
fn secret(config: &Config) -> Result<Vec<u8>, Fault> {
    if let Some(secret) = &config.session_secret {
        return Ok(secret.0.clone().into_bytes());
    }
    let path = config.data.join("secret");
    let keeping = |e| Fault::new("keeping the data folder's secret", e);
    match std::fs::read(&path) {
        Ok(bytes) if bytes.len() >= 32 => Ok(bytes),
        Ok(_) => Err(keeping(std::io::Error::other("the file is too short"))),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let made = crate::clock::random_token();
            write_private(&path, made.as_bytes()).map_err(keeping)?;
            Ok(made.into_bytes())
        }
        Err(e) => Err(keeping(e)),
    }
}

fn write_private(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(bytes)
}

#[cfg(test)]
impl AppState {
    /// A test's shop on its database, with these settings beside the two that it needs.
    pub async fn on(
        db: &crate::testing::TestDb,
        data: &std::path::Path,
        clock: Clock,
        settings: &[(&str, &str)],
    ) -> AppState {
        let config = crate::config::read(&|name| match name {
            "KIRANA_DATA" => Some(data.display().to_string()),
            "DATABASE_URL" => Some(db.url.clone()),
            _ => settings.iter().find(|(known, _)| *known == name).map(|(_, v)| (*v).to_owned()),
        });
        AppState::open(config.unwrap(), clock, Assets::default()).await.unwrap()
    }
}
