//! Name and telephone number of whoever is signed in.

use super::asked::{Asked, given};
use super::caller::Shopper;
use super::typed;
use super::wire::{self, Told};
use crate::account::{ProfilePatch, User, service};
use crate::error::Refusal;
use crate::state::AppState;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show, change))
}

#[derive(Serialize, ToSchema)]
pub struct Profile {
    #[schema(format = Email)]
    email: String,
    name: String,
    /// `+91` and ten digits; empty where none was given.
    #[schema(pattern = r"^(\+91[6-9][0-9]{9})?$")]
    phone: String,
}

impl From<&User> for Profile {
    fn from(user: &User) -> Profile {
        let (email, name, phone) = (user.email.clone(), user.name.clone(), user.phone.clone());
        Profile { email, name, phone }
    }
}

/// What is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileChange {
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false, max_length = 80)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(schema_with = typed::phone_or_none)]
    phone: Option<String>,
}

/// Who is signed in.
#[utoipa::path(get, path = "/profile", tag = "profile", operation_id = "show_profile",
    security(("access_token" = []), ("session" = [])),
    responses((status = 200, body = Profile)))]
async fn show(shopper: Shopper) -> Told {
    Ok(wire::ok(&Profile::from(shopper.customer.user())))
}

/// Changes what is given and leaves the rest.
#[utoipa::path(patch, path = "/profile", tag = "profile", operation_id = "change_profile",
    security(("access_token" = []), ("session" = [])),
    request_body = ProfileChange, responses((status = 200, body = Profile)))]
async fn change(
    State(app): State<AppState>,
    shopper: Shopper,
    asked: Asked<ProfileChange>,
) -> Told {
    let ProfileChange { name, phone } = asked.body;
    let patch = ProfilePatch::parse(name.as_deref(), phone.as_deref()).map_err(Refusal::from)?;
    let mut connection = app.db.write.acquire().await?;
    service::update_profile(&mut connection, shopper.customer.id(), &patch, app.now()).await?;
    let mut user = shopper.customer.user().clone();
    user.name = patch.name.unwrap_or(user.name);
    user.phone = patch.phone.unwrap_or(user.phone);
    Ok(wire::ok(&Profile::from(&user)))
}
