//! What a visitor asks of the cart: who, parse, one transaction, answer. A page's form is answered
//! with a 303, an island's with JSON that holds the cart as it is now.

use super::adding::{self, Add};
use super::{CartHtml, News, Quantity, Refused, Seen, Told, pages, service};
use crate::account::{Reader, Visitor};
use crate::error::{Failed, Refusal};
use crate::state::AppState;
use crate::transact;
use crate::web::{self, Back, Failure, Fields, Flash, FormState};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/cart", get(show))
        .route("/do/cart/add", post(add))
        .route("/do/cart/set", post(set))
        .route("/do/cart/remove", post(remove))
        .route("/do/cart/empty", post(empty))
}

async fn show(
    State(app): State<AppState>,
    Reader { visitor, connection }: Reader,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if web::wants_json(&headers) {
        drop(connection);
        return told(&app, &visitor, StatusCode::OK, String::new(), false).await;
    }
    pages::cart(&app, &visitor, connection).await
}

async fn add(
    State(app): State<AppState>,
    mut visitor: Visitor,
    headers: HeaderMap,
    form: Fields,
) -> Result<Response, Failure> {
    let owner = visitor.settle_in(&app).await?;
    let outcome = match Quantity::parse(form.text("quantity")) {
        Err(refused) => Err(Failed::Refused(refused)),
        Ok(quantity) => {
            let add = Add { owner, product_id: form.text("product").to_owned(), quantity };
            let added = adding::add(&app, add).await;
            added.map(|name| format!("{} × {name} is in your cart.", quantity.units()))
        }
    };
    let back = if web::is_local(form.text("back")) { form.text("back") } else { "/cart" };
    answer(&app, &mut visitor, &headers, &form, outcome, back).await
}

async fn set(
    State(app): State<AppState>,
    mut visitor: Visitor,
    headers: HeaderMap,
    form: Fields,
) -> Result<Response, Failure> {
    if let Some(away) = turned_away(&app, &mut visitor, &headers, &form, "/cart").await? {
        return Ok(away);
    }
    let owner = visitor.settle_in(&app).await?;
    let (seen, product) = (seen(&form), form.text("product"));
    let outcome = match Quantity::parse(form.text("quantity")) {
        Err(refused) => Err(Failed::Refused(refused)),
        Ok(quantity) => transact!(app.db, |tx| {
            service::set(&mut tx, &owner, &seen, product, quantity, app.now()).await
        })
        .map(|()| "Your cart is updated.".to_owned()),
    };
    answer(&app, &mut visitor, &headers, &form, outcome, "/cart").await
}

async fn remove(
    State(app): State<AppState>,
    mut visitor: Visitor,
    headers: HeaderMap,
    form: Fields,
) -> Result<Response, Failure> {
    if let Some(away) = turned_away(&app, &mut visitor, &headers, &form, "/cart").await? {
        return Ok(away);
    }
    let owner = visitor.settle_in(&app).await?;
    let (seen, product) = (seen(&form), form.text("product"));
    let outcome = transact!(app.db, |tx| {
        service::remove(&mut tx, &owner, &seen, product, app.now()).await
    });
    let outcome = outcome.map(|()| "It is out of your cart.".to_owned());
    answer(&app, &mut visitor, &headers, &form, outcome, "/cart").await
}

async fn empty(
    State(app): State<AppState>,
    mut visitor: Visitor,
    headers: HeaderMap,
    form: Fields,
) -> Result<Response, Failure> {
    if let Some(away) = turned_away(&app, &mut visitor, &headers, &form, "/cart").await? {
        return Ok(away);
    }
    let owner = visitor.settle_in(&app).await?;
    let seen = seen(&form);
    let outcome = transact!(app.db, |tx| service::empty(&mut tx, &owner, &seen, app.now()).await);
    let outcome = outcome.map(|()| "Your cart is empty.".to_owned());
    answer(&app, &mut visitor, &headers, &form, outcome, "/cart").await
}

/// The cart that a form saw. An unreadable version is one that never was.
pub fn seen(form: &Fields) -> Seen {
    let version = form.text("version").parse().unwrap_or(-1);
    Seen { cart_id: form.text("cart").to_owned(), version }
}

const SIGNED_OUT: &str = "Your sign-in has ended. Please sign in again; your cart is kept.";

/// The answer to a form on a page that was made for somebody signed in, where that sign-in has
/// ended: to sign in and back, with what was typed. The account's lines stay on a page that is not
/// left for it: the cart that a guest has instead would look as if they were lost.
pub async fn turned_away(
    app: &AppState,
    visitor: &mut Visitor,
    headers: &HeaderMap,
    form: &Fields,
    page: &str,
) -> Result<Option<Response>, Failure> {
    if visitor.user().is_some() || form.text("account").is_empty() {
        return Ok(None);
    }
    if web::wants_json(headers) {
        let told = Told { notice: SIGNED_OUT.to_owned(), bad: true, ..Told::default() };
        return Ok(Some(web::json(StatusCode::UNAUTHORIZED, &told)));
    }
    let typed = FormState::typed(page.trim_start_matches('/'), form.except(&[]));
    visitor.leave(app, Flash { form: Some(typed), ..Flash::bad(SIGNED_OUT) }).await?;
    Ok(Some(web::see_other(&format!("/sign-in?next={page}"))))
}

/// Said of a cart that went with the session that held it.
const ENDED: &str = "Your visit has ended, and its cart with it. No order was placed now; please \
                     choose again.";

/// A cart that is not this visitor's is told with their own before their eyes. It may have been
/// theirs until their visit ended.
pub fn to_own_cart(visitor: &Visitor) -> (String, Option<Flash>) {
    ("/cart".to_owned(), Some(Flash::bad(not_theirs(visitor))))
}

fn not_theirs(visitor: &Visitor) -> String {
    if visitor.was_somebody() { ENDED.to_owned() } else { Refused::NotFound.to_string() }
}

async fn answer(
    app: &AppState,
    visitor: &mut Visitor,
    headers: &HeaderMap,
    form: &Fields,
    outcome: Result<String, Failed<Refused>>,
    back: &str,
) -> Result<Response, Failure> {
    if web::wants_json(headers) {
        return match outcome {
            Ok(notice) => told(app, visitor, StatusCode::OK, notice, false).await,
            Err(Failed::Refused(Refused::NotFound)) => {
                told(app, visitor, StatusCode::NOT_FOUND, not_theirs(visitor), true).await
            }
            Err(failed) => {
                let refusal = Refusal::from(failed.refused()?);
                let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::CONFLICT);
                told(app, visitor, status, refusal.message, true).await
            }
        };
    }
    let outcome = match outcome {
        Ok(notice) => Ok(("/cart".to_owned(), Some(Flash::good(notice)))),
        Err(Failed::Refused(Refused::NotFound)) => Ok(to_own_cart(visitor)),
        Err(failed) => Err(failed),
    };
    let back = Back { to: back.to_owned(), form: "cart", fields: form, secret: &[] };
    back.or_on(app, visitor, outcome).await
}

async fn told(
    app: &AppState,
    visitor: &Visitor,
    status: StatusCode,
    notice: String,
    bad: bool,
) -> Result<Response, Failure> {
    let mut connection = app.db.read.acquire().await?;
    let cart = service::view(&mut connection, visitor.owner().as_ref()).await?;
    let (news, of_account) = (News::of(&cart), visitor.user().is_some());
    let html = CartHtml::Fresh(web::fragment(|| pages::body(cart, of_account)));
    Ok(web::json(status, &Told { news, notice, bad, html }))
}
