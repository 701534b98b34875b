//! Every door of the shop with the guard behind it. A new route fails here until it is written
//! down.

use crate::story::{HOME, Shop, Visitor};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What stands between a stranger and what a route shows or does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Harmless, or about the visitor's own things alone.
    Nobody,
    /// Leads to the sign-in page.
    SignedIn,
    /// A shopkeeper's; to anybody else it does not exist.
    Desk,
    /// The owner's, or whoever holds the secret link.
    SecretLink,
    /// The gateway's signature.
    Signature,
}
use Guard::{Desk, Nobody, SecretLink, Signature, SignedIn};

pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub guard: Guard,
    /// What its form or query holds.
    pub fields: &'static [&'static str],
}

const fn get(path: &'static str, guard: Guard, fields: &'static [&'static str]) -> Route {
    Route { method: "GET", path, guard, fields }
}

const fn post(path: &'static str, guard: Guard, fields: &'static [&'static str]) -> Route {
    Route { method: "POST", path, guard, fields }
}

const ADDRESS: &[&str] = &["name", "phone", "line1", "line2", "landmark", "city", "pin", "state"];
const ADDRESS_AND_ID: &[&str] =
    &["id", "name", "phone", "line1", "line2", "landmark", "city", "pin", "state"];
const CHECKOUT: &[&str] = &[
    "key",
    "cart",
    "version",
    "digest",
    "accept_changes",
    "account",
    "email",
    "address",
    "name",
    "phone",
    "line1",
    "line2",
    "landmark",
    "city",
    "pin",
    "state",
];
const RETURN: &[&str] = &["razorpay_payment_id", "razorpay_order_id", "razorpay_signature"];

pub const ROUTES: &[Route] = &[
    get("/", Nobody, &[]),
    get("/products", Nobody, &["q", "category", "sort", "page"]),
    get("/products/{slug}", Nobody, &[]),
    get("/cart", Nobody, &[]),
    get("/sign-in", Nobody, &["next"]),
    get("/sign-up", Nobody, &[]),
    get("/sign-up/sent", Nobody, &[]),
    get("/sign-up/confirm", Nobody, &["token"]),
    get("/forgot", Nobody, &[]),
    get("/reset", Nobody, &["token"]),
    get("/account", SignedIn, &[]),
    get("/account/addresses", SignedIn, &[]),
    get("/account/addresses/new", SignedIn, &[]),
    get("/account/addresses/{id}", SignedIn, &[]),
    get("/account/orders", SignedIn, &[]),
    get("/checkout", Nobody, &[]),
    get("/checkout/pay/{order}", SecretLink, &["key", "check"]),
    get("/orders/{number}", SecretLink, &["key"]),
    get("/admin", Desk, &[]),
    get("/admin/orders", Desk, &["state", "q", "page"]),
    get("/admin/orders/{order}", Desk, &[]),
    get("/admin/check", Desk, &[]),
    get("/healthz", Nobody, &[]),
    get("/readyz", Nobody, &[]),
    get("/metrics", Nobody, &[]),
    post("/do/cart/add", Nobody, &["product", "quantity", "back"]),
    post("/do/cart/set", Nobody, &["cart", "version", "product", "quantity"]),
    post("/do/cart/remove", Nobody, &["cart", "version", "product"]),
    post("/do/cart/empty", Nobody, &["cart", "version"]),
    post("/do/account/sign-up", Nobody, &["name", "email", "phone", "password", "email_sure"]),
    post("/do/account/confirm", Nobody, &["token", "password"]),
    post("/do/account/sign-in", Nobody, &["email", "password", "next"]),
    post("/do/account/sign-out", Nobody, &[]),
    post("/do/account/forgot", Nobody, &["email"]),
    post("/do/account/reset", Nobody, &["token", "password"]),
    post("/do/account/profile", SignedIn, &["name", "phone"]),
    post("/do/account/password", SignedIn, &["current", "new_password"]),
    post("/do/account/email-check", Nobody, &["email"]),
    post("/do/address/add", SignedIn, ADDRESS),
    post("/do/address/change", SignedIn, ADDRESS_AND_ID),
    post("/do/address/delete", SignedIn, &["id"]),
    post("/do/address/default", SignedIn, &["id"]),
    post("/do/checkout/place", Nobody, CHECKOUT),
    post("/do/checkout/retry", SecretLink, &["order", "key"]),
    post("/do/admin/check", Desk, &[]),
    post("/do/admin/refund", Desk, &["order", "payment", "seen", "amount", "words"]),
    post("/do/admin/task", Desk, &["task"]),
    post("/razorpay/callback", SecretLink, RETURN),
    post("/razorpay/webhook", Signature, &[]),
];

/// All forms of the shop's own pages.
pub fn deeds() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.path.starts_with("/do/"))
}

/// Every door that takes a form: of the shop's own pages, and of the gateway's on the way back.
pub fn forms() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.method == "POST" && !route.fields.is_empty())
}

pub fn pages() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.method == "GET")
}

/// The route's address with something in its places.
pub fn filled(path: &str, word: &str) -> String {
    match (path.find('{'), path.find('}')) {
        (Some(from), Some(to)) => format!("{}{word}{}", &path[..from], &path[to + 1..]),
        _ => path.to_owned(),
    }
}

