//! What strangers ask for at both doors, the pages' and the API's: counted first, hashed before the
//! transaction, and answered the same whether or not there is such an account.

use super::{
    Proven, check_sign_in, finish_reset, reset_email, sign_up, start_reset, waiting_sign_up,
};
use crate::account::letters::Letterhead;
use crate::account::queries::SignUp;
use crate::account::session;
use crate::account::{AccountRefusal, Email, NewPassword, SignUpForm};
use crate::clock;
use crate::error::{Failed, Refusal};
use crate::state::AppState;
use crate::transact;
use crate::web::Peer;

type Done<T> = Result<T, Failed<AccountRefusal>>;

/// Counts a try to sign in, by who tries and by the account that is tried.
pub fn count_sign_in(app: &AppState, peer: Peer, email: &str) -> Result<(), Refusal> {
    app.limits.sign_in.count(peer.0)?;
    if let Some(email) = Email::parse(email) {
        app.limits.sign_in_account.count(&email)?;
    }
    Ok(())
}

/// Counts a try to finish a sign-up, by who tries and by the letter's token.
pub fn count_confirmation(app: &AppState, peer: Peer, token: &str) -> Result<(), Refusal> {
    app.limits.sign_in.count(peer.0)?;
    app.limits.sign_in_account.count(session::hash(token))?;
    Ok(())
}

/// Whose password this is; see [`check_sign_in`].
pub async fn prove(app: &AppState, email: &str, password: &str) -> Done<Proven> {
    let email = Email::parse(email).ok_or(Failed::Refused(AccountRefusal::NotRight))?;
    check_sign_in(&app.db, &app.passwords, &email, password, app.now()).await
}

/// What is to be written down of a sign-up, its password hashed. `session` is that of the browser
/// that asked; without one whoever follows the letter's link must know the password.
pub async fn wish_for_account(
    app: &AppState,
    form: SignUpForm,
    session: Option<String>,
) -> Done<(Email, SignUp)> {
    let SignUpForm { email, name, phone, password } = form;
    let password_hash = app.passwords.hash(password.as_str()).await?;
    let session_hash = session.unwrap_or_else(|| session::hash(&clock::random_token()));
    let wish = SignUp { email: email.to_string(), name, phone, password_hash, session_hash };
    Ok((email, wish))
}

/// Writes the sign-up of a browser down and sends its letter.
pub async fn ask_for_account(
    app: &AppState,
    form: SignUpForm,
    session: Option<String>,
) -> Done<Email> {
    let (email, wish) = wish_for_account(app, form, session).await?;
    let (head, now) = (Letterhead::from(&app.config), app.now());
    let done: Done<()> = transact!(app.db, |tx| {
        sign_up(&mut tx, &head, &email, &wish, now).await.map_err(Failed::from)
    });
    done?;
    app.bell.notify_one();
    Ok(email)
}

/// Was it this person who asked for the account? A stranger may have typed the address: whoever
/// follows the letter's link elsewhere than in the browser that asked knows the password.
pub async fn prove_sign_up(
    app: &AppState,
    token: &str,
    password: &str,
    session: Option<&str>,
) -> Done<()> {
    let mut connection = app.db.read.acquire().await?;
    let waiting = waiting_sign_up(&mut connection, token, app.now()).await?;
    drop(connection);
    let waiting = waiting.ok_or(Failed::Refused(AccountRefusal::LinkEnded))?;
    let same_browser = session == Some(waiting.session_hash.as_str());
    if same_browser || app.passwords.verify(password, Some(waiting.password_hash)).await? {
        return Ok(());
    }
    let what = "This is not the password that was chosen at sign-up.";
    Err(Failed::Refused(AccountRefusal::field("password", what)))
}

/// Sends the letter by which a new password can be chosen.
pub async fn ask_for_reset(app: &AppState, email: &Email) -> Done<()> {
    let (head, now) = (Letterhead::from(&app.config), app.now());
    let done: Done<()> = transact!(app.db, |tx| {
        start_reset(&mut tx, &head, email, now).await.map_err(Failed::from)
    });
    done?;
    app.bell.notify_one();
    Ok(())
}

/// Sets the password that was chosen after such a letter. Returns the account's id.
pub async fn choose_after_reset(app: &AppState, token: &str, password: &str) -> Done<String> {
    let now = app.now();
    let mut connection = app.db.read.acquire().await?;
    let email = reset_email(&mut connection, token, now).await?;
    drop(connection);
    let email = email.ok_or(Failed::Refused(AccountRefusal::LinkEnded))?;
    let hash = hash_new(app, password, "password", &email).await?;
    let head = Letterhead::from(&app.config);
    let done: Done<String> =
        transact!(app.db, |tx| { finish_reset(&mut tx, &head, token, &hash, now).await });
    let user_id = done?;
    app.bell.notify_one();
    Ok(user_id)
}

/// The hash of a newly chosen password, or what is wrong with it.
pub async fn hash_new(app: &AppState, password: &str, field: &str, email: &Email) -> Done<String> {
    match NewPassword::choose(password, Some(email)) {
        Ok(password) => Ok(app.passwords.hash(password.as_str()).await?),
        Err(message) => Err(Failed::Refused(AccountRefusal::field(field, message))),
    }
}
