//! What shoppers do, in one tab or two, and what their banks do.

use crate::answers::{self, Jar};
use crate::deeds::Then;
use crate::driver::{Fate, Paused};
use crate::template::{CUSTOMERS, PASSWORD, template};
use crate::world::World;
use axum::body::Body;
use axum::http::Request;
use serde_json::json;

/// An order as a shopper knows it.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub id: String,
    pub key: String,
    /// Those that a pay page showed: any of them may be paid.
    pub gateway_orders: Vec<String>,
    /// (gateway order, payment, signature)
    pub payments: Vec<(String, String, String)>,
}

/// Somebody with a browser.
#[derive(Clone, Debug, Default)]
pub struct Shopper {
    pub jar: Jar,
    pub orders: Vec<Known>,
    /// The checkout form of an older tab.
    old_form: Option<Vec<(String, String)>>,
    /// Cart and version that an older tab shows.
    old_cart: Option<(String, String)>,
}

const HOME: [(&str, &str); 6] = [
    ("name", "Asha Rao"),
    ("phone", "98765 43210"),
    ("line1", "12, MG Road"),
    ("city", "Bengaluru"),
    ("state", "29"),
    ("pin", "560001"),
];

impl World {
    pub async fn cart_adds(&mut self, shopper: usize, fate: Fate, paused: &mut Option<Paused>) {
        let (jar, server) = (self.shoppers[shopper].jar.clone(), self.any_server());
        let product = self.one_of(&template().products).unwrap().0.clone();
        let units = (1 + self.below(3)).to_string();
        let form = pairs(&[("product", &product), ("quantity", &units), ("back", "/cart")]);
        let doing = self.post(server, "/do/cart/add", &form, &jar);
        self.tell(|| format!("shopper {shopper} adds {units} of {product}"));
        self.act(server, doing, Then::Nothing("add"), fate, paused).await;
    }

    /// Sets, removes or empties, from the page as it is or from an old tab.
    pub async fn cart_changes(&mut self, shopper: usize, fate: Fate, paused: &mut Option<Paused>) {
        let (jar, server) = (self.shoppers[shopper].jar.clone(), self.any_server());
        let doing = self.get(server, "/cart", &jar);
        let page = self.act(server, doing, Then::Nothing("cart"), Fate::Luck, paused).await;
        let Some(form) = page.unwrap_or_default().form("/do/cart/set") else { return };
        let fresh =
            (answers::value(&form, "cart").to_owned(), answers::value(&form, "version").to_owned());
        let old = self.shoppers[shopper].old_cart.replace(fresh.clone());
        let (cart, version) = match old.filter(|_| self.once_in(4)) {
            Some(old) => {
                self.tally.old_tabs += 1;
                old
            }
            None => fresh,
        };
        let product = answers::value(&form, "product").to_owned();
        let (path, units) = match self.below(6) {
            0 => ("/do/cart/empty", String::new()),
            1 | 2 => ("/do/cart/remove", String::new()),
            _ => ("/do/cart/set", (1 + self.below(3)).to_string()),
        };
        let form = pairs(&[
            ("cart", &cart),
            ("version", &version),
            ("product", &product),
            ("quantity", &units),
        ]);
        self.tell(|| format!("shopper {shopper} posts {path} {units} for version {version}"));
        let doing = self.post(server, path, &form, &jar);
        self.act(server, doing, Then::Nothing("change the cart"), fate, paused).await;
    }