#[test]
fn the_table_holds_every_route_of_the_source() {
    let mut found = BTreeSet::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |text| {
        for part in text.split(".route(").skip(1) {
            let part = part.trim_start();
            let path = match part.strip_prefix('"') {
                Some(quoted) => quoted.split('"').next().unwrap().to_owned(),
                None => constant(text, part.split(',').next().unwrap()),
            };
            found.insert(path);
        }
    });
    let known: BTreeSet<String> = ROUTES.iter().map(|route| route.path.to_owned()).collect();
    assert_eq!(found, known);
}

fn constant(text: &str, name: &str) -> String {
    let wanted = format!("const {name}: &str = \"");
    let (_, rest) = text.split_once(&wanted).unwrap_or_else(|| panic!("{name} is not there"));
    rest.split('"').next().unwrap().to_owned()
}

/// The simulator is another server, with routes of its own; the API's are in its description, which
/// `api/doors.rs` goes through.
fn walk(folder: &PathBuf, look: &mut impl FnMut(&str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("src/razorpay/simulator") || path.ends_with("src/api") {
            continue;
        }
        if path.is_dir() {
            walk(&path, look);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            // Unit tests have routes of their own.
            look(text.split("#[cfg(test)]\nmod tests {").next().unwrap());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_is_taken_from_another_site() {
    let shop = Shop::open().await;
    let mut visitors = [shop.visitor(), shop.customer("asha@example.in").await];
    for visitor in &mut visitors {
        visitor.adds("assam-tea", 1).await;
        for route in deeds() {
            let fields: Vec<_> = route.fields.iter().map(|name| (*name, "1")).collect();
            visitor.posts_from_elsewhere(route.path, &fields).await.got(403);
            visitor.posts_from_elsewhere_with_cookies(route.path, &fields).await.got(403);
            visitor.sees("came from another site");
        }
        visitor.has_in_the_cart(&[("assam-tea", 1)]).await;
    }
    assert_eq!(shop.count("addresses").await + shop.count("orders").await, 0);
    assert_eq!(shop.count("sessions").await, 2, "nobody was signed out");
}

/// Browsers always send one of the two headers with a cross-site post; what sends neither is a
/// program and has no visitor's cookie (tower-http, csrf).
#[tokio::test(flavor = "multi_thread")]
async fn a_program_without_origin_is_not_taken_for_another_site() {
    let shop = Shop::open().await;
    let mut program = shop.visitor();
    for route in deeds() {
        program.peer = shop.next_peer();
        let fields: Vec<_> = route.fields.iter().map(|name| (*name, "1")).collect();
        program.posts_from_nowhere(route.path, &fields).await;
        assert!(matches!(program.page.status, 200 | 303 | 404), "{}", route.path);
    }
}

async fn answers(visitor: &mut Visitor, route: &Route) -> (u16, String) {
    visitor.peer = visitor.shop.next_peer();
    match route.method {
        "GET" => visitor.looks_at(&filled(route.path, "x")).await,
        _ => {
            let fields: Vec<_> = route.fields.iter().map(|name| (*name, "1")).collect();
            visitor.posts(route.path, &fields).await
        }
    };
    (visitor.page.status, visitor.page.header("location").to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_guard_stands_at_its_door() {
    let shop = Shop::open().await;
    let mut nobody = shop.visitor();
    let mut desk = shop.shopkeeper().await;
    let mut asha = shop.customer("asha@example.in").await;
    for route in ROUTES {
        let (status, to) = answers(&mut nobody, route).await;
        let name = format!("{} {} answered {status} {to}", route.method, route.path);
        match route.guard {
            Nobody => assert!(matches!(status, 200 | 303 | 404 | 410), "{name}"),
            SignedIn | Desk => assert!(status == 303 && to.starts_with("/sign-in"), "{name}"),
            SecretLink => assert_eq!(status, 404, "{name}"),
            Signature => assert_eq!(status, 401, "{name}"),
        }
        if route.guard == Desk {
            assert_eq!(answers(&mut asha, route).await.0, 404, "{name}");
            let open = answers(&mut desk, route).await.0;
            let names_one = route.path.ends_with("/refund") || route.path.ends_with("/task");
            let named = route.path.contains('{') || names_one;
            let expected = match route.method {
                _ if named => 404,
                "GET" => 200,
                _ => 303,
            };
            assert_eq!(open, expected, "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_shows_every_order_to_shopkeepers_alone() {
    let shop = Shop::open().await;
    let mut desk = shop.shopkeeper().await;
    let mut asha = shop.customer("asha@example.in").await;
    asha.adds("assam-tea", 2).await;
    let form = asha.checkout_form("", &HOME).await;
    let number = asha.sends(form).await.pays().await.number();
    desk.opens("/admin").await.got(200);
    desk.opens("/admin/orders?state=paid").await.sees(&number).sees("asha@example.in");
    desk.opens(&format!("/admin/orders?q={number}")).await.sees("asha@example.in");
    desk.opens(&format!("/admin/orders/{number}")).await.sees("Bengaluru").sees("₹419.00");
    for path in ["/admin", "/admin/orders", &format!("/admin/orders/{number}")] {
        asha.opens(path).await.got(404).does_not_see("Bengaluru");
        shop.visitor().opens(path).await.is_at("/sign-in");
    }
}
