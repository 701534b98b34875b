//! Shoppers: each errand is a fresh visitor who fills a cart, places the order, pays in one of many
//! ways and comes back or does not. What the shop acknowledges goes into the record.

use crate::browser::{Answer, Ask, Browser, encode};
use crate::chance::Chance;
use crate::market::Market;
use crate::record::Added;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::task::JoinSet;

const ADDRESS: [(&str, &str); 6] = [
    ("name", "Asha Rao"),
    ("phone", "98765 43210"),
    ("line1", "12, MG Road"),
    ("city", "Bengaluru"),
    ("state", "29"),
    ("pin", "560001"),
];

/// People in the shop, one errand after another, who leave when they are told to.
pub struct Rush {
    stop: Arc<AtomicBool>,
    shoppers: JoinSet<()>,
}

impl Rush {
    pub fn begins(market: &Arc<Market>, count: usize) -> Rush {
        let stop = Arc::new(AtomicBool::new(false));
        let mut shoppers = JoinSet::new();
        for _ in 0..count {
            let (market, stop) = (market.clone(), stop.clone());
            let mut chance = market.chance();
            shoppers.spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    let pause = chance.milliseconds(0, market.think_ms);
                    Errand::new(&market, chance.branch()).run().await;
                    tokio::time::sleep(pause).await;
                }
            });
        }
        Rush { stop, shoppers }
    }

    /// Returns when the last one has left.
    pub async fn ends(mut self) {
        self.stop.store(true, Ordering::SeqCst);
        while let Some(ended) = self.shoppers.join_next().await {
            ended.unwrap();
        }
    }
}

/// One visitor from the empty cart to whatever end.
pub struct Errand<'a> {
    pub market: &'a Market,
    pub browser: Browser,
    pub chance: Chance,
}

/// An order that waits for its payment.
pub struct Placed {
    pub id: String,
    pub pay_page: String,
}

impl<'a> Errand<'a> {
    pub fn new(market: &'a Market, mut chance: Chance) -> Errand<'a> {
        let browser = market.browser(chance.branch());
        Errand { market, browser, chance }
    }

    async fn run(mut self) {
        let mut cart = String::new();
        for _ in 0..=self.chance.below(2) {
            cart = self.adds_something().await.unwrap_or(cart);
        }
        let Some(first) = self.places().await else { return };
        // Somebody goes back, changes the cart and places it again; the first page is still open.
        let changes_the_mind = self.chance.one_in(10);
        let second = if changes_the_mind {
            self.adds_something().await;
            self.places().await
        } else {
            if !cart.is_empty() {
                self.market.record.told().bought_once.insert(cart);
            }
            None
        };
        self.pays(&first).await;
        if let Some(second) = second
            && self.chance.one_in(2)
        {
            self.pays(&second).await;
        }
    }

    /// One product, paid and paid once more, and back to the order's page.
    pub async fn buys_and_pays_twice(mut self, product: &str) {
        self.adds(product, 1).await.expect("it is in the cart");
        let placed = self.places().await.expect("it is placed");
        let page = self.opens_pay_page(&placed).await.expect("it can be paid");
        let (order, callback) = (page.field("order_id"), page.field("callback_url"));
        let order = order.expect("the gateway's order");
        let paid = self.market.gateway.pay(&order, "success").await.expect("it is paid");
        self.market.gateway.pay_once_more(&order).await;
        self.comes_back(&placed, &callback.expect("a way back"), &paid).await;
    }

    async fn adds_something(&mut self) -> Option<String> {
        let product = self.chance.pick(&self.market.products).clone();
        let units = i64::try_from(self.chance.below(3)).unwrap() + 1;
        self.adds(&product, units).await
    }

    /// Gives back the cart's id. Where no answer comes, the cart is looked at and left as it is.
    pub async fn adds(&mut self, product: &str, units: i64) -> Option<String> {
        let fields = encode(&[("product", product), ("quantity", &units.to_string())]);
        let ask = Ask::JsonForm("/do/cart/add".to_owned(), fields);
        let Ok(answer) = self.browser.once(&ask).await else {
            self.browser.until_answered(&Ask::Json("/cart".to_owned())).await;
            return None;
        };
        let record = &self.market.record;
        match answer.status {
            200 => {
                let told = answer.json();
                let cart = told["news"]["cart_id"].as_str().unwrap_or_default().to_owned();
                let version = told["news"]["version"].as_i64().unwrap_or_default();
                let product = product.to_owned();
                record.told().adds.push(Added { cart: cart.clone(), version, product, units });
                Some(cart)
            }
            // Sold out, or the shop has trouble and says so.
            409 | 500..=599 => None,
            other => {
                record.surprise(format!("adding gave {other}: {}", answer.body));
                None
            }
        }
    }

    /// From the checkout page to the pay page. The same form is sent until it is answered: the shop
    /// must find the order that a lost answer left behind.
    pub async fn places(&mut self) -> Option<Placed> {
        let (key, ask) = self.checkout_form().await?;
        let mut placed = self.placed(&key, &ask).await?;
        if self.chance.one_in(6) {
            // Pressed twice.
            placed = self.placed(&key, &ask).await?;
        }
        Some(placed)
    }

    /// The filled form of the checkout page, and its key; `None` where nothing can be bought.
    pub async fn checkout_form(&mut self) -> Option<(String, Ask)> {
        let page = self.browser.until_answered(&Ask::Page("/checkout".to_owned())).await;
        let key = page.field("key").filter(|_| page.status == 200)?;
        let email = format!("{}@example.in", &key[..12].to_lowercase().replace(['-', '_'], "x"));
        let hidden: Vec<(&str, String)> = ["cart", "version", "digest"]
            .map(|name| (name, page.field(name).unwrap_or_default()))
            .to_vec();
        let mut fields: Vec<(&str, &str)> =
            vec![("key", &key), ("account", ""), ("email", &email), ("accept_changes", "on")];
        fields.extend(hidden.iter().map(|(name, value)| (*name, value.as_str())));
        fields.extend(ADDRESS);
        let ask = Ask::Form("/do/checkout/place".to_owned(), encode(&fields));
        Some((key, ask))
    }

    async fn placed(&mut self, key: &str, ask: &Ask) -> Option<Placed> {
        let answer = self.browser.until_answered(ask).await;
        self.is_told_placed(key, &answer)
    }

    pub fn is_told_placed(&self, key: &str, answer: &Answer) -> Option<Placed> {
        let record = &self.market.record;
        let id = answer.location.strip_prefix("/checkout/pay/").and_then(|r| r.split('?').next());
        let Some(id) = id.filter(|_| answer.status == 303) else {
            // Told why not on the page that the answer leads to.
            let refused = ["/checkout", "/cart"].contains(&answer.location.as_str());
            if answer.status != 303 || !refused {
                let words = format!("placing gave {} {}", answer.status, answer.location);
                record.surprise(words);
            }
            return None;
        };
        record.told().placed.push((key.to_owned(), id.to_owned()));
        Some(Placed { id: id.to_owned(), pay_page: answer.location.clone() })
    }
}
