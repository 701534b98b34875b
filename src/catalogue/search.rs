//! Words: how a product's text becomes entries of the inverted index, and a query the prefixes that
//! are looked up in it. Pure; the same on both databases.

use std::collections::BTreeMap;

/// Words of a query that count; the rest is left out.
pub const QUERY_WORDS: usize = 6;
/// Different words of one product that are indexed.
const PRODUCT_WORDS: usize = 150;
/// Characters of a word that count.
const WORD_LENGTH: usize = 24;

/// Where a word stands tells how much it says about a product.
pub const NAME: i64 = 8;
pub const PACK_AND_CATEGORY: i64 = 4;
pub const DESCRIPTION: i64 = 1;

/// Found in nearly every description, they tell products apart no more than blanks do. So do single
/// letters: most are the "g" of a weight.
const EMPTY_WORDS: [&str; 31] = [
    "an", "and", "are", "as", "at", "be", "but", "by", "can", "for", "from", "has", "in", "into",
    "is", "it", "its", "no", "not", "of", "on", "or", "so", "that", "the", "this", "to", "too",
    "we", "with", "you",
];

/// The words of a text, in its order.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_part_of_word(c)).filter(|word| !word.is_empty())
}

/// Letters and digits of every script; also the signs of Indian scripts that join two letters and
/// are neither (virama, nukta), but not the danda, which ends a sentence.
fn is_part_of_word(c: char) -> bool {
    c.is_alphanumeric()
        || (matches!(c, '\u{900}'..='\u{dff}') && !matches!(c, '\u{964}' | '\u{965}'))
}

/// Lower case, and every letter beyond ASCII as its number. Databases disagree on the order of such
/// letters but not on that of `0-9a-z`, so that one range of keys holds all words with one
/// beginning.
fn key(word: &str) -> String {
    let mut key = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase).take(WORD_LENGTH) {
        match c {
            'a'..='z' | '0'..='9' => key.push(c),
            other => key.push_str(&format!("x{:06x}", u32::from(other))),
        }
    }
    key
}

fn is_empty_word(key: &str) -> bool {
    EMPTY_WORDS.contains(&key) || matches!(key.as_bytes(), [b'a'..=b'z'])
}

/// The index entries of a product whose texts have these weights: each word once, with the most
/// that any of its places gives it. Heavier texts must come first, so that a long description is
/// what the bound cuts.
pub fn entries(texts: &[(&str, i64)]) -> Vec<(String, i64)> {
    let mut entries = BTreeMap::new();
    for (text, weight) in texts {
        for word in words(text).map(key).filter(|word| !is_empty_word(word)) {
            if entries.len() < PRODUCT_WORDS || entries.contains_key(&word) {
                let known = entries.entry(word).or_insert(*weight);
                *known = (*known).max(*weight);
            }
        }
    }
    entries.into_iter().collect()
}

/// The keys of all words with one beginning: from `from` on and before `end`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix {
    pub from: String,
    pub end: String,
}

impl Prefix {
    /// One digit stands for itself alone: as a beginning it would fit most of the shop.
    fn of(word: &str) -> Prefix {
        let key = key(word);
        let end = match word.chars().nth(1) {
            Some(_) => format!("{key}zzzzzzzz"),
            None => format!("{key}0"),
        };
        Prefix { from: key, end }
    }
}

/// What must be found in a product: the beginnings of at most [`QUERY_WORDS`] different words.
pub fn prefixes(text: &str) -> Vec<Prefix> {
    let mut prefixes: Vec<Prefix> = Vec::new();
    for prefix in words(text).map(Prefix::of) {
        if !is_empty_word(&prefix.from) && !prefixes.contains(&prefix) {
            prefixes.push(prefix);
        }
        if prefixes.len() == QUERY_WORDS {
            break;
        }
    }
    prefixes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_becomes_lower_case_words() {
        let found: Vec<String> = words("Assam-Tea, 250 g (CTC)!").map(key).collect();
        assert_eq!(found, ["assam", "tea", "250", "g", "ctc"]);
        assert_eq!(entries(&[("250 g", 4)]), [("250".to_owned(), 4)]);
        assert_eq!(words("  ,;'\"%_\0\\ ").count(), 0);
    }

    #[test]
    fn indian_words_stay_whole_and_keep_their_beginnings() {
        let whole: Vec<String> = words("मक्का आटा।").map(key).collect();
        assert_eq!(whole.len(), 2, "{whole:?}");
        assert!(whole[0].starts_with(&key("मक्")));
        assert!(whole[0].bytes().all(|b| b.is_ascii_alphanumeric()));
    }

    #[test]
    fn a_word_counts_where_it_weighs_most() {
        let found = entries(&[("Assam tea", NAME), ("Tea", 4), ("A tea of the Assam hills", 1)]);
        let expected = [("assam", NAME), ("hills", DESCRIPTION), ("tea", NAME)];
        assert_eq!(found, expected.map(|(word, weight)| (word.to_owned(), weight)));
    }

    #[test]
    fn a_query_is_at_most_six_different_words() {
        assert_eq!(prefixes("tea TEA for the Tea"), [Prefix::of("tea")]);
        assert_eq!(prefixes("q1 q2 q3 q4 q5 q6 q7 q8").len(), QUERY_WORDS);
        assert!(prefixes("the and ! G").is_empty());
    }

    #[test]
    fn a_long_description_leaves_the_name_in_the_index() {
        let long: String = (0..1000).map(|n| format!("w{n} ")).collect();
        let found = entries(&[("Zeera biscuit", NAME), (&long, DESCRIPTION)]);
        assert_eq!(found.len(), PRODUCT_WORDS);
        assert!(found.contains(&("zeera".to_owned(), NAME)));
    }

    proptest! {
        #[test]
        fn every_word_is_plain_and_bounded(text in ".{0,200}") {
            for word in words(&text).map(key) {
                prop_assert!(!word.is_empty() && word.len() <= WORD_LENGTH * 7);
                prop_assert!(word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
            }
        }

        #[test]
        fn case_and_punctuation_change_nothing(text in "[a-zA-Z0-9 ,.-]{0,60}") {
            let shouted = text.to_uppercase().replace(['.', ','], " ; ");
            prop_assert_eq!(prefixes(&text), prefixes(&shouted));
        }

        #[test]
        fn one_sign_finds_itself_alone(
            letter in "[a-z0-9\u{905}-\u{939}]",
            rest in "[a-z0-9]{1,9}",
        ) {
            let Prefix { from, end } = Prefix::of(&letter);
            let within = |word: &str| key(word) >= from && key(word) < end;
            let longer = letter.clone() + &rest;
            prop_assert!(within(&letter) && !within(&longer));
        }

        #[test]
        fn a_beginning_finds_its_word_and_the_range_holds_nothing_else(
            word in "[a-z0-9\u{905}-\u{939}\u{e0}-\u{ff}]{2,20}",
            other in "[a-z0-9\u{905}-\u{939}]{1,12}",
            cut in 2usize..20,
        ) {
            let beginning: String = word.chars().take(cut).collect();
            let Prefix { from, end } = Prefix::of(&beginning);
            let within = |key: &str| *key >= *from && *key < *end;
            prop_assert!(within(&key(&word)));
            let other = key(&other);
            prop_assert_eq!(within(&other), other.starts_with(&from));
        }
    }
}
