//! The pay page: always the true state of one order. With script the gateway's window opens over
//! it; without, or when that script does not load, its hosted page takes over by a plain form.

use super::{PayTerms, pages::hidden, service};
use crate::account::Visitor;
use crate::order::{self, Order, State as OrderState};
use crate::payment::{self, Attempt, Heard, Refund, Settled};
use crate::state::AppState;
use crate::ui::{Notice, PageHead};
use crate::web::{self, Failure, Page, Scripts};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

const REFRESH_SECONDS: u32 = 4;
const CHECKING: &str = "We are checking your payment";
const FAILED: &str = "Your payment did not go through";

#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    key: String,
    /// The shopper comes from paying: look before showing.
    #[serde(default)]
    check: String,
}

pub async fn pay(
    State(app): State<AppState>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let mut connection = app.db.read.acquire().await?;
    let order = order::service::find(&mut connection, &id).await?.ok_or_else(hidden)?;
    let opened = order::opens(&app, &id, &asked.key);
    if !service::may_see(&visitor, &order, opened) {
        return Err(hidden());
    }
    match order.state {
        OrderState::Paid => Ok(web::see_other(&order::secret_link(&app, &order))),
        OrderState::Expired | OrderState::Cancelled => {
            let refunds = payment::service::list_refunds(&mut connection, &id).await?;
            drop(connection);
            Ok(ended(&app, &visitor, &refunds))
        }
        OrderState::AwaitingPayment => {
            let waiting = payment::service::find_waiting(&mut connection, &id).await?;
            drop(connection);
            let Some((attempt, heard)) = waiting else { return Err(hidden()) };
            if asked.check.is_empty() && heard != Heard::SetAside {
                return Ok(payable(&app, &visitor, &order, &attempt, &heard));
            }
            if attempt.was_asked_lately(app.now()) {
                return Ok(standing(&app, &visitor, &order, heard));
            }
            checking(&app, &visitor, &order, &attempt).await
        }
    }
}

/// Asks the gateway, then shows what is.
async fn checking(
    app: &AppState,
    visitor: &Visitor,
    order: &Order,
    attempt: &Attempt,
) -> Result<Response, Failure> {
    let settled = payment::settle(app, &attempt.id, "status page").await?;
    let mut connection = app.db.read.acquire().await?;
    let waiting = match settled {
        Settled::Paid { .. } | Settled::Ended => None,
        Settled::Waiting { .. } | Settled::Unknown => {
            payment::service::find_waiting(&mut connection, &order.id).await?
        }
    };
    drop(connection);
    Ok(match waiting {
        Some((_, heard)) => standing(app, visitor, order, heard),
        None => web::see_other(&order::secret_link(app, order)),
    })
}

/// How a payment stands that is not booked; looks again by itself unless it failed.
fn standing(app: &AppState, visitor: &Visitor, order: &Order, heard: Heard) -> Response {
    let (here, total) = (order::secret_link(app, order), order.total.to_string());
    let not_paid_yet = Some(("btn", "I have not paid yet"));
    let (is_over, known, link) = match heard {
        Heard::Failed(reason) => (true, failed(&reason), Some(("btn btn-primary", "Pay again"))),
        Heard::Nothing => (false, "Razorpay does not answer at the moment.".into(), not_paid_yet),
        Heard::NotPaid => {
            (false, "Razorpay has not told us of a payment yet.".into(), not_paid_yet)
        }
        Heard::UnderWay => (false, "Your bank has not confirmed it yet.".into(), None),
        Heard::SetAside => {
            let known = "What was paid differs from what was agreed. A person looks at it.";
            (false, known.into(), None)
        }
    };
    let (title, page, looks_again) = match is_over {
        true => (FAILED, Page::new(FAILED), None),
        false => {
            let page = Page::new(CHECKING).refresh(REFRESH_SECONDS);
            (CHECKING, page, Some(" This page looks again by itself."))
        }
    };
    page.noindex().show(app, visitor, move || {
        view! {
            <PageHead title=title/>
            <div class="panel pay-box stack" role="status">
                <p>"To pay: "<strong>{total}</strong>". "{known} {looks_again}</p>
                <p>
                    "You may close this page: if you paid, the order is booked or the money goes \
                     back to you in full by itself, and a letter tells you which. A second payment \
                     for the same order goes back in full, too."
                </p>
                {link.map(|(class, words)| view! { <p><a class=class href=here>{words}</a></p> })}
            </div>
        }
        .into_any()
    })
}

fn failed(reason: &str) -> String {
    let reason = reason.trim_end_matches('.');
    match reason {
        "" => "Nothing was booked, and you can pay again.".to_owned(),
        reason => format!("Razorpay says: {reason}. Nothing was booked, and you can pay again."),
    }
}

