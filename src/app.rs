//! The whole site on one page: each room's routes under the guard that they need.

use crate::state::AppState;
use crate::{account, address, admin, cart, catalogue, checkout, order, payment, web};
use axum::Router;
use axum::routing::get;

/// Pages and forms: behind the guard against cross-site posts.
///
/// | room | addresses |
/// |---|---|
/// | catalogue | `/` `/products` `/products/{slug}` |
/// | cart | `/cart` `/do/cart/{add,set,remove,empty}` |
/// | account | `/sign-in` `/sign-up` `/forgot` `/reset` `/account` `/do/account/…` |
/// | address | `/account/addresses…` `/do/address/…` |
/// | checkout | `/checkout` `/checkout/pay/{order}` `/do/checkout/{place,retry}` |
/// | order | `/orders/{number}` `/account/orders` |
/// | admin | `/admin` `/admin/orders` `/admin/orders/{number}` `/admin/check` `/do/admin/…` |
pub fn pages() -> Router<AppState> {
    Router::new()
        .merge(catalogue::routes())
        .merge(cart::routes())
        .merge(account::routes())
        .merge(address::routes())
        .merge(checkout::routes())
        .merge(order::routes())
        .merge(admin::routes())
}

/// Doors for machines and for the gateway: `/razorpay/callback`, `/razorpay/webhook`, `/healthz`,
/// `/readyz`, `/metrics`. Their protection is a signature, a token or their harmlessness.
pub fn doors() -> Router<AppState> {
    Router::new()
        .merge(payment::routes())
        .merge(admin::doors())
        .route("/healthz", get(web::healthz))
        .route("/readyz", get(web::readyz))
}
