//! From the pay page to the order's page: the ways in which payments go, and whether the browser
//! comes back.

use crate::browser::{Answer, Ask, encode};
use crate::gateway::Paid;
use crate::shopper::{Errand, Placed};

/// How often somebody looks whether the payment has arrived before closing the page.
const LOOKS: usize = 20;

impl Errand<'_> {
    /// Opens the pay page and pays there, or does not.
    pub async fn pays(&mut self, placed: &Placed) {
        let Some(page) = self.opens_pay_page(placed).await else { return };
        let (Some(order), Some(callback)) = (page.field("order_id"), page.field("callback_url"))
        else {
            self.market.record.surprise(format!("a pay page without its form: {}", placed.id));
            return;
        };
        let Some(paid) = self.at_the_gateway(&order).await else { return };
        if self.chance.one_in(2) {
            // The browser is closed: webhook or poller must do.
            return;
        }
        self.comes_back(placed, &callback, &paid).await;
    }

    /// The page with the gateway's form; `None` when the order has ended or is paid meanwhile.
    pub async fn opens_pay_page(&mut self, placed: &Placed) -> Option<Answer> {
        for _ in 0..LOOKS {
            let page = self.browser.until_answered(&Ask::Page(placed.pay_page.clone())).await;
            if page.status == 200 && page.body.contains("Payment is not available") {
                let key = page.field("key").unwrap_or_default();
                let fields = encode(&[("order", &placed.id), ("key", &key)]);
                let retry = Ask::Form("/do/checkout/retry".to_owned(), fields);
                self.browser.until_answered(&retry).await;
                continue;
            }
            let open = page.status == 200 && page.body.contains("id=\"pay\"");
            if !open && page.status != 303 && !page.body.contains("This order has ended") {
                let words = format!("the pay page of {} gave {}", placed.id, page.status);
                self.market.record.surprise(words);
            }
            return open.then_some(page);
        }
        self.market.record.surprise(format!("order {} cannot be made payable", placed.id));
        None
    }

    /// One of the ways in which payments go. `None`: nobody paid.
    async fn at_the_gateway(&mut self, order: &str) -> Option<Paid> {
        let gateway = &self.market.gateway;
        let paid = match self.chance.below(20) {
            0 => return None,
            1 => {
                gateway.pay(order, "failure").await;
                gateway.pay(order, "success").await
            }
            2 => gateway.pay(order, "authorized").await,
            3 => {
                let waiting = gateway.pay(order, "pending").await?;
                gateway.capture_late(&waiting.payment).await;
                Some(Paid { status: "captured".to_owned(), ..waiting })
            }
            4 => {
                let first = gateway.pay(order, "success").await;
                gateway.pay_once_more(order).await;
                first
            }
            _ => gateway.pay(order, "success").await,
        }?;
        if paid.status == "captured" {
            let captured = (paid.payment.clone(), order.to_owned());
            self.market.record.told().captured.push(captured);
        }
        Some(paid)
    }

    /// Brings the result to the shop and reads the order's page, where it says that it is paid.
    pub async fn comes_back(&mut self, placed: &Placed, callback: &str, paid: &Paid) {
        let path = callback.strip_prefix(&self.market.public_url).unwrap_or(callback).to_owned();
        let fields = encode(&[
            ("razorpay_payment_id", &paid.payment),
            ("razorpay_order_id", &paid.order),
            ("razorpay_signature", &paid.signature),
        ]);
        let back = self.browser.until_answered(&Ask::FromElsewhere(path, fields)).await;
        if back.status != 303 {
            self.market.record.surprise(format!("coming back gave {}", back.status));
            return;
        }
        let mut next = back.location;
        for _ in 0..LOOKS {
            let page = self.browser.until_answered(&Ask::Page(next.clone())).await;
            match page.status {
                303 => next = page.location,
                200 if page.body.contains("Your payment has arrived") => {
                    self.is_told_paid(placed, &next);
                    return;
                }
                // "We are checking", or the order has ended and the money goes back.
                200 => tokio::time::sleep(self.chance.milliseconds(20, 200)).await,
                other => {
                    self.market.record.surprise(format!("{next} gave {other}"));
                    return;
                }
            }
        }
    }

    fn is_told_paid(&self, placed: &Placed, page: &str) {
        let number = page.strip_prefix("/orders/").and_then(|rest| rest.split('?').next());
        match number {
            Some(number) => {
                let paid = (placed.id.clone(), number.to_owned());
                self.market.record.told().paid.push(paid);
            }
            None => self.market.record.surprise(format!("an order page at {page}")),
        }
    }
}
