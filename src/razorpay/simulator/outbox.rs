//! Events between their making and their arrival: what is due, what became of a delivery and when
//! it is tried again (Razorpay: Webhooks, delivery and retries).

use super::mishaps::{Mode, as_of_another_account, with_another_amount};
use super::refusal::Refusal;
use super::store::Desk;
use serde::Serialize;

/// After a quick failure, payment and order events get one early try.
const QUICK_RETRY: i64 = 230;
/// A rung closer than this has been missed.
const SETTLING: i64 = 2_000;
/// Any other retry waits at least this long after the failure before it.
const BREATH: i64 = 6_000;
/// Milliseconds from the first try to each later one, as measured.
const LADDER: [i64; 14] = [
    8_000, 19_000, 40_000, 83_000, 165_000, 326_000, 650_000, 1_293_000, 2_576_000, 5_140_000,
    10_267_000, 20_508_000, 40_988_000, 81_953_000,
];
/// So long nothing but failures, and the webhook is switched off.
pub(super) const SWITCHED_OFF_AFTER: i64 = 24 * 3_600_000;
/// Reordered events of one deed are sent this long after it, the last first.
const REVERSAL: i64 = 30_000;
const LATE_SECONDS: i64 = 3_600;
const TWICE_SECONDS: i64 = 1;

/// One event on its way, with what it takes to write its letter.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Parcel {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) body: String,
    pub(super) tries: i64,
    /// The webhook's secret when the event was made: retries are signed with it, whatever the
    /// secret is by then.
    pub(super) secret: Option<String>,
    mode: Option<String>,
}

impl Parcel {
    pub(super) fn mode(&self) -> Option<Mode> {
        self.mode.as_deref().and_then(Mode::read)
    }
}

/// How one delivery went.
pub(super) struct Reception {
    pub(super) began_at: i64,
    /// The answer, or its absence, came within a second.
    pub(super) quick: bool,
    /// The status, or why there was none.
    pub(super) answer: Result<u16, String>,
}

/// An event as the ledger shows it. Times are simulated milliseconds.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub(super) struct EventRow {
    pub(super) id: String,
    #[serde(rename = "event")]
    pub(super) name: String,
    body: String,
    made_at: i64,
    pub(super) tries: i64,
    pub(super) next_at: Option<i64>,
    pub(super) delivered_at: Option<i64>,
    pub(super) last_answer: Option<String>,
    /// What goes wrong with it.
    pub(super) mode: Option<String>,
}

impl Desk {
    /// Without a webhook address, or with webhooks switched off, an event is kept but not sent.
    pub(super) async fn schedule(
        &mut self,
        event: &str,
        body: &str,
        after: i64,
    ) -> Result<(), Refusal> {
        let Some(mishap) = self.shared.mishaps.take(event) else {
            let at = self.now + after;
            return self.insert_event(event, body, at, Some(at), None, None).await;
        };
        let at = self.now + after;
        let wait = |usual| mishap.seconds.unwrap_or(usual).max(0) * 1_000;
        let mode = Some((mishap.mode, wait(TWICE_SECONDS)));
        let next_at = match mishap.mode {
            Mode::Drop => None,
            Mode::Delay => Some(at + wait(LATE_SECONDS)),
            Mode::Reorder => Some(self.now + (REVERSAL - after).max(0)),
            Mode::Simultaneous => Some(self.now),
            _ => Some(at),
        };
        if mishap.mode == Mode::Foreign {
            let foreign = as_of_another_account(body, &self.shared.clock);
            self.insert_event(event, &foreign, at, next_at, mode, None).await?;
            return self.insert_event(event, body, at, next_at, None, None).await;
        }
        let changed = (mishap.mode == Mode::OtherAmount).then(|| with_another_amount(body));
        let secret = (mishap.mode == Mode::OldSecret)
            .then(|| mishap.secret.or_else(|| self.shared.webhooks.earlier_secret()))
            .flatten();
        self.insert_event(event, changed.as_deref().unwrap_or(body), at, next_at, mode, secret)
            .await
    }

