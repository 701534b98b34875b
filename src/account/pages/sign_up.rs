//! The pages on the way to an account: the form, the letter on its way, the letter's link.

use super::{Answer, Asked, link_ended, other_way, whose_password};
use crate::account::{EmailCheck, NAME_MAX, Visitor, service};
use crate::state::AppState;
use crate::ui::{CheckField, ErrorSummary, Field, Notice, PageHead};
use crate::web::{FormState, Page, see_other};
use axum::extract::{Query, State};
use leptos::prelude::*;

pub async fn sign_up(State(app): State<AppState>, visitor: Visitor) -> Answer {
    if visitor.user().is_some() {
        return Ok(see_other("/account"));
    }
    let state = visitor.form("sign-up");
    let page = Page::new("Create account").noindex();
    Ok(page.show(&app, &visitor, move || sign_up_view(&state)))
}

fn sign_up_view(state: &FormState) -> AnyView {
    let email = state.value_or("email", "");
    let slip = matches!(EmailCheck::of(&email), EmailCheck::Mistyped { .. });
    let sure = slip.then(|| {
        let checked = state.value_or("email_sure", "") == "yes";
        view! { <CheckField label="Yes, this address is right" name="email_sure" checked=checked/> }
    });
    view! {
        <div class="narrow stack">
            <PageHead
                title="Create account"
                lead="See your orders, keep your addresses, and find your cart on every device."
                    .to_owned()
            />
            <ErrorSummary errors=state.errors.clone()/>
            <form class="form panel" method="post" action="/do/account/sign-up">
                <Field
                    label="Your name"
                    name="name"
                    value=state.value_or("name", "")
                    error=state.error("name")
                    autocomplete="name"
                    maxlength=NAME_MAX
                    required=true
                />
                <Field
                    label="E-mail address"
                    name="email"
                    kind="email"
                    value=email
                    error=state.error("email")
                    autocomplete="username"
                    maxlength=254
                    required=true
                />
                {sure}
                {phone_field(state, "")}
                <Field
                    label="Password"
                    name="password"
                    kind="password"
                    error=state.error("password")
                    hint="8 characters or more. A few words together make a good one."
                    autocomplete="new-password"
                    minlength=8
                    maxlength=128
                    required=true
                />
                <button class="btn btn-primary">"Create account"</button>
            </form>
            {other_way("Been here before?", "/sign-in".to_owned(), "Sign in")}
        </div>
    }
    .into_any()
}

/// The mobile number of an account, which may be left out.
pub fn phone_field(state: &FormState, known: &str) -> AnyView {
    view! {
        <Field
            label="Mobile number"
            name="phone"
            kind="tel"
            value=state.value_or("phone", known)
            error=state.error("phone")
            hint="For questions about a delivery, such as 98765 43210"
            autocomplete="tel"
            maxlength=20
        />
    }
    .into_any()
}

pub async fn sign_up_sent(State(app): State<AppState>, visitor: Visitor) -> Answer {
    // Where no letters leave, a person trying the shop out would wait in vain.
    let kept = app.config.mail.smtp_url.is_none();
    let page = Page::new("A letter is on its way").noindex();
    Ok(page.show(&app, &visitor, move || {
        let kept = kept.then(|| {
            let text = "This shop sends no mail yet: the letter is a file in its data folder, \
                        under mail.";
            view! { <Notice text=text/> }
        });
        view! {
            <div class="narrow stack">
                <PageHead
                    title="A letter is on its way"
                    lead="Open the link in it within 24 hours to finish.".to_owned()
                />
                {kept}
                <p>
                    "Nothing there after a few minutes? Look among unwanted mail, or see whether "
                    "the address was typed right."
                </p>
                {other_way("Another address?", "/sign-up".to_owned(), "Try again")}
            </div>
        }
        .into_any()
    }))
}

/// Following the link only shows a button: programs that look into letters follow links too.
pub async fn confirm(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Answer {
    let mut connection = app.db.read.acquire().await?;
    let waiting = service::waiting_sign_up(&mut connection, &asked.token, app.now()).await?;
    drop(connection);
    let Some(waiting) = waiting else {
        return Ok(link_ended(&app, &visitor, "/sign-up", "Create account"));
    };
    let same_browser = visitor.session_hash() == Some(waiting.session_hash.as_str());
    let state = visitor.form("confirm");
    let page = Page::new("Finish your account").noindex();
    Ok(page.show(&app, &visitor, move || {
        confirm_view(&state, asked.token, waiting.email, same_browser)
    }))
}

fn confirm_view(state: &FormState, token: String, email: String, same_browser: bool) -> AnyView {
    let whose = email.clone();
    let password = (!same_browser).then(|| {
        view! {
            {whose_password(whose)}
            <Field
                label="Password"
                name="password"
                kind="password"
                error=state.error("password")
                hint="The one you chose when you asked for the account."
                autocomplete="current-password"
                required=true
            />
        }
    });
    view! {
        <div class="narrow stack">
            <PageHead title="Finish your account" lead=format!("For {email}.")/>
            <ErrorSummary errors=state.errors.clone()/>
            <form class="form panel" method="post" action="/do/account/confirm">
                <input type="hidden" name="token" value=token/>
                {password}
                <button class="btn btn-primary">"Create account"</button>
            </form>
        </div>
    }
    .into_any()
}
