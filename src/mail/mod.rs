//! Letters and how they leave.
//!
//! Owns `letters`. What must stay true: a letter is queued in the transaction that it speaks of, at
//! most once for each kind and subject; it leaves after that transaction, is never sent by two
//! servers at once, and a mail server that is away delays it but does not lose it.

mod layout;
mod queries;
mod sender;
mod service;
#[cfg(test)]
mod tests;
mod types;

pub use layout::{escape, layout_html};
pub use sender::Mailer;
pub use service::{count_waiting, forget_sent, queue, send_due};
pub use types::Letter;
