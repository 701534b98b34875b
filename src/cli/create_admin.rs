//! `kirana create-admin`: there is no account for the desk until somebody makes one here (OWASP ASVS
//! 5.0, 6.3.2: no default accounts).

use super::Stopped;
use crate::account::{self, Email};
use crate::clock;
use crate::error::Fault;
use crate::state::AppState;
use crate::transact;
use std::io::{BufRead, IsTerminal};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The address to sign in with.
    #[arg(long)]
    email: String,
    /// What the desk calls this person.
    #[arg(long, default_value = "Shopkeeper")]
    name: String,
    /// Make a password and print it.
    #[arg(long)]
    generate: bool,
}

pub async fn run(args: Args) -> Result<(), Stopped> {
    let email = Email::parse(&args.email).ok_or("--email must look like name@example.in")?;
    let password = if args.generate { clock::random_token() } else { ask()? };
    if password.chars().count() < 8 {
        return Err("the password must have at least 8 characters".into());
    }
    let app = super::open().await?;
    make(&app, &email, &args.name, &password).await?;
    println!("{email} may use the desk now.");
    if args.generate {
        println!("Password: {password}");
    }
    Ok(())
}

/// Makes the account, or gives an existing one the right and this password.
pub async fn make(
    app: &AppState,
    email: &Email,
    name: &str,
    password: &str,
) -> Result<(), Fault> {
    let hash = app.passwords.hash(password).await?;
    let now = app.now();
    transact!(app.db, |tx| {
        account::service::create_admin(&mut tx, email, name, &hash, now).await
    })?;
    Ok(())
}

/// From the terminal without echo, else the first line of the standard input.
fn ask() -> Result<String, Stopped> {
    if std::io::stdin().is_terminal() {
        return Ok(rpassword::prompt_password("Password: ")?);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}
