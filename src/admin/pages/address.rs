//! What the address of the list of orders says, and the address that says it.

use crate::order::{Find, Head, State};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Longest text that is looked for, in characters.
pub(super) const TEXT_MAX: usize = 100;
/// Beyond any list; keeps the offset far from overflow.
const PAGE_MAX: i64 = 100_000;

/// RFC 3986, 2.3: unreserved characters stay readable.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Reads a query without ever refusing it: the first of doubled names counts, long text is cut,
/// control characters (PostgreSQL stores no NUL) become blanks, nonsense means the default.
pub(super) fn read_find(pairs: &[(String, String)]) -> Find {
    let given = |name: &str| {
        pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    };
    let plain: String =
        given("q").chars().take(TEXT_MAX).map(|c| if c.is_control() { ' ' } else { c }).collect();
    Find {
        state: State::parse(given("state")),
        text: plain.split_whitespace().collect::<Vec<_>>().join(" "),
        page: given("page").parse().unwrap_or(1).clamp(1, PAGE_MAX),
    }
}

/// The address of the same search on another page; defaults are left out.
pub(super) fn list_href(find: &Find, page: i64) -> String {
    let mut parts = Vec::new();
    if let Some(state) = find.state {
        parts.push(format!("state={}", state.word()));
    }
    if !find.text.is_empty() {
        parts.push(format!("q={}", utf8_percent_encode(&find.text, QUERY)));
    }
    if page > 1 {
        parts.push(format!("page={page}"));
    }
    let query = if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) };
    format!("/admin/orders{query}")
}

pub(super) fn state_href(state: State) -> String {
    list_href(&Find { state: Some(state), ..Find::default() }, 1)
}

/// By number where there is one.
pub(super) fn order_href(order: &Head) -> String {
    id_href(order.number.as_ref().unwrap_or(&order.id))
}

pub(super) fn id_href(id: &str) -> String {
    format!("/admin/orders/{}", utf8_percent_encode(id, QUERY))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Find {
        let pairs: Vec<_> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        read_find(&pairs)
    }

    #[test]
    fn nonsense_means_the_defaults() {
        for page in ["0", "-1", "two", "", "1e9", "99999999999999999999"] {
            assert_eq!(read(&[("page", page)]).page, 1, "{page}");
        }
        assert_eq!(read(&[("page", "9223372036854775807")]).page, PAGE_MAX);
        assert_eq!(read(&[("state", "PAID'--")]).state, None);
        assert_eq!(read(&[("state", "paid")]).state, Some(State::Paid));
    }

    #[test]
    fn hostile_text_is_cut_and_cleaned() {
        assert_eq!(read(&[("q", " a\0b\n\u{1b}c "), ("q", "second")]).text, "a b c");
        assert_eq!(read(&[("q", &"ß".repeat(100_000))]).text.chars().count(), TEXT_MAX);
    }

    #[test]
    fn one_search_has_one_address() {
        assert_eq!(list_href(&read(&[]), 1), "/admin/orders");
        let find = read(&[("q", "a&b@x.in\"<"), ("state", "awaiting_payment")]);
        assert_eq!(
            list_href(&find, 2),
            "/admin/orders?state=awaiting_payment&q=a%26b%40x.in%22%3C&page=2"
        );
        assert_eq!(state_href(State::Paid), "/admin/orders?state=paid");
        assert_eq!(id_href("../x"), "/admin/orders/..%2Fx");
    }
}
