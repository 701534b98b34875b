//! What visitors ask of their accounts: the routes of this room and the forms behind them.

mod password;
mod profile;
mod sign_in;
mod sign_up;

use super::service::Entered;
use super::{AccountRefusal, EmailCheck, Visitor, pages};
use crate::error::Failed;
use crate::state::AppState;
use crate::web::{Failure, Fields, Flash, Peer, json};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

type Answer = Result<Response, Failure>;
/// What a verb gave, before it becomes an answer.
type Done<T> = Result<T, Failed<AccountRefusal>>;
/// The next page and what it says at its top; or why not.
type Outcome = Done<(String, Option<Flash>)>;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/sign-in", get(pages::sign_in))
        .route("/sign-up", get(pages::sign_up))
        .route("/sign-up/sent", get(pages::sign_up_sent))
        .route("/sign-up/confirm", get(pages::confirm))
        .route("/forgot", get(pages::forgot))
        .route("/reset", get(pages::reset))
        .route("/account", get(pages::profile))
        .route("/do/account/sign-up", post(sign_up::sign_up))
        .route("/do/account/confirm", post(sign_up::confirm))
        .route("/do/account/sign-in", post(sign_in::sign_in))
        .route("/do/account/sign-out", post(sign_in::sign_out))
        .route("/do/account/forgot", post(password::forgot))
        .route("/do/account/reset", post(password::reset))
        .route("/do/account/profile", post(profile::update_profile))
        .route("/do/account/password", post(password::change_password))
        .route("/do/account/email-check", post(email_check))
}

/// The committed sign-in becomes the visitor's; what is to be told of the cart remains.
fn go_in(visitor: &mut Visitor, entered: Entered) -> Option<String> {
    visitor.becomes(entered.session, Some(entered.user));
    entered.notice
}

/// Is an address usable, for a form with script? Tells nothing of accounts.
async fn email_check(State(app): State<AppState>, peer: Peer, form: Fields) -> Answer {
    app.limits.email_check.count(peer.0)?;
    let check = EmailCheck::of(form.text("email"));
    let body = serde_json::json!({
        "usable": check.is_usable(), "reason": check.message(), "suggestion": check.suggestion(),
    });
    Ok(json(StatusCode::OK, &body))
}