/// The order ended before money came; says what happens to money that came all the same.
fn ended(app: &AppState, visitor: &Visitor, refunds: &[Refund]) -> Response {
    let lines = refunds.iter().map(in_words).collect::<Vec<_>>();
    let page = Page::new("This order has ended").noindex();
    page.show(app, visitor, move || {
        view! {
            <PageHead title="This order has ended"/>
            <div class="panel stack">
                <p>
                    "It was not paid in time, was called off, or you placed your cart again, so \
                     its units went back to the shelf. If you did pay for it, the money is booked \
                     or goes back to you in full by itself, and a letter tells you which."
                </p>
                {lines.into_iter().map(|text| view! { <Notice text/> }).collect_view()}
                <p><a class="btn btn-primary" href="/cart">"Back to your cart"</a></p>
            </div>
        }
        .into_any()
    })
}

fn in_words(refund: &Refund) -> String {
    let where_it_is = match refund.state {
        payment::RefundState::Processed => "is on its way to your bank (5 to 7 working days)",
        payment::RefundState::Failed => "is being looked at by a person",
        _ => "is being returned to you",
    };
    format!("{} {where_it_is}.", refund.amount)
}

fn payable(
    app: &AppState,
    visitor: &Visitor,
    order: &Order,
    attempt: &Attempt,
    heard: &Heard,
) -> Response {
    let Some(gateway_order) = attempt.gateway_order_id.clone() else {
        return not_now(app, visitor, order);
    };
    let form = PayForm::new(app, order, gateway_order);
    let (script, total) = (app.config.gateway.checkout_script.clone(), order.total.to_string());
    let body = order::order_body(order, &app.config.shop);
    let under_way = (*heard == Heard::UnderWay).then(|| {
        let text = "A payment is under way that your bank has not confirmed yet. If it comes \
                    through, the order is paid by it, and a second payment goes back to you in \
                    full.";
        view! { <Notice text/> }
    });
    let page = Page::new("Pay").noindex().scripts(Scripts::Checkout);
    page.show(app, visitor, move || {
        view! {
            <PageHead title="Pay for your order"/>
            <div class="split">
                <div class="stack">{body}</div>
                <aside class="aside panel pay-box stack">
                    <p class="pay-total">"To pay "<strong>{total}</strong></p>
                    {under_way}
                    {form.view(script)}
                    <p class="muted">
                        "Cards, UPI, netbanking and wallets by Razorpay. Card details never reach \
                         this shop."
                    </p>
                </aside>
            </div>
        }
        .into_any()
    })
}

/// The fields of Razorpay's hosted checkout (razorpay.com, hosted checkout); `pay.js` reads the
/// same fields to open the window in the page.
struct PayForm {
    action: String,
    fields: Vec<(&'static str, String)>,
}

impl PayForm {
    fn new(app: &AppState, order: &Order, gateway_order: String) -> PayForm {
        let terms = PayTerms::new(app, order, gateway_order);
        let fields = vec![
            ("key_id", terms.key_id),
            ("order_id", terms.gateway_order),
            ("amount", terms.amount.0.to_string()),
            ("currency", terms.currency.to_owned()),
            ("name", terms.shop),
            ("description", terms.description),
            ("prefill[name]", terms.name),
            ("prefill[email]", terms.email),
            ("prefill[contact]", terms.phone),
            ("callback_url", terms.callback_url),
            ("cancel_url", terms.cancel_url),
        ];
        let checkout = &app.config.gateway.checkout_url;
        PayForm { action: format!("{checkout}/v1/checkout/embedded"), fields }
    }

    fn view(self, script: String) -> AnyView {
        let inputs = self
            .fields
            .into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
            .collect_view();
        view! {
            <form id="pay" method="post" action=self.action data-checkout=script>
                {inputs}
                <button class="btn btn-primary btn-wide" type="submit">"Pay now"</button>
                <p class="muted" role="status" id="pay-status"></p>
            </form>
            <script src="/pay.js" defer></script>
        }
        .into_any()
    }
}

fn not_now(app: &AppState, visitor: &Visitor, order: &Order) -> Response {
    let (id, key) = (order.id.clone(), order::access_key(app, &order.id));
    let page = Page::new("Payment is not available").noindex();
    page.show(app, visitor, move || {
        view! {
            <PageHead title="Payment is not available right now"/>
            <div class="panel stack">
                <p>
                    "Your order is kept, but Razorpay takes no payment for it right now. Nothing \
                     was charged. Please try again in a moment; if it stays so, please write to us."
                </p>
                <form method="post" action="/do/checkout/retry">
                    <input type="hidden" name="order" value=id/>
                    <input type="hidden" name="key" value=key/>
                    <button class="btn btn-primary" type="submit">"Try again"</button>
                </form>
            </div>
        }
        .into_any()
    })
}
