//! The address book of whoever is signed in. Another's address is not found.

use super::asked::{Asked, Named};
use super::caller::Shopper;
use super::once::once;
use super::typed;
use super::wire::{self, List, Told};
use crate::account::Owner;
use crate::address::{self, AddressRefusal, NewAddress, service, state_name};
use crate::clock::Moment;
use crate::db::Connection;
use crate::error::Failed;
use crate::state::AppState;
use crate::transact;
use crate::web::Fields;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

type Done<T> = Result<T, Failed<AddressRefusal>>;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(one, change, delete))
        .routes(routes!(make_default))
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct Address {
    id: String,
    name: String,
    /// `+91` and ten digits.
    #[schema(example = "+919876543210", pattern = r"^\+91[6-9][0-9]{9}$")]
    phone: String,
    line1: String,
    line2: String,
    landmark: String,
    city: String,
    /// Two-digit GST code of the state.
    #[schema(example = "29", pattern = "^[0-9]{2}$")]
    state: String,
    #[schema(example = "Karnataka")]
    state_name: String,
    #[schema(example = "560001", pattern = "^[1-9][0-9]{5}$")]
    pin: String,
    /// Checkout proposes this one.
    is_default: bool,
}

/// An address in India.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressFields {
    #[schema(example = "Asha Rao", max_length = 80)]
    name: String,
    #[schema(schema_with = typed::phone)]
    phone: String,
    #[schema(example = "12, MG Road", max_length = 120)]
    line1: String,
    #[serde(default)]
    #[schema(max_length = 120)]
    line2: String,
    #[serde(default)]
    #[schema(max_length = 120)]
    landmark: String,
    #[schema(example = "Bengaluru", max_length = 120)]
    city: String,
    #[schema(schema_with = typed::state)]
    state: String,
    #[schema(schema_with = typed::pin)]
    pin: String,
}

impl AddressFields {
    /// The address in the form in which it is kept, or what is wrong with each field.
    pub fn parse(self) -> Result<NewAddress, Vec<(String, String)>> {
        NewAddress::parse(&Fields::of([
            ("name", self.name),
            ("phone", self.phone),
            ("line1", self.line1),
            ("line2", self.line2),
            ("landmark", self.landmark),
            ("city", self.city),
            ("state", self.state),
            ("pin", self.pin),
        ]))
    }
}

impl From<address::Address> for Address {
    fn from(kept: address::Address) -> Address {
        Address {
            state_name: state_name(&kept.state).to_owned(),
            id: kept.id,
            name: kept.name,
            phone: kept.phone,
            line1: kept.line1,
            line2: kept.line2,
            landmark: kept.landmark,
            city: kept.city,
            state: kept.state,
            pin: kept.pin,
            is_default: kept.is_default,
        }
    }
}

/// All addresses, at most 20: the default first, then the newest.
#[utoipa::path(get, path = "/addresses", tag = "addresses", operation_id = "list_addresses",
    security(("access_token" = []), ("session" = [])),
    responses((status = 200, body = List<Address>)))]
async fn list(State(app): State<AppState>, shopper: Shopper) -> Told {
    let mut connection = app.db.read.acquire().await?;
    let found = service::list(&mut connection, shopper.customer.id()).await?;
    Ok(wire::ok(&List::whole(found.into_iter().map(Address::from).collect())))
}

/// Keeps a new address; the first one becomes the default.
#[utoipa::path(post, path = "/addresses", tag = "addresses", operation_id = "add_address",
    security(("access_token" = []), ("session" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Keeps one address, \
            however often it is sent.")),
    request_body = AddressFields, responses((status = 201, body = Address)))]
async fn add(State(app): State<AppState>, shopper: Shopper, asked: Asked<AddressFields>) -> Told {
    let Asked { body, once } = asked;
    let new = body.parse().map_err(AddressRefusal::Invalid).map_err(Failed::Refused)?;
    let owner = Owner::User(shopper.customer.id().to_owned());
    let user_id = shopper.customer.id();
    let made: Address =
        once!(app, once, &owner, |tx, now| keep(&mut tx, user_id, &new, now).await)?;
    Ok(wire::made(&format!("/api/addresses/{}", made.id), &made))
}

async fn keep(
    connection: &mut Connection,
    user_id: &str,
    new: &NewAddress,
    now: Moment,
) -> Done<Address> {
    let id = service::add(connection, user_id, new, now).await?;
    find(connection, user_id, &id).await
}

async fn find(connection: &mut Connection, user_id: &str, id: &str) -> Done<Address> {
    let found = service::find(connection, user_id, id).await?;
    found.map(Address::from).ok_or(Failed::Refused(AddressRefusal::NotFound))
}

/// One address.
#[utoipa::path(get, path = "/addresses/{id}", tag = "addresses", operation_id = "show_address",
    security(("access_token" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = Address)))]
async fn one(State(app): State<AppState>, shopper: Shopper, Named(id): Named) -> Told {
    let mut connection = app.db.read.acquire().await?;
    Ok(wire::ok(&find(&mut connection, shopper.customer.id(), &id).await?))
}

/// Writes an address anew. Orders placed with it keep the old one.
#[utoipa::path(put, path = "/addresses/{id}", tag = "addresses", operation_id = "change_address",
    security(("access_token" = []), ("session" = [])), params(("id" = String, Path)),
    request_body = AddressFields, responses((status = 200, body = Address)))]
async fn change(
    State(app): State<AppState>,
    shopper: Shopper,
    Named(id): Named,
    asked: Asked<AddressFields>,
) -> Told {
    let (user_id, now) = (shopper.customer.id(), app.now());
    let mut connection = app.db.read.acquire().await?;
    find(&mut connection, user_id, &id).await?;
    drop(connection);
    let new = asked.body.parse().map_err(AddressRefusal::Invalid).map_err(Failed::Refused)?;
    let done: Done<()> =
        transact!(app.db, |tx| service::change(&mut tx, user_id, &id, &new, now).await);
    done?;
    let mut connection = app.db.read.acquire().await?;
    Ok(wire::ok(&find(&mut connection, user_id, &id).await?))
}

/// Takes an address away. If it was the default, the newest of the others becomes it.
#[utoipa::path(delete, path = "/addresses/{id}", tag = "addresses",
    operation_id = "delete_address", security(("access_token" = []), ("session" = [])),
    params(("id" = String, Path)), responses((status = 204)))]
async fn delete(State(app): State<AppState>, shopper: Shopper, Named(id): Named) -> Told {
    let (user_id, now) = (shopper.customer.id(), app.now());
    let done: Done<()> = transact!(app.db, |tx| service::delete(&mut tx, user_id, &id, now).await);
    done?;
    Ok(wire::nothing())
}

/// Makes this address the one that checkout proposes.
#[utoipa::path(post, path = "/addresses/{id}/default", tag = "addresses",
    operation_id = "make_address_default", security(("access_token" = []), ("session" = [])),
    params(("id" = String, Path)), responses((status = 200, body = Address)))]
async fn make_default(State(app): State<AppState>, shopper: Shopper, Named(id): Named) -> Told {
    let (user_id, now) = (shopper.customer.id(), app.now());
    let done: Done<()> =
        transact!(app.db, |tx| service::make_default(&mut tx, user_id, &id, now).await);
    done?;
    let mut connection = app.db.read.acquire().await?;
    Ok(wire::ok(&find(&mut connection, user_id, &id).await?))
}
