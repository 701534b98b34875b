//! After a database was put back from an older backup: what the gateway knows since then and the
//! shop does not, and how it is booked. Everything goes through the usual doors (`settle`, the
//! refunds that the gateway tells of), so that booking it twice changes nothing.

use super::queries::{self, NamedAttempt};
use super::{Settled, refunds, service, settle};
use crate::clock::Moment;
use crate::error::{Failed, Fault};
use crate::money::Paise;
use crate::razorpay::{
    GatewayError, Order, OrderId, Pace, Payment, PaymentId, PaymentStatus, Refund, RefundStatus,
    Span,
};
use crate::state::AppState;
use indicatif::ProgressBar;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The kind of task for a payment whose order is lost.
const ORPHAN: &str = "orphan-payment";

/// Something that the gateway has and the shop lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The order's number or id; the gateway's id where the shop has no such order.
    pub order: String,
    /// The gateway's id of what is missing.
    pub subject: String,
    pub what: String,
    mend: Mend,
}

impl Difference {
    /// The order was placed after the backup: nobody but a person knows what it was.
    pub fn needs_a_person(&self) -> bool {
        self.mend == Mend::Person
    }
}

/// How it is booked.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Mend {
    /// Gives this attempt its gateway order back.
    GatewayOrder(String),
    /// Settles this attempt.
    Settle(String),
    /// Picks up the refunds of this payment.
    Refunds(String),
    Person,
}

type Found<T> = Result<T, Failed<GatewayError>>;

/// Reads the gateway's lists since then. Lists lag by minutes: what is younger may come later.
pub async fn find_differences(
    app: &AppState,
    pace: &Pace,
    since: Moment,
    bar: &ProgressBar,
) -> Found<Vec<Difference>> {
    let span = Span { from: since.div_euclid(1000), to: app.now().div_euclid(1000) };
    let gateway = &app.gateway;
    let mut orders = asked(pace.ask_all(|skip| gateway.list_orders(span, skip)).await)?;
    let payments = asked(pace.ask_all(|skip| gateway.list_payments(span, skip)).await)?;
    let refunds = asked(pace.ask_all(|skip| gateway.list_refunds(span, skip)).await)?;
    bar.inc_length((orders.len() + payments.len() + refunds.len()) as u64);
    // Of several with one receipt an attempt gets the one to which money came.
    orders.sort_by_key(|order| Reverse((order.amount_paid, order.attempts, order.created_at)));
    let mut looking = Looking { app, pace, attempts: BTreeMap::new(), found: Vec::new() };
    for order in &orders {
        looking.order(order).await?;
        bar.inc(1);
    }
    for payment in &payments {
        looking.payment(payment).await?;
        bar.inc(1);
    }
    for refund in &refunds {
        looking.refund(refund, &payments).await?;
        bar.inc(1);
    }
    let mut found = looking.found;
    found.sort_by(|a, b| (&a.order, &a.subject).cmp(&(&b.order, &b.subject)));
    found.dedup();
    Ok(found)
}

fn asked<T>(answer: Result<T, GatewayError>) -> Found<T> {
    answer.map_err(Failed::Refused)
}

struct Looking<'a> {
    app: &'a AppState,
    pace: &'a Pace,
    /// The attempt of each gateway order that was looked for.
    attempts: BTreeMap<OrderId, Option<NamedAttempt>>,
    found: Vec<Difference>,
}

