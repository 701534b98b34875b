//! Asking the gateway for its books: by id about every attempt of the window, and by lists for
//! money that the shop has never heard of.

use super::Outcome;
use super::compare::{self, Finding};
use super::invariants::Compared;
use super::queries::books;
use crate::clock::{DAY, MINUTE, Moment};
use crate::error::Fault;
use crate::razorpay::{
    GatewayError, Order, OrderId, OrderStatus, Pace, Payment, PaymentId, Refund, Span,
};
use crate::state::AppState;
use indicatif::ProgressBar;
use std::time::Duration;

/// Lists lag by minutes behind what is asked for by id, so that nothing younger is judged by them.
const LISTS_LAG: i64 = 10 * MINUTE;
/// Banks return a refund within two weeks; late authorisation comes within five days.
const LATE: i64 = 14 * DAY;
/// After so many questions in a row without an answer the rest is not asked.
const PATIENCE: usize = 3;

/// Which part of the gateway's books, and how fast it is read.
#[derive(Debug)]
pub struct Window {
    pub days: i64,
    pub pace: Pace,
}

/// Something to be held against the shop's books, by itself and again.
enum Suspect {
    Attempt(String),
    Payment(Box<Payment>),
    Refund(Box<Refund>),
}

/// One outcome for each comparison.
pub(super) async fn compare_all(
    app: &AppState,
    window: &Window,
    second_look: Duration,
    bar: &ProgressBar,
) -> Result<Vec<Outcome>, Fault> {
    let asking = Asking { app, pace: &window.pace, bar };
    let since = app.now() - window.days.saturating_mul(DAY);
    let (mut suspects, mut findings) = asking.lists(since).await?;
    suspects.splice(0..0, asking.attempts(since).await?);
    bar.inc_length(suspects.len() as u64);
    let (flagged, unasked) = asking.look(suspects, findings.len()).await?;
    if unasked > 0 {
        let seen = flagged.into_iter().flat_map(|(_, seen)| seen);
        findings.extend(seen.filter(|finding| !finding.sure));
    } else if !flagged.is_empty() {
        tokio::time::sleep(second_look).await;
        bar.inc_length(flagged.len() as u64);
        findings.extend(asking.look_again(flagged).await?);
    }
    if unasked > 0 {
        let why = format!("the gateway does not answer, so {unasked} more were not asked about");
        findings.extend(Compared::ALL.map(|rule| Finding::unsure(rule, "the rest", &why)));
    }
    bar.finish_and_clear();
    Ok(outcomes(findings))
}

fn outcomes(mut findings: Vec<Finding>) -> Vec<Outcome> {
    findings.sort_by(|a, b| (&a.row, a.sure).cmp(&(&b.row, b.sure)));
    findings.dedup();
    let rows = |rule: Compared, sure: bool| {
        let found = findings.iter().filter(|f| f.rule == rule && f.sure == sure);
        found.map(|finding| finding.row.clone()).collect()
    };
    Compared::ALL
        .map(|rule| Outcome::new(rule.number(), rule.name(), rows(rule, true), rows(rule, false)))
        .to_vec()
}

struct Asking<'a> {
    app: &'a AppState,
    pace: &'a Pace,
    bar: &'a ProgressBar,
}

type Flagged = Vec<(Suspect, Vec<Finding>)>;

