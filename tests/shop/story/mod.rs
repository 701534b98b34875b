//! How a journey is told: a shop that opens for one test, visitors who act in it, pages they see,
//! the gateway where they pay.

mod gateway;
mod page;
mod paying;
mod program;
mod shelf;
mod shop;
mod shopping;
mod visitor;

pub use gateway::{Paid, WEBHOOK_SECRET};
pub use page::{Form, Page};
pub use paying::signed;
pub use program::Program;
pub use shop::{PREVIOUS_SECRET, Shop};
pub use shopping::{AWAY, HOME, PASSWORD};
pub use visitor::{Visitor, encode};

/// Runs the same deed of many visitors at once and gives back what each came to.
pub async fn all_at_once<T: Send + 'static>(
    deeds: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let running: Vec<_> = deeds.into_iter().map(tokio::spawn).collect();
    let mut done = Vec::with_capacity(running.len());
    for one in running {
        done.push(one.await.expect("a visitor's deed ends"));
    }
    done
}
