//! One line of typed text: names, and the lines of an address.

/// Longest name of a person, in characters.
pub const NAME_MAX: usize = 80;

/// The text as one line: blanks of any kind become single spaces; control characters and marks that
/// turn the direction of reading are dropped, as they could make a line look like another one
/// (Unicode UAX 9). The joiners that Indian scripts need stay. Refused past `max` characters.
pub fn one_line(text: &str, max: usize) -> Result<String, String> {
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.chars().filter(|c| !is_dropped(*c)).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect();
    let line = words.join(" ");
    if line.chars().count() > max {
        return Err(format!("Please use at most {max} characters."));
    }
    Ok(line)
}

/// A person's name as it may stand on a parcel.
pub fn person_name(text: &str) -> Result<String, String> {
    let name = one_line(text, NAME_MAX)?;
    if !name.chars().any(char::is_alphabetic) {
        return Err("Please give a name.".to_owned());
    }
    Ok(name)
}

fn is_dropped(c: char) -> bool {
    let turns_direction = matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    turns_direction || c == '\u{feff}' || c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_tricks_are_smoothed() {
        assert_eq!(one_line(" 12,\tMG\r\n Road ", 80).unwrap(), "12, MG Road");
        assert_eq!(one_line("abc\u{202e}txt", 80).unwrap(), "abctxt");
        assert_eq!(one_line("a \u{200f} b", 80).unwrap(), "a b");
        assert_eq!(one_line("\u{0}\u{7}", 80).unwrap(), "");
        assert_eq!(person_name("क्‍ष अ").unwrap(), "क्‍ष अ");
    }

    #[test]
    fn names_need_a_letter_and_an_end() {
        assert_eq!(person_name("  Asha  Rao ").unwrap(), "Asha Rao");
        assert!(person_name("अ".repeat(80).as_str()).is_ok());
        for bad in ["", "  ", "12", "\u{202e}", &"a".repeat(81)] {
            assert!(person_name(bad).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_line_stays_as_it_is_when_read_again(text: String) {
            let line = one_line(&text, 10_000).unwrap();
            proptest::prop_assert_eq!(one_line(&line, 10_000).unwrap(), line.clone());
            proptest::prop_assert!(!line.chars().any(char::is_control));
        }
    }
}
