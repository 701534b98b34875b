//! The checkout page: contact, address, review and totals, one button.

use super::{Review, service};
use crate::account::Visitor;
use crate::address::{self, Address};
use crate::clock;
use crate::error::Refusal;
use crate::money::Paise;
use crate::state::AppState;
use crate::ui::{CheckField, ErrorSummary, Field, PageHead};
use crate::web::{self, Failure, Flash, FormState, Page};
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;

pub async fn checkout(
    State(app): State<AppState>,
    mut visitor: Visitor,
) -> Result<Response, Failure> {
    let owner = visitor.owner();
    let mut connection = app.db.read.acquire().await?;
    let review = service::review(&mut connection, owner.as_ref(), &app.config.shop).await?;
    if !review.cart.can_check_out() {
        drop(connection);
        // What a refused form left says it better, and holds what was typed.
        if !review.cart.lines.is_empty() && visitor.flash().is_none() {
            let words = "Please mend the marked lines first.";
            visitor.leave(&app, Flash::bad(words)).await?;
        }
        visitor.keep_flash();
        return Ok(web::see_other("/cart"));
    }
    let saved = match visitor.user() {
        Some(user) => address::service::list(&mut connection, &user.id).await?,
        None => Vec::new(),
    };
    drop(connection);
    let key = clock::random_token();
    let user = visitor.user().map(|user| user.email.clone());
    let state = visitor.form("checkout");
    let page = Page::new("Checkout").noindex();
    Ok(page.show(&app, &visitor, move || view(review, saved, user, state, key)))
}

fn view(
    review: Review,
    saved: Vec<Address>,
    user: Option<String>,
    state: FormState,
    key: String,
) -> AnyView {
    let (cart, version) = (review.cart.id.clone(), review.cart.version);
    let (digest, errors) = (review.digest(), state.errors.clone());
    let changed = changed_prices(&review, &state);
    let account = user.clone().unwrap_or_default();
    // One answer only where every address that can be chosen has the same.
    let near = |address: &Address| address.state == review.seller_state;
    let to_state =
        saved.first().filter(|first| saved.iter().all(|address| near(address) == near(first)));
    let to_state = to_state.map(|address| address.state.clone());
    // With a saved address chosen the fields of a new one stay empty: the server judges alone.
    let novalidate = !saved.is_empty();
    view! {
        <PageHead title="Checkout"/>
        <ErrorSummary errors/>
        <form class="split checkout" method="post" action="/do/checkout/place"
            novalidate=novalidate>
            <input type="hidden" name="key" value=key/>
            <input type="hidden" name="cart" value=cart/>
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name="digest" value=digest/>
            <input type="hidden" name="account" value=account/>
            <div class="stack">
                {contact(user, &state)}
                {addresses(saved, &state)}
            </div>
            <aside class="aside panel">
                <h2>"Your order"</h2>
                {lines(&review)}
                {totals(&review, to_state)}
                {changed}
                <div class="bottom-bar">
                    <strong class="bottom-bar-total">{review.total.to_string()}</strong>
                    <button class="btn btn-primary" type="submit">"Place order"</button>
                </div>
                <p class="muted">
                    "You pay on the next page. The units are kept for you meanwhile."
                </p>
            </aside>
        </form>
    }
    .into_any()
}

fn contact(user: Option<String>, state: &FormState) -> AnyView {
    match user {
        Some(email) => view! {
            <fieldset class="panel">
                <legend>"Contact"</legend>
                <p>"You are signed in as "<strong>{email}</strong>"."</p>
            </fieldset>
        }
        .into_any(),
        None => view! {
            <fieldset class="panel">
                <legend>"Contact"</legend>
                <Field label="E-mail" name="email" kind="email" autocomplete="email"
                    inputmode="email" required=true maxlength=254
                    hint="The confirmation and the link to your order go there."
                    value=state.value_or("email", "") error=state.error("email")/>
                <p class="muted">
                    "Have an account? "<a href="/sign-in?next=/checkout">"Sign in"</a>
                </p>
            </fieldset>
        }
        .into_any(),
    }
}

