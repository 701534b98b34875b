//! The sign-in page.

use super::{Answer, Asked, other_way};
use crate::account::{Visitor, sign_in_address};
use crate::state::AppState;
use crate::ui::{ErrorSummary, Field, Notice, PageHead};
use crate::web::{FormState, Page, see_other};
use axum::extract::{Query, State};
use leptos::prelude::*;

/// The field that carries what was typed before.
pub const TYPED: &str = "typed";

pub async fn sign_in(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Answer {
    if visitor.user().is_some() {
        let next = if asked.next.is_empty() { "/account" } else { &asked.next };
        return Ok(see_other(next));
    }
    let (mut state, ended) = (visitor.form("sign-in"), visitor.was_somebody());
    carry(&visitor.form("checkout"), &mut state);
    let page = Page::new("Sign in")
        .describe("Sign in to find your orders, your addresses and your cart.")
        .noindex();
    Ok(page.show(&app, &visitor, move || sign_in_view(&state, asked.next, ended)))
}

/// What was typed at the checkout, where the sign-in had ended, goes past this form in a field of
/// its own, and with that back to it.
fn carry(typed: &FormState, state: &mut FormState) {
    if !typed.values.is_empty()
        && let Ok(text) = serde_json::to_string(typed)
    {
        state.values.push((TYPED.to_owned(), text));
    }
}

fn sign_in_view(state: &FormState, next: String, ended: bool) -> AnyView {
    let ended = ended.then(|| {
        let text = "Your last visit has ended. If you have an account, please sign in again: its \
                    cart is kept.";
        view! { <Notice bad=true text=text/> }
    });
    let carried = (sign_in_address(&next) != "/sign-in")
        .then(|| view! { <input type="hidden" name="next" value=next/> });
    let typed =
        state.value(TYPED).map(|typed| view! { <input type="hidden" name=TYPED value=typed/> });
    view! {
        <div class="narrow stack">
            {ended}
            <PageHead title="Sign in"/>
            <ErrorSummary errors=state.errors.clone()/>
            <form class="form panel" method="post" action="/do/account/sign-in">
                {carried}
                {typed}
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
                <Field
                    label="Password"
                    name="password"
                    kind="password"
                    error=state.error("password")
                    autocomplete="current-password"
                    required=true
                />
                <button class="btn btn-primary">"Sign in"</button>
            </form>
            {other_way("Forgot your password?", "/forgot".to_owned(), "Choose a new one")}
            {other_way("New here?", "/sign-up".to_owned(), "Create account")}
        </div>
    }
    .into_any()
}
