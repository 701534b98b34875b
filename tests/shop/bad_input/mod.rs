//! Whatever is sent to whichever door: a clear answer, nothing broken, no row changed, and not a
//! word of the database's.

mod bounds;
mod fuzz;
mod methods;
mod posts;
mod queries;
mod refused;
mod returns;

use crate::routes::{Guard, Route};
use crate::story::{HOME, Shop, Visitor};

/// Texts that break careless programs.
pub const HOSTILE: &[&str] = &[
    "</textarea><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' or 1=1 --",
    "'; drop table orders; --",
    "\u{202E}txt.exe\u{2066}",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "../../../../etc/passwd",
    "%00%0d%0aSet-Cookie: x=1",
    "line one\r\nline two\tand a tab",
    "🫖👩‍👩‍👧‍👦\u{FFFD}\u{FEFF}",
    "9223372036854775808",
    "-9223372036854775809",
    "1e400",
    "NaN",
    "0x10",
    "-1",
    "null",
    "[object Object]",
    "٣",
    "asha@example.in",
    "//evil.example",
];

/// Words that only a database, a driver or a panic would use.
const INNER_WORDS: &[&str] = &[
    "sqlite",
    // Not the four letters alone, which a random key may hold by chance.
    "sqlx::",
    "postgres",
    "constraint",
    "syntax error",
    "no such table",
    "rownotfound",
    "violates",
    "database is locked",
    "panicked",
    "unwrap",
    "src/",
    "backtrace",
    " from sessions",
    "insert into",
    "update carts",
    "pooltimedout",
    "poolclosed",
];

/// The answer is a clear one, and text in it stayed text.
#[track_caller]
pub fn is_clear(visitor: &Visitor, what: &str) {
    let page = &visitor.page;
    assert!(page.status < 500, "{what} gave {}: {}", page.status, page.text());
    let low = page.body.to_lowercase();
    for word in INNER_WORDS {
        assert!(!low.contains(word), "{what} says {word}: {}", page.text());
    }
    for live in ["<script>alert", "<img src=x"] {
        assert!(!low.contains(live), "{what} lets {live} live");
    }
    let to = page.header("location");
    let local = to.is_empty() || (to.starts_with('/') && !to.starts_with("//"));
    assert!(local && !to.contains('\\'), "{what} leads to {to}");
    if page.status >= 400 {
        let json = page.header("content-type").starts_with("application/json");
        assert!(json || page.count("main h1") == 1, "{what} gave a bare {}", page.status);
    }
}

/// Rows that bad input must never make or touch.
pub async fn nothing_was_bought(shop: &Shop) {
    for table in ["orders", "order_lines", "attempts", "payments", "refunds", "stock_holds"] {
        assert_eq!(shop.count(table).await, 0, "{table}");
    }
    let untouched = "select cast(sum(on_hand * 1000 + held) as bigint) from products";
    assert_eq!(shop.number(untouched).await, 1_096_000);
}

/// What people keep at the shop and what it owes them. A post that is no form at all must leave it
/// as it was, and so must every one that is refused.
pub async fn kept(shop: &Shop) -> Vec<String> {
    let mut rows = Vec::new();
    for statement in [
        "select id || email || name || phone || password_hash from users order by id",
        "select id || user_id || name || phone || line1 || line2 || landmark || city || state || pin
             || coalesce(cast(default_since as text), '') from addresses order by id",
        "select id || cast(version as text) from carts order by id",
        "select cart_id || product_id || cast(quantity as text) from cart_lines order by 1",
        "select cart_id || cast(version as text) || cause from cart_changes order by 1",
        "select token_hash from sign_ups order by 1",
        "select token_hash || coalesce(cast(used_at as text), '') from password_resets order by 1",
        "select id from letters order by id",
        "select id || state || cast(version as text) || ship_to || cast(total_paise as text)
             from orders order by id",
        "select order_id || kind || detail from order_events order by 1",
        "select id || state || coalesce(gateway_order_id, '') from attempts order by id",
        "select id || status || role || cast(refunded_paise as text) from payments order by id",
        "select id || state || cast(amount_paise as text) from refunds order by id",
        "select id || coalesce(cast(done_at as text), '') from desk_tasks order by id",
        "select id || cast(on_hand as text) || '-' || cast(held as text) from products order by id",
    ] {
        rows.extend(shop.texts(statement).await);
    }
    rows
}

/// Was this visitor led away before the form was read: to the sign-in page, or from the desk?
pub fn is_turned_away(visitor: &Visitor, route: &Route, status: u16) -> bool {
    match route.guard {
        Guard::Desk if status == 404 => true,
        _ => status == 303 && visitor.page.path.starts_with("/sign-in"),
    }
}

/// Somebody without a cookie, a guest with a cart, a customer with cart and address, a shopkeeper:
/// all at the same doors.
pub async fn all_visitors(shop: &Shop) -> [Visitor; 4] {
    let (nobody, mut guest) = (shop.visitor(), shop.visitor());
    let mut asha = shop.customer("asha@example.in").await;
    asha.keeps_an_address(&HOME).await;
    asha.adds("cardamom", 1).await;
    guest.adds("assam-tea", 2).await;
    [nobody, guest, asha, shop.shopkeeper().await]
}
