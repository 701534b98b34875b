//! The border between HTTP and the rooms: who asks (cookies), what was sent (forms), what is
//! answered (pages, redirects with a flash, JSON), and the headers that every answer carries.
//!
//! Owns no table: sessions belong to `account`. What must stay true: a visitor's fault is a clear
//! message, ours is a reference; nothing of the database is ever shown.

mod answer;
mod assets;
mod bounds;
mod connections;
mod failure;
mod flash;
mod form;
mod headers;
mod health;
mod limits;
mod page;
mod waiting;

pub use answer::{Back, is_local, json, see_other, wants_json};
pub use assets::Assets;
pub use bounds::bounded;
pub use connections::{most_connections, serve};
pub use failure::{Failure, Told, error_pages, sentence};
pub use flash::{Flash, FormState};
pub use form::Fields;
pub use headers::{Nonce, security_headers};
pub use health::{healthz, readyz};
pub use limits::{Limits, Peer};
pub use page::{Page, Scripts, fragment};
