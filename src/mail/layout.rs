//! The sheet that letters are written on. Mail programs know no style sheets and few elements, so
//! its looks are attributes, and it is readable without any of them.

/// Text as it stands between tags or in a quoted attribute (OWASP XSS Prevention, rules 1 and 2).
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// A whole document: the shop's name above, the heading, and a body that is HTML already. `shop`
/// and `heading` are text and are escaped here.
pub fn layout_html(shop: &str, heading: &str, body_html: &str) -> String {
    let (shop, heading) = (escape(shop), escape(heading));
    format!(
        "<!DOCTYPE html>\
         <html lang=\"en-IN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light\"><title>{heading}</title></head>\
         <body style=\"margin:0;padding:24px 12px;background:#f7f3ea;color:#2b2620;\
         font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif\">\
         <table role=\"presentation\" style=\"width:100%;max-width:600px;margin:0 auto;\
         border-collapse:collapse\">\
         <tr><td style=\"padding:0 4px 12px;color:#1f6b54;font-weight:600\">{shop}</td></tr>\
         <tr><td style=\"padding:24px;background:#ffffff;border:1px solid #e4dccb;\
         border-radius:12px\"><h1 style=\"margin:0 0 12px;font-size:22px;line-height:1.3\">\
         {heading}</h1>{body_html}</td></tr></table></body></html>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
        let html = layout_html("<b>Shop", "</title><script>alert(1)</script>", "<p>Body</p>");
        assert!(!html.contains("<script>") && !html.contains("<b>Shop"), "{html}");
        assert!(html.contains("<p>Body</p>"));
    }
}
