//! The words of this room: addresses, numbers and passwords as they are accepted, a user, what a
//! visitor's cart looks like from the door, and the ways in which the room says no.

mod complaints;
mod email;
mod line;
mod password;
mod phone;

use crate::clock::Moment;
use crate::error::Refusal;

pub use complaints::Complaints;
pub use email::Email;
pub use line::{NAME_MAX, one_line, person_name};
pub use password::NewPassword;
pub use phone::Phone;

/// Somebody with an account, as the guards found them.
#[derive(Clone, Debug)]
pub struct User {
    pub id: String,
    pub email: String,
    pub name: String,
    pub phone: String,
    pub admin_since: Option<Moment>,
}

impl User {
    /// The name for a greeting; the address's local part where no name was given.
    pub fn first_name(&self) -> String {
        let name = self.name.split_whitespace().next();
        name.unwrap_or_else(|| self.email.split('@').next().unwrap_or("you")).to_owned()
    }
}

/// A visitor's cart as the header shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartHead {
    pub id: String,
    pub version: i64,
    pub units: i64,
}

/// Why an account's verb was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountRefusal {
    /// No such account, or another password: never told which.
    NotRight,
    /// The present password, asked for before a change, is another.
    CurrentNotRight,
    /// A link out of a letter that was used, has ended, or never was.
    LinkEnded,
    /// A token that was used, has ended, or never was.
    TokenEnded,
    /// The address got its account meanwhile; told only to whoever holds the letter.
    AlreadyKnown,
    Invalid(Vec<(String, String)>),
}

impl AccountRefusal {
    /// A refusal that speaks of one field.
    pub fn field(name: &str, message: &str) -> AccountRefusal {
        AccountRefusal::Invalid(vec![(name.to_owned(), message.to_owned())])
    }
}

impl From<AccountRefusal> for Refusal {
    fn from(refusal: AccountRefusal) -> Refusal {
        let (kind, sentence) = match refusal {
            AccountRefusal::NotRight => {
                ("sign-in-refused", "The e-mail address or the password is not right.")
            }
            AccountRefusal::LinkEnded => (
                "link-ended",
                "This link has been used already or has ended. Please ask for a new one.",
            ),
            AccountRefusal::AlreadyKnown => {
                ("already-known", "This address has an account already. Please sign in.")
            }
            AccountRefusal::TokenEnded => {
                return Refusal::new(401, "This sign-in has ended. Please sign in again.")
                    .of_kind("token-ended");
            }
            AccountRefusal::CurrentNotRight => {
                return Refusal::field("current", "This is not your present password.");
            }
            AccountRefusal::Invalid(fields) => return Refusal::invalid(fields),
        };
        Refusal::new(422, sentence).of_kind(kind)
    }
}
