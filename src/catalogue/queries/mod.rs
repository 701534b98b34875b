//! Every SQL statement of this room.

mod cards;
mod places;
mod products;
mod stock;
mod write;

pub use cards::*;
pub use places::{is_of, list_after};
pub use products::*;
pub use stock::*;
pub use write::*;

type Result<T> = std::result::Result<T, sqlx::Error>;

/// The addresses of the pictures, kept as a JSON list.
fn read_pictures(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}

fn write_pictures(pictures: &[String]) -> String {
    serde_json::Value::from(pictures).to_string()
}
