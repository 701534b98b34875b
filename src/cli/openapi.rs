//! `kirana openapi`: the API's description, as `docs/openapi.json` keeps it.

use super::Stopped;

pub fn run() -> Result<(), Stopped> {
    println!("{}", crate::api::document().to_pretty_json()?);
    Ok(())
}
