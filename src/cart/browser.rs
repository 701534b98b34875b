//! What the islands ask of the browser: posting a form, reading the cart anew, and telling the
//! other tabs. On the server these functions exist but are never called.

use super::Told;
pub use super::types::News;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    BroadcastChannel, Document, Element, Event, FormData, Headers, HtmlElement, HtmlFormElement,
    HtmlInputElement, MessageEvent, RequestInit, Response, UrlSearchParams,
};

const CHANNEL: &str = "kirana-cart";

/// What a form asks, as it was when it was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Wish {
    action: String,
    fields: String,
}

impl Wish {
    /// Of a submit event, whose own sending is stopped.
    pub fn of(event: &Event) -> Option<Wish> {
        event.prevent_default();
        let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
        let data = FormData::new_with_form(&form).ok()?;
        let fields = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
        Some(Wish { action: form.action(), fields: String::from(fields.to_string()) })
    }

    /// Posts it as the browser would, asking for JSON. `None` when no usable answer came.
    pub async fn send(&self) -> Option<Told> {
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_body(&JsValue::from(self.fields()?));
        ask(&self.action, &init).await
    }

    /// Would this answer be the cart that was seen, but for this very wish?
    pub fn alone_led_to(&self, told: &Told) -> bool {
        let seen = self.fields().and_then(|fields| fields.get("version"));
        let seen = seen.and_then(|version| version.parse::<i64>().ok());
        !told.bad && seen.is_some_and(|version| version + 1 == told.news.version)
    }

    /// The same wish, about a later version of the cart.
    pub fn of_version(self, version: i64) -> Wish {
        let Some(fields) = self.fields() else { return self };
        fields.set("version", &version.to_string());
        Wish { fields: String::from(fields.to_string()), ..self }
    }

    fn fields(&self) -> Option<UrlSearchParams> {
        UrlSearchParams::new_with_str(&self.fields).ok()
    }
}

/// The cart as it is now.
pub async fn fetch_cart() -> Option<Told> {
    ask("/cart", &RequestInit::new()).await
}

async fn ask(address: &str, init: &RequestInit) -> Option<Told> {
    let headers = Headers::new().ok()?;
    headers.set("Accept", "application/json").ok()?;
    init.set_headers(&headers);
    let answer = web_sys::window()?.fetch_with_str_and_init(address, init);
    let response: Response = JsFuture::from(answer).await.ok()?.dyn_into().ok()?;
    let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    serde_json::from_str(&text).ok()
}

/// Puts the server's own HTML into the element of that id. The focus stays where it was, or goes to
/// the element when what had it is gone; what is typed and not sent stays, too, unless the server
/// has another value there now.
pub fn replace(id: &str, html: &str) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Some(element) = document.get_element_by_id(id) else { return };
    let focused = document.active_element().filter(|focused| element.contains(Some(focused)));
    let typed = typed(&element);
    element.set_inner_html(html);
    for was in typed {
        let input = find::<HtmlInputElement>(&document, &was.id());
        if let Some(input) = input.filter(|it| it.default_value() == was.default_value()) {
            input.set_value(&was.value());
        }
    }
    if let Some(focused) = focused {
        let again = find::<HtmlElement>(&document, &focused.id());
        if let Some(element) = again.or_else(|| element.dyn_into().ok()) {
            // Nothing is lost if the browser does not let us.
            drop(element.focus());
        }
    }
}

/// Fields that hold something else than what the server wrote.
fn typed(element: &Element) -> Vec<HtmlInputElement> {
    let Ok(inputs) = element.query_selector_all("input[id]") else { return Vec::new() };
    let inputs = (0..inputs.length()).filter_map(|at| inputs.item(at)?.dyn_into().ok());
    inputs.filter(|it: &HtmlInputElement| it.value() != it.default_value()).collect()
}

fn find<T: JsCast>(document: &Document, id: &str) -> Option<T> {
    document.get_element_by_id(id)?.dyn_into().ok()
}

/// Tells every other island, in this tab and in the others.
pub fn tell(news: &News) {
    if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
        drop(channel.post_message(&JsValue::from_str(&news.write())));
        channel.close();
    }
}

/// Calls `heard` with what other islands and tabs tell, for as long as the page lives.
pub fn listen(heard: impl Fn(News) + 'static) {
    let Ok(channel) = BroadcastChannel::new(CHANNEL) else { return };
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(news) = event.data().as_string().as_deref().and_then(News::read) {
            heard(news);
        }
    });
    channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    // A channel that nothing refers to may be collected with its listener.
    std::mem::forget(channel);
}

/// Calls `back` when the page is shown again: from the browser's memory (the back button), or
/// because its tab is looked at again. Meanwhile an order may have been paid, somebody may have
/// signed in or out, or a form was sent where no script ran.
pub fn on_return(back: impl Fn() + 'static) {
    let Some(window) = web_sys::window() else { return };
    let Some(document) = window.document() else { return };
    let shown = document.clone();
    let on_show = Closure::<dyn Fn()>::new(move || {
        if !shown.hidden() {
            back();
        }
    });
    let listener = on_show.as_ref().unchecked_ref();
    drop(window.add_event_listener_with_callback("pageshow", listener));
    drop(document.add_event_listener_with_callback("visibilitychange", listener));
    on_show.forget();
}
