//! "Place order" and what leads there and on.

use super::types::{Contact, MAY_BE_PAID, OLD_PAGE, Placed, Refused, Wish};
use super::{pages, pay_page, service};
use crate::account::{Email, Visitor};
use crate::address;
use crate::cart;
use crate::error::{Failed, Refusal};
use crate::order::{self, Order, ShipTo};
use crate::state::AppState;
use crate::transact;
use crate::web::{self, Back, Failure, Fields, Flash, Peer};
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/checkout", get(pages::checkout))
        .route("/checkout/pay/{order}", get(pay_page::pay))
        .route("/do/checkout/place", post(place))
        .route("/do/checkout/retry", post(retry))
}

async fn place(
    State(app): State<AppState>,
    mut visitor: Visitor,
    peer: Peer,
    headers: HeaderMap,
    form: Fields,
) -> Result<Response, Failure> {
    app.limits.place_order.count(peer.0)?;
    if let Some(away) = cart::turned_away(&app, &mut visitor, &headers, &form, "/checkout").await? {
        return Ok(away);
    }
    let owner = visitor.settle_in(&app).await?;
    let outcome = match wish(&app, &visitor, &form).await? {
        Err(refusal) => Err(Failed::Refused(refusal)),
        Ok(wish) => {
            let unpaid = service::unpaid_for_sure(&app, &owner).await?;
            let now = app.now();
            let placed = transact!(app.db, |tx| {
                service::place(&mut tx, &owner, &wish, &unpaid, &app.config, now).await
            });
            match placed {
                Ok(placed) => Ok((go_on(&app, placed).await?, None)),
                Err(Failed::Refused(Refused::Cart(cart::Refused::NotFound))) => {
                    Ok(cart::to_own_cart(&visitor))
                }
                // How it stands is told where it is paid.
                Err(Failed::Refused(Refused::MayBePaid(id))) => {
                    let key = order::access_key(&app, &id);
                    let page = format!("/checkout/pay/{id}?key={key}&check=1");
                    Ok((page, Some(Flash::bad(MAY_BE_PAID))))
                }
                Err(failed) => Err(failed.map(Refusal::from)),
            }
        }
    };
    let back = Back { to: "/checkout".to_owned(), form: "checkout", fields: &form, secret: &[] };
    back.or_on(&app, &mut visitor, outcome).await
}

/// After the commit: the gateway's order, then the pay page. If the gateway does not answer, the
/// pay page says so and offers to try again.
async fn go_on(app: &AppState, placed: Placed) -> Result<String, Failure> {
    let (Placed::Order(id) | Placed::PaidAlready(id)) = &placed;
    let found = service::make_payable(app, id).await?;
    let link = |(order, _): (Order, _)| order::secret_link(app, &order);
    Ok(found.map_or_else(|| "/cart".to_owned(), link))
}

/// The pay page's "Try again" after the gateway could not be reached.
async fn retry(State(app): State<AppState>, peer: Peer, form: Fields) -> Result<Response, Failure> {
    let (id, key) = (form.text("order"), form.text("key"));
    if !order::opens(&app, id, key) {
        return Err(Refusal::not_found("that order").into());
    }
    app.limits.place_order.count(peer.0)?;
    let next = go_on(&app, Placed::Order(id.to_owned())).await?;
    Ok(web::see_other(&next))
}

/// Reads the form; every field that is wrong is named at once.
async fn wish(
    app: &AppState,
    visitor: &Visitor,
    form: &Fields,
) -> Result<Result<Wish, Refusal>, Failure> {
    let mut wrong: Vec<(String, String)> = Vec::new();
    let email = match visitor.user() {
        Some(user) => Email::parse(&user.email),
        None => Email::parse(form.text("email")),
    };
    if email.is_none() {
        let words = "Please give an e-mail address such as name@example.in.";
        wrong.push(("email".to_owned(), words.to_owned()));
    }
    let ship_to = match ship_to(app, visitor, form).await? {
        Ok(ship_to) => Some(ship_to),
        Err(fields) => {
            wrong.extend(fields);
            None
        }
    };
    let placement_key = form.text("key");
    if placement_key.len() != 43 || !placement_key.is_ascii() {
        return Ok(Err(Refusal::new(422, OLD_PAGE)));
    }
    let (Some(email), Some(ship_to)) = (email, ship_to) else {
        return Ok(Err(Refusal::invalid(wrong)));
    };
    Ok(Ok(Wish {
        seen: cart::seen(form),
        digest: form.text("digest").to_owned(),
        accepts_changes: !form.text("accept_changes").is_empty(),
        placement_key: placement_key.to_owned(),
        contact: Contact { user: visitor.user().cloned(), email },
        ship_to,
    }))
}

type FieldErrors = Vec<(String, String)>;

/// A saved address of this very user, or the one that was typed for this order.
async fn ship_to(
    app: &AppState,
    visitor: &Visitor,
    form: &Fields,
) -> Result<Result<ShipTo, FieldErrors>, Failure> {
    let chosen = form.text("address");
    if let (Some(user), false) = (visitor.user(), chosen.is_empty() || chosen == "new") {
        let mut connection = app.db.read.acquire().await?;
        let found = address::service::find(&mut connection, &user.id, chosen).await?;
        let missing = || vec![("address".to_owned(), "Please choose an address.".to_owned())];
        return Ok(found.map(ShipTo::from).ok_or_else(missing));
    }
    Ok(address::NewAddress::parse(form).map(ShipTo::from))
}
