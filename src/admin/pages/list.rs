//! The list of orders: by state, by number or e-mail address, page by page.

use super::address::{TEXT_MAX, list_href, order_href};
use crate::order::{Find, Head, State, StateBadge, When};
use leptos::prelude::*;

pub(super) fn list_view(find: &Find, heads: Vec<Head>, more: bool) -> AnyView {
    let found = if heads.is_empty() {
        view! { <p class="panel" role="status">"No order was found."</p> }.into_any()
    } else {
        let rows = heads.into_iter().map(row).collect_view();
        view! {
            <div class="table-wrap" role="region" aria-label="Orders" tabindex="0">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Order"</th>
                            <th scope="col">"State"</th>
                            <th scope="col">"Placed"</th>
                            <th scope="col">"E-mail"</th>
                            <th scope="col" class="amount">"Total"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! { {find_form(find)} {found} {steps(find, more)} }.into_any()
}

/// A plain GET form, so the address holds the search.
fn find_form(find: &Find) -> AnyView {
    let chosen = find.state;
    let states = State::ALL.map(|state| {
        let selected = chosen == Some(state);
        view! { <option value=state.word() selected=selected>{state.label()}</option> }
    });
    view! {
        <form class="filters" role="search" aria-label="Orders" method="get" action="/admin/orders">
            <div class="field filter-text">
                <label for="find-q">"Number or e-mail address"</label>
                <input
                    type="search"
                    id="find-q"
                    name="q"
                    value=find.text.clone()
                    maxlength=TEXT_MAX.to_string()
                />
            </div>
            <div class="field">
                <label for="find-state">"State"</label>
                <select id="find-state" name="state">
                    <option value="" selected=chosen.is_none()>"All states"</option>
                    {states.into_iter().collect_view()}
                </select>
            </div>
            <button class="btn" type="submit">"Show"</button>
        </form>
    }
    .into_any()
}

fn row(order: Head) -> AnyView {
    let name = order.number.clone().unwrap_or_else(|| "No number".to_owned());
    let placed = order.placed_at;
    view! {
        <tr>
            <th scope="row"><a href=order_href(&order)>{name}</a></th>
            <td><StateBadge state=order.state/></td>
            <td><When at=placed/></td>
            <td>{order.email}</td>
            <td class="amount">{order.total.to_string()}</td>
        </tr>
    }
    .into_any()
}

/// Back and on; how many pages there are is not counted, because nobody needs to know.
fn steps(find: &Find, more: bool) -> Option<AnyView> {
    let back = (find.page > 1).then(|| {
        let href = list_href(find, find.page - 1);
        view! { <li class="step"><a rel="prev" href=href>"Previous"</a></li> }
    });
    let on = more.then(|| {
        let href = list_href(find, find.page + 1);
        view! { <li class="step"><a rel="next" href=href>"Next"</a></li> }
    });
    (back.is_some() || on.is_some()).then(|| {
        view! { <nav class="pager" aria-label="Pages"><ul>{back}{on}</ul></nav> }.into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Paise;

    fn head(number: Option<&str>, email: &str) -> Head {
        Head {
            id: "0193-id".into(),
            number: number.map(str::to_owned),
            state: if number.is_some() { State::Paid } else { State::AwaitingPayment },
            email: email.into(),
            total: Paise(41_900),
            placed_at: 0,
        }
    }

    fn render(find: Find, heads: Vec<Head>, more: bool) -> String {
        Owner::new().with(|| list_view(&find, heads, more).to_html())
    }

    #[test]
    fn unpaid_orders_are_linked_by_id() {
        let heads = vec![head(None, "a@b.in"), head(Some("K2026-00001"), "a@b.in")];
        let html = render(Find { page: 1, ..Find::default() }, heads, false);
        assert!(html.contains("href=\"/admin/orders/0193-id\""), "{html}");
        assert!(html.contains("href=\"/admin/orders/K2026-00001\""), "{html}");
        assert!(!html.contains("class=\"pager\""));
    }

    #[test]
    fn the_steps_keep_the_search() {
        let find = Find { state: Some(State::Paid), text: "a\"><script>".into(), page: 2 };
        let html = render(find, vec![head(Some("K1"), "</td><script>")], true);
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("q=a%22%3E%3Cscript%3E\""), "{html}");
        assert!(html.contains("q=a%22%3E%3Cscript%3E&amp;page=3\""), "{html}");
    }
}
