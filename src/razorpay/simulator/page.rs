//! The customer's pages as HTML: the same with and without script, in a frame and alone. Every
//! value from outside goes through [`esc`].

use super::entity::{Order, Payment};
use super::html::{document, esc, hidden, rupees};
use super::instrument::TEST_CARDS;
use super::visit::{Visit, error_of, failed_return};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

/// What the page's script has to tell the page around the frame.
enum Message<'a> {
    Nothing,
    Event(&'a str, &'a Value),
}

/// The choice of a means of payment, with what went wrong before, if anything.
pub(super) fn choose(visit: &Visit, order: &Order, wrong: Option<&str>) -> Response {
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let wrong = wrong.map(|text| format!("<p class=\"wrong\" role=\"alert\">{}</p>", esc(text)));
    let amount = rupees(order.amount);
    let method = visit.method.as_deref().unwrap_or("card");
    let checked = |name: &str| if name == method { " checked" } else { "" };
    let cards: String = TEST_CARDS
        .iter()
        .map(|card| {
            let result = card.failure.map_or("success", |failure| failure.reason);
            format!("<option value=\"{}\">{}: {result}</option>", card.number, card.network)
        })
        .collect();
    let body = format!(
        "{wrong}{form}\
         <fieldset><legend>Pay with</legend>\
         <p><input type=\"radio\" name=\"method\" id=\"by-card\" value=\"card\"{card}>\
         <label for=\"by-card\">Card</label></p>\
         <p class=\"detail\"><label for=\"card\">Test card number</label>\
         <input id=\"card\" name=\"card\" inputmode=\"numeric\" autocomplete=\"off\" \
         list=\"cards\" maxlength=\"30\" value=\"{usual}\"></p>\
         <datalist id=\"cards\">{cards}</datalist>\
         <p><input type=\"radio\" name=\"method\" id=\"by-upi\" value=\"upi\"{upi}>\
         <label for=\"by-upi\">UPI</label></p>\
         <p class=\"detail\"><label for=\"vpa\">UPI address</label>\
         <input id=\"vpa\" name=\"vpa\" autocomplete=\"off\" maxlength=\"100\" \
         value=\"success@razorpay\"></p>\
         <p><input type=\"radio\" name=\"method\" id=\"by-bank\" value=\"netbanking\"{bank}>\
         <label for=\"by-bank\">Netbanking</label></p>\
         <p class=\"detail\"><label for=\"bank\">Bank</label>\
         <select id=\"bank\" name=\"bank\"><option value=\"HDFC\">HDFC Bank</option>\
         <option value=\"ICIC\">ICICI Bank</option>\
         <option value=\"SBIN\">State Bank of India</option></select></p></fieldset>\
         <p><button class=\"main\" name=\"press\" value=\"pay\">Pay {amount}</button></p>\
         <h2>Or decide what comes of it</h2>{outcomes}</form>",
        wrong = wrong.unwrap_or_default(),
        form = form_start(visit),
        usual = TEST_CARDS[0].number,
        card = checked("card"),
        upi = checked("upi"),
        bank = checked("netbanking"),
        outcomes = OUTCOMES,
    );
    whole(status, visit, "Pay", &format!("{}{body}", summary(visit, order)), Message::Nothing)
}

const OUTCOMES: &str = "<p class=\"outcomes\">\
    <button name=\"press\" value=\"success\">Success</button>\
    <button name=\"press\" value=\"failure\">Failure</button>\
    <button name=\"press\" value=\"cancel\">Cancel</button>\
    <button name=\"press\" value=\"vanish\">Pay and never return</button></p>";

/// The bank's question for a one-time password.
pub(super) fn password(visit: &Visit, order: &Order, card: &str) -> Response {
    let body = format!(
        "{}{}<input type=\"hidden\" name=\"method\" value=\"card\">\
         <input type=\"hidden\" name=\"card\" value=\"{}\">\
         <p><label for=\"otp\">One-time password</label>\
         <input id=\"otp\" name=\"otp\" inputmode=\"numeric\" autocomplete=\"off\" \
         maxlength=\"12\" aria-describedby=\"otp-help\"></p>\
         <p id=\"otp-help\">Four to ten digits are right, fewer are wrong.</p>\
         <p class=\"outcomes\"><button class=\"main\" name=\"press\" value=\"otp\">Confirm</button>\
         <button name=\"press\" value=\"cancel\">Cancel</button></p></form>",
        summary(visit, order),
        form_start(visit),
        esc(card),
    );
    whole(StatusCode::OK, visit, "Your bank asks", &body, Message::Nothing)
}

/// The bank's own page, where the customer would sign in.
pub(super) fn bank(visit: &Visit, order: &Order, bank: &str) -> Response {
    let body = format!(
        "{}{}<input type=\"hidden\" name=\"method\" value=\"netbanking\">\
         <input type=\"hidden\" name=\"bank\" value=\"{bank}\">\
         <p>This stands for the page of the bank {bank}.</p>{OUTCOMES}</form>",
        summary(visit, order),
        form_start(visit),
        bank = esc(bank),
    );
    whole(StatusCode::OK, visit, "Bank", &body, Message::Nothing)
}

pub(super) fn really_cancel(visit: &Visit, order: &Order) -> Response {
    let body = format!(
        "{}{}<p>Do you want to leave without paying?</p>\
         <p class=\"outcomes\">\
         <button class=\"main\" name=\"press\" value=\"again\">No, go on</button>\
         <button name=\"press\" value=\"leave\">Yes, cancel</button></p></form>",
        summary(visit, order),
        form_start(visit),
    );
    whole(StatusCode::OK, visit, "Cancel this payment?", &body, Message::Nothing)
}

