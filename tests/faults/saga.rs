//! Settling as a saga: whatever an order's state and its payments are, in whatever order the doors
//! bring the news, however often, and wherever a server dies in between, the end is the same.

use crate::checker::{self, Broken};
use crate::deeds::Then;
use crate::desk::JOBS;
use crate::driver::Fate;
use crate::shoppers::pairs;
use crate::template;
use crate::world::World;
use kirana::clock::MINUTE;
use proptest::prelude::*;
use serde_json::json;

/// The order, before the money comes.
#[derive(Clone, Copy, Debug)]
enum Before {
    Awaiting,
    Expired,
    ExpiredAndSoldOut,
    Paid,
    Cancelled,
}

const BEFORE: [Before; 5] =
    [Before::Awaiting, Before::Expired, Before::ExpiredAndSoldOut, Before::Paid, Before::Cancelled];

/// What the gateway then holds.
const MONEY: [&[&str]; 9] = [
    &["success"],
    &["failure"],
    &["failure", "success"],
    &["late"],
    &["authorized"],
    &["other amount"],
    &["other currency"],
    &["success", "surplus"],
    &["success", "dashboard"],
];

const DOORS: [&str; 4] = ["return", "webhook", "poller", "expiry"];

#[derive(Clone, Debug)]
struct Case {
    before: Before,
    money: &'static [&'static str],
    doors: Vec<&'static str>,
    /// Where the server dies: at which door, at its nth point.
    deaths: Vec<(usize, usize)>,
}

fn cases() -> impl Strategy<Value = Case> {
    let doors = Just(DOORS.to_vec()).prop_shuffle();
    let deaths = proptest::collection::vec((0..4usize, 0..9usize), 0..4);
    (0..BEFORE.len(), 0..MONEY.len(), doors, deaths).prop_map(|(before, money, doors, deaths)| {
        Case { before: BEFORE[before], money: MONEY[money], doors, deaths }
    })
}

impl World {
    /// One unit of the scarcest product, up to the shown pay page.
    async fn waits_for_money(&mut self, before: Before) {
        let product = template::template().products[3].0.clone();
        let jar = self.shoppers[0].jar.clone();
        self.puts_in(0, &product).await;
        self.places_now(0).await;
        let (id, key) =
            (self.shoppers[0].orders[0].id.clone(), self.shoppers[0].orders[0].key.clone());
        let doing = self.get(0, &format!("/checkout/pay/{id}?key={key}"), &jar);
        let then = Then::PayPage { shopper: 0, order: id.clone() };
        self.act(0, doing, then, Fate::Luck, &mut None).await;
        match before {
            Before::Awaiting => {}
            Before::Paid => {
                self.pays_now("success").await;
                self.passes(2 * MINUTE).await;
                self.works(0, "poller", Fate::Luck, &mut None).await;
            }
            Before::Expired | Before::ExpiredAndSoldOut | Before::Cancelled => {
                self.passes(45 * MINUTE).await;
                self.works(0, "expiry", Fate::Luck, &mut None).await;
            }
        }
        if let Before::ExpiredAndSoldOut = before {
            self.puts_in(1, &product).await;
            self.places_now(1).await;
        }
        if let Before::Cancelled = before {
            let db = self.servers[0].app.db.write.clone();
            let cancel = "update orders set state = 'cancelled' where id = $1";
            sqlx::query(cancel).bind(&id).execute(&db).await.unwrap();
        }
    }

    async fn puts_in(&mut self, shopper: usize, product: &str) {
        let jar = self.shoppers[shopper].jar.clone();
        let form = pairs(&[("product", product), ("quantity", "1"), ("back", "/cart")]);
        let doing = self.post(0, "/do/cart/add", &form, &jar);
        self.act(0, doing, Then::Nothing("add"), Fate::Luck, &mut None).await;
    }

    async fn places_now(&mut self, shopper: usize) {
        let jar = self.shoppers[shopper].jar.clone();
        let form = self.checkout_form(0, shopper, &mut None).await.unwrap();
        let doing = self.post(0, "/do/checkout/place", &form, &jar);
        self.act(0, doing, Then::Placed { shopper }, Fate::Luck, &mut None).await;
    }

