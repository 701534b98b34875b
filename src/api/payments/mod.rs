//! From a cart to a paid order. The order comes first, in one transaction; then the gateway makes
//! its own; what is paid, the gateway is asked, never a program believed.

mod types;

pub use types::PaymentStanding;

use types::{CreateFromCart, CreatedFromCart, PaymentStatus, RazorpayCheckout, RazorpayReturn};

use super::asked::{Asked, Named, Object, Sought};
use super::caller::{Caller, Known};
use super::cart::{IfMatch, precondition};
use super::once::once;
use super::orders::{self, OrderKey, OrderRefund};
use super::wire::{self, Told};
use crate::account::{Email, Owner, Visitor};
use crate::address;
use crate::checkout::{Contact, PayTerms, Placed, Refused, Wish, service};
use crate::clock::{Moment, random_token};
use crate::db::Connection;
use crate::error::{Failed, Fault, Refusal};
use crate::order::{self, ShipTo};
use crate::payment::{self, Readiness, Settled};
use crate::razorpay::OrderId;
use crate::state::AppState;
use crate::web::{Failure, Peer};
use axum::extract::State;
use axum::http::HeaderMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(confirm)).routes(routes!(status))
}

/// Makes an order of the cart and readies its payment.
#[utoipa::path(post, path = "/payments/create-from-cart", tag = "payments",
    operation_id = "create_payment_from_cart",
    security(("access_token" = []), ("cart_token" = []), ("session" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes one order, however \
            often it is sent."),
           ("If-Match" = Option<String>, Header, description = "The `ETag` of the cart that was \
            seen, or `*`: its lines and quantities. Prices are held by `digest` alone.")),
    request_body = CreateFromCart, responses((status = 201, body = CreatedFromCart)))]
async fn create(
    State(app): State<AppState>,
    Known { visitor, owner }: Known,
    peer: Peer,
    headers: HeaderMap,
    asked: Asked<CreateFromCart>,
) -> Told {
    app.limits.place_order.count(peer.0)?;
    let Asked { body, once } = asked;
    // That one key makes one order is the kept answer's promise, for as long as it is kept.
    let placement_key = random_token();
    let wanted = Wanted { body, condition: IfMatch::of(&headers), placement_key, visitor };
    let unpaid = service::unpaid_for_sure(&app, &owner).await?;
    // What is kept for the key is the order's id: its answer is made anew each time, for only the
    // gateway, asked after the commit, can tell how the payment stands.
    let placed: Result<String, Failed<Refusal>> = once!(app, once, &owner, |tx, now| {
        place(&app, &mut tx, &owner, &wanted, &unpaid, now).await
    });
    let found = service::make_payable(&app, &placed?).await?;
    let (order, readiness) = found.ok_or_else(|| Fault::new("placing an order", "it is gone"))?;
    let razorpay = match readiness {
        None => None,
        Some(Readiness::Ready(attempt)) => {
            let id = attempt.gateway_order_id;
            id.map(|id| RazorpayCheckout::from(PayTerms::new(&app, &order, id)))
        }
        Some(Readiness::NotNow(_)) => return Err(no_gateway().into()),
    };
    let location = format!("/api/orders/{}", order.id);
    let order = orders::described(&app, order).await?;
    Ok(wire::made(&location, &CreatedFromCart { order, razorpay }))
}

fn no_gateway() -> Refusal {
    let words = "The order is kept, but Razorpay did not answer. Nothing was charged. Please send \
                 the same request again.";
    Refusal { retry_after: Some(5), ..Refusal::new(503, words).of_kind("gateway-unavailable") }
}

/// Who wants what, before it is looked at.
struct Wanted {
    body: CreateFromCart,
    condition: Option<IfMatch>,
    placement_key: String,
    visitor: Visitor,
}

/// Whoever names no version agrees to the lines as they are, and without a digest to the prices.
async fn place(
    app: &AppState,
    connection: &mut Connection,
    owner: &Owner,
    wanted: &Wanted,
    unpaid: &[String],
    now: Moment,
) -> Result<String, Failed<Refusal>> {
    let body = &wanted.body;
    let contact = contact(&wanted.visitor, body.email.as_deref()).map_err(Failed::Refused)?;
    let ship_to = ship_to(connection, &wanted.visitor, body).await?;
    let seen = match &wanted.condition {
        Some(condition) => Some(condition.seen(connection, owner).await?),
        None => None,
    };
    let review = service::review(connection, Some(owner), &app.config.shop).await?;
    let wish = Wish {
        seen: seen.unwrap_or_else(|| review.cart.seen()),
        digest: body.digest.clone().unwrap_or_else(|| review.digest()),
        accepts_changes: body.accept_changes,
        placement_key: wanted.placement_key.clone(),
        contact,
        ship_to,
    };
    let placed = service::place(connection, owner, &wish, unpaid, &app.config, now).await;
    let refusal = |reason| match reason {
        Refused::Cart(reason) if wanted.condition.is_some() => precondition(reason),
        reason => reason.into(),
    };
    let placed = placed.map_err(|failed| failed.map(refusal))?;
    let (Placed::Order(id) | Placed::PaidAlready(id)) = placed;
    Ok(id)
}

