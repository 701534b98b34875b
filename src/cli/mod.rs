//! The command line: each command calls the same verbs as the pages do.
//!
//! Owns no table. What must stay true: a mistake is told in one line and an exit code, and no
//! command leaves anything half done.

mod check;
mod create_admin;
mod demo;
mod openapi;
mod reconcile;
mod serve;
mod simulate;

use crate::clock::Clock;
use crate::config::{self, Config};
use crate::db::{Db, Schema};
use crate::state::AppState;
use crate::web::Assets;
use clap::{Parser, Subcommand};
use leptos::config::{LeptosOptions, get_config_from_str, get_configuration};
use std::time::Duration;
use tokio::runtime::Runtime;
use tracing_subscriber::EnvFilter;

/// A web shop in which a paid order is never lost, doubled or wrong.
#[derive(Debug, Parser)]
#[command(
    name = "kirana",
    version,
    about,
    after_help = "Settings come from the environment, see .env.example. Without any, `kirana` \
                  serves a complete demonstration at http://127.0.0.1:3000."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the shop (the default). Without any setting: a complete demonstration.
    Serve,
    /// Bring the database's tables up to date and stop.
    Migrate,
    /// Make an account that may use the desk, or give that right and a new password to one.
    CreateAdmin(create_admin::Args),
    /// Put the demonstration's catalogue into a shop that has no product.
    Demo(demo::Args),
    /// Check the books: what must always be true, and with --gateway Razorpay's books beside ours.
    ///
    /// Reads only, so it is safe on a shop that is open. Ends with 0 when everything holds, else
    /// with 1. docs/check.md says what each line means and what to do about it.
    Check(check::Args),
    /// Bring payments and refunds back after the database was restored from an older backup.
    ///
    /// Shows what the gateway knows and the shop does not; books it with --apply. Step by step in
    /// docs/check.md.
    Reconcile(reconcile::Args),
    /// Print the description of the JSON API (OpenAPI 3.1).
    Openapi,
    /// Serve the built-in Razorpay simulator alone.
    Simulate(simulate::Args),
}

/// Why a command stopped, in one line for a person.
pub type Stopped = Box<dyn std::error::Error + Send + Sync>;

/// A task that does not end by itself cannot keep the program longer than this.
const LAST_WORK: Duration = Duration::from_secs(2);

/// Runs the command to its end. The runtime is here and not in the program's own crate, because an
/// async function is compiled where it is waited for: the shop would be compiled twice.
pub fn run(cli: Cli) -> Result<(), Stopped> {
    let runtime = Runtime::new()?;
    let ended = runtime.block_on(obey(cli));
    runtime.shutdown_timeout(LAST_WORK);
    ended
}

async fn obey(cli: Cli) -> Result<(), Stopped> {
    tell_the_log()?;
    // The gateway and the mail server are reached through TLS with this provider.
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| "another TLS provider was installed already")?;
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run().await,
        Command::Migrate => {
            open().await?;
            println!("The database is up to date.");
            Ok(())
        }
        Command::CreateAdmin(args) => create_admin::run(args).await,
        Command::Demo(args) => demo::run(args).await,
        Command::Check(args) => check::run(args).await,
        Command::Reconcile(args) => reconcile::run(args).await,
        Command::Openapi => openapi::run(),
        Command::Simulate(args) => simulate::run(args).await,
    }
}

/// The shop's state as every command but `simulate` needs it.
async fn open() -> Result<AppState, Stopped> {
    let (options, config) = settings()?;
    let clock = clock(&config);
    Ok(AppState::open(config, clock, Assets::find(&options)).await?)
}

/// The same around a database that is left as it is, for commands that look at it: whose tables are
/// not this program's is refused.
async fn open_as_it_is() -> Result<AppState, Stopped> {
    let (options, config) = settings()?;
    let db = Db::open_existing(&config.database_url).await?;
    match db.schema().await? {
        Schema::Current => {}
        Schema::Older => {
            return Err("the database is older than this program: run `kirana migrate`".into());
        }
        Schema::Newer => {
            return Err("the database is newer than this program: use the program it is of".into());
        }
        Schema::Missing => return Err("the database holds no shop".into()),
    }
    let clock = clock(&config);
    Ok(AppState::around(db, config, clock, Assets::find(&options))?)
}

fn clock(config: &Config) -> Clock {
    match config.clock_speed {
        1 => Clock::System,
        speed => Clock::fast(speed),
    }
}

/// `Leptos.toml` where there is one, otherwise as it was when the program was built; `LEPTOS_*`
/// over it; then the shop's own settings.
fn settings() -> Result<(LeptosOptions, Config), Stopped> {
    const FILE: &str = "Leptos.toml";
    let options = match std::path::Path::new(FILE).is_file() {
        true => get_configuration(Some(FILE)).map(|file| file.leptos_options),
        false => get_config_from_str(include_str!("../../Leptos.toml")),
    };
    let options = options.map_err(|e| format!("{FILE} or a LEPTOS_ variable over it: {e}"))?;
    let listen = options.site_addr.to_string();
    let config = config::from_env(&listen)?;
    Ok((options, config))
}

/// `RUST_LOG` chooses what is told, `KIRANA_LOG=json` how.
fn tell_the_log() -> Result<(), Stopped> {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("warn,kirana=info,tower_http=warn"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config::logs_json()? {
        builder.json().init();
    } else {
        builder.with_target(false).init();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_makes_sense() {
        Cli::command().debug_assert();
        assert!(Cli::try_parse_from(["kirana"]).is_ok_and(|cli| cli.command.is_none()));
        for wrong in [
            &["kirana", "sell"][..],
            &["kirana", "demo", "--products", "-1"],
            &["kirana", "create-admin", "--generate", "--password-stdin"],
            &["kirana", "simulate", "--listen", "here"],
            &["kirana", "check", "--days", "0"],
            &["kirana", "reconcile"],
            &["kirana", "reconcile", "--since", "yesterday"],
            &["kirana", "reconcile", "--since", "2026-11-20", "--first-number", "9"],
        ] {
            let told = Cli::try_parse_from(wrong).unwrap_err();
            assert_eq!(told.exit_code(), 2, "{wrong:?}");
        }
    }

    #[test]
    fn the_built_in_leptos_settings_are_read() {
        let options = get_config_from_str(include_str!("../../Leptos.toml")).unwrap();
        assert_eq!(options.output_name.as_ref(), "kirana");
        assert!(options.hash_files);
    }
}
