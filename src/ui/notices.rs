//! What the shop has to say: good and bad news, what is wrong with a form, that something is empty.

use leptos::prelude::*;

/// A message at the top of a page; each line of `text` is a line of its own.
#[component]
pub fn Notice(#[prop(default = false)] bad: bool, #[prop(into)] text: String) -> impl IntoView {
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let lines = lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
    let (class, role) =
        if bad { ("notice notice-bad", "alert") } else { ("notice notice-good", "status") };
    view! { <div class=class role=role>{lines}</div> }.into_any()
}

/// All that is wrong with a form, each message a link to its field (WCAG 2.2, 3.3.1). Takes the
/// focus, and takes the place of the notice above the page. Nothing wrong, nothing shown.
#[component]
pub fn ErrorSummary(errors: Vec<(String, String)>) -> impl IntoView {
    if errors.is_empty() {
        return ().into_any();
    }
    let items = errors.into_iter().map(|(field, message)| {
        view! { <li><a href=format!("#{field}")>{message}</a></li> }
    });
    view! {
        <div class="notice notice-bad error-summary" role="alert" tabindex="-1" autofocus=true>
            <p>"Please check the marked fields."</p>
            <ul>{items.collect_view()}</ul>
        </div>
    }
    .into_any()
}

/// Nothing here yet: a quiet picture, what that means, and the way on as children.
#[component]
pub fn EmptyState(
    #[prop(into)] picture: String,
    #[prop(into)] heading: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let actions = children.map(|children| view! { <div class="cluster">{children()}</div> });
    view! {
        <div class="empty">
            <img src=picture alt="" width="240" height="180"/>
            <h2>{heading}</h2>
            <p>{text}</p>
            {actions}
        </div>
    }
    .into_any()
}
