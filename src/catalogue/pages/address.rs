//! What the address of a list says, the address that says it, and how a list or a product is
//! called.

use crate::catalogue::{Category, Search, Sort};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Longest description for search engines, in characters; they cut off about here.
const DESCRIPTION_MAX: usize = 155;
/// Longest text that is searched for, in characters.
pub(super) const TEXT_MAX: usize = 100;
/// Longest slug of a product or category.
const SLUG_MAX: usize = 120;
/// Beyond any list; keeps the offset far from overflow.
const PAGE_MAX: i64 = 100_000;

/// RFC 3986, 2.3: unreserved characters stay readable.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Lower-case ASCII letters, digits and hyphens: nothing else ever names a product or category.
pub(super) fn is_slug(text: &str) -> bool {
    (1..=SLUG_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Reads a query without ever refusing it: the first of doubled names counts, long text is cut,
/// control characters (PostgreSQL stores no NUL) become blanks, nonsense means the default.
pub(super) fn read_search(pairs: &[(String, String)]) -> Search {
    let given = |name: &str| {
        pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    };
    let plain: String =
        given("q").chars().take(TEXT_MAX).map(|c| if c.is_control() { ' ' } else { c }).collect();
    Search {
        text: plain.split_whitespace().collect::<Vec<_>>().join(" "),
        category: Some(given("category").to_owned()).filter(|slug| is_slug(slug)),
        sort: Sort::parse(given("sort")),
        page: given("page").parse().unwrap_or(1).clamp(1, PAGE_MAX),
    }
}

/// The address of the same list on another page, in another category or order. Defaults are left
/// out, so that one list has one address.
pub(super) fn list_href(search: &Search, page: i64) -> String {
    let mut parts = Vec::new();
    let mut say = |name: &str, value: &str| {
        parts.push(format!("{name}={}", utf8_percent_encode(value, QUERY)));
    };
    if !search.text.is_empty() {
        say("q", &search.text);
    }
    if let Some(category) = &search.category {
        say("category", category);
    }
    if search.sort != Sort::default() {
        say("sort", search.sort.word());
    }
    if page > 1 {
        say("page", &page.to_string());
    }
    if parts.is_empty() { "/products".to_owned() } else { format!("/products?{}", parts.join("&")) }
}

pub(super) fn category_href(slug: &str) -> String {
    let category = Some(slug.to_owned());
    list_href(&Search { category, ..Search::default() }, 1)
}

/// What the list is a list of.
pub(super) fn list_title(search: &Search, categories: &[Category]) -> String {
    let category = search.category.as_ref();
    let category =
        category.and_then(|slug| categories.iter().find(|category| category.slug == *slug));
    match (search.text.is_empty(), category) {
        (true, None) => "All products".to_owned(),
        (true, Some(category)) => category.name.clone(),
        (false, None) => format!("Results for “{}”", search.text),
        (false, Some(category)) => format!("“{}” in {}", search.text, category.name),
    }
}

/// As many whole words of a text as fit a search engine's excerpt.
pub(super) fn first_words(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if out.chars().count() + word.chars().count() >= DESCRIPTION_MAX {
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Search {
        let pairs: Vec<_> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        read_search(&pairs)
    }

    #[test]
    fn nonsense_means_the_defaults() {
        let plain = Search { page: 1, ..Search::default() };
        assert_eq!(read(&[]), plain);
        for page in ["0", "-1", "two", "", "1e9", "99999999999999999999"] {
            assert_eq!(read(&[("page", page)]).page, 1, "{page}");
        }
        assert_eq!(read(&[("page", "9223372036854775807")]).page, PAGE_MAX);
        assert_eq!(read(&[("sort", "'; drop table"), ("category", "Tea & coffee")]), plain);
        assert_eq!(read(&[("category", "../etc")]).category, None);
    }

    #[test]
    fn hostile_text_is_cut_and_cleaned() {
        assert_eq!(read(&[("q", " a\0b\n\u{1b}c "), ("q", "second")]).text, "a b c");
        assert_eq!(read(&[("q", &"ß".repeat(100_000))]).text.chars().count(), TEXT_MAX);
    }

    #[test]
    fn slugs_are_plain() {
        for good in ["assam-tea", "7-up", "a"] {
            assert!(is_slug(good), "{good}");
        }
        for bad in ["", "Assam", "a/b", "a\0", "चाय", &"a".repeat(SLUG_MAX + 1)] {
            assert!(!is_slug(bad), "{bad}");
        }
    }

    #[test]
    fn one_list_has_one_address() {
        assert_eq!(list_href(&read(&[]), 1), "/products");
        let search = read(&[("q", "chai & \"<तुलसी>"), ("category", "tea"), ("sort", "price-up")]);
        assert_eq!(
            list_href(&search, 3),
            "/products?q=chai%20%26%20%22%3C%E0%A4%A4%E0%A5%81%E0%A4%B2%E0%A4%B8%E0%A5%80%3E\
             &category=tea&sort=price-up&page=3"
        );
        assert_eq!(category_href("tea"), "/products?category=tea");
    }

    #[test]
    fn an_excerpt_ends_with_a_whole_word() {
        assert_eq!(first_words("Malty  tea\n\nfrom Assam."), "Malty tea from Assam.");
        let long = first_words(&"नमस्ते ".repeat(100));
        assert!(long.chars().count() < DESCRIPTION_MAX && long.ends_with("नमस्ते"));
        assert_eq!(first_words(&"x".repeat(400)), "");
    }
}
