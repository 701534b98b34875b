//! How the description says what people may type: each pattern lets through what the rooms take,
//! in all the ways it is written, and nothing else.

use crate::address::STATES;
use utoipa::openapi::{Object, ObjectBuilder, Type};

/// Blanks and marks that stand between the digits of a telephone number.
const GAP: &str = r"[\s().-]*";
/// Six digits with gaps.
const PIN: &str = r"[\s-]*[1-9]([\s-]*[0-9]){5}[\s-]*";

pub fn phone() -> Object {
    let words = "An Indian mobile number, with or without its country.";
    text(words, "98765 43210", &mobile())
}

pub fn phone_or_none() -> Object {
    let words = "An Indian mobile number, with or without its country; empty for none.";
    text(words, "98765 43210", &format!(r"\s*|{}", mobile()))
}

pub fn pin() -> Object {
    text("A PIN code that the state has.", "560001", PIN)
}

pub fn state() -> Object {
    text("Two-digit GST code of the state.", "29", &state_code())
}

fn text(words: &str, example: &str, pattern: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(words))
        .examples([example])
        .pattern(Some(format!("^({pattern})$")))
        .build()
}

/// As [`crate::account::Phone`] reads it.
fn mobile() -> String {
    let gapped = |digits: &str| digits.chars().map(|digit| format!("{digit}{GAP}")).collect();
    let [zero, india, abroad]: [String; 3] = ["0", "91", "0091"].map(gapped);
    let country = format!(r"\+{GAP}{india}({zero})?|{GAP}({abroad}|({india})?({zero})?)");
    format!(r"\s*({country})[6-9]({GAP}[0-9]){{9}}{GAP}")
}

fn state_code() -> String {
    let mut codes = STATES.each_ref().map(|state| state.code);
    codes.sort_unstable();
    format!(r"\s*({})\s*", codes.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Phone;
    use crate::address::{Pincode, is_state_code};
    use proptest::string::string_regex;

    proptest::proptest! {
        #[test]
        fn what_the_patterns_let_through_is_taken(
            phone in string_regex(&mobile()).unwrap(),
            pin in string_regex(PIN).unwrap(),
            state in string_regex(&state_code()).unwrap(),
        ) {
            proptest::prop_assert!(Phone::parse(&phone).is_some(), "{phone:?}");
            proptest::prop_assert!(Pincode::parse(&pin).is_some(), "{pin:?}");
            proptest::prop_assert!(is_state_code(state.trim()), "{state:?}");
        }
    }
}
