//! Random fields at every form: any mixture of hostile, random, near-right and right values.

use super::{HOSTILE, all_visitors, is_clear, nothing_was_bought};
use crate::routes::{Route, forms};
use crate::story::{HOME, Shop, Visitor, encode};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::RefCell;

const CASES: u32 = 48;

/// Values that come near enough to be looked at closely.
fn near_right(shop_words: Vec<String>) -> impl Strategy<Value = String> {
    let mut words = shop_words;
    let home = HOME.iter().map(|(_, value)| (*value).to_owned());
    words.extend(home);
    let more = ["1", "2", "99", "100", "-1", "0", "new", "yes", "/cart", "green tea, no sugar"];
    words.extend(more.map(str::to_owned));
    // As long as a checkout page's key.
    words.push("A".repeat(43));
    proptest::sample::select(words)
}

fn value(shop_words: Vec<String>) -> impl Strategy<Value = String> {
    prop_oneof![
        3 => near_right(shop_words),
        2 => proptest::sample::select(HOSTILE).prop_map(str::to_owned),
        2 => "\\PC{0,60}",
        1 => any::<i64>().prop_map(|number| number.to_string()),
        1 => "[a-z0-9.+-]{1,20}@[a-z0-9.-]{1,20}",
        1 => any::<String>(),
    ]
}

/// Some of the route's fields, and sometimes one that it does not know.
fn fields(route: &Route, words: &[String]) -> impl Strategy<Value = Vec<(String, String)>> + use<> {
    let mut names: Vec<&'static str> = route.fields.to_vec();
    names.extend(["order", "admin_since"]);
    let count = names.len();
    let values =
        proptest::collection::vec(proptest::option::weighted(0.8, value(words.to_vec())), count);
    values.prop_map(move |values| {
        let pairs = names.iter().zip(values);
        pairs.filter_map(|(name, value)| Some(((*name).to_owned(), value?))).collect()
    })
}

async fn tries(visitor: &mut Visitor, route: &Route, fields: &[(String, String)]) {
    visitor.peer = visitor.shop.next_peer();
    let what = format!("{} with {fields:?}", route.path);
    visitor.posts_body(route.path, encode(fields)).await;
    is_clear(visitor, &what);
    visitor.follows().await;
    is_clear(visitor, &what);
}

/// Ids that exist: of the visitors' own carts, of products and addresses.
async fn words_of(shop: &Shop) -> Vec<String> {
    let mut words = Vec::new();
    for statement in [
        "select id from products",
        "select id from carts",
        "select id from addresses",
        "select id from users",
    ] {
        words.extend(shop.texts(statement).await);
    }
    words
}

/// A checkout that is wholly right would rightly be an order; that takes the digest of what was
/// shown, which nothing here guesses.
#[test]
fn no_mixture_of_fields_breaks_anything() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let shop = runtime.block_on(Shop::open());
    let visitors = RefCell::new(runtime.block_on(all_visitors(&shop)));
    let words = runtime.block_on(words_of(&shop));
    for route in forms() {
        let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new(config);
        let done = runner.run(&fields(route, &words), |fields| {
            for visitor in visitors.borrow_mut().iter_mut() {
                runtime.block_on(tries(visitor, route, &fields));
            }
            Ok(())
        });
        done.unwrap_or_else(|failure| panic!("{}: {failure}", route.path));
    }
    runtime.block_on(nothing_was_bought(&shop));
    let desks = runtime.block_on(shop.count("users where admin_since is not null"));
    assert_eq!(desks, 1, "the one that was there");
}
