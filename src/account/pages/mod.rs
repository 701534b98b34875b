//! The pages of an account: coming in, asking for one, a forgotten password, the profile.

mod password;
mod profile;
mod sign_in;
mod sign_up;

pub use password::{forgot, reset};
pub use profile::{account_nav, profile};
pub use sign_in::{TYPED, sign_in};
pub use sign_up::{confirm, sign_up, sign_up_sent};

use super::Visitor;
use crate::state::AppState;
use crate::ui::PageHead;
use crate::web::{Failure, Page};
use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

type Answer = Result<Response, Failure>;

/// What a link into these pages may carry.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// The page to go on to.
    #[serde(default)]
    next: String,
    /// What a letter's link holds.
    #[serde(default)]
    token: String,
}

/// A letter's link that leads nowhere any more, and the way to a new one.
fn link_ended(
    app: &AppState,
    visitor: &Visitor,
    href: &'static str,
    label: &'static str,
) -> Response {
    let page = Page::new("This link has ended").status(StatusCode::GONE).noindex();
    page.show(app, visitor, move || {
        let lead = "It has been used already, or its time is over. You can ask for a new one.";
        view! {
            <div class="narrow stack">
                <PageHead title="This link has ended" lead=lead.to_owned()/>
                <p><a class="btn btn-primary" href=href>{label}</a></p>
            </div>
        }
        .into_any()
    })
}

/// A box under a form: a question, and the page that answers it.
fn other_way(question: &'static str, href: String, label: &'static str) -> AnyView {
    view! { <p class="muted">{question}" "<a href=href>{label}</a></p> }.into_any()
}

/// Tells a password manager whose password a form is about; nobody sees it.
fn whose_password(email: String) -> AnyView {
    view! {
        <input
            type="text"
            name="email"
            value=email
            autocomplete="username"
            hidden=true
            readonly=true
        />
    }
    .into_any()
}
