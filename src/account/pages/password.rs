//! A forgotten password: asking for a letter, and choosing a new one.

use super::{Answer, Asked, link_ended, other_way, whose_password};
use crate::account::{Visitor, service};
use crate::state::AppState;
use crate::ui::{ErrorSummary, Field, PageHead};
use crate::web::{FormState, Page};
use axum::extract::{Query, State};
use leptos::prelude::*;

pub async fn forgot(State(app): State<AppState>, visitor: Visitor) -> Answer {
    let state = visitor.form("forgot");
    let page = Page::new("Forgot your password?").noindex();
    Ok(page.show(&app, &visitor, move || forgot_view(&state)))
}

fn forgot_view(state: &FormState) -> AnyView {
    view! {
        <div class="narrow stack">
            <PageHead
                title="Forgot your password?"
                lead="We send you a link to choose a new one.".to_owned()
            />
            <ErrorSummary errors=state.errors.clone()/>
            <form class="form panel" method="post" action="/do/account/forgot">
                <Field
                    label="E-mail address"
                    name="email"
                    kind="email"
                    value=state.value_or("email", "")
                    error=state.error("email")
                    autocomplete="username"
                    maxlength=254
                    required=true
                />
                <button class="btn btn-primary">"Send the letter"</button>
            </form>
            {other_way("Remembered it?", "/sign-in".to_owned(), "Sign in")}
        </div>
    }
    .into_any()
}

pub async fn reset(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Answer {
    let mut connection = app.db.read.acquire().await?;
    let email = service::reset_email(&mut connection, &asked.token, app.now()).await?;
    drop(connection);
    let Some(email) = email else {
        return Ok(link_ended(&app, &visitor, "/forgot", "Send a new letter"));
    };
    let state = visitor.form("reset");
    let page = Page::new("Choose a new password").noindex();
    Ok(page.show(&app, &visitor, move || reset_view(&state, asked.token, email.to_string())))
}

fn reset_view(state: &FormState, token: String, email: String) -> AnyView {
    let lead = format!("For {email}. Every sign-in of this account ends, and you sign in anew.");
    view! {
        <div class="narrow stack">
            <PageHead title="Choose a new password" lead=lead/>
            <ErrorSummary errors=state.errors.clone()/>
            <form class="form panel" method="post" action="/do/account/reset">
                <input type="hidden" name="token" value=token/>
                {whose_password(email)}
                <Field
                    label="New password"
                    name="password"
                    kind="password"
                    error=state.error("password")
                    hint="8 characters or more. A few words together make a good one."
                    autocomplete="new-password"
                    minlength=8
                    maxlength=128
                    required=true
                />
                <button class="btn btn-primary">"Set the password"</button>
            </form>
        </div>
    }
    .into_any()
}
