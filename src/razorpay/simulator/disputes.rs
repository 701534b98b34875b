//! Disputes: a customer's bank takes money back and asks the merchant why it should not
//! (Razorpay: Disputes). The shop learns of them by webhook or by asking.

use super::Shared;
use super::api::{Answer, found};
use super::entity::{Dispute, Page};
use super::refusal::{Refusal, json_text};
use super::request::Fields;
use super::rules::check_id;
use super::store::{Desk, Span};
use crate::razorpay::wire::PaymentStatus;
use axum::extract::{Path, RawQuery, State};
use serde_json::{Value, json};
use std::sync::Arc;

/// A merchant has seven days to answer.
const RESPOND_WITHIN: i64 = 7 * 86_400;
const EVIDENCE: [&str; 12] = [
    "summary",
    "shipping_proof",
    "billing_proof",
    "cancellation_proof",
    "customer_communication",
    "proof_of_service",
    "explanation_letter",
    "refund_confirmation",
    "access_activity_log",
    "refund_cancellation_policy",
    "term_and_conditions",
    "submitted_at",
];

pub(super) async fn fetch(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Answer {
    found(&Desk::open(&shared).await?.dispute(&id).await?)
}

pub(super) async fn list(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Answer {
    let span = Fields::of_pairs(&query.unwrap_or_default()).span()?;
    let mut desk = Desk::open(&shared).await?;
    let span = desk.seen_in_lists(span).await?;
    found(&Page::of(desk.list_disputes(span).await?))
}

impl Desk {
    pub(super) async fn dispute(&mut self, id: &str) -> Result<Dispute, Refusal> {
        check_id(id, "disp_")?;
        let found: Option<String> = sqlx::query_scalar("select body from disputes where id = $1")
            .bind(id)
            .fetch_optional(&mut *self.tx)
            .await?;
        Ok(serde_json::from_str(&found.ok_or_else(Refusal::unknown_id)?)?)
    }

    pub(super) async fn list_disputes(&mut self, span: Span) -> Result<Vec<Dispute>, Refusal> {
        let found: Vec<String> = sqlx::query_scalar(
            "select body from disputes where created_at between $1 and $2 \
             order by id desc limit $3 offset $4",
        )
        .bind(span.from)
        .bind(span.to)
        .bind(span.count)
        .bind(span.skip)
        .fetch_all(&mut *self.tx)
        .await?;
        Ok(found.iter().map(|text| serde_json::from_str(text)).collect::<Result<_, _>>()?)
    }

    async fn save_dispute(&mut self, dispute: &Dispute) -> Result<(), Refusal> {
        sqlx::query(
            "insert into disputes (id, created_at, payment_id, body) values ($1, $2, $3, $4) \
             on conflict (id) do update set body = excluded.body",
        )
        .bind(&dispute.id)
        .bind(dispute.created_at)
        .bind(&dispute.payment_id)
        .bind(json_text(dispute))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// The customer's bank complains; `amount` none: about all of it.
    pub(super) async fn open_dispute(
        &mut self,
        payment_id: &str,
        amount: Option<i64>,
        reason_code: &str,
    ) -> Result<Dispute, Refusal> {
        let payment = self.payment(payment_id).await?;
        if !matches!(payment.status, PaymentStatus::Captured | PaymentStatus::Refunded) {
            return Err(Refusal::state("Only captured payments are disputed"));
        }
        let amount = amount.unwrap_or(payment.amount);
        if !(1..=payment.amount).contains(&amount) {
            return Err(Refusal::field("amount", "More than was paid cannot be disputed"));
        }
        let mut evidence: serde_json::Map<_, _> =
            EVIDENCE.iter().map(|name| ((*name).to_owned(), Value::Null)).collect();
        evidence.insert("amount".to_owned(), json!(amount));
        evidence.insert("others".to_owned(), Value::Null);
        let dispute = Dispute {
            id: self.shared.clock.new_id("disp_"),
            entity: "dispute".to_owned(),
            payment_id: payment.id.clone(),
            amount,
            currency: payment.currency.clone(),
            amount_deducted: 0,
            reason_code: reason_code.to_owned(),
            respond_by: self.seconds() + RESPOND_WITHIN,
            status: "open".to_owned(),
            phase: "chargeback".to_owned(),
            created_at: self.seconds(),
            evidence: Value::Object(evidence),
        };
        self.save_dispute(&dispute).await?;
        self.tell_dispute("created", &payment, &dispute).await?;
        Ok(dispute)
    }

    /// `word`: `under_review`, `action_required`, `won`, `lost` or `closed`; the last three end it.
    pub(super) async fn move_dispute(&mut self, id: &str, word: &str) -> Result<Dispute, Refusal> {
        let mut dispute = self.dispute(id).await?;
        if matches!(&*dispute.status, "won" | "lost" | "closed") {
            return Err(Refusal::state(format!("The dispute is {} already", dispute.status)));
        }
        match word {
            "action_required" => dispute.status = "open".to_owned(),
            "under_review" | "won" | "closed" => dispute.status = word.to_owned(),
            "lost" => {
                dispute.status = word.to_owned();
                dispute.amount_deducted = dispute.amount;
                self.book(-dispute.amount).await?;
            }
            _ => return Err(Refusal::state(format!("No dispute becomes {word}"))),
        }
        self.save_dispute(&dispute).await?;
        let payment = self.payment(&dispute.payment_id).await?;
        self.tell_dispute(word, &payment, &dispute).await?;
        Ok(dispute)
    }
}
