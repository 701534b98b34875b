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
