//! Accounts and tokens. Nothing here tells a stranger whether an account exists, and no answer with
//! a token in it is kept for an idempotency key: only what sends a letter takes one.

use super::asked::Asked;
use super::caller::cart_token;
use super::once::{OfLetter, once};
use super::profile::Profile;
use super::typed;
use super::wire::{self, Told};
use crate::account::tokens::sign_in::{self as sign_ins, Begun, Refreshed};
use crate::account::tokens::{ACCESS_FOR, Access};
use crate::account::{AccountRefusal, Email, EmailCheck, Letterhead, SignUpForm, service};
use crate::clock::SECOND;
use crate::error::{Failed, Fault, Refusal};
use crate::state::AppState;
use crate::transact;
use crate::web::{self, Fields, Peer};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(confirm))
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(forgot))
        .routes(routes!(reset))
        .routes(routes!(check_email))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    #[schema(example = "Asha Rao", max_length = 80)]
    name: String,
    #[schema(example = "asha@example.in", format = Email, max_length = 254)]
    email: String,
    /// At least 8 characters, and not among the first that a guesser tries.
    #[schema(min_length = 8, max_length = 128)]
    password: String,
    #[serde(default)]
    #[schema(schema_with = typed::phone_or_none)]
    phone: String,
    /// The address looks like a slip but is right.
    #[serde(default)]
    email_sure: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// From the letter's link.
    token: String,
    /// The one that was chosen when the account was asked for.
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    #[schema(example = "asha@example.in", format = Email)]
    email: String,
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshToken {
    refresh: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailAddress {
    #[schema(example = "asha@example.in", format = Email)]
    email: String,
}

/// What was typed for an address, whether or not it is one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TypedEmail {
    #[schema(example = "asha@gmial.com")]
    email: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// From the letter's link.
    token: String,
    #[schema(min_length = 8, max_length = 128)]
    password: String,
}

/// What a program shows from now on.
#[derive(Serialize, ToSchema)]
pub struct Tokens {
    /// For `Authorization: Bearer`.
    access: String,
    /// For the next `POST /api/auth/refresh`; good once.
    refresh: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds for which `access` is good.
    expires_in: i64,
}

#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    #[serde(flatten)]
    tokens: Tokens,
    user: Profile,
    /// What became of the guest's cart, in a sentence.
    #[schema(required = true)]
    notice: Option<String>,
}

/// Said the same whatever was found.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct LetterSent {
    detail: String,
}

#[derive(Serialize, ToSchema)]
pub struct EmailJudged {
    usable: bool,
    /// Why not, in a sentence.
    #[schema(required = true)]
    reason: Option<String>,
    /// What was probably meant.
    #[schema(required = true)]
    suggestion: Option<String>,
}

/// Asks for an account. A letter with a link follows, whether or not the address has one already.
#[utoipa::path(post, path = "/auth/register", tag = "auth", operation_id = "register",
    params(("Idempotency-Key" = Option<String>, Header, description = "Writes one letter, however \
            often it is sent. Counts for the address.")),
    request_body = Register, responses((status = 202, body = LetterSent)))]
async fn register(State(app): State<AppState>, peer: Peer, asked: Asked<Register>) -> Told {
    app.limits.sign_up.count(peer.0)?;
    let Register { name, email, password, phone, email_sure } = asked.body;
    let sure = if email_sure { "yes" } else { "" };
    let form = Fields::of([
        ("name", name),
        ("email", email),
        ("password", password),
        ("phone", phone),
        ("email_sure", sure.to_owned()),
    ]);
    let form = SignUpForm::parse(&form).map_err(Refusal::from)?;
    let (email, wish) = service::wish_for_account(&app, form, None).await?;
    let head = Letterhead::from(&app.config);
    let sent: LetterSent = once!(app, asked.once, &email, |tx, now| {
        let done = service::sign_up(&mut tx, &head, &email, &wish, now).await;
        let detail = format!("We have sent a letter to {email} to finish.");
        done.map(|()| LetterSent { detail }).map_err(Failed::<AccountRefusal>::from)
    })?;
    app.bell.notify_one();
    Ok(web::json(StatusCode::ACCEPTED, &sent))
}

/// Makes the account, with the token of that letter and the password that was chosen. Then it can
/// sign in. Good once: where the link has ended, try to sign in first.
#[utoipa::path(post, path = "/auth/register/confirm", tag = "auth",
    operation_id = "confirm_registration",
    params(("Idempotency-Key" = Option<String>, Header, description = "Answered with success each \
            time, however often it is sent. Counts for the letter.")),
    request_body = Confirm, responses((status = 204)))]
async fn confirm(State(app): State<AppState>, peer: Peer, asked: Asked<Confirm>) -> Told {
    let Asked { body: Confirm { token, password }, once } = asked;
    service::count_confirmation(&app, peer, &token)?;
    let proven = service::prove_sign_up(&app, &token, &password, None).await;
    // Once the account is made the letter proves nothing more; the kept answer still holds.
    let refused = proven.err().map(Failed::refused).transpose()?;
    once!(app, once, OfLetter(&token), |tx, now| match refused.clone() {
        Some(refused) => Err(Failed::Refused(refused)),
        None => service::make_account(&mut tx, &token, now).await.map(|_account| ()),
    })?;
    Ok(wire::nothing())
}

/// Signs in. The cart of a `Cart-Token` that comes along joins the account's.
#[utoipa::path(post, path = "/auth/login", tag = "auth", operation_id = "login",
    security((), ("cart_token" = [])),
    request_body = Login, responses((status = 200, body = SignedIn)))]
