//! The cart's page, and the form that a product page shows.

use super::{AddToCart, CartPanel, CartView, Line, News, QUANTITY_MAX, Seen, Warning, service};
use crate::account::Visitor;
use crate::catalogue::Product;
use crate::db::Lent;
use crate::money::Paise;
use crate::state::AppState;
use crate::ui::{EmptyState, PageHead};
use crate::web::{Failure, Page, Scripts};
use axum::response::Response;
use leptos::prelude::*;

pub async fn cart(
    app: &AppState,
    visitor: &Visitor,
    mut connection: Lent,
) -> Result<Response, Failure> {
    let cart = service::view(&mut connection, visitor.owner().as_ref()).await?;
    drop(connection);
    let of_account = visitor.user().is_some();
    let page = Page::new("Your cart")
        .describe("What you have chosen so far, with its prices and the taxes in them.")
        .noindex()
        .scripts(Scripts::Islands);
    Ok(page.show(app, visitor, move || {
        let news = News::of(&cart);
        view! {
            <PageHead title="Your cart"/>
            <CartPanel news>
                <div id="cart-body" tabindex="-1">{body(cart, of_account)}</div>
            </CartPanel>
        }
        .into_any()
    }))
}

/// The cart's lines and sum: what the island puts in again after each change. `of_account`: it is
/// shown to somebody signed in.
pub fn body(cart: CartView, of_account: bool) -> AnyView {
    if cart.lines.is_empty() {
        return view! {
            <EmptyState picture="/empty-cart.svg" heading="Your cart is empty"
                text="What you add stays here, on this device or with your account.">
                <a class="btn btn-primary" href="/products">"See all products"</a>
            </EmptyState>
        }
        .into_any();
    }
    let shown = Shown { seen: cart.seen(), of_account };
    let lines = cart.lines.iter().map(|one| line(one, &shown)).collect_view();
    view! {
        <div class="split">
            <ul class="lines" role="list">{lines}</ul>
            {summary(&cart, &shown)}
        </div>
    }
    .into_any()
}

/// What every form about the cart says of the page it stands on.
struct Shown {
    seen: Seen,
    of_account: bool,
}

impl Shown {
    /// Which cart was seen, in which version, and whether by somebody signed in.
    fn fields(&self) -> impl IntoView + use<> {
        let account =
            self.of_account.then(|| view! { <input type="hidden" name="account" value="1"/> });
        view! {
            <input type="hidden" name="cart" value=self.seen.cart_id.clone()/>
            <input type="hidden" name="version" value=self.seen.version/>
            {account}
        }
    }
}

fn line(line: &Line, shown: &Shown) -> impl IntoView + use<> {
    let address = format!("/products/{}", line.slug);
    let sum = format!("{} × {} = ", line.price, line.quantity);
    let warning = line.warning();
    let most = line.left.clamp(1, QUANTITY_MAX);
    let saved = (line.mrp > line.price).then(|| format!("MRP {}", line.mrp));
    view! {
        <li class="line">
            <img class="line-picture" src=line.picture.clone() alt="" width="96" height="96"/>
            <div class="line-body">
                <a class="line-name" href=address>{line.name.clone()}</a>
                <p class="line-pack muted">{line.pack.clone()}" "{saved}</p>
                <p class="line-price">{sum}<strong>{line.total().to_string()}</strong></p>
                {warning.map(|warning| view! {
                    <p class="line-warning">{warning.to_string()}</p>
                })}
                <div class="cluster">
                    {(!matches!(warning, Some(Warning::Withdrawn | Warning::SoldOut)))
                        .then(|| stepper(line, shown, most))}
                    {remove(line, shown)}
                </div>
            </div>
        </li>
    }
}

fn stepper(line: &Line, shown: &Shown, most: i64) -> impl IntoView + use<> {
    let field = format!("quantity-{}", line.slug);
    let button = format!("update-{}", line.slug);
    view! {
        <form class="stepper" method="post" action="/do/cart/set">
            {shown.fields()}
            <input type="hidden" name="product" value=line.product_id.clone()/>
            <label class="visually-hidden" for=field.clone()>
                {format!("Quantity of {}", line.name)}
            </label>
            <input id=field class="quantity" name="quantity" type="number" min="1" max=most
                inputmode="numeric" required=true value=line.quantity/>
            <button id=button class="btn" type="submit">
                "Update"<span class="visually-hidden">{format!(" {}", line.name)}</span>
            </button>
        </form>
    }
}

fn remove(line: &Line, shown: &Shown) -> impl IntoView + use<> {
    let button = format!("remove-{}", line.slug);
    view! {
        <form method="post" action="/do/cart/remove">
            {shown.fields()}
            <input type="hidden" name="product" value=line.product_id.clone()/>
            <button id=button class="btn btn-quiet" type="submit">
                "Remove"<span class="visually-hidden">{format!(" {}", line.name)}</span>
            </button>
        </form>
    }
}

fn summary(cart: &CartView, shown: &Shown) -> impl IntoView + use<> {
    let ready = if cart.can_check_out() {
        view! { <a class="btn btn-primary" href="/checkout">"Go to checkout"</a> }.into_any()
    } else {
        view! { <p class="line-warning">"Please mend the marked lines first."</p> }.into_any()
    };
    let savings = Some(cart.savings()).filter(|savings| *savings > Paise::ZERO);
    view! {
        <aside class="aside panel">
            <h2>"Summary"</h2>
            <dl class="summary">
                <dt>"Items"</dt>
                <dd>{cart.units()}</dd>
                {savings.map(|savings| view! {
                    <dt>"You save"</dt>
                    <dd>{savings.to_string()}</dd>
                })}
                <dt>"GST included"</dt>
                <dd>{cart.tax().to_string()}</dd>
                <dt class="summary-total">"Subtotal"</dt>
                <dd class="summary-total">{cart.subtotal().to_string()}</dd>
            </dl>
            <p class="muted">"Shipping is reckoned at checkout."</p>
            <div class="bottom-bar">
                <strong class="bottom-bar-total">{cart.subtotal().to_string()}</strong>
                {ready}
            </div>
            <form method="post" action="/do/cart/empty">
                {shown.fields()}
                <button id="empty-cart" class="btn btn-quiet" type="submit">
                    "Empty the cart"
                </button>
            </form>
        </aside>
    }
}

/// The form that adds this product; says so where it cannot be bought.
pub fn add_form(product: &Product) -> AnyView {
    if product.withdrawn || product.left == 0 {
        return view! { <p class="notice">"This product is sold out at the moment."</p> }
            .into_any();
    }
    let most = product.left.min(QUANTITY_MAX);
    let (product_id, back) = (product.id.clone(), format!("/products/{}", product.slug));
    view! {
        <AddToCart>
            <form class="add-form" method="post" action="/do/cart/add">
                <input type="hidden" name="product" value=product_id/>
                <input type="hidden" name="back" value=back/>
                <label class="quantity-label" for="quantity">"Quantity"</label>
                <input id="quantity" class="quantity" name="quantity" type="number"
                    inputmode="numeric" min="1" max=most value="1" required=true/>
                <button class="btn btn-primary" type="submit">"Add to cart"</button>
            </form>
        </AddToCart>
    }
    .into_any()
}
