//! Forgotten passwords and changed ones.

use super::{Answer, Done, Outcome};
use crate::account::letters::Letterhead;
use crate::account::{AccountRefusal, Email, SignedIn, Visitor, service};
use crate::error::Failed;
use crate::state::AppState;
use crate::transact;
use crate::web::{Back, Fields, Flash, Peer};
use axum::extract::State;

pub async fn forgot(
    State(app): State<AppState>,
    mut visitor: Visitor,
    peer: Peer,
    form: Fields,
) -> Answer {
    app.limits.reset.count(peer.0)?;
    let outcome = send_reset(&app, &form).await;
    let back = Back { to: "/forgot".into(), form: "forgot", fields: &form, secret: &[] };
    back.or_on(&app, &mut visitor, outcome).await
}

async fn send_reset(app: &AppState, form: &Fields) -> Outcome {
    let Some(email) = Email::parse(form.text("email")) else {
        return Err(Failed::Refused(AccountRefusal::field("email", Email::WANTED)));
    };
    service::ask_for_reset(app, &email).await?;
    let notice = format!(
        "We have sent a letter to {email}. If there is an account with this address, the letter \
         holds a link to choose a new password; the link works for 30 minutes."
    );
    Ok(("/forgot".to_owned(), Some(Flash::good(notice))))
}

pub async fn reset(
    State(app): State<AppState>,
    mut visitor: Visitor,
    peer: Peer,
    form: Fields,
) -> Answer {
    app.limits.reset.count(peer.0)?;
    let outcome = set_password(&app, &mut visitor, &form).await;
    let to = match &outcome {
        Err(Failed::Refused(AccountRefusal::LinkEnded)) => "/forgot".to_owned(),
        _ => format!("/reset?token={}", form.text("token")),
    };
    let back = Back { to, form: "reset", fields: &form, secret: &["password", "token"] };
    back.or_on(&app, &mut visitor, outcome).await
}

async fn set_password(app: &AppState, visitor: &mut Visitor, form: &Fields) -> Outcome {
    let (token, password) = (form.text("token"), form.raw("password"));
    let user_id = service::choose_after_reset(app, token, password).await?;
    if visitor.user().is_some_and(|user| user.id == user_id) {
        visitor.leaves();
    }
    let notice = "Your new password is set. Please sign in with it.";
    Ok(("/sign-in".to_owned(), Some(Flash::good(notice))))
}

pub async fn change_password(
    State(app): State<AppState>,
    SignedIn { mut visitor, customer }: SignedIn,
    form: Fields,
) -> Answer {
    // Whoever sits at somebody's open browser guesses no faster than at the sign-in page.
    app.limits.sign_in_account.count(&customer.user().email)?;
    let outcome = replace_password(&app, &mut visitor, &form).await;
    let secret = &["current", "new_password"];
    let back = Back { to: "/account".into(), form: "password", fields: &form, secret };
    back.or_on(&app, &mut visitor, outcome).await
}

async fn replace_password(app: &AppState, visitor: &mut Visitor, form: &Fields) -> Outcome {
    let user = visitor.user().cloned();
    let email = user.as_ref().and_then(|user| Email::parse(&user.email));
    let email = email.ok_or(Failed::Refused(AccountRefusal::CurrentNotRight))?;
    let now = app.now();
    let proven =
        service::check_sign_in(&app.db, &app.passwords, &email, form.raw("current"), now).await;
    // In this place the address is known to be right.
    let proven = proven.map_err(|failed| failed.map(|_| AccountRefusal::CurrentNotRight))?;
    let chosen = form.raw("new_password");
    let hash = service::hash_new(app, chosen, "new_password", &email).await?;
    let head = Letterhead::from(&app.config);
    let fresh: Done<_> = transact!(app.db, |tx| {
        service::change_password(&mut tx, &head, &proven, &hash, now).await
    });
    visitor.becomes(fresh?, user);
    app.bell.notify_one();
    let notice = "Your password is changed. Every other sign-in was ended.";
    Ok(("/account".to_owned(), Some(Flash::good(notice))))
}
