//! The words of this room: an address as it is typed, as it is kept, and the refusals.

mod pin;
mod states;

pub use pin::Pincode;
pub use states::{STATES, State, is_state_code, state_name};

use crate::account::{Complaints, Phone, one_line, person_name};
use crate::error::Refusal;
use crate::web::Fields;

/// Most addresses of one account.
pub const ADDRESSES_MAX: i64 = 20;
/// Longest line of an address, in characters.
pub const LINE_MAX: usize = 120;

/// An address as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub id: String,
    pub name: String,
    /// `+91` and ten digits.
    pub phone: String,
    pub line1: String,
    pub line2: String,
    pub landmark: String,
    pub city: String,
    /// Two-digit GST code.
    pub state: String,
    pub pin: String,
    pub is_default: bool,
}

impl Address {
    /// What goes on the parcel under the name, without the telephone number.
    pub fn lines(&self) -> Vec<String> {
        let landmark = match self.landmark.as_str() {
            "" => String::new(),
            landmark => format!("Landmark: {landmark}"),
        };
        let place = format!("{} {}", self.city, self.pin);
        let lines = [self.line1.clone(), self.line2.clone(), landmark, place];
        let state = state_name(&self.state).to_owned();
        lines.into_iter().chain([state]).filter(|line| !line.is_empty()).collect()
    }

    /// The number as people read it.
    pub fn spoken_phone(&self) -> String {
        Phone::parse(&self.phone).map_or_else(|| self.phone.clone(), |phone| phone.to_string())
    }
}

/// An address that was typed and found good, each field in the form in which it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAddress {
    pub name: String,
    /// `+91` and ten digits.
    pub phone: String,
    pub line1: String,
    pub line2: String,
    pub landmark: String,
    pub city: String,
    /// Two-digit GST code.
    pub state: String,
    pub pin: String,
}

impl NewAddress {
    /// Reads `name, phone, line1, line2, landmark, city, state, pin`; else says what is wrong with
    /// each of them.
    pub fn parse(form: &Fields) -> Result<NewAddress, Vec<(String, String)>> {
        let mut wrong = Complaints::default();
        let mut keep = |field: &str, parsed: Result<String, String>| {
            wrong.keep(field, parsed).unwrap_or_default()
        };
        let address = NewAddress {
            name: keep("name", person_name(form.text("name"))),
            phone: keep("phone", phone(form.text("phone"))),
            line1: keep("line1", needed(form.text("line1"), "Please give house and street.")),
            line2: keep("line2", one_line(form.text("line2"), LINE_MAX)),
            landmark: keep("landmark", one_line(form.text("landmark"), LINE_MAX)),
            city: keep("city", needed(form.text("city"), "Please give the city or town.")),
            pin: keep("pin", pin_in(form.text("pin"), State::find(form.text("state")))),
            state: keep("state", state(form.text("state"))),
        };
        let wrong = wrong.into_fields();
        if wrong.is_empty() { Ok(address) } else { Err(wrong) }
    }
}

fn phone(text: &str) -> Result<String, String> {
    let phone = Phone::parse(text).ok_or(Phone::WANTED)?;
    Ok(phone.as_str().to_owned())
}

fn state(code: &str) -> Result<String, String> {
    let state = State::find(code).ok_or("Please choose the state.")?;
    Ok(state.code.to_owned())
}

/// A PIN code that the state may have; any where the state is not known.
fn pin_in(text: &str, state: Option<&State>) -> Result<String, String> {
    let pin = Pincode::parse(text).ok_or(Pincode::WANTED)?;
    match state {
        Some(state) if !state.may_have(&pin) => Err(state.pin_hint()),
        _ => Ok(pin.as_str().to_owned()),
    }
}

fn needed(text: &str, message: &str) -> Result<String, String> {
    let line = one_line(text, LINE_MAX)?;
    if line.is_empty() { Err(message.to_owned()) } else { Ok(line) }
}

/// Why an address was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressRefusal {
    /// There is none, or it is another's: never told which.
    NotFound,
    TooMany,
    Invalid(Vec<(String, String)>),
}

impl From<AddressRefusal> for Refusal {
    fn from(refusal: AddressRefusal) -> Refusal {
        match refusal {
            AddressRefusal::NotFound => Refusal::not_found("that address"),
            AddressRefusal::TooMany => Refusal::new(
                422,
                format!("You have {ADDRESSES_MAX} addresses already. Please delete one first."),
            )
            .of_kind("too-many-addresses"),
            AddressRefusal::Invalid(fields) => Refusal::invalid(fields),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "name=Asha+Rao&phone=98765+43210&line1=12%2C+MG+Road&line2=&landmark=\
                        near+the+lake&city=Bengaluru&state=29&pin=560+001";

    fn parse(body: &str) -> Result<NewAddress, Vec<(String, String)>> {
        NewAddress::parse(&Fields::parse(body.as_bytes()).unwrap())
    }

    #[test]
    fn a_good_address_is_kept_in_one_form() {
        let typed = parse(GOOD).unwrap();
        assert_eq!(typed.phone, "+919876543210");
        assert_eq!((typed.state.as_str(), typed.pin.as_str()), ("29", "560001"));
        let NewAddress { name, phone, line1, line2, landmark, city, state, pin } = typed;
        let (id, is_default) = (String::new(), false);
        let address =
            Address { id, name, phone, line1, line2, landmark, city, state, pin, is_default };
        assert_eq!(address.spoken_phone(), "+91 98765 43210");
        let lines = ["12, MG Road", "Landmark: near the lake", "Bengaluru 560001", "Karnataka"];
        assert_eq!(address.lines(), lines);
    }

    #[test]
    fn each_field_is_judged() {
        let (long, name) = ("x".repeat(121), "x".repeat(81));
        for (field, from, to) in [
            ("name", "Asha+Rao", ""),
            ("name", "Asha+Rao", &name),
            ("phone", "98765+43210", "12345"),
            ("line1", "12%2C+MG+Road", "%20"),
            ("line1", "12%2C+MG+Road", &long),
            ("landmark", "near+the+lake", &long),
            ("city", "Bengaluru", ""),
            ("state", "state=29", "state=99"),
            ("pin", "560+001", "56001"),
            ("pin", "560+001", "060001"),
            ("pin", "560+001", "400001"),
        ] {
            let wrong = parse(&GOOD.replace(from, to)).unwrap_err();
            assert_eq!(wrong.len(), 1, "{wrong:?}");
            assert_eq!(wrong[0].0, field);
        }
        assert_eq!(parse("").unwrap_err().len(), 6);
    }
}