impl Looking<'_> {
    fn add(&mut self, order: &str, subject: &str, what: impl Into<String>, mend: Mend) {
        let (order, subject) = (order.to_owned(), subject.to_owned());
        self.found.push(Difference { order, subject, what: what.into(), mend });
    }

    /// An attempt that lost the name of its gateway order is known by its receipt.
    async fn order(&mut self, told: &Order) -> Found<Option<NamedAttempt>> {
        let id = told.id.as_str();
        let mut connection = self.app.db.read.acquire().await?;
        let mut attempt = queries::find_attempt_named(&mut connection, id).await?;
        if let (None, Some(receipt)) = (&attempt, &told.receipt) {
            let by_receipt = queries::find_attempt_by_receipt(&mut connection, receipt).await?;
            attempt = by_receipt
                .filter(|attempt| attempt.gateway_order_id.is_none() && !self.has_got_one(attempt));
            if let Some(attempt) = &attempt {
                let what = "the gateway's order of an attempt here is not known";
                self.add(&attempt.order_name, id, what, Mend::GatewayOrder(attempt.id.clone()));
            }
        }
        self.attempts.insert(told.id.clone(), attempt.clone());
        Ok(attempt)
    }

    fn has_got_one(&self, attempt: &NamedAttempt) -> bool {
        self.attempts.values().flatten().any(|known| known.id == attempt.id)
    }

    async fn attempt(&mut self, id: &OrderId) -> Found<Option<NamedAttempt>> {
        if let Some(known) = self.attempts.get(id) {
            return Ok(known.clone());
        }
        // Made before the span, paid within it.
        let gateway = &self.app.gateway;
        let told = asked(self.pace.ask(|| gateway.fetch_order(id)).await)?;
        self.order(&told).await
    }

    async fn payment(&mut self, told: &Payment) -> Found<()> {
        let id = told.id.as_str();
        let attempt = match &told.order_id {
            Some(order_id) => self.attempt(order_id).await?,
            None => None,
        };
        let mut connection = self.app.db.read.acquire().await?;
        let Some(attempt) = attempt else {
            let looked_after = queries::has_open_task(&mut connection, ORPHAN, id).await?;
            if holds_money(told) && !looked_after {
                let order = told.order_id.as_ref().map_or("no order", OrderId::as_str);
                let what = format!("{}: its order is not known here", in_words(told));
                self.add(order, id, what, Mend::Person);
            }
            return Ok(());
        };
        let booked = queries::find_booked(&mut connection, id).await?;
        drop(connection);
        let lacks = match &booked {
            None => Some("not known here".to_owned()),
            Some(booked) => behind(&told.status, &booked.status, booked.role.is_some()),
        };
        if let Some(lacks) = lacks {
            let what = format!("{}: {lacks}", in_words(told));
            self.add(&attempt.order_name, id, what, Mend::Settle(attempt.id));
        }
        Ok(())
    }

    /// A refund of a payment that this shop has, or will have once its attempt is settled.
    async fn refund(&mut self, told: &Refund, payments: &[Payment]) -> Found<()> {
        let (id, payment_id) = (told.id.as_str(), told.payment_id.as_str());
        let mut connection = self.app.db.read.acquire().await?;
        let booked = queries::find_booked(&mut connection, payment_id).await?;
        let receipt = told.receipt.as_deref();
        let state = queries::find_refund_state(&mut connection, payment_id, id, receipt).await?;
        drop(connection);
        let order = match booked {
            Some(booked) if booked.status == "captured" => booked.order_name,
            Some(_) => return Ok(()),
            None => match self.order_of(&told.payment_id, payments).await? {
                Some(order) => order,
                None => return Ok(()),
            },
        };
        let lacks = match (state.as_deref(), &told.status) {
            (None | Some("failed"), RefundStatus::Failed) => return Ok(()),
            (Some("pending"), RefundStatus::Pending) => return Ok(()),
            (Some("processed"), status) if *status != RefundStatus::Failed => return Ok(()),
            (None, _) => "not known here".to_owned(),
            (Some(state), _) => format!("{state} here"),
        };
        let what = format!("refund of {}, {}: {lacks}", Paise(told.amount), told.status.as_str());
        self.add(&order, id, what, Mend::Refunds(payment_id.to_owned()));
        Ok(())
    }

    /// The order that a payment unknown to the shop will belong to. One that went back in full was
    /// never this shop's money.
    async fn order_of(&mut self, id: &PaymentId, payments: &[Payment]) -> Found<Option<String>> {
        let listed = payments.iter().find(|payment| payment.id == *id);
        let told = match listed {
            Some(told) => told.clone(),
            None => {
                let gateway = &self.app.gateway;
                asked(self.pace.ask(|| gateway.fetch_payment(id)).await)?
            }
        };
        match told.order_id {
            Some(order_id) if told.status == PaymentStatus::Captured => {
                Ok(self.attempt(&order_id).await?.map(|attempt| attempt.order_name))
            }
            _ => Ok(None),
        }
    }
}

fn holds_money(told: &Payment) -> bool {
    match told.status {
        PaymentStatus::Captured => told.amount_refunded < told.amount,
        PaymentStatus::Authorized => true,
        _ => false,
    }
}

/// What the shop lacks of a payment that it knows; `None` where it is as far as the gateway.
fn behind(told: &PaymentStatus, status: &str, has_role: bool) -> Option<String> {
    let lacks = match told {
        PaymentStatus::Captured => status != "captured" || !has_role,
        PaymentStatus::Refunded => !matches!(status, "captured" | "failed"),
        PaymentStatus::Authorized => matches!(status, "created" | "failed"),
        PaymentStatus::Failed => status == "created",
        PaymentStatus::Created | PaymentStatus::Other(_) => false,
    };
    lacks.then(|| format!("{status} here"))
}

/// "₹419.00 captured (upi, asha@example.in, +919876543210)"
fn in_words(told: &Payment) -> String {
    let from: Vec<&str> = [&told.method, &told.email, &told.contact]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let money = format!("{} {}", Paise(told.amount), told.status.as_str());
    if from.is_empty() { money } else { format!("{money} ({})", from.join(", ")) }
}

/// Books what is missing; each step by itself, so that a second run goes on where one stopped.
/// Returns what could not be booked, in words.
pub async fn apply(app: &AppState, differences: &[Difference]) -> Result<Vec<String>, Fault> {
    let mut problems = Vec::new();
    let mut attempts = BTreeSet::new();
    let mut payments = BTreeSet::new();
    for difference in differences {
        match &difference.mend {
            Mend::GatewayOrder(attempt) => {
                let mut connection = app.db.write.acquire().await?;
                let (id, mode) = (&difference.subject, app.config.gateway.mode.as_str());
                queries::update_gateway_order(&mut connection, attempt, id, mode).await?;
            }
            Mend::Settle(attempt) => {
                attempts.insert(attempt);
                payments.insert(&difference.subject);
            }
            Mend::Refunds(payment) => {
                payments.insert(payment);
            }
            Mend::Person => ask_a_person(app, difference).await?,
        }
    }
    for attempt in attempts {
        if settle(app, attempt, "reconcile").await? == Settled::Unknown {
            problems.push(format!("attempt {attempt}: the gateway gave no usable answer"));
        }
    }
    for payment in payments {
        if let Err(error) = refunds::pick_up(app, payment).await? {
            problems.push(format!("refunds of payment {payment}: {error}"));
        }
    }
    Ok(problems)
}

async fn ask_a_person(app: &AppState, difference: &Difference) -> Result<(), Fault> {
    let detail = format!(
        "Payment {}, {}: {}. The order was lost with the database. Find out from the payer what \
         was bought, then send it or give the money back at the gateway.",
        difference.subject, difference.order, difference.what
    );
    let mut connection = app.db.write.acquire().await?;
    service::ask_a_person(&mut connection, ORPHAN, &difference.subject, None, &detail, app.now())
        .await
}
