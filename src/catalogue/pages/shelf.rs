//! Products side by side, as lists and the front page show them.

use crate::catalogue::Card;
use crate::ui::PriceTag;
use leptos::prelude::*;

/// From this number down a card says how many are left.
pub(super) const FEW: i64 = 5;
/// Pictures of the first rows are asked for at once, the others when they come near.
const EAGER: usize = 4;

/// A grid of products. `below` says that it stands below the fold, so all its pictures can wait.
#[component]
pub fn Shelf(items: Vec<Card>, #[prop(default = false)] below: bool) -> impl IntoView {
    let cards = items.into_iter().enumerate().map(|(index, card)| {
        let lazy = below || index >= EAGER;
        view! { <li><ProductCard card lazy/></li> }
    });
    view! { <ul class="shelf" role="list">{cards.collect_view()}</ul> }.into_any()
}

/// One product; the whole card leads to its page, the link is its name alone.
#[component]
fn ProductCard(card: Card, lazy: bool) -> impl IntoView {
    let stock = match card.left {
        ..=0 => Some(view! { <span class="tag tag-off">"Sold out"</span> }.into_any()),
        1..=FEW => Some(
            view! { <span class="tag tag-few">{format!("Only {} left", card.left)}</span> }
                .into_any(),
        ),
        _ => None,
    };
    view! {
        <article class="product-card" class:is-sold-out=card.left <= 0>
            <img
                src=card.picture
                alt=""
                width="320"
                height="320"
                loading=lazy.then_some("lazy")
                decoding="async"
            />
            <a class="product-name" href=format!("/products/{}", card.slug)>{card.name}</a>
            <p class="muted">{card.pack}</p>
            <PriceTag price=card.price mrp=card.mrp/>
            {stock}
        </article>
    }
    .into_any()
}
