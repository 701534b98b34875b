//! The page for what did not work: what happened in plain words, and the ways on.

use leptos::prelude::*;

/// For a refusal or a fault with no page of its own. Says the status for those who report it.
#[component]
pub fn ErrorPage(status: u16, heading: &'static str, message: String) -> impl IntoView {
    let picture = (status == 404).then(|| {
        view! { <img src="/not-found.svg" alt="" width="240" height="180"/> }
    });
    let (first, label) = match status {
        401 => ("/sign-in", "Sign in"),
        409 => ("/cart", "See your cart"),
        _ => ("/products", "Browse products"),
    };
    view! {
        <div class="empty error-page">
            {picture}
            <p class="muted">{format!("Error {status}")}</p>
            <h1>{heading}</h1>
            <p>{message}</p>
            <div class="cluster">
                <a class="btn btn-primary" href=first>{label}</a>
                <a class="btn" href="/">"To the front page"</a>
            </div>
        </div>
    }
    .into_any()
}
