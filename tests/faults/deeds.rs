//! What follows from an answer: what clients were told, which is never to be untrue afterwards.

use crate::answers::{self, Answer};
use crate::shoppers::Known;
use crate::world::{EARLIER_SECRET, WEBHOOK_SECRET, World};
use kirana::razorpay::simulator::Delivery;
use kirana::razorpay::{WebhookSecret, signature};
use std::collections::BTreeSet;

/// What was asked of a server, and what its answer is for.
#[derive(Clone, Debug)]
pub enum Then {
    /// A deed of this name, with no more to it than its answer.
    Nothing(&'static str),
    Placed {
        shopper: usize,
    },
    PayPage {
        shopper: usize,
        order: String,
    },
    /// The gateway hears of the answer, unless it counts this delivery as never made.
    Webhook {
        delivery: Box<Delivery>,
        heard: bool,
    },
    CalledOff {
        order: String,
    },
    /// Signed by nobody that the shop knows.
    Forged,
    Job(&'static str),
}

impl Then {
    pub fn name(&self) -> &'static str {
        match self {
            Then::Nothing(name) | Then::Job(name) => name,
            Then::Placed { .. } => "place",
            Then::PayPage { .. } => "pay page",
            Then::Webhook { .. } => "webhook",
            Then::CalledOff { .. } => "call off",
            Then::Forged => "forged webhook",
        }
    }
}

/// What the shop's clients were told.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Webhooks answered 2xx, by the event's id.
    pub events: BTreeSet<String>,
    /// Orders placed.
    pub orders: BTreeSet<String>,
    /// Orders said to be called off.
    pub called_off: BTreeSet<String>,
    /// Numbers shown as paid.
    pub numbers: BTreeSet<String>,
    /// Forged webhooks that were not refused.
    pub believed: Vec<String>,
    /// Webhooks that were refused though one of the shop's secrets signed them, by the event's id.
    pub disbelieved: Vec<String>,
    /// Answers that say that the server broke.
    pub broken: Vec<String>,
}

impl World {
    pub async fn finish(&mut self, then: &Then, answer: &Answer) {
        // A gateway that gives no answer is told as what it is.
        let not_now = answer.status == 503 && matches!(then, Then::CalledOff { .. });
        if answer.status >= 500 && !not_now && !self.deaf {
            let words: String = answer.body.chars().take(300).collect();
            self.told.broken.push(format!("{}: {} {words}", then.name(), answer.status));
        }
        self.hear_of_order(answer);
        match then {
            Then::Placed { shopper } => self.placed(*shopper, answer),
            Then::PayPage { shopper, order } => self.pay_page(*shopper, order, answer),
            Then::Webhook { delivery, heard } => {
                let signer = signer(delivery);
                if answer.status == 401 && signer.is_some() {
                    self.told.disbelieved.push(delivery.event_id.clone());
                }
                if (200..300).contains(&answer.status) {
                    let has_id = |name: &&(&str, String)| name.0 == "X-Razorpay-Event-Id";
                    if delivery.headers.iter().any(|header| has_id(&header)) {
                        self.told.events.insert(delivery.event_id.clone());
                    }
                    self.tally.webhooks += 1;
                    self.tally.earlier_secrets += u64::from(signer == Some(EARLIER_SECRET));
                } else {
                    self.tally.webhooks_refused += 1;
                }
                if *heard {
                    let answer = Ok(answer.status);
                    self.gateway.delivered(delivery, answer).await.unwrap();
                }
            }
            Then::CalledOff { order } if answer.status == 200 => {
                self.told.called_off.insert(order.clone());
            }
            Then::Forged if answer.status != 401 => {
                self.told.believed.push(format!("answered {}", answer.status));
            }
            Then::Forged => self.tally.forged += 1,
            Then::Nothing(_) | Then::Job(_) | Then::CalledOff { .. } => {}
        }
    }

    /// The server died before it answered.
    pub async fn unanswered(&mut self, then: &Then) {
        if let Then::Webhook { delivery, heard: true } = then {
            let cut = Err("the connection broke".to_owned());
            self.gateway.delivered(delivery, cut).await.unwrap();
        }
    }

    fn hear_of_order(&mut self, answer: &Answer) {
        if let Some(rest) = answer.location.strip_prefix("/orders/") {
            self.told.numbers.insert(rest.split('?').next().unwrap().to_owned());
            self.tally.told_paid += 1;
        }
    }

    fn placed(&mut self, shopper: usize, answer: &Answer) {
        let Some(rest) = answer.location.strip_prefix("/checkout/pay/") else { return };
        let Some((id, key)) = rest.split_once("?key=") else { return };
        self.told.orders.insert(id.to_owned());
        let known = &mut self.shoppers[shopper].orders;
        if known.iter().all(|order| order.id != id) {
            known.push(Known { id: id.to_owned(), key: key.to_owned(), ..Known::default() });
        }
    }

    fn pay_page(&mut self, shopper: usize, order: &str, answer: &Answer) {
        let Some(form) = answer.form("http://127.0.0.1") else { return };
        let gateway_order = answers::value(&form, "order_id").to_owned();
        let known = self.shoppers[shopper].orders.iter_mut().find(|known| known.id == order);
        if let Some(known) = known {
            // A page that is open in some tab stays payable whatever the next one shows.
            if !known.gateway_orders.contains(&gateway_order) {
                known.gateway_orders.push(gateway_order);
            }
        }
    }
}

/// The shop's secret that signed it, if one did.
fn signer(delivery: &Delivery) -> Option<&'static str> {
    let (_, signature) =
        delivery.headers.iter().find(|(name, _)| *name == "X-Razorpay-Signature")?;
    [WEBHOOK_SECRET, EARLIER_SECRET].into_iter().find(|secret| {
        signature::sign_webhook(&WebhookSecret::new(*secret), delivery.body.as_bytes())
            == *signature
    })
}
