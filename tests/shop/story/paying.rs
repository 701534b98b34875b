//! Paying, as browsers do it: the hosted page without any script, and the way back to the shop.

use super::{Page, Paid, Visitor, encode};

impl Visitor {
    /// "Pay now" without script: the gateway's hosted page, its button ("success", "failure"), and
    /// the form that brings the result back.
    pub async fn pays_on_the_hosted_page(&mut self, button: &str) -> &mut Visitor {
        let gateway = self.shop.gateway.url.clone();
        let form = self.page.form(&format!("{gateway}/v1/checkout/embedded"));
        let arrived = self.at_the_gateway(&form.action, encode(form.fields())).await;
        let choice = arrived.form("/v1/checkout/pay").with("method", "upi");
        let choice = choice.with("vpa", "success@razorpay").with("press", button);
        let address = format!("{gateway}/v1/checkout/pay");
        let done = self.at_the_gateway(&address, encode(choice.fields())).await;
        let back = done.form(&self.shop.config.public_url);
        self.comes_back(&back.action, back.fields()).await
    }

    async fn at_the_gateway(&self, url: &str, body: String) -> Page {
        let (status, _, body) = self.shop.gateway.posts(url, body).await;
        assert_eq!(status, 200, "{url}: {body}");
        Page { status, body, path: url.to_owned(), ..Page::default() }
    }

    /// The gateway's page posts its result to the callback address: a cross-site post, so without
    /// our cookie; the page that it leads to is then read with it.
    pub async fn comes_back(
        &mut self,
        callback: &str,
        fields: &[(impl AsRef<str>, impl AsRef<str>)],
    ) -> &mut Visitor {
        let base = self.shop.config.public_url.clone();
        let path = callback.strip_prefix(&base).unwrap_or(callback).to_owned();
        self.posts_from_elsewhere(&path, fields).await.follows().await
    }

    /// Pays the order whose pay page is open, by the window in the page, and comes back.
    pub async fn pays(&mut self) -> &mut Visitor {
        let (order, callback) = (self.gateway_order(), self.callback());
        let paid = self.shop.gateway.pays(&order, "success").await;
        self.comes_back(&callback, &signed(&paid)).await
    }

    /// Where the open pay page has the result brought.
    pub fn callback(&self) -> String {
        let form = self.page.form(&format!("{}/v1/checkout", self.shop.gateway.url));
        form.value("callback_url").to_owned()
    }

    /// From an empty cart to a paid order of these units; ends on the order's page.
    pub async fn buys(&mut self, slug: &str, units: i64) -> &mut Visitor {
        self.adds(slug, units).await.places_the_order().await.pays().await.is_at("/orders/K")
    }

    /// The number of the paid order whose page is open.
    pub fn number(&self) -> String {
        let rest = self.page.path.strip_prefix("/orders/");
        let rest = rest.unwrap_or_else(|| panic!("no paid order: {}", self.page.path));
        rest.split('?').next().unwrap().to_owned()
    }
}

/// What a browser brings back from a payment that went well.
pub fn signed(paid: &Paid) -> Vec<(&'static str, String)> {
    vec![
        ("razorpay_payment_id", paid.payment.clone()),
        ("razorpay_order_id", paid.order.clone()),
        ("razorpay_signature", paid.signature.clone()),
    ]
}
