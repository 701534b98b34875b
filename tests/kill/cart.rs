//! The server is killed and started between two clicks of a cart: the real program by SIGKILL, at
//! the moment that a test with everything in one process can only play.

use crate::browser::{Ask, encode};
use crate::cluster::Cluster;
use crate::market::{Market, Plan};
use crate::shopper::Errand;
use crate::{ONE_AT_A_TIME, on_postgres, plan};

const TIMES: i64 = 5;

/// What the database holds of a cart, by product.
async fn units(market: &Market, cart: &str) -> Vec<(String, i64)> {
    let pool = market.pool().await;
    let lines = "select product_id, quantity from cart_lines where cart_id = $1 order by quantity";
    let lines = sqlx::query_as(lines).bind(cart).fetch_all(&pool).await.unwrap();
    pool.close().await;
    lines
}

/// One number of what the cart's page tells an island.
async fn told(errand: &mut Errand<'_>, name: &str) -> i64 {
    let answer = errand.browser.once(&Ask::Json("/cart".to_owned())).await.expect("it is open");
    answer.json()["news"][name].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_between_two_clicks_keeps_the_cart() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let cluster = on_postgres().then(Cluster::make);
    let database = cluster.as_ref().map(Cluster::url);
    let market = Market::open(Plan { database, ..plan() }).await;
    // Plenty of both: see shelf.rs.
    let (one, other) = (market.products[1].clone(), market.products[2].clone());
    let mut asha = Errand::new(&market, market.chance());
    let cart = asha.adds(&one, 1).await.expect("a cart");
    for time in 1..=TIMES {
        market.kills(0).await;
        assert_eq!(told(&mut asha, "units").await, time * 2 - 1, "as before the kill");
        assert_eq!(asha.adds(&other, 1).await.as_ref(), Some(&cart), "the same cart");
        // The page from before this kill is still good for its form.
        let version = told(&mut asha, "version").await;
        market.kills(0).await;
        let (version, quantity) = (version.to_string(), (time + 1).to_string());
        let fields: [(&str, &str); 4] =
            [("cart", &cart), ("version", &version), ("product", &one), ("quantity", &quantity)];
        let set = Ask::JsonForm("/do/cart/set".to_owned(), encode(&fields));
        let answer = asha.browser.once(&set).await.expect("it is open again");
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let expected = vec![(other, TIMES), (one, TIMES + 1)];
    assert_eq!(units(&market, &cart).await, expected, "nothing lost, nothing twice");
    market.kills(0).await;
    let placed = asha.places().await.expect("the cart can be bought");
    market.kills(0).await;
    let page = asha.browser.once(&Ask::Page(placed.pay_page)).await.expect("it is open");
    assert_eq!(page.status, 200, "the pay page outlives it as well");
    assert!(page.field("order_id").is_some(), "it can be paid");
    market.comes_to_rest().await;
}
