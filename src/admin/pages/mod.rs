//! The pages of the desk.

mod address;
mod check;
mod list;
mod one;
mod overview;
mod records;
mod refund;

pub(super) use refund::FORM as REFUND_FORM;

use super::desk::{AtDesk, Room, desk_head};
use crate::error::Refusal;
use crate::order;
use crate::payment;
use crate::state::AppState;
use crate::web::{Failure, Page};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use leptos::prelude::*;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin", get(overview))
        .route("/admin/orders", get(orders))
        .route("/admin/orders/{order}", get(one))
        .route("/admin/check", get(check::page))
        .route("/do/admin/check", post(check::now))
}

/// `GET /admin`
async fn overview(
    State(app): State<AppState>,
    AtDesk { visitor, admin }: AtDesk,
) -> Result<Response, Failure> {
    let mut connection = app.db.read.acquire().await?;
    let tallies = order::service::count_by_state(&mut connection).await?;
    let tasks = payment::service::list_tasks(&mut connection).await?;
    drop(connection);
    let page = Page::new("Desk").noindex();
    Ok(page.show(&app, &visitor, move || {
        let head = desk_head(&admin, Room::Overview, "The desk");
        view! { {head} {overview::overview_view(tallies, tasks)} }.into_any()
    }))
}

/// `GET /admin/orders?state=&q=&page=`. Any query is harmless: unknown words mean the defaults.
async fn orders(
    State(app): State<AppState>,
    AtDesk { visitor, admin }: AtDesk,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let find = address::read_find(&pairs);
    let mut connection = app.db.read.acquire().await?;
    let (heads, more) = order::service::list_found(&mut connection, &find).await?;
    drop(connection);
    let page = Page::new("Orders").noindex();
    Ok(page.show(&app, &visitor, move || {
        let head = desk_head(&admin, Room::Orders, "Orders");
        view! { {head} {list::list_view(&find, heads, more)} }.into_any()
    }))
}

/// `GET /admin/orders/{order}`, by number or by id: an unpaid order has no number yet.
async fn one(
    State(app): State<AppState>,
    AtDesk { visitor, admin }: AtDesk,
    Path(named): Path<String>,
) -> Result<Response, Failure> {
    let mut connection = app.db.read.acquire().await?;
    let found = match order::service::find_by_number(&mut connection, &named).await? {
        Some(order) => Some(order),
        None => order::service::find(&mut connection, &named).await?,
    };
    let order = found.ok_or_else(|| Refusal::not_found("that order"))?;
    let records = one::Records {
        events: order::service::list_events(&mut connection, &order.id).await?,
        attempts: payment::service::list_attempts(&mut connection, &order.id).await?,
        payments: payment::service::list_payments(&mut connection, &order.id).await?,
        refunds: payment::service::list_refunds(&mut connection, &order.id).await?,
    };
    drop(connection);
    let (title, shop) = (one::title(&order), app.config.shop.clone());
    let state = visitor.form(REFUND_FORM);
    let page = Page::new(title.clone()).noindex();
    Ok(page.show(&app, &visitor, move || {
        let head = desk_head(&admin, Room::Orders, &title);
        view! { {head} {one::order_view(&order, &shop, records, &state)} }.into_any()
    }))
}
