//! The form that gives money back, one for each payment that has some left.

use crate::payment::Payment;
use crate::ui::Field;
use crate::web::FormState;
use leptos::prelude::*;

/// The form's name in a flash.
pub(in crate::admin) const FORM: &str = "refund";

pub(super) fn refund_forms(payments: &[Payment], state: &FormState) -> AnyView {
    let forms: Vec<AnyView> = payments
        .iter()
        .filter(|payment| payment.left().0 > 0)
        .map(|payment| refund_form(payment, state))
        .collect();
    if forms.is_empty() {
        return ().into_any();
    }
    view! { <section class="panel"><h2>"Give money back"</h2>{forms}</section> }.into_any()
}

/// What was typed comes back to the form that it was typed into.
fn refund_form(payment: &Payment, state: &FormState) -> AnyView {
    let mine = state.value("payment").is_some_and(|id| id == payment.id);
    let state = if mine { state.clone() } else { FormState::default() };
    let (left, id) = (payment.left(), payment.id.clone());
    let field_id = |name: &str| format!("{name}-{id}");
    let hint = format!("In rupees, at most {left}. The way back is the way it was paid.");
    let plain = format!("{}.{:02}", left.0 / 100, left.0 % 100);
    view! {
        <form method="post" action="/do/admin/refund" class="stack">
            <input type="hidden" name="order" value=payment.order_id.clone()/>
            <input type="hidden" name="payment" value=id.clone()/>
            <input type="hidden" name="seen" value=payment.refunded.0.to_string()/>
            <p>"Payment "<code>{id.clone()}</code></p>
            <Field label="Amount" name="amount" id=field_id("amount") inputmode="decimal"
                required=true maxlength=20 hint value=state.value_or("amount", &plain)
                error=state.error("amount")/>
            <Field label="Why" name="words" id=field_id("words") maxlength=500
                hint="For the timeline; the shopper does not see it."
                value=state.value_or("words", "") error=state.error("words")/>
            <button class="btn" type="submit">"Give back"</button>
        </form>
    }
    .into_any()
}
