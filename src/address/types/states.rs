//! The states and union territories of India: GST codes (GSTN, state code list) and the first two
//! digits that their PIN codes may have (India Post, PIN directory).
//!
//! The digits are a check against slips, so they are generous: post offices near a border belong to
//! a neighbour's sorting district now and then.

use super::Pincode;
use std::ops::RangeInclusive;

/// Army Post Offices are sorted by their own code, whatever state they stand in.
const ARMY: RangeInclusive<u8> = 90..=99;

#[derive(Debug, PartialEq, Eq)]
pub struct State {
    /// Two-digit GST code.
    pub code: &'static str,
    pub name: &'static str,
    circles: &'static [RangeInclusive<u8>],
}

impl State {
    pub fn find(code: &str) -> Option<&'static State> {
        STATES.iter().find(|state| state.code == code)
    }

    /// Could a place of this state have that PIN code?
    pub fn may_have(&self, pin: &Pincode) -> bool {
        let circle = pin.circle();
        ARMY.contains(&circle) || self.circles.iter().any(|range| range.contains(&circle))
    }

    /// What to say where it could not.
    pub fn pin_hint(&self) -> String {
        let ranges = self.circles.iter().map(|range| match (range.start(), range.end()) {
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first} to {last}"),
        });
        let ranges: Vec<String> = ranges.collect();
        format!(
            "PIN codes of {} begin with {}. Please check the PIN code and the state.",
            self.name,
            ranges.join(" or ")
        )
    }
}

/// Is this the GST code of a state or union territory?
pub fn is_state_code(code: &str) -> bool {
    State::find(code).is_some()
}

/// The name to a code; empty for an unknown one.
pub fn state_name(code: &str) -> &'static str {
    State::find(code).map_or("", |state| state.name)
}

const fn state(
    code: &'static str,
    name: &'static str,
    circles: &'static [RangeInclusive<u8>],
) -> State {
    State { code, name, circles }
}

/// All 28 states and 8 union territories, by name.
pub static STATES: [State; 36] = [
    state("35", "Andaman and Nicobar Islands", &[74..=74]),
    state("37", "Andhra Pradesh", &[50..=53]),
    state("12", "Arunachal Pradesh", &[78..=79]),
    state("18", "Assam", &[78..=79]),
    state("10", "Bihar", &[80..=85]),
    state("04", "Chandigarh", &[14..=14, 16..=16]),
    state("22", "Chhattisgarh", &[49..=49]),
    state("26", "Dadra and Nagar Haveli and Daman and Diu", &[36..=36, 39..=39]),
    state("07", "Delhi", &[11..=11]),
    state("30", "Goa", &[40..=40]),
    state("24", "Gujarat", &[36..=39]),
    state("06", "Haryana", &[12..=13]),
    state("02", "Himachal Pradesh", &[17..=17]),
    state("01", "Jammu and Kashmir", &[18..=19]),
    state("20", "Jharkhand", &[81..=83]),
    state("29", "Karnataka", &[56..=59]),
    state("32", "Kerala", &[67..=69]),
    state("38", "Ladakh", &[18..=19]),
    state("31", "Lakshadweep", &[67..=68]),
    state("23", "Madhya Pradesh", &[45..=49]),
    state("27", "Maharashtra", &[40..=44]),
    state("14", "Manipur", &[79..=79]),
    state("17", "Meghalaya", &[78..=79]),
    state("15", "Mizoram", &[79..=79]),
    state("13", "Nagaland", &[78..=79]),
    state("21", "Odisha", &[75..=77]),
    state("34", "Puducherry", &[53..=53, 60..=60, 67..=67]),
    state("03", "Punjab", &[14..=16]),
    state("08", "Rajasthan", &[30..=34]),
    state("11", "Sikkim", &[73..=73]),
    state("33", "Tamil Nadu", &[60..=66]),
    state("36", "Telangana", &[50..=50]),
    state("16", "Tripura", &[79..=79]),
    state("09", "Uttar Pradesh", &[20..=28]),
    state("05", "Uttarakhand", &[24..=26]),
    state("19", "West Bengal", &[70..=74]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn may(code: &str, pin: &str) -> bool {
        State::find(code).unwrap().may_have(&Pincode::parse(pin).unwrap())
    }

    #[test]
    fn the_list_is_whole_and_in_order() {
        let mut codes: Vec<&str> = STATES.iter().map(|state| state.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), 36);
        assert!(STATES.is_sorted_by_key(|state| state.name));
        // 25 went into 26 in 2020; 28 was Andhra Pradesh before Telangana.
        assert!(!is_state_code("25") && !is_state_code("28") && !is_state_code(""));
        assert_eq!(state_name("29"), "Karnataka");
        assert_eq!(state_name("00"), "");
    }

    #[test]
    fn main_post_offices_fit_their_states() {
        for (code, pin) in [
            ("35", "744101"),
            ("37", "520001"),
            ("12", "791111"),
            ("18", "781001"),
            ("10", "800001"),
            ("04", "160017"),
            ("22", "492001"),
            ("26", "396210"),
            ("26", "362520"),
            ("07", "110001"),
            ("30", "403001"),
            ("24", "380001"),
            ("06", "122001"),
            ("02", "171001"),
            ("01", "190001"),
            ("20", "834001"),
            ("29", "560001"),
            ("32", "695001"),
            ("38", "194101"),
            ("31", "682555"),
            ("23", "462001"),
            ("27", "400001"),
            ("14", "795001"),
            ("17", "793001"),
            ("15", "796001"),
            ("13", "797001"),
            ("21", "751001"),
            ("34", "605001"),
            ("34", "609602"),
            ("34", "533464"),
            ("34", "673310"),
            ("03", "141001"),
            ("08", "302001"),
            ("11", "737101"),
            ("33", "600001"),
            ("36", "500001"),
            ("16", "799001"),
            ("09", "226001"),
            ("05", "248001"),
            ("05", "263139"),
            ("19", "700001"),
        ] {
            assert!(may(code, pin), "{code} {pin}");
        }
    }

    #[test]
    fn slips_between_states_are_noticed() {
        assert!(!may("29", "400001") && !may("27", "560001") && !may("07", "210001"));
        assert!(may("29", "900056") && may("07", "999999"), "army post goes everywhere");
        let hint = State::find("26").unwrap().pin_hint();
        assert!(hint.contains("begin with 36 or 39."), "{hint}");
        assert!(State::find("29").unwrap().pin_hint().contains("56 to 59"));
    }
}
