//! Hostile text in every part that takes text, and what ties messages to fields.

use super::*;
use crate::money::Paise;
use crate::web::Flash;
use leptos::prelude::*;

/// Closes whatever it could be put into, then runs a script.
const HOSTILE: &str = "</title></textarea>\"'><script>alert(1)</script>&amp;\u{202e}";

fn render<V: IntoView>(view: impl FnOnce() -> V) -> String {
    Owner::new().with(|| view().into_view().to_html())
}

fn assert_tame(html: &str) {
    assert!(!html.contains("<script>alert"), "a script got through: {html}");
    assert!(!html.contains("\"'>"), "a quote got through: {html}");
    assert!(!html.contains("</title></textarea>"), "a closing tag got through: {html}");
    assert!(html.contains("alert(1)"), "the text itself is missing: {html}");
}

fn hostile() -> String {
    HOSTILE.to_owned()
}

#[test]
fn fields_hold_hostile_text() {
    let error = Some(hostile());
    assert_tame(&render({
        let error = error.clone();
        move || view! { <Field label=HOSTILE name="a" value=HOSTILE hint=HOSTILE error/> }
    }));
    assert_tame(&render({
        let error = error.clone();
        move || view! { <TextArea label=HOSTILE name="a" value=HOSTILE hint=HOSTILE error/> }
    }));
    assert_tame(&render({
        let error = error.clone();
        move || view! { <CheckField label=HOSTILE name="a" hint=HOSTILE error/> }
    }));
    let options = vec![(hostile(), hostile())];
    assert_tame(&render(move || {
        view! { <SelectField label=HOSTILE name="a" options value=HOSTILE hint=HOSTILE error/> }
    }));
}

#[test]
fn a_textarea_gives_back_exactly_what_was_typed() {
    let html = render(|| view! { <TextArea label="Note" name="note" value="\n<b>&lt;"/> });
    assert!(html.contains(">\n\n&lt;b&gt;&amp;lt;</textarea>"), "{html}");
}

#[test]
fn messages_belong_to_their_fields() {
    let html = render(|| {
        view! {
            <Field
                label="PIN code"
                name="pin"
                hint="Six digits"
                error="Too short".to_owned()
                required=true
            />
        }
    });
    for part in [
        "<label for=\"pin\">",
        "id=\"pin\"",
        "aria-describedby=\"pin-hint pin-error\"",
        "aria-invalid=\"true\"",
        "id=\"pin-hint\"",
        "id=\"pin-error\"",
        " required",
    ] {
        assert!(html.contains(part), "{part} is missing: {html}");
    }
    assert!(!html.contains("optional"), "{html}");
    let html = render(|| view! { <Field label="Landmark" name="landmark" id="other"/> });
    assert!(html.contains("(optional)") && html.contains("id=\"other\""), "{html}");
    assert!(!html.contains("aria-") && !html.contains(" required"), "{html}");
}

#[test]
fn a_select_marks_its_value_or_asks_to_choose() {
    let options = || vec![("27".to_owned(), "Maharashtra".to_owned())];
    let html = render(move || {
        view! { <SelectField label="State" name="state" options=options() value="27"/> }
    });
    assert!(html.contains("value=\"27\" selected") && !html.contains("Choose"), "{html}");
    let html = render(move || {
        view! { <SelectField label="State" name="state" options=options() value=HOSTILE/> }
    });
    assert!(html.contains("Choose") && !html.contains("alert"), "{html}");
}

#[test]
fn notices_and_parts_hold_hostile_text() {
    assert_tame(&render(|| view! { <Notice bad=true text=HOSTILE/> }));
    let errors = vec![(hostile(), hostile())];
    assert_tame(&render(move || view! { <ErrorSummary errors/> }));
    assert_tame(&render(|| view! { <EmptyState picture=HOSTILE heading=HOSTILE text=HOSTILE/> }));
    assert_tame(&render(|| view! { <PageHead title=HOSTILE lead=hostile()/> }));
    let trail = vec![(hostile(), hostile())];
    assert_tame(&render(move || view! { <Crumbs trail here=HOSTILE/> }));
    assert_tame(&render(|| view! { <Pager page=1 pages=9 href=|_| hostile()/> }));
    assert_tame(&render(|| view! { <ErrorPage status=500 heading="Oh" message=hostile()/> }));
    assert!(!render(|| view! { <ErrorSummary errors=vec![]/> }).contains("<div"));
    assert!(!render(|| view! { <Pager page=1 pages=1 href=|_| hostile()/> }).contains("<nav"));
}

#[test]
fn a_price_without_a_saving_is_only_a_price() {
    let html = render(|| view! { <PriceTag price=Paise(18_500) mrp=Paise(21_000)/> });
    for part in ["₹185.00", "MRP", "₹210.00", "Save ", "₹25.00"] {
        assert!(html.contains(part), "{part} is missing: {html}");
    }
    let html = render(|| view! { <PriceTag price=Paise(18_500) mrp=Paise(18_500)/> });
    assert!(!html.contains("MRP") && !html.contains("Save"), "{html}");
}

fn document(frame: Frame) -> String {
    render(move || view! { <Document frame><p>"The page"</p></Document> })
}

#[test]
fn the_document_holds_hostile_text() {
    let html = document(Frame {
        shop: hostile(),
        title: hostile(),
        description: Some(hostile()),
        refresh: Some(3),
        css: hostile(),
        islands: Some((hostile(), hostile())),
        nonce: hostile(),
        demo: Some(hostile()),
        user_name: Some(hostile()),
        flash: Some(Flash::bad(HOSTILE)),
        ..Frame::default()
    });
    assert_tame(&html);
    assert_eq!(html.matches("</title>").count(), 1, "{html}");
}

#[test]
fn a_page_without_islands_sends_no_script() {
    let plain = Frame { shop: "Kirana".into(), title: "Cart".into(), ..Frame::default() };
    let html = document(plain.clone());
    assert!(html.starts_with("<!DOCTYPE html><html lang=\"en-IN\">"), "{html}");
    assert!(html.contains("<title>Cart · Kirana</title>"), "{html}");
    assert!(!html.contains("<script") && !html.contains("preload") && !html.contains(" style="));
    assert!(html.contains("href=\"/sign-in\"") && !html.contains("/admin"), "{html}");
    let islands = Some(("/pkg/k.js".to_owned(), "/pkg/k.wasm".to_owned()));
    let html = document(Frame { islands, nonce: "n1".into(), ..plain });
    assert!(
        html.contains(
            "<script type=\"module\" src=\"/islands.js\" nonce=\"n1\" \
         data-js=\"/pkg/k.js\" data-wasm=\"/pkg/k.wasm\">"
        ),
        "{html}"
    );
}

#[test]
fn the_header_knows_the_visitor() {
    let html = document(Frame {
        user_name: Some("Asha".into()),
        admin: true,
        cart_count: 3,
        noindex: true,
        flash: Some(Flash::good("Added.\nOne line changed.")),
        ..Frame::default()
    });
    for part in [
        "href=\"/account\"",
        "Asha",
        "href=\"/admin\"",
        "class=\"badge\"",
        " items",
        "content=\"noindex\"",
        "role=\"status\"",
        "<p>Added.</p><p>One line changed.</p>",
    ] {
        assert!(html.contains(part), "{part} is missing: {html}");
    }
}
