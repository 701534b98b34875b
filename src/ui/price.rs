//! Prices as a shopper reads them.

use crate::money::Paise;
use leptos::prelude::*;

/// An amount, never broken across lines.
#[component]
pub fn Price(price: Paise) -> impl IntoView {
    view! { <span class="price">{price.to_string()}</span> }.into_any()
}

/// A price beside the maximum retail price that it undercuts, with what is saved. The MRP is named
/// in words, because a line through a number is not read aloud.
#[component]
pub fn PriceTag(price: Paise, mrp: Paise) -> impl IntoView {
    let saved = mrp.minus(price).filter(|saved| *saved > Paise::ZERO);
    let saved = saved.map(|saved| {
        view! {
            " "
            <s class="mrp">"MRP "{mrp.to_string()}</s>
            " "
            <span class="saving">"Save "{saved.to_string()}</span>
        }
    });
    view! { <span class="price-tag"><Price price/>{saved}</span> }.into_any()
}
