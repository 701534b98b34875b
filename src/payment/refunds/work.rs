//! The job that carries refunds through: each is taken by one server, called with its key, and
//! looked after until the gateway says that it is through or failed.

use super::book::{book, news};
use super::pick_up::{is_same, list, pick_up};
use crate::clock::{HOUR, MINUTE, Moment};
use crate::error::{Fault, Round};
use crate::faults::planted;
use crate::payment::queries::{self, RefundNews};
use crate::payment::{Refund, RefundState, service};
use crate::razorpay::{self, GatewayError, NewRefund, Notes, PaymentId};
use crate::state::AppState;
use crate::transact;

/// Works on due refunds, each by one server. Returns how many. One that fails comes again after its
/// pause.
pub async fn work_due(app: &AppState) -> Result<usize, Fault> {
    let mut connection = app.db.read.acquire().await?;
    let due = queries::list_refunds_due(&mut connection, app.now()).await?;
    drop(connection);
    let mut round = Round::default();
    for refund in due {
        let worked = claim_and_work(app, &refund).await;
        round.note(&refund.id, worked);
    }
    round.end()
}

/// False: another server works on it.
async fn claim_and_work(app: &AppState, refund: &Refund) -> Result<bool, Fault> {
    let next = app.now() + pause(refund.tries);
    let mut connection = app.db.write.acquire().await?;
    let mine = queries::claim_refund(&mut connection, refund, next).await?;
    drop(connection);
    if mine {
        work(app, refund, next).await?;
    }
    Ok(mine)
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
        RefundState::Pending => look(app, refund, &payment_id).await,
        _ => call(app, refund, &payment_id).await,
    };
    let told = match &answer {
        Ok(told) => news(told, next),
        Err(trouble) => unanswered(refund, trouble, next),
    };
    let now = app.now();
    if let Some(problem) = &told.problem {
        tracing::warn!(refund = %refund.id, problem, "a refund is not through yet");
    }
    let done: Result<(), Fault> =
        transact!(app.db, |tx| book(app, &mut tx, refund, &told, now).await);
    done?;
    if let Err(Trouble { error, .. }) = &answer
        && error.is_unauthorised()
    {
        let mut connection = app.db.write.acquire().await?;
        service::key_is_refused(&mut connection, now).await?;
    }
    if matches!(answer, Err(Trouble { call: Call::Refused { enough_left: false }, .. })) {
        // What took its place was made at the gateway.
        let _asked_again_later = pick_up(app, &refund.payment_id).await?;
    }
    Ok(())
}

/// Why a refund is not through.
struct Trouble {
    error: GatewayError,
    call: Call,
}

/// The call that gives money back: how far it came.
#[derive(Clone, Copy)]
enum Call {
    NotMade,
    Made,
    /// Refused, and the list that was read afterwards does not have the refund. Where less is left
    /// of the payment than it asks for, it never will.
    Refused {
        enough_left: bool,
    },
}

impl Trouble {
    /// What happens before the call leaves its outcome as sure as it was.
    fn before_the_call(error: GatewayError) -> Trouble {
        Trouble { error, call: Call::NotMade }
    }
}

impl From<GatewayError> for Trouble {
    fn from(error: GatewayError) -> Trouble {
        Trouble { error, call: Call::Made }
    }
}

async fn call(
    app: &AppState,
    refund: &Refund,
    payment_id: &PaymentId,
) -> Result<razorpay::Refund, Trouble> {
    // An earlier call may have got through, and how long the gateway knows its key is not told.
    if refund.tries > 0 && !planted("refund-without-key") {
        let known = list(app, payment_id).await.map_err(Trouble::before_the_call)?.refunds;
        if let Some(found) = known.into_iter().find(|told| is_same(refund, told)) {
            return Ok(found);
        }
    }
    let new = NewRefund {
        amount: refund.amount.0,
        notes: Notes::default(),
        receipt: &refund.idempotency_key,
    };
    match app.gateway.refund(payment_id, &new, &refund.idempotency_key).await {
        // Refused, perhaps because an earlier call did get through: the list of refunds tells.
        Err(error @ GatewayError::Api { .. }) if !error.is_transient() => {
            let told = list(app, payment_id).await?;
            let call = Call::Refused { enough_left: told.left >= refund.amount.0 };
            let found = told.refunds.into_iter().find(|told| is_same(refund, told));
            found.ok_or(Trouble { error, call })
        }
        other => Ok(other?),
    }
}

