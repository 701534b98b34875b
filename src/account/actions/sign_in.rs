//! Coming in and going out.

use super::{Answer, Done, Outcome, go_in};
use crate::account::pages::TYPED;
use crate::account::service::{self, Entered};
use crate::account::{Visitor, sign_in_address};
use crate::state::AppState;
use crate::transact;
use crate::web::{Back, Fields, Flash, FormState, Peer, see_other};
use axum::extract::State;

pub async fn sign_in(
    State(app): State<AppState>,
    mut visitor: Visitor,
    peer: Peer,
    form: Fields,
) -> Answer {
    service::count_sign_in(&app, peer, form.text("email"))?;
    let outcome = let_in(&app, &mut visitor, &form).await;
    let to = sign_in_address(form.text("next"));
    let back = Back { to, form: "sign-in", fields: &form, secret: &["password"] };
    back.or_on(&app, &mut visitor, outcome).await
}

async fn let_in(app: &AppState, visitor: &mut Visitor, form: &Fields) -> Outcome {
    let proven = service::prove(app, form.text("email"), form.raw("password")).await?;
    let now = app.now();
    let old = visitor.session_hash().map(str::to_owned);
    let entered: Done<Entered> =
        transact!(app.db, |tx| { service::sign_in(&mut tx, &proven, old.as_deref(), now).await });
    let next = Some(form.text("next")).filter(|next| !next.is_empty()).unwrap_or("/account");
    let flash = Flash { notice: go_in(visitor, entered?), form: typed(form, visitor), bad: false };
    Ok((next.to_owned(), Some(flash).filter(|flash| *flash != Flash::default())))
}

/// What was typed at the checkout before the sign-in ended: for the account that it was typed by.
fn typed(form: &Fields, visitor: &Visitor) -> Option<FormState> {
    let typed: FormState = serde_json::from_str(form.raw(TYPED)).ok()?;
    let account = typed.value("account").filter(|_| typed.form == "checkout")?;
    let is_theirs = visitor.user().is_some_and(|user| user.email == account);
    is_theirs.then(|| FormState::typed("checkout", typed.values))
}

/// A guest has nothing to sign out of and keeps the cart.
pub async fn sign_out(State(app): State<AppState>, mut visitor: Visitor) -> Answer {
    if visitor.user().is_some()
        && let Some(session) = visitor.session_hash()
    {
        let mut connection = app.db.write.acquire().await?;
        service::end_session(&mut connection, session).await?;
        visitor.leaves();
    }
    Ok(see_other("/"))
}
