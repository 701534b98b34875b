//! The door of the desk: who may come in, and what is around each of its pages.

use crate::account::{Admin, Visitor};
use crate::state::AppState;
use crate::ui::PageHead;
use crate::web::Failure;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;

/// A shopkeeper at the desk. Whoever is not signed in is led to the sign-in page and back; to
/// anybody else the address does not exist.
pub(super) struct AtDesk {
    pub visitor: Visitor,
    pub admin: Admin,
}

impl FromRequestParts<AppState> for AtDesk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<AtDesk, Response> {
        let visitor = Visitor::from_request_parts(parts, app).await;
        let visitor = visitor.map_err(IntoResponse::into_response)?;
        match Admin::require(&visitor) {
            Ok(admin) => Ok(AtDesk { visitor, admin }),
            Err(refusal) if refusal.status == 401 => Err(visitor.way_to_sign_in()),
            Err(refusal) => Err(Failure::from(refusal).into_response()),
        }
    }
}

/// The rooms of the desk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    Overview,
    Orders,
    Check,
}

/// Heading and ways around, above a page of the desk.
pub(super) fn desk_head(admin: &Admin, room: Room, title: &str) -> AnyView {
    let who = format!("At the desk: {}", admin.user().email);
    let way = |to: Room, href: &'static str, label: &'static str| {
        let current = (to == room).then_some("true");
        view! { <li><a href=href aria-current=current>{label}</a></li> }
    };
    view! {
        <nav class="account-nav desk-nav" aria-label="Desk">
            <ul>
                {way(Room::Overview, "/admin", "Overview")}
                {way(Room::Orders, "/admin/orders", "Orders")}
                {way(Room::Check, "/admin/check", "Check")}
            </ul>
        </nav>
        <PageHead title=title.to_owned()/>
        <p class="muted">{who}</p>
    }
    .into_any()
}
