//! Placing an order: everything that must be true together, in one transaction.

use super::types::{LEAST, Placed, Wish};
use super::{Refused, Review};
use crate::account::{Owner, Visitor};
use crate::cart::{self, Warning};
use crate::catalogue::{StockRefusal, stock};
use crate::clock::{self, MINUTE, Moment};
use crate::config::{Config, Shop};
use crate::db::Connection;
use crate::error::{Failed, Fault};
use crate::faults::planted;
use crate::money::{Gst, Paise, TaxRate};
use crate::order::{self, Draft, Order, State};
use crate::payment::{self, Readiness, Unpaid};
use crate::state::AppState;

/// What the checkout page shows now.
pub async fn review(
    connection: &mut Connection,
    owner: Option<&Owner>,
    shop: &Shop,
) -> Result<Review, Fault> {
    Ok(Review::of(cart::service::view(connection, owner).await?, shop))
}

/// The open orders that may have to give way to what is placed next from the owner's cart, as far
/// as the gateway says that nothing was paid for them and nothing is under way. To be asked before
/// the transaction that places.
pub async fn unpaid_for_sure(app: &AppState, owner: &Owner) -> Result<Vec<String>, Fault> {
    let mut open = Vec::new();
    let mut connection = app.db.read.acquire().await?;
    for cart_id in cart::service::lineage_of(&mut connection, owner).await? {
        open.extend(order::service::find_open(&mut connection, &cart_id).await?);
    }
    drop(connection);
    let mut unpaid = Vec::new();
    for order in open {
        if payment::is_unpaid(app, &order.id, "placing again").await? == Unpaid::ForSure {
            unpaid.push(order.id);
        }
    }
    Ok(unpaid)
}

/// Makes the order *awaiting payment*: frozen copies, a stock hold that belongs to the attempt, the
/// attempt. Pressed twice, in two tabs, or with the same form again it finds the order that is
/// there. An older open order of the same cart with other contents gives its units back first, if
/// it is one of those `unpaid` for sure.
pub async fn place(
    connection: &mut Connection,
    owner: &Owner,
    wish: &Wish,
    unpaid: &[String],
    config: &Config,
    now: Moment,
) -> Result<Placed, Failed<Refused>> {
    if let Some(known) = order::service::find_by_placement(connection, &wish.placement_key).await? {
        return already(known, wish);
    }
    let cart = cart::service::lock_seen(connection, owner, &wish.seen).await;
    let cart = cart.map_err(|failed| failed.map(Refused::Cart))?;
    // A twin of this press may have been first to the lock.
    if let Some(known) = order::service::find_by_placement(connection, &wish.placement_key).await? {
        return already(known, wish);
    }
    let review = Review::of(cart, &config.shop);
    let draft = draft(connection, &review, wish, config, now).await?;
    if let Some(same) = supersede(connection, &draft, unpaid, now).await? {
        return Ok(Placed::Order(same.id));
    }
    agreed(&review, wish)?;
    let attempt_id = clock::new_id();
    // The same form, sent for two carts at once: whoever presses again finds what it placed.
    order::service::place(connection, &draft, now).await.map_err(|fault| {
        match fault.broke("orders_placement_unique", "orders.placement_key") {
            true => Failed::Refused(Refused::OldPage),
            false => Failed::Broke(fault),
        }
    })?;
    let mode = config.gateway.mode.as_str();
    payment::service::open_attempt(
        connection,
        &attempt_id,
        &draft.id,
        draft.totals.total,
        mode,
        now,
    )
    .await?;
    let units: Vec<(String, i64)> =
        draft.lines.iter().map(|line| (line.product_id.clone(), line.quantity)).collect();
    let held = stock::hold(connection, &attempt_id, &units, now).await;
    held.map_err(|failed| failed.map(no_stock))?;
    cart::service::accept_prices(connection, &review.cart.id).await?;
    Ok(Placed::Order(draft.id))
}

/// The order that this very form placed earlier. A key that belongs to somebody else's order is as
/// good as no order at all; one that comes with another address is a page from before a change.
fn already(known: Order, wish: &Wish) -> Result<Placed, Failed<Refused>> {
    if known.user_id.as_deref() != wish.contact.user.as_ref().map(|user| user.id.as_str()) {
        return Err(Failed::Refused(Refused::Cart(cart::Refused::NotFound)));
    }
    if known.email != wish.contact.email.as_str() || known.ship_to != wish.ship_to {
        return Err(Failed::Refused(Refused::OldPage));
    }
    Ok(match (known.state, known.number) {
        (State::Paid, Some(_)) => Placed::PaidAlready(known.id),
        _ => Placed::Order(known.id),
    })
}

