//! Every SQL statement of this room.

mod letters;
mod sessions;
mod users;

pub use letters::*;
pub use sessions::*;
pub use users::*;

type Result<T> = std::result::Result<T, sqlx::Error>;
