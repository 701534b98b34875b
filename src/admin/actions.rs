//! What the desk asks for: each through the service of the room that owns it.

use super::desk::AtDesk;
use super::pages::REFUND_FORM;
use crate::account::Admin;
use crate::error::Failed;
use crate::money::Paise;
use crate::payment::refunds::{self, Refused, Wish};
use crate::payment::{Refund, service};
use crate::state::AppState;
use crate::transact;
use crate::web::{self, Back, Failure, Fields, Flash};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;

pub fn routes() -> Router<AppState> {
    Router::new().route("/do/admin/refund", post(refund)).route("/do/admin/task", post(task_done))
}

async fn refund(
    State(app): State<AppState>,
    AtDesk { mut visitor, admin }: AtDesk,
    form: Fields,
) -> Result<Response, Failure> {
    let to = order_page(form.text("order"));
    let outcome = give_back(&app, &admin, &form).await.map(|refund| {
        let words = format!("{} goes back. The gateway is asked at once.", refund.amount);
        (order_page(&refund.order_id), Some(Flash::good(words)))
    });
    app.bell.notify_waiters();
    let back = Back { to, form: REFUND_FORM, fields: &form, secret: &[] };
    back.or_on(&app, &mut visitor, outcome).await
}

/// The desk's page of an order; the list for what cannot be an order's id.
fn order_page(id: &str) -> String {
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if plain { format!("/admin/orders/{id}") } else { "/admin/orders".to_owned() }
}

async fn give_back(
    app: &AppState,
    admin: &Admin,
    form: &Fields,
) -> Result<Refund, Failed<Refused>> {
    let amount = Paise::parse(form.text("amount"));
    let amount = amount.ok_or(Failed::Refused(Refused::TooLittle))?;
    // A form without it saw nothing that can be true.
    let seen = Paise(form.text("seen").parse().unwrap_or(-1));
    let (payment_id, words) = (form.text("payment").to_owned(), form.text("words").to_owned());
    let wish = Wish { payment_id, amount: Some(amount), seen, words };
    let now = app.now();
    transact!(app.db, |tx| refunds::ask(&mut tx, admin, &wish, now).await)
}

/// A person looked after it.
async fn task_done(
    State(app): State<AppState>,
    AtDesk { mut visitor, admin }: AtDesk,
    form: Fields,
) -> Result<Response, Failure> {
    let mut connection = app.db.write.acquire().await?;
    service::end_task(&mut connection, &admin, form.text("task"), app.now()).await?;
    drop(connection);
    visitor.leave(&app, Flash::good("Noted as done.")).await?;
    Ok(web::see_other("/admin"))
}
