//! Parts that give a page its order: its heading, the way back up, the pages of a list.

use leptos::prelude::*;

/// The page's one `h1`, with a sentence under it.
#[component]
pub fn PageHead(
    #[prop(into)] title: String,
    #[prop(into, default = None)] lead: Option<String>,
) -> impl IntoView {
    let lead = lead.map(|text| view! { <p class="lead">{text}</p> });
    view! { <div class="page-head"><h1>{title}</h1>{lead}</div> }.into_any()
}

/// Where the page stands: links of (address, label) from the top down, then the page itself.
#[component]
pub fn Crumbs(trail: Vec<(String, String)>, #[prop(into)] here: String) -> impl IntoView {
    let links = trail.into_iter().map(|(href, label)| {
        view! { <li><a href=href>{label}</a></li> }
    });
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <ol>{links.collect_view()}<li aria-current="page">{here}</li></ol>
        </nav>
    }
    .into_any()
}

/// Links to the pages of a list, counted from 1; `href` gives a page's address. One page, no links.
#[component]
pub fn Pager<F>(page: i64, pages: i64, href: F) -> impl IntoView
where
    F: Fn(i64) -> String + 'static,
{
    if pages <= 1 {
        return ().into_any();
    }
    let step = |to: i64, rel: &'static str, label: &'static str| {
        (1..=pages)
            .contains(&to)
            .then(|| view! { <li class="step"><a rel=rel href=href(to)>{label}</a></li> })
    };
    let (back, on) = (step(page - 1, "prev", "Previous"), step(page + 1, "next", "Next"));
    let mut numbers = Vec::new();
    let mut last = 0;
    for number in shown_pages(page, pages) {
        if number > last + 1 {
            numbers.push(view! { <li class="gap" aria-hidden="true">"…"</li> }.into_any());
        }
        let current = (number == page).then_some("page");
        let label = format!("Page {number}");
        numbers.push(
            view! {
                <li><a href=href(number) aria-label=label aria-current=current>{number}</a></li>
            }
            .into_any(),
        );
        last = number;
    }
    view! { <nav class="pager" aria-label="Pages"><ul>{back}{numbers}{on}</ul></nav> }.into_any()
}

/// First, last, the page itself and its neighbours.
fn shown_pages(page: i64, pages: i64) -> Vec<i64> {
    let mut shown = vec![1, page - 1, page, page + 1, pages];
    shown.retain(|number| (1..=pages).contains(number));
    shown.sort_unstable();
    shown.dedup();
    shown
}

#[cfg(test)]
mod tests {
    use super::shown_pages;

    #[test]
    fn the_ends_and_the_neighbours_are_shown() {
        assert_eq!(shown_pages(1, 2), [1, 2]);
        assert_eq!(shown_pages(5, 9), [1, 4, 5, 6, 9]);
        assert_eq!(shown_pages(9, 9), [1, 8, 9]);
        assert_eq!(shown_pages(70, 9), [1, 9]);
    }
}
