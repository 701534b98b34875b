//! The HTML document around every page: head, header, notices, the page itself, footer.

use super::footer::Footer;
use super::header::Header;
use super::notices::Notice;
use crate::web::Flash;
use leptos::prelude::*;

/// What the document needs to know of the shop, the page and the visitor.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    pub shop: String,
    pub title: String,
    pub description: Option<String>,
    /// Not for search engines.
    pub noindex: bool,
    /// Seconds after which the page looks again whether there is news.
    pub refresh: Option<u32>,
    /// Address of the style sheet.
    pub css: String,
    /// Addresses of the browser half, script and wasm; `None` sends no script at all.
    pub islands: Option<(String, String)>,
    /// Marks our script tags (Content Security Policy Level 3, section 6.7.2.3).
    pub nonce: String,
    /// The words of the banner that says no real money moves.
    pub demo: Option<String>,
    pub user_name: Option<String>,
    pub admin: bool,
    pub cart_count: i64,
    /// Is the number at the cart link kept up to date by script?
    pub live_badge: bool,
    pub flash: Option<Flash>,
}

/// The whole document; the children are the page.
#[component]
pub fn Document(frame: Frame, children: Children) -> impl IntoView {
    let notice = frame.flash.clone().and_then(|flash| {
        let bad = flash.bad;
        flash.notice.map(|text| view! { <div class="wrap flash"><Notice bad text/></div> })
    });
    view! {
        <!DOCTYPE html>
        <html lang="en-IN">
            <head><Head frame=frame.clone()/></head>
            <body>
                <a class="skip-link" href="#main">"Skip to content"</a>
                <Header frame=frame.clone()/>
                {notice}
                <main id="main" class="wrap" tabindex="-1">{children()}</main>
                <Footer shop=frame.shop/>
            </body>
        </html>
    }
}

#[component]
fn Head(frame: Frame) -> impl IntoView {
    let title = if frame.title == frame.shop {
        frame.shop.clone()
    } else {
        format!("{} · {}", frame.title, frame.shop)
    };
    let refresh = frame.refresh.map(look_again);
    let description =
        frame.description.map(|text| view! { <meta name="description" content=text/> });
    let robots = frame.noindex.then(|| view! { <meta name="robots" content="noindex"/> });
    let scripts = frame.islands.map(|(js, wasm)| scripts(js, wasm, frame.nonce));
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>{title}</title>
        {description}
        {robots}
        {refresh}
        <meta name="color-scheme" content="light dark"/>
        {theme_color("light", "#fbf8f2")}
        {theme_color("dark", "#171512")}
        <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
        <link rel="stylesheet" href=frame.css/>
        {scripts}
    }
    .into_any()
}

/// With script the page stays until there is news; without, the browser loads it again.
fn look_again(seconds: u32) -> AnyView {
    let seconds = seconds.to_string();
    view! {
        <noscript><meta http-equiv="refresh" content=seconds.clone()/></noscript>
        <script src="/look-again.js" defer data-seconds=seconds></script>
    }
    .into_any()
}

/// The browser's own bars take the colour of the paper. (`view!` knows no `media` on `meta`.)
fn theme_color(scheme: &str, color: &'static str) -> impl IntoView + use<> {
    let media = format!("(prefers-color-scheme: {scheme})");
    leptos::html::meta().name("theme-color").content(color).attr("media", media)
}

/// The loader of `public/islands.js`, told where the browser half lies. Both files are asked for
/// early but at low priority, behind the style sheet and the pictures.
fn scripts(js: String, wasm: String, nonce: String) -> AnyView {
    view! {
        <link rel="modulepreload" href=js.clone() fetchpriority="low"/>
        <link
            rel="preload"
            href=wasm.clone()
            r#as="fetch"
            r#type="application/wasm"
            crossorigin="anonymous"
            fetchpriority="low"
        />
        <script type="module" src="/islands.js" nonce=nonce data-js=js data-wasm=wasm></script>
    }
    .into_any()
}
