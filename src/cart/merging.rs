//! A guest's cart joins the account's.

use super::history::record;
use super::queries::{self, Change};
use super::service::view;
use super::{LINES_MAX, QUANTITY_MAX};
use crate::account::Owner;
use crate::clock::{self, Moment};
use crate::db::Connection;
use crate::error::Fault;

/// At sign-in the guest's lines join the account's cart, quantities added up to the limits. Done
/// once however many sign-ins run at the same time. Returns what to tell the shopper, if anything.
pub async fn merge(
    connection: &mut Connection,
    guest_session_hash: &str,
    user_id: &str,
    now: Moment,
) -> Result<Option<String>, Fault> {
    let guest = Owner::Guest(guest_session_hash.to_owned());
    let Some((guest_cart, _)) = queries::lock_own_cart(connection, &guest).await? else {
        return Ok(None);
    };
    let lines = view(connection, Some(&guest)).await?.lines;
    let new_id = clock::new_id();
    let (cart_id, version) =
        queries::touch_or_insert_users_cart(connection, user_id, &new_id, now).await?;
    let mut room = LINES_MAX - queries::count_lines(connection, &cart_id).await?;
    let (mut moved, mut remarks) = (0, Vec::new());
    for line in &lines {
        let product_id = &line.product_id;
        let before = queries::find_quantity(connection, &cart_id, product_id).await?;
        if before.is_none() && room == 0 {
            remarks.push(format!("{} did not fit: the cart is full.", line.name));
            continue;
        }
        room -= i64::from(before.is_none());
        let before = before.unwrap_or(0);
        let wanted = before + line.quantity;
        // What an open order of either cart holds is left for both.
        let left = line.left + queries::find_own_hold(connection, &cart_id, product_id).await?;
        // Never less than the account's cart already had, even if stock fell since.
        let after = wanted.min(QUANTITY_MAX).min(left.max(before).max(1));
        if after < wanted {
            let why = if after == QUANTITY_MAX { "the most at once" } else { "no more are left" };
            remarks.push(format!("{}: {after} instead of {wanted}, {why}.", line.name));
        }
        if after > before {
            let price = line.seen_price;
            queries::upsert_line(connection, &cart_id, product_id, after - before, price, now)
                .await?;
            let cart_id = &cart_id;
            let change = Change { cart_id, version, product_id, cause: "merged", before, after };
            record(connection, &change, now).await?;
            moved += after - before;
        }
    }
    queries::insert_merge(connection, &guest_cart, &cart_id, now).await?;
    queries::delete_cart(connection, &guest_cart).await?;
    Ok(merge_notice(moved, &remarks))
}

fn merge_notice(moved: i64, remarks: &[String]) -> Option<String> {
    let told = match moved {
        0 if remarks.is_empty() => return None,
        0 => "Nothing was added to your saved cart.".to_owned(),
        1 => "The item you chose before signing in is now in your cart.".to_owned(),
        n => format!("The {n} items you chose before signing in are now in your cart."),
    };
    Some([&[told], remarks].concat().join(" "))
}