/// Is what is there now what the shopper saw and agreed to?
fn agreed(review: &Review, wish: &Wish) -> Result<(), Failed<Refused>> {
    let refused = |reason| Err(Failed::Refused(reason));
    if review.cart.lines.is_empty() {
        return refused(Refused::EmptyCart);
    }
    let stopping: Vec<String> = review
        .cart
        .lines
        .iter()
        .filter_map(|line| line.warning().map(|warning| (line, warning)))
        .filter(|(_, warning)| Warning::stops_checkout(*warning))
        .map(|(line, warning)| format!("{}: {warning}", line.name))
        .collect();
    if !stopping.is_empty() {
        return refused(Refused::MendFirst(stopping));
    }
    if review.total < LEAST {
        return refused(Refused::TooSmall);
    }
    if review.digest() != wish.digest {
        return refused(Refused::PricesMoved);
    }
    if !review.changed().is_empty() && !wish.accepts_changes {
        return refused(Refused::NotAccepted);
    }
    Ok(())
}

fn no_stock(refusal: StockRefusal) -> Refused {
    match refusal {
        StockRefusal::NotForSale => Refused::Cart(cart::Refused::NotForSale),
        StockRefusal::OnlyLeft { name, left } => Refused::OnlyLeft { name, left },
    }
}

/// The open order of this cart (or of a guest's cart that was merged into it) that agrees on
/// exactly the same. Any other open one gives way: its units are free, its late money would still
/// be seen. One that may be paid at this moment does not.
async fn supersede(
    connection: &mut Connection,
    draft: &Draft,
    unpaid: &[String],
    now: Moment,
) -> Result<Option<Order>, Failed<Refused>> {
    let hash = order::content_hash(draft);
    for cart_id in cart::service::lineage(connection, &draft.cart_id).await? {
        let Some(open) = order::service::find_open(connection, &cart_id).await? else { continue };
        if open.content_hash == hash && open.expires_at > now {
            return Ok(Some(open));
        }
        if !unpaid.contains(&open.id) && !planted("supersede-without-asking") {
            return Err(Failed::Refused(Refused::MayBePaid(open.id)));
        }
        let why = "The cart was placed again with other contents.";
        payment::service::end_order(connection, &open.id, why, now).await?;
    }
    Ok(None)
}

async fn draft(
    connection: &mut Connection,
    review: &Review,
    wish: &Wish,
    config: &Config,
    now: Moment,
) -> Result<Draft, Failed<Refused>> {
    let mut lines = Vec::with_capacity(review.cart.lines.len());
    for line in &review.cart.lines {
        lines.push(frozen(connection, line).await?);
    }
    let totals = order::price(&mut lines, &config.shop, &wish.ship_to.state);
    let totals = totals.ok_or_else(|| Fault::new("pricing an order", "past the range"))?;
    Ok(Draft {
        id: clock::new_id(),
        placement_key: wish.placement_key.clone(),
        user_id: wish.contact.user.as_ref().map(|user| user.id.clone()),
        cart_id: review.cart.id.clone(),
        email: wish.contact.email.as_str().to_owned(),
        ship_to: wish.ship_to.clone(),
        lines,
        totals,
        expires_at: now + config.shop.hold_minutes * MINUTE,
    })
}

/// The copy of a line that no later change of the catalogue touches.
async fn frozen(
    connection: &mut Connection,
    line: &cart::Line,
) -> Result<order::Line, Failed<Refused>> {
    let product = crate::catalogue::service::find(connection, &line.slug).await?;
    let product = product.ok_or(Failed::Refused(Refused::Cart(cart::Refused::NotForSale)))?;
    Ok(order::Line {
        product_id: line.product_id.clone(),
        slug: line.slug.clone(),
        name: line.name.clone(),
        pack: line.pack.clone(),
        picture: line.picture.clone(),
        hsn: product.hsn,
        quantity: line.quantity,
        unit_price: line.price,
        unit_mrp: line.mrp,
        tax_rate: TaxRate(product.tax_rate.0),
        gst: Gst::default(),
        total: Paise::ZERO,
    })
}

/// After the commit: sees to it that the order, if it waits for money, has one at the gateway.
/// Gives the order and how its attempt stands; none where nothing is to be paid.
pub async fn make_payable(
    app: &AppState,
    order_id: &str,
) -> Result<Option<(Order, Option<Readiness>)>, Fault> {
    let mut connection = app.db.read.acquire().await?;
    let Some(order) = order::service::find(&mut connection, order_id).await? else {
        return Ok(None);
    };
    let attempts = payment::service::list_attempts(&mut connection, order_id).await?;
    drop(connection);
    let readiness = match payment::service::open_one(&attempts) {
        Some(attempt) => Some(payment::make_payable(app, attempt.clone()).await?),
        None => None,
    };
    Ok(Some((order, readiness)))
}

/// May this visitor see the order: its account, the cart it came from, or the secret link?
pub fn may_see(visitor: &Visitor, order: &Order, opened_by_key: bool) -> bool {
    let by_account = match (&order.user_id, visitor.user()) {
        (Some(owner), Some(user)) => *owner == user.id,
        _ => false,
    };
    let by_cart = order.user_id.is_none() && visitor.cart().is_some_and(|c| c.id == order.cart_id);
    opened_by_key || by_account || by_cart
}
