//! The top of every page: the shop's name, the search, the ways to account and cart.

use super::document::Frame;
use crate::cart::CartBadge;
use leptos::prelude::*;

// Each says its size: a page whose style did not come stays one that can be used.
const MAGNIFIER: &str = r#"<svg width="22" height="22" viewBox="0 0 24 24">
<circle cx="11" cy="11" r="6.5"/><path d="m16 16 5 5"/></svg>"#;
const PERSON: &str = r#"<svg width="22" height="22" viewBox="0 0 24 24">
<circle cx="12" cy="8" r="4"/><path d="M4 21c.8-4.4 4-6.5 8-6.5s7.2 2.1 8 6.5"/></svg>"#;
const BASKET: &str = r#"<svg width="22" height="22" viewBox="0 0 24 24">
<path d="M3 10h18l-2 10H5zM8 10l3-6M16 10l-3-6"/></svg>"#;

#[component]
pub(super) fn Header(frame: Frame) -> impl IntoView {
    let (account, account_label, account_href) = match frame.user_name {
        Some(name) => (name, Some("Your account: "), "/account"),
        None => ("Sign in".to_owned(), None, "/sign-in"),
    };
    let account_label =
        account_label.map(|text| view! { <span class="visually-hidden">{text}</span> });
    let demo = frame.demo.map(|text| view! { <p class="demo-banner">{text}</p> });
    let desk = frame.admin.then(|| view! { <li><a href="/admin">"Desk"</a></li> });
    view! {
        <header class="site-header">
            {demo}
            <div class="wrap">
                <a class="brand" href="/">
                    <img src="/logo.svg" alt="" width="32" height="32"/>
                    <span>{frame.shop}</span>
                </a>
                <form class="site-search" role="search" method="get" action="/products">
                    <label class="visually-hidden" for="site-q">"Search products"</label>
                    <input
                        type="search"
                        id="site-q"
                        name="q"
                        maxlength="100"
                        placeholder="Search products"
                    />
                    <button class="btn btn-quiet" type="submit">
                        <span class="icon" aria-hidden="true" inner_html=MAGNIFIER></span>
                        <span class="visually-hidden">"Search"</span>
                    </button>
                </form>
                <nav class="site-nav" aria-label="Shop">
                    <ul>
                        <li><a href="/products">"Products"</a></li>
                        {desk}
                        <li>
                            <a class="account-link" href=account_href>
                                <span class="icon" aria-hidden="true" inner_html=PERSON></span>
                                {account_label}
                                <span class="account-name">{account}</span>
                            </a>
                        </li>
                        <li><CartLink count=frame.cart_count live=frame.live_badge/></li>
                    </ul>
                </nav>
            </div>
        </header>
    }
    .into_any()
}

/// The cart link with its number: an island where the page has script, plain text where it has
/// none.
#[component]
fn CartLink(count: i64, live: bool) -> impl IntoView {
    let badge = if live {
        view! { <CartBadge count/> }.into_any()
    } else if count > 0 {
        let unit = if count == 1 { " item" } else { " items" };
        view! {
            <span class="badge">{count}</span>
            <span class="visually-hidden">{unit}</span>
        }
        .into_any()
    } else {
        ().into_any()
    };
    view! {
        <a class="cart-link" href="/cart">
            <span class="icon" aria-hidden="true" inner_html=BASKET></span>
            <span class="cart-name">"Cart"</span>
            {badge}
        </a>
    }
    .into_any()
}
