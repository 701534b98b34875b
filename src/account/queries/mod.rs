//! Every SQL statement of this room.

mod letters;
mod sessions;
mod sign_ins;
mod users;

pub use letters::*;
pub use sessions::*;
pub use sign_ins::*;
pub use users::*;

type Result<T> = std::result::Result<T, sqlx::Error>;
