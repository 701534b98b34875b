//! What visitors ask of their addresses: the routes of this room and the forms behind them.

use super::{AddressRefusal, NewAddress, pages, service};
use crate::account::{Customer, SignedIn};
use crate::error::Failed;
use crate::state::AppState;
use crate::transact;
use crate::web::{Back, Failure, Fields, Flash};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};

const LIST: &str = "/account/addresses";

type Answer = Result<Response, Failure>;
type Done<T> = Result<T, Failed<AddressRefusal>>;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route(LIST, get(pages::list))
        .route("/account/addresses/new", get(pages::new))
        .route("/account/addresses/{id}", get(pages::change))
        .route("/do/address/add", post(add))
        .route("/do/address/change", post(change))
        .route("/do/address/delete", post(delete))
        .route("/do/address/default", post(make_default))
}

async fn add(
    State(app): State<AppState>,
    SignedIn { mut visitor, customer }: SignedIn,
    form: Fields,
) -> Answer {
    let outcome = keep(&app, &customer, &form).await;
    let outcome = outcome.map(|_| on("Your address is saved."));
    let to = format!("{LIST}/new");
    let back = Back { to, form: "address", fields: &form, secret: &[] };
    back.or_on(&app, &mut visitor, outcome).await
}

async fn keep(app: &AppState, customer: &Customer, form: &Fields) -> Done<String> {
    let address = parse(form)?;
    let now = app.now();
    transact!(app.db, |tx| service::add(&mut tx, customer.id(), &address, now).await)
}

async fn change(
    State(app): State<AppState>,
    SignedIn { mut visitor, customer }: SignedIn,
    form: Fields,
) -> Answer {
    let outcome = write_anew(&app, &customer, &form).await;
    let outcome = outcome.map(|()| on("Your address is saved."));
    let to = format!("{LIST}/{}", form.text("id"));
    let back = Back { to, form: "address", fields: &form, secret: &[] };
    back.or_on(&app, &mut visitor, outcome).await
}

async fn write_anew(app: &AppState, customer: &Customer, form: &Fields) -> Done<()> {
    let (id, now) = (form.text("id"), app.now());
    let mut connection = app.db.read.acquire().await?;
    let found = service::find(&mut connection, customer.id(), id).await?;
    drop(connection);
    found.ok_or(Failed::Refused(AddressRefusal::NotFound))?;
    let address = parse(form)?;
    transact!(app.db, |tx| service::change(&mut tx, customer.id(), id, &address, now).await)
}

async fn delete(
    State(app): State<AppState>,
    SignedIn { mut visitor, customer }: SignedIn,
    form: Fields,
) -> Answer {
    let (user_id, id, now) = (customer.id(), form.text("id"), app.now());
    let done: Done<()> = transact!(app.db, |tx| service::delete(&mut tx, user_id, id, now).await);
    let outcome = done.map(|()| on("The address is deleted."));
    let back = Back { to: LIST.to_owned(), form: "addresses", fields: &form, secret: &[] };
    back.or_on(&app, &mut visitor, outcome).await
}

async fn make_default(
    State(app): State<AppState>,
    SignedIn { mut visitor, customer }: SignedIn,
    form: Fields,
) -> Answer {
    let (user_id, id, now) = (customer.id(), form.text("id"), app.now());
    let done: Done<()> =
        transact!(app.db, |tx| service::make_default(&mut tx, user_id, id, now).await);
    let outcome = done.map(|()| on("Your default address is changed."));
    let back = Back { to: LIST.to_owned(), form: "addresses", fields: &form, secret: &[] };
    back.or_on(&app, &mut visitor, outcome).await
}

fn parse(form: &Fields) -> Done<NewAddress> {
    NewAddress::parse(form).map_err(|fields| Failed::Refused(AddressRefusal::Invalid(fields)))
}

/// Back to the list, which says what was done.
fn on(notice: &str) -> (String, Option<Flash>) {
    (LIST.to_owned(), Some(Flash::good(notice)))
}
