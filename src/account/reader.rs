//! Who reads, and the connection over which this was found out. What is read next goes over it too:
//! each connection that returns to its pool is asked whether it still lives, which costs as much as
//! a small statement.

use super::Visitor;
use crate::db::Lent;
use crate::state::AppState;
use crate::web::Failure;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// Extractor for pages that are only read.
pub struct Reader {
    pub visitor: Visitor,
    pub connection: Lent,
}

impl FromRequestParts<AppState> for Reader {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Reader, Failure> {
        let mut connection = app.db.read.acquire().await?;
        let visitor = Visitor::find(parts, app, &mut connection).await?;
        Ok(Reader { visitor, connection })
    }
}