/// Saved addresses to choose from, and the fields of a new one.
fn addresses(saved: Vec<Address>, state: &FormState) -> AnyView {
    if saved.is_empty() {
        return view! {
            <fieldset class="panel">
                <legend>"Delivery address"</legend>
                {address::address_fields(state, None)}
            </fieldset>
        }
        .into_any();
    }
    let preset = saved.iter().find(|a| a.is_default).or(saved.first()).map(|a| a.id.clone());
    let chosen = state.value("address").or(preset).unwrap_or_default();
    let new_chosen = chosen == "new";
    let choices = saved
        .into_iter()
        .map(|saved| {
            let checked = saved.id == chosen;
            let words = format!(
                "{}, {} {}, {}",
                saved.line1,
                saved.city,
                saved.pin,
                address::state_name(&saved.state)
            );
            view! {
                <label class="choice">
                    <input type="radio" name="address" value=saved.id checked=checked/>
                    <span><strong>{saved.name}</strong><br/>{words}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="panel">
            <legend id="address">"Delivery address"</legend>
            <div class="stack">
                {choices}
                <label class="choice">
                    <input type="radio" name="address" value="new" checked=new_chosen/>
                    <span><strong>"A new address"</strong></span>
                </label>
            </div>
            <div class="new-address">{address::address_fields(state, None)}</div>
        </fieldset>
    }
    .into_any()
}

fn lines(review: &Review) -> AnyView {
    let rows = review
        .cart
        .lines
        .iter()
        .map(|line| {
            view! {
                <li class="cluster">
                    <span>{format!("{} × {}", line.quantity, line.name)}</span>
                    <span>{line.total().to_string()}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="review-lines" role="list">{rows}</ul>
        <p><a href="/cart">"Change the cart"</a></p>
    }
    .into_any()
}

fn totals(review: &Review, to_state: Option<String>) -> AnyView {
    let shipping = match review.shipping {
        Paise::ZERO => "Free".to_owned(),
        fee => fee.to_string(),
    };
    let savings = Some(review.cart.savings()).filter(|savings| *savings > Paise::ZERO);
    view! {
        <dl class="summary">
            <dt>"Subtotal"</dt>
            <dd>{review.cart.subtotal().to_string()}</dd>
            <dt>"Shipping"</dt>
            <dd>{shipping}</dd>
            {savings.map(|savings| view! { <dt>"You save"</dt><dd>{savings.to_string()}</dd> })}
            <dt class="summary-total">"To pay"</dt>
            <dd class="summary-total">{review.total.to_string()}</dd>
        </dl>
        {gst(review, to_state)}
    }
    .into_any()
}

/// The tax inside the sum: for the chosen address, or for both cases while there is none.
fn gst(review: &Review, to_state: Option<String>) -> AnyView {
    let (near, far) = (review.gst_inside, review.gst_outside);
    let inside = format!("CGST {} + SGST {}", near.cgst, near.sgst);
    let outside = format!("IGST {}", far.igst);
    let home = address::state_name(&review.seller_state);
    let words = match to_state {
        Some(state) if state == review.seller_state => format!("Includes {inside}."),
        Some(_) => format!("Includes {outside}."),
        None => format!("Includes {inside} within {home}, or {outside} to any other state."),
    };
    view! { <p class="muted">{words}</p> }.into_any()
}

/// The one confirmation that changed prices ask for.
fn changed_prices(review: &Review, state: &FormState) -> Option<AnyView> {
    let changed = review.changed();
    if changed.is_empty() {
        return None;
    }
    let rows = changed
        .iter()
        .map(|line| {
            view! { <li>{format!("{}: {} → {}", line.name, line.seen_price, line.price)}</li> }
        })
        .collect_view();
    let error = state.error("accept_changes");
    Some(
        view! {
            <div class="notice notice-bad">
                <p>"These prices changed since you added them:"</p>
                <ul>{rows}</ul>
                <CheckField label="I have seen the changed prices" name="accept_changes"
                    required=true error/>
            </div>
        }
        .into_any(),
    )
}

/// An order that this visitor may not see does not exist for them.
pub fn hidden() -> Failure {
    Refusal::not_found("that order").into()
}