    async fn insert_event(
        &mut self,
        event: &str,
        body: &str,
        made_at: i64,
        next_at: Option<i64>,
        mode: Option<(Mode, i64)>,
        secret: Option<String>,
    ) -> Result<(), Refusal> {
        let webhooks = &self.shared.webhooks;
        let secret = secret.unwrap_or_else(|| webhooks.secret());
        let next_at = next_at.filter(|_| webhooks.is_listening());
        let id = self.shared.clock.new_id("");
        sqlx::query(
            "insert into events (id, name, body, made_at, next_at) values ($1, $2, $3, $4, $5)",
        )
        .bind(&id)
        .bind(event)
        .bind(body)
        .bind(made_at)
        .bind(next_at)
        .execute(&mut *self.tx)
        .await?;
        let copies = mode.is_some_and(|(mode, _)| mode == Mode::Duplicate);
        let word = mode.map(|(mode, _)| serde_json::to_value(mode)).transpose()?;
        sqlx::query(
            "insert into event_letters (event_id, secret, mode, gap, copies) \
             values ($1, $2, $3, $4, $5)",
        )
        .bind(&id)
        .bind(secret)
        .bind(word.as_ref().and_then(serde_json::Value::as_str))
        .bind(mode.map_or(0, |(_, gap)| gap))
        .bind(i64::from(copies))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Events whose moment has come, the longest waiting first.
    pub(super) async fn list_due_events(&mut self, limit: i64) -> Result<Vec<Parcel>, Refusal> {
        let found = sqlx::query_as(
            "select id, name, body, tries, secret, mode from events \
             left join event_letters on event_id = id where next_at <= $1 \
             order by next_at, id limit $2",
        )
        .bind(self.now)
        .bind(limit);
        Ok(found.fetch_all(&mut *self.tx).await?)
    }

    /// When something happens next without anybody's doing: a payment ages, a refund is settled,
    /// an event is due or the webhook is switched off.
    pub(super) async fn next_moment(&mut self) -> Result<Option<i64>, Refusal> {
        let payment: Option<i64> =
            sqlx::query_scalar("select min(due_at) from payments").fetch_one(&mut *self.tx).await?;
        let event: Option<i64> = if self.shared.webhooks.is_listening() {
            sqlx::query_scalar("select min(next_at) from events where next_at > $1")
                .bind(self.now)
                .fetch_one(&mut *self.tx)
                .await?
        } else {
            None
        };
        let off = self.shared.webhooks.off_at();
        let refund = self.next_settlement().await?;
        Ok(payment.into_iter().chain(refund).chain(event).chain(off).min())
    }

    pub(super) async fn list_events(&mut self, newest: i64) -> Result<Vec<EventRow>, Refusal> {
        let found = sqlx::query_as(
            "select * from (select id, name, body, made_at, tries, next_at, delivered_at, \
             last_answer, mode from events left join event_letters on event_id = id \
             order by id desc limit $1) as newest order by id",
        );
        Ok(found.bind(newest).fetch_all(&mut *self.tx).await?)
    }

    /// Writes down how a delivery went. Where the ladder has ended without success, returns the
    /// moment of the first try.
    pub(super) async fn record(
        &mut self,
        id: &str,
        how: Reception,
    ) -> Result<Option<i64>, Refusal> {
        let found: Option<Progress> = sqlx::query_as(
            "select name, tries, first_tried_at, delivered_at, coalesce(copies, 0) as copies, \
             coalesce(gap, 0) as gap from events left join event_letters on event_id = id \
             where id = $1",
        )
        .bind(id)
        .fetch_optional(&mut *self.tx)
        .await?;
        let mut so_far = found.ok_or_else(Refusal::unknown_id)?;
        let arrived = matches!(how.answer, Ok(200..=299));
        let early = how.quick && !matches!(how.answer, Ok(400..=499));
        let first_at = so_far.first_tried_at.unwrap_or(how.began_at);
        let tries = so_far.tries + 1;
        if arrived && so_far.delivered_at.is_none() {
            so_far.delivered_at = Some(self.now);
        }
        let mut ended = None;
        let next_at = if so_far.delivered_at.is_some() {
            (arrived && so_far.copies > 0).then_some(self.now + so_far.gap)
        } else {
            let next = next_try(&so_far.name, tries, first_at, self.now, early);
            ended = next.is_none().then_some(first_at);
            next
        };
        sqlx::query(
            "update events set tries = $2, first_tried_at = $3, next_at = $4, delivered_at = $5, \
             last_answer = $6 where id = $1",
        )
        .bind(id)
        .bind(tries)
        .bind(first_at)
        .bind(next_at)
        .bind(so_far.delivered_at)
        .bind(how.answer.map_or_else(|why| why, |status| status.to_string()))
        .execute(&mut *self.tx)
        .await?;
        if arrived && so_far.copies > 0 {
            sqlx::query("update event_letters set copies = copies - 1 where event_id = $1")
                .bind(id)
                .execute(&mut *self.tx)
                .await?;
        }
        Ok(ended)
    }

    /// Sends an event once more, delivered or not, and without its mishap.
    pub(super) async fn resend(&mut self, id: &str) -> Result<(), Refusal> {
        let found = sqlx::query(
            "update events set next_at = $2, first_tried_at = null, tries = 0, \
             delivered_at = null where id = $1",
        )
        .bind(id)
        .bind(self.now)
        .execute(&mut *self.tx)
        .await?;
        if found.rows_affected() == 0 {
            return Err(Refusal::unknown_id());
        }
        let secret = self.shared.webhooks.secret();
        sqlx::query(
            "update event_letters set copies = 0, mode = null, \
             secret = case mode when 'old_secret' then $2 else secret end where event_id = $1",
        )
        .bind(id)
        .bind(secret)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}

/// What is known of an event's earlier deliveries.
#[derive(sqlx::FromRow)]
struct Progress {
    name: String,
    tries: i64,
    first_tried_at: Option<i64>,
    delivered_at: Option<i64>,
    copies: i64,
    gap: i64,
}

/// When to try again after `tries` failures; `None` gives up.
fn next_try(name: &str, tries: i64, first_at: i64, now: i64, early: bool) -> Option<i64> {
    let favoured = name.starts_with("payment.") || name == "order.paid";
    if tries == 1 && early && favoured {
        return Some(now + QUICK_RETRY);
    }
    // The rung is found by time, so that a slow answer or an early try takes none away.
    let rung = LADDER.iter().map(|gap| first_at + gap).find(|at| *at > now + SETTLING)?;
    Some(rung.max(now + BREATH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_climb_the_measured_ladder_and_end_after_a_day() {
        let mut now = 1_000;
        let mut gaps = Vec::new();
        for tries in 1.. {
            let Some(next) = next_try("order.paid", tries, 1_000, now, true) else {
                break;
            };
            gaps.push(next - 1_000);
            now = next;
        }
        assert_eq!(gaps[0], QUICK_RETRY);
        assert_eq!(gaps[1..], LADDER);
        assert_eq!(next_try("refund.created", 1, 0, 0, true), Some(8_000));
        assert_eq!(next_try("order.paid", 1, 0, 5_000, false), Some(11_000));
    }
}
