//! Money owed and received.
//!
//! Owns `attempts`, `payments`, `refunds`, `gateway_events`, `desk_tasks`. What must stay true:
//! [`settle`] is the only way an order becomes paid, whichever door the news came through; the
//! gateway is asked, never a browser believed; no network call is made inside a transaction; what
//! is not known stays *unknown* and is asked about again.

mod alternatives;
mod calling_off;
mod doors;
mod evidence;
mod gateway_order;
mod inbox;
mod intake;
mod poller;
mod queries;
pub mod reconcile;
pub mod refunds;
pub mod service;
mod settle;
mod types;
mod watch;

pub use calling_off::{NotCancelled, Unpaid, cancel, is_unpaid};
pub use doors::{is_signed, routes, settle_signed};
pub use gateway_order::{Readiness, make_payable};
pub use inbox::work_inbox;
pub use intake::Intake;
pub use poller::poll_due;
pub use settle::{Settled, settle, settle_hinted};
pub use types::*;
pub use watch::watch;
