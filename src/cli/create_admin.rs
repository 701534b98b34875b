//! `kirana create-admin`: there is no account for the desk until somebody makes one here (OWASP
//! ASVS 5.0, 6.3.2: no default accounts).

use super::Stopped;
use crate::account::{self, Email, NewPassword};
use crate::clock;
use crate::error::Fault;
use crate::state::AppState;
use crate::transact;
use std::io::{BufRead, IsTerminal, Write};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The address to sign in with; asked for when it is not given.
    #[arg(long)]
    email: Option<String>,
    /// What the desk calls this person.
    #[arg(long, default_value = "Shopkeeper")]
    name: String,
    /// Read the password from the first line of the standard input.
    #[arg(long)]
    password_stdin: bool,
    /// Make a password and print it.
    #[arg(long, conflicts_with = "password_stdin")]
    generate: bool,
}

pub async fn run(args: Args) -> Result<(), Stopped> {
    let email = match args.email {
        Some(email) => email,
        None => ask_email()?,
    };
    let email = Email::parse(&email).ok_or(Email::WANTED)?;
    let name = account::person_name(&args.name)?;
    let password = match (args.generate, args.password_stdin) {
        (true, _) => generated(),
        (false, true) => first_line()?,
        (false, false) => ask_password()?,
    };
    let chosen = NewPassword::choose(&password, Some(&email))?;
    let app = super::open().await?;
    make(&app, &email, &name, chosen.as_str()).await?;
    println!("{email} may use the desk now, at {}/admin.", app.config.public_url);
    if args.generate {
        println!("Password: {password}");
    }
    Ok(())
}

/// 16 letters and digits that can be read out: 95 bits.
pub fn generated() -> String {
    clock::random_token().replace(['-', '_'], "").chars().take(16).collect()
}

/// Makes the account, or gives an existing one the right and this password and ends its sessions.
pub async fn make(app: &AppState, email: &Email, name: &str, password: &str) -> Result<(), Fault> {
    let hash = app.passwords.hash(password).await?;
    let now = app.now();
    transact!(app.db, |tx| {
        account::service::create_admin(&mut tx, email, name, &hash, now).await
    })?;
    Ok(())
}

fn ask_email() -> Result<String, Stopped> {
    if !std::io::stdin().is_terminal() {
        return Err("--email is missing".into());
    }
    print!("E-mail address: ");
    std::io::stdout().flush()?;
    first_line()
}

/// Twice and without echo, for nobody sees what was typed.
fn ask_password() -> Result<String, Stopped> {
    if !std::io::stdin().is_terminal() {
        return Err("there is no terminal to ask on: use --password-stdin or --generate".into());
    }
    let password = rpassword::prompt_password("Password: ")?;
    if rpassword::prompt_password("The same again: ")? != password {
        return Err("the two passwords are not the same".into());
    }
    Ok(password)
}

fn first_line() -> Result<String, Stopped> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}