    async fn pays_now(&mut self, how: &str) {
        let order = self.shoppers[0].orders[0].gateway_orders[0].clone();
        if how == "dashboard" {
            let payment = self.payments.last().unwrap();
            self.pull(&format!("payments/{payment}/refund"), json!({"amount": 500})).await;
            return;
        }
        let body = match how {
            "other amount" => json!({"order_id": order, "outcome": "success", "amount": 100}),
            "other currency" => json!({"order_id": order, "outcome": "success", "currency": "USD"}),
            "surplus" => json!({ "order_id": order }),
            outcome => json!({"order_id": order, "outcome": outcome}),
        };
        let paid_already = self.payments.len();
        let lever = if how == "surplus" || paid_already > 0 && how == "success" {
            "surplus"
        } else {
            "pay"
        };
        let body = if lever == "surplus" { json!({ "order_id": order }) } else { body };
        let Some(told) = self.pull(lever, body).await else { return };
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        self.payments.push(text("payment_id"));
        let known = &mut self.shoppers[0].orders[0];
        known.payments.push((order, text("payment_id"), text("signature")));
        if how == "late" {
            let lever = format!("payments/{}/capture_late", text("payment_id"));
            self.pull(&lever, json!({})).await;
        }
    }

    async fn goes_through(&mut self, door: &'static str, fate: Fate) {
        match door {
            "return" => {
                let known = self.shoppers[0].orders[0].clone();
                let Some((order, payment, signature)) = known.payments.last() else { return };
                let form = pairs(&[
                    ("razorpay_payment_id", payment),
                    ("razorpay_order_id", order),
                    ("razorpay_signature", signature),
                ]);
                let path = format!("/razorpay/callback?order={}&key={}", known.id, known.key);
                let doing = self.post(0, &path, &form, &crate::answers::Jar::default());
                self.act(0, doing, Then::Nothing("return"), fate, &mut None).await;
            }
            "webhook" => {
                for delivery in self.gateway.due().await.unwrap() {
                    self.brings(0, &delivery, true, fate, &mut None).await;
                }
                self.works(0, "inbox", fate, &mut None).await;
            }
            job => self.works(0, job, fate, &mut None).await,
        }
    }

    /// The tables, as far as they are to be the same whatever the way was.
    async fn digest(&self) -> Vec<String> {
        let mut all = Vec::new();
        for statement in [
            "select 'order ' || state || ' ' || coalesce(number, '') from orders
             order by placed_at",
            "select 'payment ' || status || ' ' || coalesce(role, '') || ' ' ||
                    cast(amount_paise as text) || ' ' || cast(refunded_paise as text)
             from payments order by id",
            "select 'refund ' || reason || ' ' || state || ' ' || cast(amount_paise as text)
             from refunds order by reason, amount_paise",
            "select 'letter ' || kind from letters order by kind",
            "select 'task ' || kind from desk_tasks where kind <> 'webhook-silence' order by kind",
            "select 'product ' || slug || ' ' || cast(on_hand as text) || ' ' || cast(held as text)
             from products order by slug",
            "select 'in the cart ' || cast(quantity as text) from cart_lines order by quantity",
        ] {
            let pool = &self.servers[0].app.db.read;
            let rows: Vec<String> = sqlx::query_scalar(statement).fetch_all(pool).await.unwrap();
            all.extend(rows);
        }
        all
    }
}

async fn play(case: &Case, disturbed: bool) -> (Vec<String>, Vec<Broken>) {
    let mut world = World::open(7).await;
    world.waits_for_money(case.before).await;
    for how in case.money {
        world.pays_now(how).await;
    }
    world.passes(2 * MINUTE).await;
    if disturbed {
        for (at, door) in case.doors.iter().enumerate() {
            let deaths = case.deaths.iter().filter(|(door, _)| *door == at);
            let deaths: Vec<usize> = deaths.map(|(_, nth)| *nth).collect();
            for nth in deaths {
                world.goes_through(door, Fate::Dies(nth)).await;
            }
            // Each step twice.
            world.goes_through(door, Fate::Luck).await;
            world.goes_through(door, Fate::Luck).await;
        }
    }
    world.comes_to_rest().await;
    for job in JOBS {
        world.works(1, job, Fate::Luck, &mut None).await;
    }
    let mut wrong = checker::settled(&world).await;
    if !matches!(case.before, Before::Cancelled) {
        wrong.extend(checker::always(&world).await);
    }
    let digest = world.digest().await;
    world.close().await;
    (digest, wrong)
}

fn how_many() -> u32 {
    std::env::var("KIRANA_SAGAS").map_or(48, |text| text.parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: how_many(), max_shrink_iters: 20, failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn settling_ends_the_same_wherever_it_was_stopped(case in cases()) {
        let runtime = template::runtime();
        let (quiet, wrong) = runtime.block_on(play(&case, false));
        prop_assert!(wrong.is_empty(), "undisturbed: {:?}", wrong);
        let (disturbed, wrong) = runtime.block_on(play(&case, true));
        prop_assert!(wrong.is_empty(), "disturbed: {:?}", wrong);
        prop_assert_eq!(quiet, disturbed);
    }
}
