//! Asking for an account, and making it once the letter was answered.

use super::{Answer, Done, Outcome, go_in};
use crate::account::forms::SignUpForm;
use crate::account::service::{self, Entered};
use crate::account::{AccountRefusal, Visitor};
use crate::error::Failed;
use crate::state::AppState;
use crate::transact;
use crate::web::{Back, Fields, Flash, Peer};
use axum::extract::State;

pub async fn sign_up(
    State(app): State<AppState>,
    mut visitor: Visitor,
    peer: Peer,
    form: Fields,
) -> Answer {
    app.limits.sign_up.count(peer.0)?;
    let outcome = ask_for_account(&app, &mut visitor, &form).await;
    let back =
        Back { to: "/sign-up".into(), form: "sign-up", fields: &form, secret: &["password"] };
    back.or_on(&app, &mut visitor, outcome).await
}

async fn ask_for_account(app: &AppState, visitor: &mut Visitor, form: &Fields) -> Outcome {
    let wanted = SignUpForm::parse(form).map_err(Failed::Refused)?;
    visitor.settle_in(app).await?;
    let session = visitor.session_hash().map(str::to_owned);
    let email = service::ask_for_account(app, wanted, session).await?;
    let notice = format!("We have sent a letter to {email} to finish.");
    Ok(("/sign-up/sent".to_owned(), Some(Flash::good(notice))))
}

pub async fn confirm(
    State(app): State<AppState>,
    mut visitor: Visitor,
    peer: Peer,
    form: Fields,
) -> Answer {
    service::count_confirmation(&app, peer, form.text("token"))?;
    let outcome = make_account(&app, &mut visitor, &form).await;
    let to = match &outcome {
        Err(Failed::Refused(AccountRefusal::AlreadyKnown)) => "/sign-in".to_owned(),
        Err(Failed::Refused(AccountRefusal::LinkEnded)) => "/sign-up".to_owned(),
        _ => format!("/sign-up/confirm?token={}", form.text("token")),
    };
    let back = Back { to, form: "confirm", fields: &form, secret: &["password", "token"] };
    back.or_on(&app, &mut visitor, outcome).await
}

async fn make_account(app: &AppState, visitor: &mut Visitor, form: &Fields) -> Outcome {
    let (token, now) = (form.text("token"), app.now());
    service::prove_sign_up(app, token, form.raw("password"), visitor.session_hash()).await?;
    let old = visitor.session_hash().map(str::to_owned);
    let entered: Done<Entered> = transact!(app.db, |tx| {
        service::confirm_sign_up(&mut tx, token, old.as_deref(), now).await
    });
    let notice = go_in(visitor, entered?).map_or_else(String::new, |told| format!("\n{told}"));
    let welcome = format!("Your account is ready. Welcome!{notice}");
    Ok(("/account".to_owned(), Some(Flash::good(welcome))))
}
