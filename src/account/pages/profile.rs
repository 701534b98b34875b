//! The profile: name, number, password; and the way around an account's pages.

use super::sign_up::phone_field;
use super::{Answer, whose_password};
use crate::account::{NAME_MAX, Phone, SignedIn, User};
use crate::state::AppState;
use crate::ui::{ErrorSummary, Field, PageHead};
use crate::web::{FormState, Page};
use axum::extract::State;
use leptos::prelude::*;

/// Links between the pages of an account, the current one marked, and the way out. `current` is the
/// address of the page that shows it.
pub fn account_nav(current: &str) -> AnyView {
    let pages = [
        ("/account", "Profile"),
        ("/account/addresses", "Addresses"),
        ("/account/orders", "Orders"),
    ];
    let links = pages.map(|(href, label)| {
        let here = (href == current).then_some("page");
        view! { <li><a href=href aria-current=here>{label}</a></li> }
    });
    view! {
        <nav class="account-nav" aria-label="Your account"><ul>{links.collect_view()}</ul></nav>
    }
    .into_any()
}

pub async fn profile(
    State(app): State<AppState>,
    SignedIn { visitor, customer }: SignedIn,
) -> Answer {
    let (profile, password) = (visitor.form("profile"), visitor.form("password"));
    let user = customer.user().clone();
    let page = Page::new("Your profile").noindex();
    Ok(page.show(&app, &visitor, move || {
        view! {
            {account_nav("/account")}
            <PageHead title="Your profile" lead=user.email.clone()/>
            <div class="stack">
                {profile_form(&profile, &user)}
                {password_form(&password, user.email)}
                <form method="post" action="/do/account/sign-out">
                    <button class="btn btn-quiet">"Sign out"</button>
                </form>
            </div>
        }
        .into_any()
    }))
}

fn profile_form(state: &FormState, user: &User) -> AnyView {
    let phone = Phone::parse(&user.phone).map(|phone| phone.to_string()).unwrap_or_default();
    view! {
        <section class="panel stack">
            <h2>"Name and number"</h2>
            <ErrorSummary errors=state.errors.clone()/>
            <form class="form" method="post" action="/do/account/profile">
                <Field
                    label="Your name"
                    name="name"
                    value=state.value_or("name", &user.name)
                    error=state.error("name")
                    autocomplete="name"
                    maxlength=NAME_MAX
                    required=true
                />
                {phone_field(state, &phone)}
                <button class="btn btn-primary">"Save"</button>
            </form>
        </section>
    }
    .into_any()
}

fn password_form(state: &FormState, email: String) -> AnyView {
    view! {
        <section class="panel stack">
            <h2>"Change password"</h2>
            <ErrorSummary errors=state.errors.clone()/>
            <form class="form" method="post" action="/do/account/password">
                {whose_password(email)}
                <Field
                    label="Present password"
                    name="current"
                    kind="password"
                    error=state.error("current")
                    autocomplete="current-password"
                    required=true
                />
                <Field
                    label="New password"
                    name="new_password"
                    kind="password"
                    error=state.error("new_password")
                    hint="8 characters or more. Every other sign-in of yours ends."
                    autocomplete="new-password"
                    minlength=8
                    maxlength=128
                    required=true
                />
                <button class="btn btn-primary">"Change password"</button>
            </form>
        </section>
    }
    .into_any()
}
