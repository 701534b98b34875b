//! One customer at checkout: what the shop's page said when it sent them, carried from step to step
//! in hidden fields, and what they bring back. Nothing is kept on the server until they pay.

use super::Shared;
use super::entity::Payment;
use super::request::Fields;
use crate::razorpay::ids::{OrderId, PaymentId};
use crate::razorpay::signature::{ApiSecret, sign_return};
use crate::razorpay::wire::{Notes, PaymentStatus};
use reqwest::Url;
use serde_json::{Value, json};

/// The options that matter here (Razorpay: Standard Checkout, options; hosted checkout, fields).
#[derive(Clone, Debug, Default)]
pub(super) struct Visit {
    pub(super) key_id: String,
    pub(super) order_id: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) email: Option<String>,
    pub(super) contact: Option<String>,
    pub(super) method: Option<String>,
    pub(super) notes: Notes,
    pub(super) callback_url: Option<Url>,
    pub(super) cancel_url: Option<Url>,
    /// The origin of the page around the frame; none on a page of its own.
    pub(super) parent: Option<String>,
    pub(super) color: Option<String>,
    /// Close after the first failure.
    pub(super) once: bool,
    /// Ask before closing.
    pub(super) confirm: bool,
}

impl Visit {
    pub(super) fn read(fields: &Fields) -> Self {
        let text =
            |name: &str| fields.text(name).filter(|text| !text.is_empty()).map(str::to_owned);
        let prefill = fields.within("prefill");
        let known = |name: &str| prefill.as_ref().and_then(|fields| fields.text(name));
        let known = |name: &str| known(name).filter(|text| !text.is_empty()).map(str::to_owned);
        Self {
            key_id: text("key_id").unwrap_or_default(),
            order_id: text("order_id").unwrap_or_default(),
            name: text("name").unwrap_or_else(|| "the shop".to_owned()),
            description: text("description"),
            email: known("email"),
            contact: known("contact"),
            method: known("method"),
            notes: fields.notes().unwrap_or_default(),
            callback_url: text("callback_url").and_then(|text| web_address(&text)),
            cancel_url: text("cancel_url").and_then(|text| web_address(&text)),
            parent: text("parent").and_then(|text| Some(origin(&web_address(&text)?))),
            color: text("color").filter(|color| is_hex_color(color)),
            once: fields.flag("once").unwrap_or(false),
            confirm: fields.flag("confirm").unwrap_or(false),
        }
    }

    /// Everything that [`Visit::read`] needs to read the same visit again.
    pub(super) fn hidden(&self) -> Vec<(String, String)> {
        let one = |name: &str, value: &Option<String>| {
            value.as_ref().map(|value| (name.to_owned(), value.clone()))
        };
        let address = |url: &Option<Url>| url.as_ref().map(Url::to_string);
        let yes = |flag: bool| flag.then(|| "1".to_owned());
        let mut fields = vec![
            ("key_id".to_owned(), self.key_id.clone()),
            ("order_id".to_owned(), self.order_id.clone()),
            ("name".to_owned(), self.name.clone()),
        ];
        fields.extend(one("description", &self.description));
        fields.extend(one("prefill[email]", &self.email));
        fields.extend(one("prefill[contact]", &self.contact));
        fields.extend(one("prefill[method]", &self.method));
        fields.extend(one("callback_url", &address(&self.callback_url)));
        fields.extend(one("cancel_url", &address(&self.cancel_url)));
        fields.extend(one("parent", &self.parent));
        fields.extend(one("color", &self.color));
        fields.extend(one("once", &yes(self.once)));
        fields.extend(one("confirm", &yes(self.confirm)));
        for (key, value) in &self.notes.0 {
            let value = value.as_str().unwrap_or_default();
            fields.push((format!("notes[{key}]"), value.to_owned()));
        }
        fields
    }

    /// Who may hold the page in a frame, and where its forms may lead.
    pub(super) fn policy(&self) -> String {
        let ancestors = self.parent.as_deref().unwrap_or("'none'");
        let targets = [&self.callback_url, &self.cancel_url];
        let targets = targets.into_iter().flatten().map(|url| format!(" {}", origin(url)));
        format!(
            "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; \
             frame-ancestors {ancestors}; form-action 'self'{}",
            targets.collect::<String>(),
        )
    }
}

/// What the browser takes back to the shop: three signed strings, or an unsigned account of the
/// failure. A payment without a result yet has neither.
pub(super) fn signed_return(shared: &Shared, payment: &Payment) -> Vec<(String, String)> {
    let pair = |name: &str, value: String| (name.to_owned(), value);
    match payment.status {
        PaymentStatus::Created => Vec::new(),
        PaymentStatus::Failed => failed_return(&error_of(payment)),
        _ => {
            let order = payment.order_id.as_deref().and_then(OrderId::parse);
            let Some((order, paid)) = order.zip(PaymentId::parse(&payment.id)) else {
                return Vec::new();
            };
            let secret = ApiSecret::new(&*shared.options.key_secret);
            vec![
                pair("razorpay_payment_id", paid.to_string()),
                pair("razorpay_order_id", order.to_string()),
                pair("razorpay_signature", sign_return(&secret, &order, &paid)),
            ]
        }
    }
}

/// The `error` of a failed payment, as `payment.failed` hands it to the page.
pub(super) fn error_of(payment: &Payment) -> Value {
    json!({
        "code": payment.error_code,
        "description": payment.error_description,
        "source": payment.error_source,
        "step": payment.error_step,
        "reason": payment.error_reason,
        "metadata": { "payment_id": payment.id, "order_id": payment.order_id },
    })
}

/// `error[…]` fields; the metadata is JSON in a string.
pub(super) fn failed_return(error: &Value) -> Vec<(String, String)> {
    let names = ["code", "description", "source", "step", "reason"];
    let told = |name: &str| {
        let value = error.get(name).and_then(Value::as_str)?;
        Some((format!("error[{name}]"), value.to_owned()))
    };
    let mut fields: Vec<_> = names.into_iter().filter_map(told).collect();
    if let Some(metadata) = error.get("metadata") {
        fields.push(("error[metadata]".to_owned(), metadata.to_string()));
    }
    fields
}

fn web_address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn is_hex_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visit_survives_its_hidden_fields() {
        let text = "key_id=k&order_id=order_1&name=A%26B&prefill[email]=a%40b.in&notes[x]=y\
                    &callback_url=http://127.0.0.1:3000/back?o=1&cancel_url=javascript:alert(1)\
                    &parent=http://127.0.0.1:3000/path&color=%23123abc&confirm=1";
        let visit = Visit::read(&Fields::of_pairs(text));
        assert_eq!(visit.cancel_url, None);
        assert_eq!(visit.parent.as_deref(), Some("http://127.0.0.1:3000"));
        let again: Vec<String> = visit
            .hidden()
            .into_iter()
            .map(|(name, value)| {
                format!("{name}={}", value.replace('&', "%26").replace('#', "%23"))
            })
            .collect();
        let again = Visit::read(&Fields::of_pairs(&again.join("&")));
        assert_eq!(format!("{again:?}"), format!("{visit:?}"));
        assert!(visit.policy().ends_with("form-action 'self' http://127.0.0.1:3000"));
    }
}
