//! What is set once and stays so, across restarts too: the clock's anchor, whether webhooks are
//! on, and the conditions under which the gateway works today.

use super::OpenError;
use super::refusal::{Refusal, json_text};
use super::store::{Desk, Span};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx_sqlite::{Sqlite, SqlitePool};

/// The name of [`Conditions`] among the settings.
const CONDITIONS: &str = "conditions";

/// How the gateway behaves until told otherwise; by default everything goes well.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Conditions {
    /// Paise that refunds can be paid from; none: as much as anybody wants.
    pub(super) balance: Option<i64>,
    /// Without balance, refuse in words that say nothing, as new accounts have seen.
    pub(super) opaque: bool,
    /// Lists leave out what is younger.
    pub(super) list_lag_seconds: i64,
    /// The payments of one order and the refunds of one payment are late as well.
    pub(super) parts_lag: bool,
    /// A refund begins `pending` and waits for the bank's word.
    pub(super) refunds_pend: bool,
    /// After so long the word comes by itself; none: only when somebody gives it.
    pub(super) refunds_settle_seconds: Option<i64>,
    /// The word that comes by itself is no.
    pub(super) refunds_fail: bool,
    /// Idempotency keys are not known again: how long they are kept is not documented.
    pub(super) refund_keys_forgotten: bool,
}

impl Desk {
    pub(super) async fn conditions(&mut self) -> Result<Conditions, Refusal> {
        let found: Option<String> =
            sqlx::query_scalar("select value from settings where name = $1")
                .bind(CONDITIONS)
                .fetch_optional(&mut *self.tx)
                .await?;
        Ok(found.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default())
    }

    pub(super) async fn set_conditions(&mut self, wanted: &Conditions) -> Result<(), Refusal> {
        Ok(save_setting(&mut *self.tx, CONDITIONS, wanted).await?)
    }

    /// What of a list is there to be seen, where lists lag behind.
    pub(super) async fn seen_in_lists(&mut self, span: Span) -> Result<Span, Refusal> {
        match self.conditions().await?.list_lag_seconds {
            0 => Ok(span),
            lag => Ok(span.until(self.seconds() - lag)),
        }
    }

    /// The same for the payments of one order and the refunds of one payment.
    pub(super) async fn seen_in_parts(&mut self, span: Span) -> Result<Span, Refusal> {
        if self.conditions().await?.parts_lag { self.seen_in_lists(span).await } else { Ok(span) }
    }

    /// Pays into the merchant's balance, or out of it, where there is one to speak of.
    pub(super) async fn book(&mut self, paise: i64) -> Result<(), Refusal> {
        let mut conditions = self.conditions().await?;
        if let Some(balance) = conditions.balance {
            conditions.balance = Some(balance.saturating_add(paise));
            self.set_conditions(&conditions).await?;
        }
        Ok(())
    }

    /// Refuses a refund that the balance does not cover (Razorpay: Refunds, errors).
    pub(super) async fn check_balance(&mut self, paise: i64) -> Result<(), Refusal> {
        let conditions = self.conditions().await?;
        if conditions.balance.is_none_or(|balance| balance >= paise) {
            return Ok(());
        }
        Err(Refusal::state(if conditions.opaque {
            "invalid request sent"
        } else {
            "Your account does not have enough balance to carry out the refund operation. You can \
             add funds to your account from your Razorpay dashboard or capture new payments."
        }))
    }
}

pub(super) async fn load_setting<T: DeserializeOwned>(
    pool: &SqlitePool,
    name: &str,
) -> Result<Option<T>, OpenError> {
    let found: Option<String> = sqlx::query_scalar("select value from settings where name = $1")
        .bind(name)
        .fetch_optional(pool)
        .await?;
    Ok(found.map(|text| serde_json::from_str(&text)).transpose()?)
}

pub(super) async fn save_setting<T: Serialize>(
    store: impl sqlx::Executor<'_, Database = Sqlite>,
    name: &str,
    value: &T,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into settings (name, value) values ($1, $2) \
         on conflict (name) do update set value = excluded.value",
    )
    .bind(name)
    .bind(json_text(value))
    .execute(store)
    .await?;
    Ok(())
}
