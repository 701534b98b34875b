//! What the islands ask of the browser: posting a form, reading the cart anew, and telling the
//! other tabs. On the server these functions exist but are never called.

use super::Told;
pub use super::types::News;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    BroadcastChannel, Event, FormData, Headers, HtmlElement, HtmlFormElement, MessageEvent,
    RequestInit, Response, UrlSearchParams,
};

const CHANNEL: &str = "kirana-cart";

/// The form of a submit event, whose own sending is stopped.
pub fn take_over(event: &Event) -> Option<HtmlFormElement> {
    event.prevent_default();
    event.target()?.dyn_into().ok()
}

/// Posts a form as the browser would, asking for JSON. `None` when no usable answer came.
pub async fn post(form: &HtmlFormElement) -> Option<Told> {
    let data = FormData::new_with_form(form).ok()?;
    let body = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&body);
    ask(&form.action(), &init).await
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

/// Puts the server's own HTML into the element of that id, keeping the focus where it was.
pub fn replace(id: &str, html: &str) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let focused = document.active_element().map(|element| element.id());
    if let Some(element) = document.get_element_by_id(id) {
        element.set_inner_html(html);
    }
    let again = focused.filter(|id| !id.is_empty()).and_then(|id| document.get_element_by_id(&id));
    if let Some(element) = again.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // Nothing is lost if the browser does not let us.
        drop(element.focus());
    }
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
