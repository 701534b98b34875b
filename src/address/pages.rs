//! The pages of an account's addresses, and the fields that the checkout shows too.

use super::{Address, LINE_MAX, STATES, service};
use crate::account::{NAME_MAX, SignedIn, account_nav};
use crate::error::Refusal;
use crate::state::AppState;
use crate::ui::{EmptyState, ErrorSummary, Field, PageHead, SelectField};
use crate::web::{Failure, FormState, Page};
use axum::extract::{Path, State};
use axum::response::Response;
use leptos::prelude::*;

type Answer = Result<Response, Failure>;

pub async fn list(State(app): State<AppState>, SignedIn { visitor, customer }: SignedIn) -> Answer {
    let mut connection = app.db.read.acquire().await?;
    let addresses = service::list(&mut connection, customer.id()).await?;
    drop(connection);
    let page = Page::new("Your addresses").noindex();
    Ok(page.show(&app, &visitor, move || list_view(addresses)))
}

fn list_view(addresses: Vec<Address>) -> AnyView {
    let add =
        || view! { <a class="btn btn-primary" href="/account/addresses/new">"Add an address"</a> };
    let body = if addresses.is_empty() {
        view! {
            <EmptyState
                picture="/empty-cart.svg"
                heading="No address yet"
                text="Keep one, and checkout fills it in for you."
            >
                {add()}
            </EmptyState>
        }
        .into_any()
    } else {
        let cards = addresses.into_iter().map(card).collect_view();
        view! { <ul class="addresses" role="list">{cards}</ul><p>{add()}</p> }.into_any()
    };
    view! {
        {account_nav("/account/addresses")}
        <PageHead title="Your addresses"/>
        <div class="stack">{body}</div>
    }
    .into_any()
}

fn card(address: Address) -> AnyView {
    let lines = address.lines().into_iter().map(|line| view! { {line}<br/> }).collect_view();
    let which = format!(" {}, {}", address.name, address.line1);
    let which = move || view! { <span class="visually-hidden">{which.clone()}</span> };
    let default = if address.is_default {
        view! { <p><span class="badge">"Default"</span></p> }.into_any()
    } else {
        deed("/do/address/default", "btn btn-quiet", "Make default", &address.id, which())
    };
    view! {
        <li class="card panel stack">
            <address>
                <strong>{address.name.clone()}</strong><br/>
                {lines}
                {address.spoken_phone()}
            </address>
            <div class="cluster">
                {default}
                <a class="btn btn-quiet" href=format!("/account/addresses/{}", address.id)>
                    "Change"{which()}
                </a>
                {deed("/do/address/delete", "btn btn-danger", "Delete", &address.id, which())}
            </div>
        </li>
    }
    .into_any()
}

/// A button that does one thing to one address.
fn deed(
    action: &'static str,
    class: &'static str,
    label: &'static str,
    id: &str,
    which: impl IntoView + 'static,
) -> AnyView {
    view! {
        <form method="post" action=action>
            <input type="hidden" name="id" value=id.to_owned()/>
            <button class=class>{label}{which}</button>
        </form>
    }
    .into_any()
}

pub async fn new(State(app): State<AppState>, SignedIn { visitor, .. }: SignedIn) -> Answer {
    let state = visitor.form("address");
    let page = Page::new("Add an address").noindex();
    Ok(page.show(&app, &visitor, move || form_view("Add an address", &state, None)))
}

pub async fn change(
    State(app): State<AppState>,
    SignedIn { visitor, customer }: SignedIn,
    Path(id): Path<String>,
) -> Answer {
    let mut connection = app.db.read.acquire().await?;
    let found = service::find(&mut connection, customer.id(), &id).await?;
    drop(connection);
    let address = found.ok_or_else(|| Refusal::not_found("that address"))?;
    let state = visitor.form("address");
    let page = Page::new("Change an address").noindex();
    Ok(page.show(&app, &visitor, move || form_view("Change an address", &state, Some(address))))
}

fn form_view(title: &'static str, state: &FormState, known: Option<Address>) -> AnyView {
    let action = if known.is_some() { "/do/address/change" } else { "/do/address/add" };
    let id = known.as_ref().map(|known| {
        view! { <input type="hidden" name="id" value=known.id.clone()/> }
    });
    view! {
        {account_nav("/account/addresses")}
        <PageHead title=title/>
        <div class="stack">
            <ErrorSummary errors=state.errors.clone()/>
            <form class="form panel" method="post" action=action>
                {id}
                {address_fields(state, known.as_ref())}
                <div class="cluster">
                    <button class="btn btn-primary">"Save"</button>
                    <a class="btn btn-quiet" href="/account/addresses">"Back"</a>
                </div>
            </form>
        </div>
    }
    .into_any()
}

/// The fields of an address, filled with what was typed, else with what is known. For any form that
/// reads them with [`super::NewAddress::parse`].
pub fn address_fields(state: &FormState, known: Option<&Address>) -> AnyView {
    let name = known.map(|known| known.name.clone()).unwrap_or_default();
    let phone = known.map(Address::spoken_phone).unwrap_or_default();
    view! {
        <div class="form-row">
            <Field
                label="Full name"
                name="name"
                value=state.value_or("name", &name)
                error=state.error("name")
                autocomplete="name"
                maxlength=NAME_MAX
                required=true
            />
            <Field
                label="Mobile number"
                name="phone"
                kind="tel"
                value=state.value_or("phone", &phone)
                error=state.error("phone")
                autocomplete="tel"
                maxlength=20
                required=true
            />
        </div>
        {street_fields(state, known)}
        {town_fields(state, known)}
    }
    .into_any()
}

fn street_fields(state: &FormState, known: Option<&Address>) -> AnyView {
    let known = |of: fn(&Address) -> String| known.map(of).unwrap_or_default();
    view! {
        <Field
            label="House, building, street"
            name="line1"
            value=state.value_or("line1", &known(|a| a.line1.clone()))
            error=state.error("line1")
            autocomplete="address-line1"
            maxlength=LINE_MAX
            required=true
        />
        <Field
            label="Area, locality"
            name="line2"
            value=state.value_or("line2", &known(|a| a.line2.clone()))
            error=state.error("line2")
            autocomplete="address-line2"
            maxlength=LINE_MAX
        />
        <Field
            label="Landmark"
            name="landmark"
            value=state.value_or("landmark", &known(|a| a.landmark.clone()))
            error=state.error("landmark")
            autocomplete="address-line3"
            maxlength=LINE_MAX
        />
    }
    .into_any()
}

fn town_fields(state: &FormState, known: Option<&Address>) -> AnyView {
    let known = |of: fn(&Address) -> String| known.map(of).unwrap_or_default();
    view! {
        <div class="form-row">
            <Field
                label="City or town"
                name="city"
                value=state.value_or("city", &known(|a| a.city.clone()))
                error=state.error("city")
                autocomplete="address-level2"
                maxlength=LINE_MAX
                required=true
            />
            <Field
                label="PIN code"
                name="pin"
                value=state.value_or("pin", &known(|a| a.pin.clone()))
                error=state.error("pin")
                autocomplete="postal-code"
                inputmode="numeric"
                maxlength=8
                required=true
            />
        </div>
        <SelectField
            label="State or union territory"
            name="state"
            options=state_options()
            value=state.value_or("state", &known(|a| a.state.clone()))
            error=state.error("state")
            autocomplete="address-level1"
            required=true
        />
    }
    .into_any()
}

fn state_options() -> Vec<(String, String)> {
    STATES.iter().map(|state| (state.code.to_owned(), state.name.to_owned())).collect()
}