impl Asking<'_> {
    async fn attempts(&self, since: Moment) -> Result<Vec<Suspect>, Fault> {
        let mode = self.app.config.gateway.mode.as_str();
        let mut connection = self.app.db.read.acquire().await?;
        let late_since = since.min(self.app.now() - LATE);
        let ids = books::list_attempts_since(&mut connection, since, late_since, mode).await?;
        Ok(ids.into_iter().map(Suspect::Attempt).collect())
    }

    /// What the lists hold that the shop may not know.
    async fn lists(&self, since: Moment) -> Result<(Vec<Suspect>, Vec<Finding>), Fault> {
        let (gateway, to) = (&self.app.gateway, self.app.now() - LISTS_LAG);
        let span = Span { from: since.div_euclid(1000), to: to.div_euclid(1000) };
        let (mut suspects, mut findings) = (Vec::new(), Vec::new());
        let payments = self.pace.ask_all(|skip| gateway.list_payments(span, skip)).await;
        match payments {
            Ok(list) => suspects.extend(list.into_iter().map(|p| Suspect::Payment(Box::new(p)))),
            Err(error) => findings.extend(unread("payments", Compared::Captured, &error)),
        }
        let orders = self.pace.ask_all(|skip| gateway.list_orders(span, skip)).await;
        match orders {
            Ok(list) => self.unknown_orders(list, &mut suspects, &mut findings).await?,
            Err(error) => findings.extend(unread("orders", Compared::Captured, &error)),
        }
        let refunds = self.pace.ask_all(|skip| gateway.list_refunds(span, skip)).await;
        match refunds {
            Ok(list) => suspects.extend(list.into_iter().map(|r| Suspect::Refund(Box::new(r)))),
            Err(error) => findings.extend(unread("refunds", Compared::Refunded, &error)),
        }
        Ok((suspects, findings))
    }

    /// Paid orders of the gateway that the shop does not know: their payments are asked for by id,
    /// for the list of payments may have missed them.
    async fn unknown_orders(
        &self,
        orders: Vec<Order>,
        suspects: &mut Vec<Suspect>,
        findings: &mut Vec<Finding>,
    ) -> Result<(), Fault> {
        for order in orders.into_iter().filter(|order| order.status == OrderStatus::Paid) {
            let mut connection = self.app.db.read.acquire().await?;
            let known = books::find_attempt_of(&mut connection, order.id.as_str()).await?;
            drop(connection);
            if known.is_some() {
                continue;
            }
            let gateway = &self.app.gateway;
            match self.pace.ask(|| gateway.fetch_order_payments(&order.id)).await {
                Ok(list) => {
                    suspects.extend(list.into_iter().map(|p| Suspect::Payment(Box::new(p))));
                }
                Err(error) => {
                    findings.push(Finding::unsure(Compared::Captured, order.id.as_str(), error));
                }
            }
        }
        Ok(())
    }

    /// The first look: what is flagged, and how many were left out because nobody answers. `silent`
    /// questions before these went unanswered.
    async fn look(
        &self,
        suspects: Vec<Suspect>,
        mut silent: usize,
    ) -> Result<(Flagged, usize), Fault> {
        let mut flagged = Vec::new();
        let mut left = suspects.into_iter();
        while silent < PATIENCE
            && let Some(suspect) = left.next()
        {
            let findings = self.look_at(&suspect).await?;
            silent = if findings.iter().any(|f| !f.sure) { silent + 1 } else { 0 };
            if !findings.is_empty() {
                flagged.push((suspect, findings));
            }
        }
        Ok((flagged, left.count()))
    }

    /// What is wrong now and was before, too, and what could not be compared the second time.
    async fn look_again(&self, flagged: Flagged) -> Result<Vec<Finding>, Fault> {
        let mut findings = Vec::new();
        for (suspect, before) in flagged {
            let now = self.look_at(&suspect).await?;
            findings.extend(now.into_iter().filter(|now| {
                let same = |b: &Finding| b.rule == now.rule && b.row.subject == now.row.subject;
                !now.sure || before.iter().any(|b| !b.sure || same(b))
            }));
        }
        Ok(findings)
    }

    async fn look_at(&self, suspect: &Suspect) -> Result<Vec<Finding>, Fault> {
        self.bar.inc(1);
        match suspect {
            Suspect::Attempt(id) => self.attempt(id).await,
            Suspect::Payment(told) => self.payment(told).await,
            Suspect::Refund(told) => self.refund(told).await,
        }
    }

    /// Everything about one attempt, asked for by id.
    async fn attempt(&self, id: &str) -> Result<Vec<Finding>, Fault> {
        let mut connection = self.app.db.read.acquire().await?;
        let attempt = books::find_attempt(&mut connection, id).await?;
        drop(connection);
        let Some(attempt) = attempt else { return Ok(Vec::new()) };
        let gateway_order = &attempt.gateway_order_id;
        let Some(order_id) = OrderId::parse(gateway_order) else {
            let what = "no gateway gives such an id to an order";
            return Ok(vec![Finding::differs(Compared::Asked, gateway_order, what)]);
        };
        let gateway = &self.app.gateway;
        let mut findings = Vec::new();
        match self.pace.ask(|| gateway.fetch_order(&order_id)).await {
            Ok(told) => findings.extend(compare::order(&attempt, &told)),
            Err(error) if is_unknown_there(&error) => {
                let what = format!("of order {}: {error}", attempt.order_name);
                findings.push(Finding::differs(Compared::Asked, gateway_order, what));
            }
            Err(error) => return Ok(uncompared(gateway_order, &error)),
        }
        let told = match self.pace.ask(|| gateway.fetch_order_payments(&order_id)).await {
            Ok(told) => told,
            Err(error) => return Ok(uncompared(gateway_order, &error)),
        };
        // Read after the gateway told: the shop's books are never behind what it said.
        let mut connection = self.app.db.read.acquire().await?;
        let known = books::list_payments(&mut connection, id).await?;
        drop(connection);
        let attempt = self.again(attempt).await?;
        findings.extend(compare::paid(&attempt, &known, &told));
        for payment in &told {
            findings.extend(self.payment(payment).await?);
            if known.iter().any(|known| known.id == payment.id.as_str()) {
                findings.extend(self.refunds_of(payment).await?);
            }
        }
        Ok(findings)
    }

    async fn again(&self, attempt: books::KnownAttempt) -> Result<books::KnownAttempt, Fault> {
        let mut connection = self.app.db.read.acquire().await?;
        Ok(books::find_attempt(&mut connection, &attempt.id).await?.unwrap_or(attempt))
    }

    /// One payment that the gateway told of, against the shop's books as they are now.
    async fn payment(&self, told: &Payment) -> Result<Vec<Finding>, Fault> {
        let mut connection = self.app.db.read.acquire().await?;
        let known = books::find_payment(&mut connection, told.id.as_str()).await?;
        let attempt = match &told.order_id {
            Some(id) => books::find_attempt_of(&mut connection, id.as_str()).await?,
            None => None,
        };
        let has_task = books::has_orphan_task(&mut connection, told.id.as_str()).await?;
        let (known, attempt) = (known.as_ref(), attempt.as_ref());
        Ok(compare::captured(told, known, attempt, has_task, self.app.now()).into_iter().collect())
    }

    /// The refunds of a payment that the shop knows, both ways; not asked for where neither side
    /// knows of any.
    async fn refunds_of(&self, payment: &Payment) -> Result<Vec<Finding>, Fault> {
        let id = payment.id.as_str();
        let mut connection = self.app.db.read.acquire().await?;
        let known = books::list_refunds(&mut connection, id).await?;
        drop(connection);
        if known.is_empty() && payment.amount_refunded == 0 {
            return Ok(Vec::new());
        }
        let gateway = &self.app.gateway;
        let told = match self.pace.ask(|| gateway.fetch_refunds(&payment.id)).await {
            Ok(told) => told,
            Err(error) => return Ok(vec![Finding::unsure(Compared::Refunded, id, error)]),
        };
        let mut findings = compare::refunds_missing(&known, &told);
        for refund in &told {
            findings.extend(self.refund(refund).await?);
        }
        Ok(findings)
    }

    /// One refund that the gateway told of. One of a payment that the shop never booked is no
    /// difference of its own: that payment is one, unless all of it went back.
    async fn refund(&self, told: &Refund) -> Result<Vec<Finding>, Fault> {
        let payment: &PaymentId = &told.payment_id;
        let mut connection = self.app.db.read.acquire().await?;
        let booked = books::find_payment(&mut connection, payment.as_str()).await?;
        if booked.is_none_or(|payment| payment.status != "captured") {
            return Ok(Vec::new());
        }
        let known = books::list_refunds(&mut connection, payment.as_str()).await?;
        Ok(compare::refund_told(&known, told).into_iter().collect())
    }
}

/// The gateway answered, and the answer is that it has no such thing.
fn is_unknown_there(error: &GatewayError) -> bool {
    matches!(error, GatewayError::Api { status: 400, .. })
}

fn uncompared(subject: &str, error: &GatewayError) -> Vec<Finding> {
    Compared::ALL.map(|rule| Finding::unsure(rule, subject, error)).to_vec()
}

fn unread(list: &str, rule: Compared, error: &GatewayError) -> Vec<Finding> {
    vec![Finding::unsure(rule, &format!("the list of {list}"), error)]
}
