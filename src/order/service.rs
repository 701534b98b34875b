//! The verbs of an order. Callers own the transaction.

use super::{
    Draft, Event, Find, GivenBack, Head, Order, PaymentProof, ShipTo, State, Tally, pricing,
    queries,
};
use crate::catalogue::{StockRefusal, stock};
use crate::clock::{self, Moment};
use crate::db::{Connection, Db};
use crate::error::{Failed, Fault};
use crate::money::Paise;

/// Orders on a customer's page.
const OWN_ORDERS: i64 = 200;

/// Writes the order, its frozen lines and the first entry of its timeline.
pub async fn place(connection: &mut Connection, draft: &Draft, now: Moment) -> Result<(), Fault> {
    let ship_to = write_json(&draft.ship_to)?;
    let hash = pricing::content_hash(draft);
    queries::insert_order(connection, draft, &hash, &ship_to, now).await?;
    for (position, line) in (1..).zip(&draft.lines) {
        queries::insert_line(connection, &draft.id, position, line).await?;
    }
    note(connection, &draft.id, "placed", &format!("Total {}", draft.totals.total), now).await
}

fn write_json(ship_to: &ShipTo) -> Result<String, Fault> {
    serde_json::to_string(ship_to).map_err(|e| Fault::new("writing an address", e))
}

/// The open order of this cart that agrees on exactly the same things, if there is one.
pub async fn find_open(connection: &mut Connection, cart_id: &str) -> Result<Option<Order>, Fault> {
    Ok(queries::find_open_by_cart(connection, cart_id).await?)
}

pub async fn find_by_placement(
    connection: &mut Connection,
    key: &str,
) -> Result<Option<Order>, Fault> {
    Ok(queries::find_by_placement(connection, key).await?)
}

pub async fn find(connection: &mut Connection, id: &str) -> Result<Option<Order>, Fault> {
    if !may_name_an_order(id) {
        return Ok(None);
    }
    Ok(queries::find_by_id(connection, id).await?)
}

pub async fn find_by_number(
    connection: &mut Connection,
    number: &str,
) -> Result<Option<Order>, Fault> {
    if !may_name_an_order(number) {
        return Ok(None);
    }
    Ok(queries::find_by_number(connection, number).await?)
}

