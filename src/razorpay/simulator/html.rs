//! The frame of every page a person sees, and the few pieces of HTML all of them need.

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// A whole document; `main` is HTML already, `told` are attributes for the script.
pub(super) fn document(
    status: StatusCode,
    policy: &str,
    title: &str,
    told: &str,
    main: &str,
) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en-IN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} · Razorpay simulator</title>\
         <link rel=\"stylesheet\" href=\"/v1/checkout/style.css\">\
         <script src=\"/v1/checkout/page.js\" defer></script></head><body{told}>\
         <header><p class=\"notice\">Razorpay simulator: no real money</p></header>\
         <main>{main}</main></body></html>",
    );
    (status, [(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
}

/// For text and for attributes in double quotes.
pub(super) fn esc(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(letter),
        }
    }
    safe
}

/// ₹1,23,456.00 from paise: groups of two above the last three digits.
pub(super) fn rupees(paise: i64) -> String {
    let whole = (paise / 100).unsigned_abs().to_string();
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        let left = whole.len() - at;
        if at > 0 && (left == 3 || (left > 3 && left % 2 == 1)) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if paise < 0 { "-" } else { "" };
    format!("{sign}₹{grouped}.{:02}", (paise % 100).unsigned_abs())
}

/// Hidden fields of a form.
pub(super) fn hidden(fields: &[(String, String)]) -> String {
    fields
        .iter()
        .map(|(name, value)| {
            format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", esc(name), esc(value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rupees_are_grouped_as_in_india() {
        let samples = [
            (100, "₹1.00"),
            (99_999, "₹999.99"),
            (100_000, "₹1,000.00"),
            (12_345_600, "₹1,23,456.00"),
            (1_234_567_890, "₹1,23,45,678.90"),
        ];
        for (paise, text) in samples {
            assert_eq!(rupees(paise), text);
        }
    }

    #[test]
    fn nothing_gets_out_of_an_attribute_or_a_text() {
        let hostile = "\"><script>alert('x')</script>&";
        assert!(!esc(hostile).contains(['<', '>', '"', '\'']));
    }
}
