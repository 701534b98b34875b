//! How the shop stands: orders by state, and what waits for a person.

use super::address::{id_href, state_href};
use crate::order::{State, StateBadge, Tally, When};
use crate::payment::{DeskTask, TASKS_LISTED};
use crate::ui::Price;
use leptos::prelude::*;

pub(super) fn overview_view(tallies: Vec<Tally>, tasks: Vec<DeskTask>) -> AnyView {
    let waiting = tasks_view(tasks);
    let rows = tallies.into_iter().map(tally_row).collect_view();
    view! {
        {waiting}
        <section class="panel">
            <h2>"Orders"</h2>
            <div class="table-wrap" role="region" aria-label="Orders by state" tabindex="0">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"State"</th>
                            <th scope="col" class="number">"Orders"</th>
                            <th scope="col" class="amount">"Sales"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="muted">
                "Only paid orders are sales; their sums include GST and shipping."
            </p>
            <p><a class="btn" href="/admin/orders">"See all orders"</a></p>
        </section>
    }
    .into_any()
}

fn tally_row(tally: Tally) -> AnyView {
    let sales = (tally.state == State::Paid).then(|| view! { <Price price=tally.total/> });
    view! {
        <tr>
            <th scope="row"><a href=state_href(tally.state)><StateBadge state=tally.state/></a></th>
            <td class="number">{tally.orders}</td>
            <td class="amount">{sales}</td>
        </tr>
    }
    .into_any()
}

fn tasks_view(tasks: Vec<DeskTask>) -> AnyView {
    let is_cut = i64::try_from(tasks.len()).is_ok_and(|many| many >= TASKS_LISTED);
    let more = "Only the newest hundred are shown. Older ones appear as these are done.";
    let more = is_cut.then(|| view! { <p class="muted">{more}</p> });
    let found = if tasks.is_empty() {
        view! { <p>"Nothing waits for you."</p> }.into_any()
    } else {
        let items = tasks.into_iter().map(task_item).collect_view();
        view! { <ol class="timeline">{items}</ol> }.into_any()
    };
    view! { <section class="panel"><h2>"Waiting for a person"</h2>{found}{more}</section> }
        .into_any()
}

fn task_item(task: DeskTask) -> AnyView {
    let order = task.order_id.map(|id| {
        view! { <a href=id_href(&id)>"See the order"</a> }
    });
    view! {
        <li>
            <When at=task.created_at/>
            <strong>{kind_words(&task.kind)}</strong>
            <p>{task.detail}</p>
            {order}
            <form method="post" action="/do/admin/task">
                <input type="hidden" name="task" value=task.id/>
                <button class="btn" type="submit">"Done"</button>
            </form>
        </li>
    }
    .into_any()
}

/// The payment room's kinds of task; one that is not known yet is shown by its own word.
fn kind_words(kind: &str) -> String {
    match kind {
        "mismatch" => "A payment differs from what was agreed",
        "refund" => "A refund is not through",
        "refund-late" => "Money should be back with a shopper by now",
        "refund-returned" => "A refund came back from the bank",
        "refund-sum" => "More was given back than was paid",
        "dispute" => "A shopper's bank disputes a payment",
        "webhook-silence" => "The gateway's webhooks do not arrive",
        "booking" => "A payment could not be booked",
        "gateway-silence" => "The gateway does not answer",
        "odd-order" => "The gateway's order differs from ours",
        "order-refused" => "The gateway does not take an order",
        "order-denied" => "The gateway denies an order that it made",
        "capture-refused" => "The gateway does not capture a payment",
        "event" => "A webhook could not be worked",
        "gateway-key" => "The gateway refuses the key",
        "check" => "The books do not agree",
        "orphan-payment" => "A payment whose order was lost",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Paise;

    #[test]
    fn orders_awaiting_payment_are_no_sales() {
        let tally = |state, total| Tally { state, orders: 3, total: Paise(total) };
        let tallies = vec![tally(State::AwaitingPayment, 77_700), tally(State::Paid, 41_900)];
        let html = Owner::new().with(|| overview_view(tallies, Vec::new()).to_html());
        assert!(html.contains("₹419.00") && !html.contains("₹777.00"), "{html}");
        assert!(html.contains("/admin/orders?state=awaiting_payment"));
        assert!(html.contains("Nothing waits for you."));
    }

    #[test]
    fn tasks_are_text() {
        let task = DeskTask {
            id: "t".into(),
            kind: "mismatch".into(),
            subject: "pay_1".into(),
            order_id: Some("o1".into()),
            detail: "<script>alert(1)</script>".into(),
            created_at: 0,
        };
        let html = Owner::new().with(|| overview_view(Vec::new(), vec![task]).to_html());
        assert!(!html.contains("<script") && html.contains("alert(1)"), "{html}");
        assert!(html.contains("href=\"/admin/orders/o1\""));
    }
}