/// This refund among those that the gateway knows of the payment.
async fn look(
    app: &AppState,
    refund: &Refund,
    payment_id: &PaymentId,
) -> Result<razorpay::Refund, Trouble> {
    let known = list(app, payment_id).await?.refunds;
    let found = known.into_iter().find(|told| is_same(refund, told));
    let missing = || GatewayError::Odd("the gateway does not know this refund".into());
    Ok(found.ok_or_else(missing)?)
}

/// No usable answer. A plain refusal ends a refund that a person asked for, once the list shows
/// that no earlier call got through; an automatic one is asked for again (an empty balance fills),
/// and what may have got through stays unknown until the gateway tells, however long that takes.
/// One for which too little is left ends in any case.
fn unanswered(refund: &Refund, trouble: &Trouble, next: Moment) -> RefundNews {
    let error = &trouble.error;
    let is_plain = !error.is_transient() && !error.is_unknown() && !error.is_unauthorised();
    let state = match (trouble.call, refund.state) {
        (Call::Refused { enough_left: false }, _) => RefundState::Failed,
        (Call::NotMade, state) => state,
        (Call::Refused { .. }, _) if is_plain && !refund.reason.is_automatic() => {
            RefundState::Failed
        }
        _ if error.is_unknown() && planted("unknown-refund-failed") => RefundState::Failed,
        (_, RefundState::Intended) if error.is_unknown() => RefundState::Unknown,
        (_, state) => state,
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
            due_at: None,
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
    fn what_is_not_there_and_finds_too_little_left_ends() {
        for reason in [Reason::Desk, Reason::Late, Reason::Surplus] {
            for state in [RefundState::Intended, RefundState::Unknown] {
                let call = Call::Refused { enough_left: false };
                let trouble = Trouble { error: api(400), call };
                let told = unanswered(&refund(state, reason), &trouble, 9);
                assert_eq!((told.state, told.next_try_at), (RefundState::Failed, None));
            }
        }
    }

    #[test]
    fn a_plain_refusal_ends_what_the_desk_asked_for_once_the_list_does_not_have_it() {
        use RefundState::*;
        let cut = GatewayError::Transport { timed_out: true, cause: "cut".into() };
        let (made, refused) = (Call::Made, Call::Refused { enough_left: true });
        for (state, reason, error, call, becomes) in [
            (Intended, Reason::Desk, api(400), refused, Failed),
            (Unknown, Reason::Desk, api(400), refused, Failed),
            (Intended, Reason::Late, api(400), refused, Intended),
            (Unknown, Reason::Late, api(400), refused, Unknown),
            (Intended, Reason::Desk, api(400), made, Intended),
            (Unknown, Reason::Desk, api(400), made, Unknown),
            (Intended, Reason::Desk, api(401), refused, Intended),
            (Intended, Reason::Desk, api(429), made, Intended),
            (Intended, Reason::Desk, api(409), refused, Unknown),
            (Unknown, Reason::Desk, api(409), refused, Unknown),
            (Intended, Reason::Desk, api(502), made, Unknown),
            (Intended, Reason::Desk, cut.clone(), made, Unknown),
            (Pending, Reason::Desk, cut, made, Pending),
        ] {
            let told = unanswered(&refund(state, reason), &Trouble { error, call }, 9);
            assert_eq!(told.state, becomes, "{state:?} {reason:?} {:?}", told.problem);
            assert_eq!(told.next_try_at.is_some(), becomes != Failed);
        }
    }

    #[test]
    fn what_goes_wrong_before_the_call_leaves_it_as_sure_as_it_was() {
        for state in [RefundState::Intended, RefundState::Unknown] {
            for error in [api(400), api(502)] {
                let trouble = Trouble::before_the_call(error);
                let told = unanswered(&refund(state, Reason::Desk), &trouble, 9);
                assert_eq!((told.state, told.next_try_at), (state, Some(9)));
            }
        }
    }
}