/// `fields` go to the shop: by the frame's script, or by a form that a script or a person sends.
pub(super) fn paid(visit: &Visit, order: &Order, fields: &[(String, String)]) -> Response {
    let detail: Value = fields.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let onward = match &visit.parent {
        Some(_) => "<p>The shop goes on by itself.</p>".to_owned(),
        None => way_back(visit, fields, true),
    };
    let body =
        format!("{}<p class=\"right\" role=\"status\">Paid.</p>{onward}", summary(visit, order));
    let message = Message::Event("success", &detail);
    whole(StatusCode::OK, visit, "Payment successful", &body, message)
}

/// Paid, and this browser tells nobody: as when its battery dies now.
pub(super) fn vanished(visit: &Visit, order: &Order) -> Response {
    let body = format!(
        "{}<p class=\"right\" role=\"status\">Paid.</p>\
         <p>The shop hears of it from the gateway alone. This page can be closed.</p>",
        summary(visit, order),
    );
    whole(StatusCode::OK, visit, "Payment successful", &body, Message::Nothing)
}

/// A failure is an invitation to try again; the shop may also be told at once.
pub(super) fn failed(visit: &Visit, order: &Order, payment: &Payment) -> Response {
    let error = error_of(payment);
    let reason = payment.error_description.as_deref().unwrap_or("The payment failed.");
    let back = if visit.parent.is_some() {
        String::new()
    } else {
        way_back(visit, &failed_return(&error), false)
    };
    let again = if visit.once {
        String::new()
    } else {
        format!(
            "{}<p class=\"outcomes\">\
             <button class=\"main\" name=\"press\" value=\"again\">Try again</button>\
             <button name=\"press\" value=\"cancel\">Cancel</button></p></form>",
            form_start(visit),
        )
    };
    let body = format!(
        "{}<p class=\"wrong\" role=\"alert\">{}</p>{again}{back}",
        summary(visit, order),
        esc(reason),
    );
    let message = Message::Event("failed", &error);
    whole(StatusCode::OK, visit, "Payment failed", &body, message)
}

/// The customer left without paying; alone, they may take that news to the shop.
pub(super) fn left(visit: &Visit, fields: &[(String, String)]) -> Response {
    let nothing = json!({});
    let back = if visit.parent.is_some() { String::new() } else { way_back(visit, fields, false) };
    let body = format!("<p>You left without paying.</p>{back}");
    let message = Message::Event("dismiss", &nothing);
    whole(StatusCode::OK, visit, "Payment cancelled", &body, message)
}

/// Why nothing can be paid here.
pub(super) fn refused(status: StatusCode, visit: &Visit, why: &str) -> Response {
    let back = visit.cancel_url.as_ref().map(|url| {
        format!("<p><a href=\"{}\">Back to {}</a></p>", esc(url.as_str()), esc(&visit.name))
    });
    let close = if visit.parent.is_some() {
        format!(
            "{}<p><button name=\"press\" value=\"leave\">Close</button></p></form>",
            form_start(visit)
        )
    } else {
        back.unwrap_or_default()
    };
    let body = format!("<p class=\"wrong\" role=\"alert\">{}</p>{close}", esc(why));
    whole(status, visit, "No payment possible", &body, Message::Nothing)
}

fn summary(visit: &Visit, order: &Order) -> String {
    let line = |text: &Option<String>| {
        text.as_ref().map(|text| format!("<p>{}</p>", esc(text))).unwrap_or_default()
    };
    format!(
        "<div class=\"summary\"><p class=\"shop\">{}</p><p class=\"amount\">{}</p>{}{}</div>",
        esc(&visit.name),
        rupees(order.amount),
        line(&visit.description),
        line(&visit.email),
    )
}

fn form_start(visit: &Visit) -> String {
    let fields = hidden(&visit.hidden());
    format!("<form method=\"post\" action=\"/v1/checkout/pay\">{fields}")
}

/// A cross-site POST to the shop, as Razorpay makes it; `by_itself` where script may press.
fn way_back(visit: &Visit, fields: &[(String, String)], by_itself: bool) -> String {
    let Some(callback) = &visit.callback_url else {
        return "<p>This page can be closed.</p>".to_owned();
    };
    format!(
        "<form method=\"post\" action=\"{}\"{}>{}<p><button{}>Return to {}</button></p></form>",
        esc(callback.as_str()),
        if by_itself { " data-by-itself" } else { "" },
        hidden(fields),
        if by_itself { " class=\"main\"" } else { "" },
        esc(&visit.name),
    )
}

fn whole(
    status: StatusCode,
    visit: &Visit,
    title: &str,
    main: &str,
    message: Message<'_>,
) -> Response {
    let mut told = String::new();
    if let Some(color) = &visit.color {
        told = format!(" data-color=\"{}\"", esc(color));
    }
    if let (Some(parent), Message::Event(event, detail)) = (&visit.parent, &message) {
        let (parent, detail) = (esc(parent), esc(&detail.to_string()));
        let last = if visit.once { " data-last" } else { "" };
        told += &format!(
            " data-parent=\"{parent}\" data-event=\"{event}\" data-detail=\"{detail}\"{last}"
        );
    } else if let Some(parent) = &visit.parent {
        told += &format!(" data-parent=\"{}\"", esc(parent));
    }
    let main = format!("<h1>{title}</h1>{main}");
    document(status, &visit.policy(), title, &told, &main)
}
