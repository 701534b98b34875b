//! Name and telephone number.

use super::Answer;
use crate::account::forms::ProfilePatch;
use crate::account::{SignedIn, service};
use crate::error::Failed;
use crate::state::AppState;
use crate::web::{Back, Fields, Flash};
use axum::extract::State;

pub async fn update_profile(
    State(app): State<AppState>,
    SignedIn { mut visitor, customer }: SignedIn,
    form: Fields,
) -> Answer {
    let outcome = match ProfilePatch::parse(given(&form, "name"), given(&form, "phone")) {
        Err(refusal) => Err(Failed::Refused(refusal)),
        Ok(patch) => {
            let mut connection = app.db.write.acquire().await?;
            service::update_profile(&mut connection, customer.id(), &patch, app.now()).await?;
            Ok(("/account".to_owned(), Some(Flash::good("Your profile is saved."))))
        }
    };
    let back = Back { to: "/account".into(), form: "profile", fields: &form, secret: &[] };
    back.or_on(&app, &mut visitor, outcome).await
}

/// A field that was sent, empty or not.
fn given<'a>(form: &'a Fields, name: &str) -> Option<&'a str> {
    form.except(&[]).iter().any(|(known, _)| known == name).then(|| form.text(name))
}
