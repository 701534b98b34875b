//! The bottom of every page: what kind of shop this is, and the ways on.

use leptos::prelude::*;

#[component]
pub(super) fn Footer(shop: String) -> impl IntoView {
    view! {
        <footer class="site-footer">
            <div class="wrap">
                <section>
                    <h2>{shop}</h2>
                    <p>
                        "All prices include GST. What delivery costs is shown before you pay."
                    </p>
                </section>
                <section>
                    <h2>"Paying"</h2>
                    <p>
                        "UPI, cards and net banking through Razorpay. \
                         Card numbers never reach this shop."
                    </p>
                </section>
                <nav aria-label="Footer">
                    <h2>"Find your way"</h2>
                    <ul>
                        <li><a href="/products">"All products"</a></li>
                        <li><a href="/cart">"Your cart"</a></li>
                        <li><a href="/account/orders">"Your orders"</a></li>
                        <li><a href="/account">"Your account"</a></li>
                    </ul>
                </nav>
                <p class="colophon">"This shop runs on Kirana."</p>
            </div>
        </footer>
    }
    .into_any()
}