/// Ids and numbers come from addresses that anybody can type: nothing else than short plain words
/// is asked for (PostgreSQL breaks on NUL).
fn may_name_an_order(word: &str) -> bool {
    word.len() <= 64 && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// The order, its row held until the transaction ends: what is read here stays true.
pub async fn lock(connection: &mut Connection, id: &str) -> Result<Option<Order>, Fault> {
    queries::lock_order(connection, id).await?;
    find(connection, id).await
}

/// One entry in the timeline; the order's version rises with it.
pub async fn note(
    connection: &mut Connection,
    order_id: &str,
    kind: &str,
    detail: &str,
    now: Moment,
) -> Result<(), Fault> {
    let Some(version) = queries::touch_order(connection, order_id).await? else {
        return Err(Fault::new("writing a timeline", format!("no order {order_id}")));
    };
    let event = Event { version, kind: kind.to_owned(), detail: detail.to_owned(), at: now };
    Ok(queries::insert_event(connection, order_id, &event).await?)
}

/// Makes the order paid: gives it its number, turns the attempt's hold into a sale and writes the
/// timeline. The hold must exist; [`hold_again`] makes a new one for money that came late.
/// Returns the number. A second call for the same order is a fault, so that it cannot pass unseen.
pub async fn mark_paid(
    connection: &mut Connection,
    proof: &PaymentProof,
    now: Moment,
) -> Result<String, Fault> {
    let year = clock::year(now);
    let value = queries::next_value(connection, &format!("order-{year}")).await?;
    let gap = i64::from(crate::faults::planted("number-with-gap"));
    let number = format!("K{year}-{:05}", value + gap * value);
    if !queries::update_paid(connection, &proof.order_id, &number, now).await? {
        return Err(Fault::new("marking an order paid", "it takes no money in its state"));
    }
    stock::sell(connection, &proof.attempt_id, &proof.order_id, now).await?;
    let detail = format!("{} by payment {}, number {number}", proof.amount, proof.payment_id);
    if !crate::faults::planted("paid-without-entry") {
        note(connection, &proof.order_id, "paid", &detail, now).await?;
    }
    Ok(number)
}

/// The next number of this year is no lower than `first`: numbers that were told to shoppers and
/// then lost with a database are not given again. Returns how many are skipped.
pub async fn skip_numbers(
    connection: &mut Connection,
    first: i64,
    now: Moment,
) -> Result<i64, Fault> {
    Ok(queries::skip_values(connection, &format!("order-{}", clock::year(now)), first).await?)
}

/// A paid order meets the wish of every other order of the same cart (or of one it was merged with)
/// that was placed before and is unpaid. Told by marks, not by the clock.
pub async fn outrun(
    connection: &mut Connection,
    paid_id: &str,
    cart_ids: &[String],
) -> Result<(), Fault> {
    for cart_id in cart_ids {
        queries::update_outrun(connection, cart_id, paid_id).await?;
    }
    Ok(())
}

/// Was the wish behind this order met by another one?
pub async fn is_outrun(connection: &mut Connection, id: &str) -> Result<bool, Fault> {
    Ok(queries::is_outrun(connection, id).await?)
}

/// For money that came after the hold ended: takes the units again, all or none.
pub async fn hold_again(
    connection: &mut Connection,
    order: &Order,
    attempt_id: &str,
    now: Moment,
) -> Result<(), Failed<StockRefusal>> {
    stock::hold_again(connection, attempt_id, &order.units(), now).await
}

/// Could [`hold_again`] take the units if these attempts gave theirs back?
pub async fn would_suffice(
    connection: &mut Connection,
    order: &Order,
    attempts: &[String],
) -> Result<bool, Fault> {
    stock::would_suffice(connection, &order.units(), attempts).await
}

/// Ends the wait for money: the units are free again, the order keeps its copy. Money that comes
/// later is still seen. False when the order was not waiting.
pub async fn expire(
    connection: &mut Connection,
    order_id: &str,
    attempt_id: Option<&str>,
    why: &str,
    now: Moment,
) -> Result<bool, Fault> {
    end(connection, order_id, attempt_id, State::Expired, why, now).await
}

/// The shopper called the order off. Money that comes later goes back.
pub async fn cancel(
    connection: &mut Connection,
    order_id: &str,
    attempt_id: Option<&str>,
    why: &str,
    now: Moment,
) -> Result<bool, Fault> {
    end(connection, order_id, attempt_id, State::Cancelled, why, now).await
}

async fn end(
    connection: &mut Connection,
    order_id: &str,
    attempt_id: Option<&str>,
    state: State,
    why: &str,
    now: Moment,
) -> Result<bool, Fault> {
    if !queries::update_ended(connection, order_id, state).await? {
        return Ok(false);
    }
    if let Some(attempt_id) = attempt_id {
        stock::release(connection, attempt_id).await?;
    }
    note(connection, order_id, state.word(), why, now).await?;
    Ok(true)
}

/// The order waits until then: a payment is under way, or the gateway did not answer.
pub async fn extend(
    connection: &mut Connection,
    order_id: &str,
    until: Moment,
) -> Result<(), Fault> {
    Ok(queries::update_expires_at(connection, order_id, until).await?)
}

pub async fn list_due(db: &Db, now: Moment) -> Result<Vec<String>, Fault> {
    let mut connection = db.read.acquire().await?;
    Ok(queries::list_due(&mut connection, now).await?)
}

/// Orders in the order of their ids, after this one.
pub async fn list_after(
    connection: &mut Connection,
    id: &str,
    limit: i64,
) -> Result<Vec<Order>, Fault> {
    Ok(queries::list_after(connection, id, limit).await?)
}

pub async fn given_back(connection: &mut Connection, order_id: &str) -> Result<GivenBack, Fault> {
    Ok(queries::find_given_back(connection, order_id).await?)
}

pub async fn list_events(connection: &mut Connection, order_id: &str) -> Result<Vec<Event>, Fault> {
    Ok(queries::list_events(connection, order_id).await?)
}

pub async fn list_for_user(connection: &mut Connection, user_id: &str) -> Result<Vec<Head>, Fault> {
    Ok(queries::list_by_user(connection, user_id, None, OWN_ORDERS).await?)
}

/// The same a page at a time: at most `limit` that come after this one, and whether more follow.
pub async fn list_for_user_after(
    connection: &mut Connection,
    user_id: &str,
    after: Option<(Moment, &str)>,
    limit: i64,
) -> Result<(Vec<Head>, bool), Fault> {
    let mut heads = queries::list_by_user(connection, user_id, after, limit + 1).await?;
    let page = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = heads.len() > page;
    heads.truncate(page);
    Ok((heads, more))
}

/// A page of the desk's list, and whether another follows.
pub async fn list_found(
    connection: &mut Connection,
    find: &Find,
) -> Result<(Vec<Head>, bool), Fault> {
    let mut heads = queries::list_found(connection, find).await?;
    let page = usize::try_from(queries::PAGE).unwrap_or(usize::MAX);
    let more = heads.len() > page;
    heads.truncate(page);
    Ok((heads, more))
}

/// One tally for each state, in the order of [`State::ALL`]. Only paid orders are sales.
pub async fn count_by_state(connection: &mut Connection) -> Result<Vec<Tally>, Fault> {
    let known = queries::list_tallies(connection).await?;
    let tally = |state: State| {
        let found = known.iter().find(|tally| tally.state == state).copied();
        found.unwrap_or(Tally { state, orders: 0, total: Paise::ZERO })
    };
    Ok(State::ALL.map(tally).to_vec())
}
