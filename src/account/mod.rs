//! Who someone is: accounts, sign-in, and the guards that other rooms ask for.
//!
//! Owns `users`, `sessions`, `sign_ups`, `password_resets`, `letter_requests`, `api_sign_ins`,
//! `refresh_tokens`. What must stay true: nothing here tells a stranger whether an account exists,
//! a session's id and a refresh token are stored only as hashes, the id changes at sign-in, the
//! token is used once, and a guard value cannot be made but by asking for it.

mod actions;
mod bearers;
mod email_check;
mod forms;
mod guards;
mod letters;
mod pages;
mod passwords;
mod queries;
mod reader;
pub mod service;
mod session;
#[cfg(test)]
pub(crate) mod tests;
pub mod tokens;
mod types;

pub use actions::routes;
pub use email_check::EmailCheck;
pub use forms::{ProfilePatch, SignUpForm};
pub use guards::{Admin, Customer, Owner, SignedIn, TurnedAway, Visitor, sign_in_address};
pub use letters::Letterhead;
pub use pages::account_nav;
pub use passwords::PasswordHasher;
pub use queries::SignUp;
pub use reader::Reader;
pub use session::{Fresh, Seen, cookie_changes, forget_expired, keep_seen};
pub use types::{
    AccountRefusal, CartHead, Complaints, Email, NAME_MAX, NewPassword, Phone, User, one_line,
    person_name,
};
