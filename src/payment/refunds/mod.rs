//! Giving money back: the intent and its key are written first, then the gateway is asked with that
//! key until it says what became of it. An answer that never came is *unknown*, not failed. What
//! was given back at the gateway's dashboard is picked up. The sum promised back is carried by a
//! constraint of the database.

mod ask;
mod book;
mod pick_up;
mod work;

pub(super) use ask::{NewRefund, intend};
pub use ask::{Refused, Wish, ask};
pub use pick_up::pick_up;
pub(super) use pick_up::pick_up_all;
pub use work::work_due;
