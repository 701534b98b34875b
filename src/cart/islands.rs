//! The three live parts: the count in the header, the form that adds, and the cart itself. What
//! they show is written by the server alone; they only send forms without leaving the page, put in
//! what the server answers, and listen to the other tabs. Without script each is the plain form or
//! text.

use super::browser::{self, News, Wish};
use super::{CartHtml, Told};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The number of units beside the cart's link; follows every tab's changes.
#[island]
pub fn CartBadge(count: i64) -> impl IntoView {
    let units = RwSignal::new(count);
    let known = StoredValue::new(News::default());
    let hear = move |news: News| {
        if !known.with_value(|known| news.is_old_to(known)) {
            units.set(news.units);
            known.set_value(news);
        }
    };
    Effect::new(move || {
        browser::listen(hear);
        browser::on_return(move || {
            spawn_local(async move {
                if let Some(told) = browser::fetch_cart().await {
                    hear(told.news);
                }
            });
        });
    });
    view! { <span class="badge" class:is-empty=move || units.get() == 0>{units}</span> }
}

/// Around the form that puts a product into the cart.
#[island]
pub fn AddToCart(children: Children) -> impl IntoView {
    let notice = RwSignal::new(None::<Told>);
    let busy = StoredValue::new(false);
    let submit = move |event: SubmitEvent| {
        let Some(wish) = Wish::of(&event) else { return };
        // A double press is one wish.
        if busy.get_value() {
            return;
        }
        busy.set_value(true);
        spawn_local(async move {
            let told = wish.send().await.unwrap_or_else(unheard);
            if !told.news.cart_id.is_empty() {
                browser::tell(&told.news);
            }
            notice.set(Some(told));
            busy.set_value(false);
        });
    };
    view! {
        <div on:submit=submit>
            {children()}
            <p role="status" class=move || tone(&notice)>
                {move || notice.with(|told| told.as_ref().map(|told| told.notice.clone()))}
            </p>
        </div>
    }
}

/// Around the cart's lines and sum. Other tabs' changes appear by themselves. Who presses again
/// before the answer came is heard next, about the cart as their own wish before left it.
#[island]
pub fn CartPanel(news: News, children: Children) -> impl IntoView {
    let known = StoredValue::new(news);
    let notice = RwSignal::new(None::<Told>);
    let wishes = StoredValue::new(Vec::<Wish>::new());
    let put_in = move |told: &Told| {
        let is_old = known.with_value(|known| told.news.is_old_to(known));
        if let (CartHtml::Fresh(html), false) = (&told.html, is_old) {
            browser::replace("cart-body", html);
            known.set_value(told.news.clone());
        }
    };
    let refresh = move || {
        spawn_local(async move {
            if let Some(told) = browser::fetch_cart().await {
                put_in(&told);
            }
        });
    };
    Effect::new(move || {
        browser::listen(move |news: News| {
            if known.with_value(|known| news.is_after(known)) {
                refresh();
            }
        });
        browser::on_return(refresh);
    });
    let fulfil = move || async move {
        let mut left_at = None;
        while let Some(wish) = wishes.with_value(|all| all.first().cloned()) {
            let wish = match left_at {
                Some(version) => wish.of_version(version),
                None => wish,
            };
            let told = wish.send().await.unwrap_or_else(unheard);
            left_at = wish.alone_led_to(&told).then_some(told.news.version);
            put_in(&told);
            if !told.news.cart_id.is_empty() {
                browser::tell(&told.news);
            }
            // What was wished on top of a refused wish may be meant no more.
            wishes.update_value(|all| if told.bad { all.clear() } else { drop(all.remove(0)) });
            notice.set(Some(told));
        }
    };
    let submit = move |event: SubmitEvent| {
        let Some(wish) = Wish::of(&event) else { return };
        // A double press is one wish.
        if wishes.with_value(|all| all.last() == Some(&wish)) {
            return;
        }
        wishes.update_value(|all| all.push(wish));
        if wishes.with_value(Vec::len) == 1 {
            spawn_local(fulfil());
        }
    };
    view! {
        <div class="cart" on:submit=submit>
            <p role="status" class=move || tone(&notice)>
                {move || notice.with(|told| told.as_ref().map(|told| told.notice.clone()))}
            </p>
            {children()}
        </div>
    }
}

fn tone(notice: &RwSignal<Option<Told>>) -> &'static str {
    notice.with(|told| match told {
        None => "",
        Some(told) if told.bad => "notice notice-bad",
        Some(_) => "notice notice-good",
    })
}

fn unheard() -> Told {
    Told {
        notice: "The shop could not be reached. Please look at your cart before you try again."
            .to_owned(),
        bad: true,
        ..Told::default()
    }
}
