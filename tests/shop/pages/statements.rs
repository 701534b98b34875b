//! At most three SQL statements for any page, counted where the database driver reports them.

use crate::routes::{filled, pages};
use crate::story::{HOME, Shop, Visitor};
use kirana::clock::DAY;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::subscriber::Interest;
use tracing::{Event, Instrument, Metadata, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

const MOST: usize = 3;
const SPAN: &str = "counted statements";

type Seen = Arc<Mutex<Vec<String>>>;

/// Every statement is reported inside the span of whoever asked, also from SQLite's own threads.
struct Statements;

static COUNTS: OnceLock<Mutex<Vec<Seen>>> = OnceLock::new();

fn counts() -> &'static Mutex<Vec<Seen>> {
    COUNTS.get_or_init(|| {
        tracing::subscriber::set_global_default(Registry::default().with(Statements)).unwrap();
        Mutex::default()
    })
}

struct Number(u64);

impl Visit for Number {
    fn record_u64(&mut self, _: &Field, value: u64) {
        self.0 = value;
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "summary" {
            self.0 = format!("{value:?}");
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Statements {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        let wanted = metadata.target() == "sqlx::query" || metadata.name() == SPAN;
        if wanted { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == "sqlx::query" || metadata.name() == SPAN
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut number = Number(0);
        attributes.record(&mut number);
        context.span(id).unwrap().extensions_mut().insert(number);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(scope) = context.event_scope(event) else { return };
        for span in scope {
            if let Some(Number(number)) = span.extensions().get::<Number>() {
                let mut text = Text(String::new());
                event.record(&mut text);
                let index = usize::try_from(*number).unwrap();
                let seen = counts().lock().unwrap()[index].clone();
                seen.lock().unwrap().push(text.0);
            }
        }
    }
}

/// The statements that a deed of a visitor made the shop ask.
pub async fn statements_of<T>(deed: impl Future<Output = T>) -> Vec<String> {
    let seen = Seen::default();
    let number = {
        let mut all = counts().lock().unwrap();
        all.push(seen.clone());
        all.len() - 1
    };
    let span = tracing::info_span!(SPAN, number = number as u64);
    deed.instrument(span).await;
    let seen = seen.lock().unwrap();
    seen.clone()
}

async fn at_most(most: usize, visitor: &mut Visitor, path: &str) {
    let asked = statements_of(visitor.looks_at(path)).await;
    let status = visitor.page.status;
    assert!(asked.len() <= most, "{path} ({status}) asked {}: {asked:#?}", asked.len());
}

/// Addresses of pages that these visitors can see.
fn addresses(order: &str, address: &str) -> Vec<String> {
    let mut all: Vec<String> = pages()
        .filter(|route| !route.path.starts_with("/admin"))
        .flat_map(|route| {
            let word = match route.path {
                "/products/{slug}" => "assam-tea",
                "/account/addresses/{id}" => address,
                _ => order,
            };
            [filled(route.path, word), filled(route.path, "no-such-thing")]
        })
        .collect();
    let more = [
        "/products?q=tea",
        "/products?category=larder&sort=price-up",
        "/products?q=nothing+fits",
        "/products/saffron",
        "/nothing/here",
        "/sign-in?next=/checkout",
        "/reset?token=x",
        "/sign-up/confirm?token=x",
    ];
    all.extend(more.map(str::to_owned));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_asks_more_than_three_statements() {
    let shop = Shop::open().await;
    assert_eq!(statements_of(shop.count("users")).await.len(), 1, "the counting works");
    let (mut nobody, mut guest) = (shop.visitor(), shop.visitor());
    let mut asha = shop.customer("asha@example.in").await;
    asha.keeps_an_address(&HOME).await.got(200);
    let address = shop.text("select id from addresses").await;
    for visitor in [&mut nobody, &mut guest, &mut asha] {
        let mut order = "x".to_owned();
        if visitor.session().is_some() || shop.count("orders").await == 0 {
            visitor.adds("assam-tea", 1).await.places_the_order().await;
            order = visitor.order();
            let page = visitor.page.path.clone();
            at_most(MOST, visitor, &page).await;
        }
        for path in addresses(&order, &address) {
            at_most(MOST, visitor, &path).await;
            assert!(visitor.page.status < 500);
        }
        let number = shop.visitor().buys("soan-papdi", 1).await.page.path.clone();
        at_most(MOST, visitor, &number).await;
    }
}

/// The links of letters, while they work: whoever follows one, from the browser that asked for it,
/// from another one or signed in as somebody.
#[tokio::test(flavor = "multi_thread")]
async fn the_pages_behind_a_letters_link_ask_no_more_while_it_works() {
    let shop = Shop::open().await;
    let mut ravi = shop.customer("ravi@example.in").await;
    ravi.adds("cardamom", 1).await;
    let (mut asha, mut phone) = (shop.visitor(), shop.visitor());
    asha.adds("assam-tea", 1).await.asks_for_an_account("asha@example.in").await;
    let link = shop.link_in_letter_to("asha@example.in").await;
    assert!(link.starts_with("/sign-up/confirm?token="), "{link}");
    for visitor in [&mut asha, &mut phone, &mut ravi] {
        at_most(MOST, visitor, &link).await;
        visitor.got(200).sees("Finish your account");
    }
    let form = asha.page.form("/do/account/confirm");
    asha.sends(form).await.is_at("/account");
    let form = phone.opens("/forgot").await.page.form("/do/account/forgot");
    phone.sends(form.with("email", "asha@example.in")).await.is_at("/forgot");
    let link = shop.link_in_letter_to("asha@example.in").await;
    assert!(link.starts_with("/reset?token="), "{link}");
    for visitor in [&mut asha, &mut phone, &mut ravi, &mut shop.visitor()] {
        at_most(MOST, visitor, &link).await;
        visitor.got(200).sees("For asha@example.in");
    }
    // Back beside the form with what is wrong, it is no dearer.
    let form = phone.page.form("/do/account/reset").with("password", "short");
    phone.posts(&form.action, form.fields()).await;
    let back = phone.led_to().to_owned();
    at_most(MOST, &mut phone, &back).await;
    phone.got(200).sees("Please use at least 8 characters.");
}

/// The one named exception: back from the gateway, the page may have to settle the order before it
/// is shown. Beside its own three it asks what settling asks: the attempt; then in one transaction
/// (two more, where commits are shared) the order held and read, the attempt and the payments under
/// that lock, the moment noted, the order as it is now.
const ASKING: usize = MOST + 11;
/// Each payment that the gateway names is written down.
const PAYMENT: usize = 1;
/// Once in an order's life: its number, the sale, the entries, the letter, the cart's own rows; and
/// for each of its lines the stock with its movement, the cart's line with its change.
const BOOKING: usize = 19;
const LINE: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn a_look_after_paying_asks_what_settling_asks_and_soon_again_no_more_than_any_page() {
    let shop = Shop::open().await;
    for slugs in [&["assam-tea"][..], &["assam-tea", "cardamom", "cow-ghee", "soan-papdi"]] {
        let mut asha = shop.visitor();
        for slug in slugs {
            asha.adds(slug, 1).await;
        }
        asha.places_the_order().await;
        let (order, check) = (asha.gateway_order(), format!("{}&check=1", asha.page.path));
        shop.gateway.pays(&order, "failure").await;
        at_most(ASKING + PAYMENT, &mut asha, &check).await;
        asha.sees("Your payment did not go through");
        // Looked at again at once, as impatient people do.
        for _ in 0..3 {
            at_most(MOST, &mut asha, &check).await;
            asha.sees("Your payment did not go through");
        }
        shop.passes(1).await;
        at_most(ASKING + PAYMENT, &mut asha, &check).await;
        shop.gateway.pays(&order, "success").await;
        shop.passes(1).await;
        let booking = ASKING + 2 * PAYMENT + BOOKING + slugs.len() * LINE;
        at_most(booking, &mut asha, &check).await;
        assert!(asha.led_to().starts_with("/checkout/pay/"), "{}", asha.led_to());
        at_most(MOST, &mut asha, &check).await;
        assert!(asha.led_to().starts_with("/orders/K"), "{}", asha.led_to());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_past_the_end_of_a_list_is_no_dearer() {
    let shop = Shop::open().await;
    let mut asha = shop.customer("asha@example.in").await;
    for visitor in [&mut shop.visitor(), &mut asha] {
        for path in ["/products?page=99", "/products?q=tea&page=9", "/products?page=2147483648"] {
            at_most(MOST, visitor, path).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_an_order_that_ended_is_no_dearer() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("saffron", 1).await.places_the_order().await;
    let page = asha.page.path.clone();
    shop.passes(31).await;
    shop.works().await;
    at_most(MOST, &mut asha, &page).await;
    asha.sees("This order has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_with_a_notice_asks_no_more() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await;
    for path in ["/cart", "/", "/products", "/products/assam-tea", "/checkout"] {
        let product = shop.product("assam-tea").await.id;
        asha.posts("/do/cart/add", &[("product", product.as_str()), ("quantity", "1")]).await;
        at_most(MOST, &mut asha, path).await;
        asha.sees("1 × Assam tea is in your cart.");
        at_most(MOST, &mut asha, path).await;
        asha.does_not_see("is in your cart.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_after_some_time_asks_no_more_and_keeps_the_session_alive() {
    let shop = Shop::open().await;
    let mut asha = shop.visitor();
    asha.adds("assam-tea", 1).await;
    for _ in 0..4 {
        shop.clock.advance(20 * DAY);
        at_most(MOST, &mut asha, "/products").await;
        kirana::account::keep_seen(&shop.app()).await.unwrap();
    }
    asha.looks_at("/cart").await.sees("Assam tea");
}

#[tokio::test(flavor = "multi_thread")]
async fn counting_is_for_one_visitor_alone() {
    let shop = Shop::open().await;
    let other = AtomicUsize::new(0);
    let mut asha = shop.visitor();
    let beside = async {
        for _ in 0..20 {
            shop.count("users").await;
            other.fetch_add(1, Ordering::SeqCst);
        }
    };
    let (counted, ()) = tokio::join!(statements_of(asha.looks_at("/healthz")), beside);
    assert_eq!((counted.len(), other.into_inner()), (0, 20));
}