    /// From the checkout page to the order; also pressed twice, and from an older tab.
    pub async fn places(&mut self, shopper: usize, fate: Fate, paused: &mut Option<Paused>) {
        let (jar, server) = (self.shoppers[shopper].jar.clone(), self.any_server());
        let old = self.shoppers[shopper].old_form.clone().filter(|_| self.once_in(5));
        let form = match old {
            Some(form) => {
                self.tally.old_tabs += 1;
                form
            }
            None => match self.checkout_form(server, shopper, paused).await {
                Some(form) => form,
                None => return,
            },
        };
        self.shoppers[shopper].old_form = Some(form.clone());
        self.tell(|| format!("shopper {shopper} places the order"));
        let then = Then::Placed { shopper };
        let doing = self.post(server, "/do/checkout/place", &form, &jar);
        let answer = self.act(server, doing, then.clone(), fate, paused).await;
        if answer.is_none() || self.once_in(4) {
            // No answer, or impatience: the same form once more, perhaps to the other server.
            self.tally.pressed_twice += 1;
            let server = self.other_than_paused(paused);
            let doing = self.post(server, "/do/checkout/place", &form, &jar);
            self.act(server, doing, then, Fate::Luck, paused).await;
        }
        if let Some(order) = self.shoppers[shopper].orders.last().map(|order| order.id.clone()) {
            self.opens_pay_page(shopper, &order, Fate::Luck, paused).await;
        }
    }

    /// The checkout page's form with everything filled in; none without a cart that can be placed.
    pub async fn checkout_form(
        &mut self,
        server: usize,
        shopper: usize,
        paused: &mut Option<Paused>,
    ) -> Option<Vec<(String, String)>> {
        let jar = self.shoppers[shopper].jar.clone();
        let doing = self.get(server, "/checkout", &jar);
        let page = self.act(server, doing, Then::Nothing("checkout"), Fate::Luck, paused).await?;
        let mut form = page.form("/do/checkout/place")?;
        for (name, value) in HOME.iter().chain(&[("accept_changes", "on"), ("address", "new")]) {
            answers::set(&mut form, name, value);
        }
        if answers::value(&form, "account").is_empty() {
            answers::set(&mut form, "email", "guest@example.in");
        }
        Some(form)
    }

    pub async fn opens_pay_page(
        &mut self,
        shopper: usize,
        order: &str,
        fate: Fate,
        paused: &mut Option<Paused>,
    ) {
        let Shopper { jar, orders, .. } = &self.shoppers[shopper];
        let Some(known) = orders.iter().find(|known| known.id == order) else { return };
        let (jar, key) = (jar.clone(), known.key.clone());
        let check = if self.once_in(3) { "&check=1" } else { "" };
        let path = format!("/checkout/pay/{order}?key={key}{check}");
        let server = self.other_than_paused(paused);
        let doing = self.get(server, &path, &jar);
        let then = Then::PayPage { shopper, order: order.to_owned() };
        let answer = self.act(server, doing, then, fate, paused).await;
        if answer.is_some_and(|answer| answer.form("/do/checkout/retry").is_some()) {
            self.tell(|| format!("shopper {shopper} tries again"));
            let form = pairs(&[("order", order), ("key", &key)]);
            let doing = self.post(server, "/do/checkout/retry", &form, &jar);
            self.act(server, doing, Then::Placed { shopper }, fate, paused).await;
            self.tally.retries += 1;
            let doing = self.get(server, &path, &jar);
            let then = Then::PayPage { shopper, order: order.to_owned() };
            self.act(server, doing, then, Fate::Luck, paused).await;
        }
    }

    /// At the gateway, with every outcome that a bank has; then the way back, or none.
    pub async fn pays(&mut self, shopper: usize, fate: Fate, paused: &mut Option<Paused>) {
        let orders: Vec<Known> = self.shoppers[shopper].orders.clone();
        let payable: Vec<&Known> =
            orders.iter().filter(|known| !known.gateway_orders.is_empty()).collect();
        let newest = payable.last().copied().filter(|_| !self.once_in(3));
        let Some(known) = newest.or_else(|| self.one_of(&payable).copied()) else { return };
        let gateway_order = self.one_of(&known.gateway_orders).unwrap().clone();
        let (outcome, amount) = match self.below(20) {
            0..=11 => ("success", None),
            12 | 13 => ("failure", None),
            14 => ("authorized", None),
            15 => ("pending", None),
            16 => ("cancelled", None),
            17 => ("success", Some(100 + self.below(90_000))),
            _ => ("late", None),
        };
        let body = match amount {
            Some(amount) => {
                json!({"order_id": gateway_order, "outcome": outcome, "amount": amount})
            }
            None => json!({"order_id": gateway_order, "outcome": outcome}),
        };
        let surplus = self.once_in(12);
        let told = match surplus {
            true => self.pull("surplus", json!({"order_id": gateway_order})).await,
            false => self.pull("pay", body).await,
        };
        let Some(told) = told else { return };
        self.tell(|| format!("shopper {shopper} pays {}: {outcome} {amount:?} {told}", known.id));
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        let payment = (gateway_order, text("payment_id"), text("signature"));
        self.payments.push(payment.1.clone());
        let id = known.id.clone();
        let own = self.shoppers[shopper].orders.iter_mut().find(|own| own.id == id).unwrap();
        own.payments.push(payment);
        self.comes_back(shopper, &id, fate, paused).await;
    }