fn contact(visitor: &Visitor, email: Option<&str>) -> Result<Contact, Refusal> {
    let user = visitor.user().cloned();
    let known = user.as_ref().map(|user| user.email.as_str());
    let email = known.or(email).and_then(Email::parse);
    let email = email.ok_or_else(|| Refusal::field("email", Email::WANTED))?;
    Ok(Contact { user, email })
}

/// A saved address of this very user, or the one that was sent for this order.
async fn ship_to(
    connection: &mut Connection,
    visitor: &Visitor,
    body: &CreateFromCart,
) -> Result<ShipTo, Failed<Refusal>> {
    let wrong = |fields: Vec<(String, String)>| {
        let under = |(name, message)| (format!("address.{name}"), message);
        Failed::Refused(Refusal::invalid(fields.into_iter().map(under).collect()))
    };
    let refused = |field, words: &str| Failed::Refused(Refusal::field(field, words));
    match (&body.address_id, &body.address, visitor.user()) {
        (None, Some(Object(address)), _) => {
            address.clone().parse().map(ShipTo::from).map_err(wrong)
        }
        (Some(id), None, Some(user)) => {
            let found = address::service::find(connection, &user.id, id).await?;
            let missing = || refused("address_id", "There is no such address.");
            found.map(ShipTo::from).ok_or_else(missing)
        }
        (Some(_), None, None) => Err(refused("address_id", "Only an account has saved addresses.")),
        _ => Err(refused("address", "Send either an address or an address_id.")),
    }
}

/// After a payment: what Razorpay's checkout handed over. The signature says who speaks, Razorpay
/// itself is asked what was paid.
#[utoipa::path(post, path = "/payments/confirm-razorpay", tag = "payments",
    operation_id = "confirm_payment",
    security((), ("access_token" = []), ("cart_token" = []), ("session" = [])),
    request_body = RazorpayReturn, responses((status = 200, body = PaymentStatus)))]
async fn confirm(
    State(app): State<AppState>,
    caller: Caller,
    asked: Asked<RazorpayReturn>,
) -> Told {
    let body = asked.body;
    let hidden = || Refusal::not_found("that payment");
    let gateway_order = OrderId::parse(&body.razorpay_order_id).ok_or_else(hidden)?;
    let mut connection = app.db.read.acquire().await?;
    let found = payment::service::find_by_gateway_order(&mut connection, &gateway_order).await?;
    drop(connection);
    let attempt = found.ok_or_else(hidden)?;
    let payment_id = &body.razorpay_payment_id;
    // Whoever brings what the gateway signed for this order has paid it: that opens it, too.
    if !payment::is_signed(&app, &attempt, payment_id, &body.razorpay_signature) {
        orders::seen(&app, &caller, &attempt.order_id, "").await.map_err(
            |failure| match failure {
                Failure::Refusal(_) => hidden().into(),
                fault => fault,
            },
        )?;
        let words = "Razorpay did not sign this payment of this order.";
        return Err(Refusal::new(422, words).of_kind("payment-not-signed").into());
    }
    let settled = payment::settle_signed(&app, &attempt, payment_id, "api return").await?;
    told(&app, &attempt.order_id, settled).await
}

/// How the payment of an order stands. While it waits, Razorpay is asked, every three seconds at
/// most.
#[utoipa::path(get, path = "/payments/{order}/status", tag = "payments",
    operation_id = "show_payment_status",
    security((), ("access_token" = []), ("cart_token" = []), ("session" = [])),
    params(("order" = String, Path), OrderKey), responses((status = 200, body = PaymentStatus)))]
async fn status(
    State(app): State<AppState>,
    caller: Caller,
    Named(name): Named,
    Sought(OrderKey { key }): Sought<OrderKey>,
) -> Told {
    let order = orders::seen(&app, &caller, &name, &key).await?;
    let mut connection = app.db.read.acquire().await?;
    let waiting = payment::service::find_waiting(&mut connection, &order.id).await?;
    drop(connection);
    let settled = match (order.number, waiting) {
        (Some(number), _) => Settled::Paid { number },
        // Paid, or ended, since the order was read.
        (None, None) if order.state == order::State::AwaitingPayment => Settled::Unknown,
        (None, None) => Settled::Ended,
        (None, Some((open, heard))) if open.was_asked_lately(app.now()) => heard.into(),
        (None, Some((open, _))) => payment::settle(&app, &open.id, "api status").await?,
    };
    told(&app, &order.id, settled).await
}

async fn told(app: &AppState, order_id: &str, settled: Settled) -> Told {
    let mut connection = app.db.read.acquire().await?;
    let refunds = payment::service::list_refunds(&mut connection, order_id).await?;
    let state = PaymentStanding::from(&settled);
    let number = match settled {
        Settled::Paid { number } => Some(number),
        _ => None,
    };
    let refunds = refunds.iter().map(OrderRefund::from).collect();
    Ok(wire::ok(&PaymentStatus { order_id: order_id.to_owned(), number, state, refunds }))
}
