//! What a page may hold.

use crate::{report, shipped, sources};

#[test]
fn pages_escape_what_leptos_does_not() {
    let mut broken = Vec::new();
    for (path, text) in sources() {
        let text = shipped(&path, &text);
        if !path.starts_with("src/") || path.starts_with("src/razorpay/") {
            continue;
        }
        let in_ui = path.starts_with("src/ui/");
        for (word, why) in [
            ("<textarea", "is not escaped by leptos: use ui::TextArea"),
            ("inner_html=", "takes raw HTML"),
            ("<Title", "is not escaped by leptos: use web::Page"),
        ] {
            if !in_ui && text.contains(word) {
                broken.push(format!("{path}: {word} {why}"));
            }
        }
        let letter = path.contains("letter") || path.starts_with("src/mail/");
        let drawing = path.starts_with("src/catalogue/demo/");
        if !letter && !drawing && text.contains(" style=") {
            broken.push(format!("{path}: an inline style breaks the content security policy"));
        }
    }
    report("unsafe HTML:", broken);
}
