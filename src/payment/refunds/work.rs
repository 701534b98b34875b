//! The job that carries refunds through: each is taken by one server, called with its key, and
//! looked after until the gateway says that it is through or failed.

use super::book::{book, news};
use super::pick_up::is_same;
use crate::clock::{HOUR, MINUTE, Moment};
use crate::error::Fault;
use crate::faults::planted;
use crate::payment::queries::{self, RefundNews};
use crate::payment::{Refund, RefundState};
use crate::razorpay::{self, GatewayError, NewRefund, Notes, PaymentId};
use crate::state::AppState;
use crate::transact;

/// Works on due refunds, each by one server. Returns how many.
pub async fn work_due(app: &AppState) -> Result<usize, Fault> {
    let mut connection = app.db.read.acquire().await?;
    let due = queries::list_refunds_due(&mut connection, app.now()).await?;
    drop(connection);
    let mut worked = 0;
    for refund in due {
        let next = app.now() + pause(refund.tries);
        let mut connection = app.db.write.acquire().await?;
        let mine = queries::claim_refund(&mut connection, &refund, next).await?;
        drop(connection);
        if mine {
            work(app, &refund, next).await?;
            worked += 1;
        }
    }
    Ok(worked)
}

/// One minute, then twice as long each time, six hours at most.
fn pause(tries: i64) -> i64 {
    let doubled = u32::try_from(tries).ok().and_then(|tries| MINUTE.checked_shl(tries.min(20)));
    doubled.unwrap_or(6 * HOUR).min(6 * HOUR)
}

async fn work(app: &AppState, refund: &Refund, next: Moment) -> Result<(), Fault> {
    let Some(payment_id) = PaymentId::parse(&refund.payment_id) else {
        return Err(Fault::new("refunding", "a payment id the gateway cannot have given"));
    };
    let answer = match refund.state {
        RefundState::Pending => look(app, refund, &payment_id).await.and_then(|found| {
            found.ok_or_else(|| GatewayError::Odd("the gateway does not know this refund".into()))
        }),
        _ => call(app, refund, &payment_id).await,
    };
    let told = match &answer {
        Ok(told) => news(told, next),
        Err(error) => trouble(refund, error, next),
    };
    let now = app.now();
    if let Some(problem) = &told.problem {
        tracing::warn!(refund = %refund.id, problem, "a refund is not through yet");
    }
    transact!(app.db, |tx| book(app, &mut tx, refund, &told, now).await)
}

async fn call(
    app: &AppState,
    refund: &Refund,
    payment_id: &PaymentId,
) -> Result<razorpay::Refund, GatewayError> {
    let new = NewRefund {
        amount: refund.amount.0,
        notes: Notes::default(),
        receipt: &refund.idempotency_key,
    };
    match app.gateway.refund(payment_id, &new, &refund.idempotency_key).await {
        // Refused, perhaps because an earlier call did get through: the list of refunds tells.
        Err(error @ GatewayError::Api { .. }) if !error.is_transient() => {
            look(app, refund, payment_id).await?.ok_or(error)
        }
        other => other,
    }
}

/// This refund among those that the gateway knows of the payment.
async fn look(
    app: &AppState,
    refund: &Refund,
    payment_id: &PaymentId,
) -> Result<Option<razorpay::Refund>, GatewayError> {
    let known = app.gateway.fetch_refunds(payment_id).await?;
    Ok(known.into_iter().find(|told| is_same(refund, told)))
}

/// No usable answer. Only a plain refusal of a first call ends a refund that a person asked for; an
/// automatic one is asked for again (an empty balance fills), and what may have got through stays
/// unknown until the gateway tells, however long that takes.
fn trouble(refund: &Refund, error: &GatewayError, next: Moment) -> RefundNews {
    let refused = matches!(error, GatewayError::Api { .. })
        && !error.is_transient()
        && !error.is_unknown()
        && !error.is_unauthorised();
    let state = match refund.state {
        RefundState::Intended if refused && !refund.reason.is_automatic() => RefundState::Failed,
        _ if error.is_unknown() && planted("unknown-refund-failed") => RefundState::Failed,
        RefundState::Intended if error.is_unknown() => RefundState::Unknown,
        state => state,
    };
    let goes_on = state != RefundState::Failed;
    RefundNews {
        state,
        gateway_refund_id: None,
        problem: Some(error.to_string()),
        next_try_at: goes_on.then_some(next),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Paise;
    use crate::payment::Reason;

    fn refund(state: RefundState, reason: Reason) -> Refund {
        Refund {
            id: "r1".into(),
            payment_id: "pay_1".into(),
            order_id: "o1".into(),
            idempotency_key: "r1".into(),
            gateway_refund_id: None,
            amount: Paise(41_900),
            reason,
            words: String::new(),
            state,
            tries: 0,
            problem: None,
            created_at: 0,
        }
    }

    fn api(status: u16) -> GatewayError {
        let (code, description) = ("BAD_REQUEST_ERROR".into(), "no".into());
        GatewayError::Api { status, code, description, reason: None }
    }

    #[test]
    fn pauses_grow_to_six_hours() {
        assert_eq!(pause(0), MINUTE);
        assert_eq!(pause(3), 8 * MINUTE);
        assert_eq!(pause(40), 6 * HOUR);
        assert_eq!(pause(-1), 6 * HOUR);
    }

    #[test]
    fn only_a_plain_refusal_of_a_first_call_ends_what_the_desk_asked_for() {
        use RefundState::*;
        let cut = GatewayError::Transport { timed_out: true, cause: "cut".into() };
        for (state, reason, error, becomes) in [
            (Intended, Reason::Desk, api(400), Failed),
            (Intended, Reason::Late, api(400), Intended),
            (Intended, Reason::Desk, api(401), Intended),
            (Intended, Reason::Desk, api(429), Intended),
            (Intended, Reason::Desk, api(409), Unknown),
            (Intended, Reason::Desk, api(502), Unknown),
            (Intended, Reason::Desk, cut.clone(), Unknown),
            (Unknown, Reason::Desk, api(400), Unknown),
            (Pending, Reason::Desk, cut, Pending),
        ] {
            let told = trouble(&refund(state, reason), &error, 9);
            assert_eq!(told.state, becomes, "{state:?} {reason:?} {error}");
            assert_eq!(told.next_try_at.is_some(), becomes != Failed);
        }
    }
}