async fn login(
    State(app): State<AppState>,
    peer: Peer,
    headers: HeaderMap,
    asked: Asked<Login>,
) -> Told {
    let Login { email, password } = asked.body;
    service::count_sign_in(&app, peer, &email)?;
    let proven = service::prove(&app, &email, &password).await.map_err(unauthorised)?;
    let (cart_token, now) = (cart_token(&headers), app.now());
    let begun: Result<(Begun, Option<String>), Failed<AccountRefusal>> =
        transact!(app.db, |tx| sign_ins::sign_in(&mut tx, &proven, cart_token, now).await);
    let (begun, notice) = begun.map_err(unauthorised)?;
    let tokens = tokens(&app, begun)?;
    Ok(wire::ok(&SignedIn { tokens, user: proven.user().into(), notice }))
}

/// The next pair of tokens. A refresh token is good once: when it comes again, somebody copied it,
/// and the sign-in is ended for whoever holds any of its tokens.
#[utoipa::path(post, path = "/auth/refresh", tag = "auth", operation_id = "refresh",
    request_body = RefreshToken, responses((status = 200, body = Tokens)))]
async fn refresh(State(app): State<AppState>, asked: Asked<RefreshToken>) -> Told {
    let (token, now) = (asked.body.refresh, app.now());
    let refreshed: Result<Refreshed, Failed<AccountRefusal>> =
        transact!(app.db, |tx| sign_ins::refresh(&mut tx, &token, now).await);
    match refreshed? {
        Refreshed::Anew(begun) => Ok(wire::ok(&tokens(&app, begun)?)),
        Refreshed::Reused => {
            tracing::warn!("a refresh token came twice, its sign-in is ended");
            Err(Refusal::from(AccountRefusal::TokenEnded).into())
        }
    }
}

/// Ends the sign-in that a refresh token belongs to, at once. One that is not known has ended
/// already.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", operation_id = "logout",
    request_body = RefreshToken, responses((status = 204)))]
async fn logout(State(app): State<AppState>, asked: Asked<RefreshToken>) -> Told {
    let (token, now) = (asked.body.refresh, app.now());
    let done: Result<(), Fault> =
        transact!(app.db, |tx| sign_ins::sign_out(&mut tx, &token, now).await);
    done?;
    Ok(wire::nothing())
}

/// Asks for the letter by which a new password can be chosen.
#[utoipa::path(post, path = "/auth/password-reset", tag = "auth", operation_id = "forgot_password",
    params(("Idempotency-Key" = Option<String>, Header, description = "Writes one letter, however \
            often it is sent. Counts for the address.")),
    request_body = EmailAddress, responses((status = 202, body = LetterSent)))]
async fn forgot(State(app): State<AppState>, peer: Peer, asked: Asked<EmailAddress>) -> Told {
    app.limits.reset.count(peer.0)?;
    let email = Email::parse(&asked.body.email);
    let email = email.ok_or_else(|| Refusal::field("email", Email::WANTED))?;
    let head = Letterhead::from(&app.config);
    let sent: LetterSent = once!(app, asked.once, &email, |tx, now| {
        let done = service::start_reset(&mut tx, &head, &email, now).await;
        let detail = format!(
            "We have sent a letter to {email}. If there is an account with this address, the \
             letter holds a link to choose a new password; the link works for 30 minutes."
        );
        done.map(|()| LetterSent { detail }).map_err(Failed::<AccountRefusal>::from)
    })?;
    app.bell.notify_one();
    Ok(web::json(StatusCode::ACCEPTED, &sent))
}

/// Chooses a new password with the token of that letter. Every sign-in of the account ends.
#[utoipa::path(post, path = "/auth/password-reset/confirm", tag = "auth",
    operation_id = "choose_password", request_body = NewPassword, responses((status = 204)))]
async fn reset(State(app): State<AppState>, peer: Peer, asked: Asked<NewPassword>) -> Told {
    app.limits.reset.count(peer.0)?;
    let NewPassword { token, password } = asked.body;
    service::choose_after_reset(&app, &token, &password).await?;
    Ok(wire::nothing())
}

/// Is this address usable? Judged by its look alone; says nothing about accounts.
#[utoipa::path(post, path = "/auth/check-email", tag = "auth", operation_id = "check_email",
    request_body = TypedEmail, responses((status = 200, body = EmailJudged)))]
async fn check_email(State(app): State<AppState>, peer: Peer, asked: Asked<TypedEmail>) -> Told {
    app.limits.email_check.count(peer.0)?;
    let check = EmailCheck::of(&asked.body.email);
    let (usable, reason, suggestion) = (check.is_usable(), check.message(), check.suggestion());
    Ok(wire::ok(&EmailJudged { usable, reason, suggestion }))
}

fn tokens(app: &AppState, begun: Begun) -> Result<Tokens, Fault> {
    let access: &Access = &begun.access;
    let signed = app.token_keys.sign(access, app.now());
    Ok(Tokens {
        access: signed.map_err(|e| Fault::new("signing a token", e))?,
        refresh: begun.refresh,
        token_type: "Bearer",
        expires_in: ACCESS_FOR / SECOND,
    })
}

/// A form is told 422 beside its fields; programs expect 401 (RFC 9110, 15.5.2).
fn unauthorised(failed: Failed<AccountRefusal>) -> Failed<Refusal> {
    failed.map(|reason| Refusal { status: 401, ..Refusal::from(reason) })
}
