//! From the fields of this room's forms to its words, with everything that is wrong said at once.

use super::types::person_name;
use super::{AccountRefusal, Complaints, Email, EmailCheck, NewPassword, Phone};
use crate::web::Fields;

/// What somebody gave who wants an account.
#[derive(Clone, Debug)]
pub struct SignUpForm {
    pub email: Email,
    pub name: String,
    /// Empty where none was given.
    pub phone: String,
    pub password: NewPassword,
}

impl SignUpForm {
    pub fn parse(form: &Fields) -> Result<SignUpForm, AccountRefusal> {
        let mut wrong = Complaints::default();
        let name = wrong.keep("name", person_name(form.text("name")));
        let email = wrong.keep("email", usable_email(form));
        let phone = wrong.keep("phone", optional_phone(form.text("phone")));
        // Measured against the address even if that needs a second look.
        let typed = email.clone().or_else(|| Email::parse(form.text("email")));
        let chosen = NewPassword::choose(form.raw("password"), typed.as_ref());
        let password = wrong.keep("password", chosen);
        match (name, email, phone, password) {
            (Some(name), Some(email), Some(phone), Some(password)) => {
                Ok(SignUpForm { email, name, phone, password })
            }
            _ => Err(AccountRefusal::Invalid(wrong.into_fields())),
        }
    }
}

/// What is to change of a profile; what was not given stays (RFC 5789, PATCH).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfilePatch {
    pub name: Option<String>,
    /// Given empty, it takes the number away.
    pub phone: Option<String>,
}

impl ProfilePatch {
    /// Only these two fields can be changed, whatever else was sent.
    pub fn parse(name: Option<&str>, phone: Option<&str>) -> Result<ProfilePatch, AccountRefusal> {
        let mut wrong = Complaints::default();
        let name = name.and_then(|text| wrong.keep("name", person_name(text)));
        let phone = phone.and_then(|text| wrong.keep("phone", optional_phone(text)));
        let wrong = wrong.into_fields();
        if wrong.is_empty() {
            Ok(ProfilePatch { name, phone })
        } else {
            Err(AccountRefusal::Invalid(wrong))
        }
    }
}

/// The stored form of a number; empty where none was given.
fn optional_phone(text: &str) -> Result<String, &'static str> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    Phone::parse(text).map(|phone| phone.as_str().to_owned()).ok_or(Phone::WANTED)
}

/// An address that looks like a slip comes back once; the ticked box `email_sure` lets it pass.
fn usable_email(form: &Fields) -> Result<Email, String> {
    let check = EmailCheck::of(form.text("email"));
    match (&check, Email::parse(form.text("email"))) {
        (EmailCheck::Usable(email), _) => Ok(email.clone()),
        (EmailCheck::Mistyped { .. }, Some(email)) if form.text("email_sure") == "yes" => Ok(email),
        (EmailCheck::Mistyped { meant }, Some(_)) => Err(format!(
            "Did you mean {meant}? Please correct the address, or tick the box if it is right."
        )),
        _ => Err(check.message().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign_up(body: &str) -> Result<SignUpForm, Vec<(String, String)>> {
        let form = Fields::parse(body.as_bytes()).unwrap();
        SignUpForm::parse(&form).map_err(|refusal| match refusal {
            AccountRefusal::Invalid(fields) => fields,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn a_complete_form_passes() {
        let body = "name=Asha+Rao&email=Asha@Example.com&phone=98765+43210&password=chai%26pakora";
        let form = sign_up(body).unwrap();
        assert_eq!(form.email.as_str(), "asha@example.com");
        assert_eq!(form.phone, "+919876543210");
        assert_eq!(form.password.as_str(), "chai&pakora");
        assert_eq!(sign_up(&body.replace("98765+43210", "")).unwrap().phone, "");
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        for (body, wanted) in [
            ("name=&email=a@example.com&phone=12&password=short", ["name", "phone", "password"]),
            ("name=&email=a&phone=&password=password1", ["name", "email", "password"]),
            ("", ["name", "email", "password"]),
        ] {
            let wrong = sign_up(body).unwrap_err();
            let names: Vec<&str> = wrong.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, wanted, "{body}");
        }
    }

    #[test]
    fn a_slip_comes_back_once() {
        let body = "name=Asha&email=asha@gmial.com&password=chai%26pakora";
        let wrong = sign_up(body).unwrap_err();
        assert_eq!(wrong[0].0, "email");
        assert!(wrong[0].1.contains("asha@gmail.com"));
        assert!(sign_up(&format!("{body}&email_sure=yes")).is_ok());
        let thrown_away = "name=Asha&email=a@yopmail.com&password=chai%26pakora&email_sure=yes";
        assert_eq!(sign_up(thrown_away).unwrap_err()[0].0, "email");
        let dotless = "name=Asha&email=a@gmail&password=chai%26pakora&email_sure=yes";
        assert_eq!(sign_up(dotless).unwrap_err()[0].0, "email");
    }

    #[test]
    fn a_profile_changes_only_where_something_was_given() {
        let parse = ProfilePatch::parse;
        assert_eq!(parse(None, None).unwrap(), ProfilePatch::default());
        let patch = parse(Some(" Asha  Rao "), Some("")).unwrap();
        assert_eq!((patch.name.as_deref(), patch.phone.as_deref()), (Some("Asha Rao"), Some("")));
        assert!(parse(Some(""), None).is_err() && parse(None, Some("12")).is_err());
    }
}
