//! What the gateway's checkout is opened with, in a browser or in an app (razorpay.com, standard
//! checkout).

use crate::clock;
use crate::money::Paise;
use crate::order::{self, Order};
use crate::payment;
use crate::state::AppState;

#[derive(Clone, Debug)]
pub struct PayTerms {
    pub key_id: String,
    pub gateway_order: String,
    pub amount: Paise,
    pub currency: &'static str,
    pub shop: String,
    pub description: String,
    /// Who pays, so that nobody has to type it twice.
    pub name: String,
    pub email: String,
    pub phone: String,
    /// Where the result is posted from a hosted page, and where to go without one.
    pub callback_url: String,
    pub cancel_url: String,
}

impl PayTerms {
    pub fn new(app: &AppState, order: &Order, gateway_order: String) -> PayTerms {
        let key = order::access_key(app, &order.id);
        let base = &app.config.public_url;
        PayTerms {
            key_id: app.config.gateway.key_id.clone(),
            gateway_order,
            amount: order.total,
            currency: payment::CURRENCY,
            shop: app.config.shop.name.clone(),
            description: format!("Order of {}", clock::in_words(order.placed_at)),
            name: order.ship_to.name.clone(),
            email: order.email.clone(),
            phone: order.ship_to.phone.clone(),
            callback_url: format!("{base}/razorpay/callback?order={}&key={key}", order.id),
            cancel_url: format!("{base}/checkout/pay/{}?key={key}", order.id),
        }
    }
}