    /// The gateway's page posts to the callback, signed or not, or the browser was closed.
    pub async fn comes_back(
        &mut self,
        shopper: usize,
        order: &str,
        fate: Fate,
        paused: &mut Option<Paused>,
    ) {
        let known = self.shoppers[shopper].orders.iter().find(|known| known.id == order);
        let Some(known) = known.cloned() else { return };
        let Some((gateway_order, payment, signature)) = known.payments.last().cloned() else {
            return;
        };
        let form = match self.below(10) {
            0..=3 => {
                self.tally.browsers_closed += 1;
                return;
            }
            4..=7 => pairs(&[
                ("razorpay_payment_id", &payment),
                ("razorpay_order_id", &gateway_order),
                ("razorpay_signature", &signature),
            ]),
            8 => pairs(&[
                ("razorpay_payment_id", "pay_AAAAAAAAAAAAAA"),
                ("razorpay_order_id", &gateway_order),
                ("razorpay_signature", &"0".repeat(64)),
            ]),
            _ => {
                let metadata =
                    format!("{{\"payment_id\":\"{payment}\",\"order_id\":\"{gateway_order}\"}}");
                pairs(&[
                    ("error[code]", "BAD_REQUEST_ERROR"),
                    ("error[description]", "Payment failed"),
                    ("error[metadata]", &metadata),
                ])
            }
        };
        self.tally.returns += 1;
        let path = format!("/razorpay/callback?order={order}&key={}", known.key);
        let server = self.other_than_paused(paused);
        // A cross-site post carries no cookie.
        let doing = self.post(server, &path, &form, &Jar::default());
        let answer = self.act(server, doing, Then::Nothing("return"), fate, paused).await;
        if answer.is_some_and(|answer| answer.status == 303) {
            self.opens_pay_page(shopper, order, Fate::Luck, paused).await;
        }
    }

    /// Through the door for programs, with the order's key.
    pub async fn calls_off(&mut self, shopper: usize, fate: Fate, paused: &mut Option<Paused>) {
        let orders = self.shoppers[shopper].orders.clone();
        let Some(Known { id, key, .. }) = self.one_of(&orders).cloned() else { return };
        self.tell(|| format!("shopper {shopper} calls {id} off"));
        let request = Request::post(format!("/api/orders/{id}/cancel?key={key}"));
        let server = self.other_than_paused(paused);
        let doing = self.request(server, request.body(Body::empty()).unwrap(), None);
        self.act(server, doing, Then::CalledOff { order: id }, fate, paused).await;
    }

    /// A guest's cart joins an account's, or somebody signs out.
    pub async fn signs_in(&mut self, shopper: usize, fate: Fate, paused: &mut Option<Paused>) {
        let (jar, server) = (self.shoppers[shopper].jar.clone(), self.other_than_paused(paused));
        let email = CUSTOMERS[self.below(2) as usize];
        let form = pairs(&[("email", email), ("password", PASSWORD)]);
        self.tell(|| format!("shopper {shopper} signs in as {email}"));
        let doing = self.post(server, "/do/account/sign-in", &form, &jar);
        self.act(server, doing, Then::Nothing("sign in"), fate, paused).await;
        self.tally.sign_ins += 1;
    }

    pub fn other_than_paused(&mut self, paused: &Option<Paused>) -> usize {
        let any = self.any_server();
        paused.as_ref().map_or(any, |paused| 1 - paused.server)
    }
}

pub fn pairs(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
